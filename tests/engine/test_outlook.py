import pytest

from scanner.engine.outlook import LAST, LAST_SECONDS, LEAST, OVERDUE, USUAL, Outlook

LINK, PORTS, QUESTIONS = USUAL
WHOLE = sum(USUAL.values())


def test_nobody_knows_before_the_first_stage_nor_after_the_last():
    outlook = Outlook(1)
    assert outlook.left(0.0) is None
    outlook.begin(LINK, 0.0)
    outlook.begin("", 9.0)
    assert outlook.left(9.0) is None


def test_the_first_batch_goes_by_what_is_usual():
    outlook = Outlook(1)
    outlook.begin(LINK, 100.0)
    assert outlook.left(100.0) == WHOLE
    assert outlook.left(101.0) == WHOLE - 1
    outlook.begin(QUESTIONS, 110.0)
    assert outlook.left(110.0) == USUAL[QUESTIONS]
    due = 110.0 + USUAL[QUESTIONS]
    assert outlook.left(due) == pytest.approx(LEAST * USUAL[QUESTIONS]), "it may last, but it never has ended"


def test_what_lasts_longer_than_usual_is_held_to_last_in_each_batch():
    outlook = Outlook(3)
    outlook.begin(LINK, 0.0)
    outlook.begin(PORTS, USUAL[LINK])
    early = outlook.left(USUAL[LINK] + USUAL[PORTS])
    late = outlook.left(USUAL[LINK] + 10 * USUAL[PORTS])
    assert early is not None
    assert late is not None
    ports = 10 * USUAL[PORTS] * OVERDUE
    rest = ports - 10 * USUAL[PORTS]
    assert late == pytest.approx(rest + USUAL[QUESTIONS] + 2 * (USUAL[LINK] + ports + USUAL[QUESTIONS]))
    assert late > early


def test_further_batches_go_by_what_the_first_took():
    outlook = Outlook(3)
    now = 0.0
    for stage, seconds in ((LINK, 2.0), (PORTS, 20.0), (QUESTIONS, 8.0)):
        outlook.begin(stage, now)
        now += seconds
    outlook.begin(LINK, now)
    assert outlook.left(now) == pytest.approx(60.0)
    outlook.begin(PORTS, now + 4.0)
    assert outlook.left(now + 4.0) == pytest.approx(28.0 + 31.0), "the first stage now takes three seconds, not two"


def test_the_second_pass_is_short():
    outlook = Outlook(1)
    outlook.begin(LAST, 5.0)
    assert outlook.left(6.0) == LAST_SECONDS - 1
