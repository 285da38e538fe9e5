import msgspec
import pytest

from scanner.model.finding import Identification, Named
from scanner.model.measure import ConditionState
from scanner.reports.settling import actions, open_questions
from tests.reports.samples import AXIS, LOREX, LTS, MEASURES, UNKNOWN, verdict


def asked(finding):
    return [each.question for each in open_questions(finding)]


def ways(finding):
    return " ".join(way for each in open_questions(finding) for way in each.ways)


def test_an_unknown_maker_is_the_first_question():
    assert asked(UNKNOWN)[0] == "Who made it?"
    assert "type label" in ways(UNKNOWN)
    assert "--credentials" in ways(UNKNOWN)
    assert "own link" in ways(UNKNOWN)
    assert "web page" not in ways(UNKNOWN)  # only port 554 is open


def test_an_open_web_page_is_named():
    finding = msgspec.structs.replace(UNKNOWN, open_ports=("80/tcp", "554/tcp"))
    assert "Look at its web page (80/tcp)" in ways(finding)


def test_a_probable_maker_needs_another_witness():
    assert asked(LOREX)[0] == "Was it made by Zhejiang Dahua Technology Co., Ltd.? So far that is probable."
    assert "Another witness beside dhip would confirm it." in ways(LOREX)


def test_rivals_are_named():
    who = Identification(manufacturer=Named("dahua", "Dahua", "conflicting", ("hikvision",)))
    finding = msgspec.structs.replace(LOREX, identification=who)
    assert asked(finding)[0] == "Which of these made it: Dahua, hikvision?"


def test_what_is_certain_and_clear_is_not_asked():
    assert open_questions(AXIS) == []


def test_a_probable_maker_of_no_list_is_not_asked_for():
    who = Identification(manufacturer=Named("axis", "Axis", "probable"))
    assert open_questions(msgspec.structs.replace(AXIS, identification=who)) == []


@pytest.mark.parametrize(
    ("kind", "question"),
    [
        ("use", "Is it used for safety?"),
        ("relation", "Does this hold: used for safety?"),
        ("date", "Does this hold: used for safety?"),
        ("equipment", "Does this hold: used for safety?"),
        ("binds", "Does us-ndaa-889 bind you? It binds used for safety."),
    ],
)
def test_an_unclear_condition_is_a_question(kind, question):
    unclear = ConditionState(kind, "used for safety", "unclear")
    finding = msgspec.structs.replace(LTS, verdicts=(verdict("covered", conditions=(unclear,)),))
    assert asked(finding) == [question]
    settled = msgspec.structs.replace(unclear, met="yes")
    assert asked(msgspec.structs.replace(LTS, verdicts=(verdict("covered", conditions=(settled,)),))) == []
    assert asked(msgspec.structs.replace(LTS, verdicts=(verdict("not-covered", conditions=(unclear,)),))) == []


def test_what_no_scan_can_see_is_asked_of_the_seller():
    finding = msgspec.structs.replace(
        AXIS, verdicts=(verdict("undetermined", reason="It turns on where it was made."),)
    )
    assert asked(finding) == ["Does us-ndaa-889 reach it?"]
    assert "It turns on where it was made." in ways(finding)
    assert "ask the seller" in ways(finding)


def test_the_same_question_is_asked_once():
    same = LTS.verdicts[0]
    assert len(asked(msgspec.structs.replace(LTS, verdicts=(same, same)))) == 1


def test_bound_by_several_provisions_is_one_question():
    rules = tuple(
        ConditionState("binds", f"It binds {who}: no buying (rule {number})", "unclear")
        for number, who in enumerate(("agencies", "schools", "agencies"))
    )
    finding = msgspec.structs.replace(LTS, verdicts=(verdict("covered", conditions=rules),))
    assert asked(finding) == ["Does us-ndaa-889 bind you? It binds agencies; schools."]


def test_actions_come_from_the_measures_that_speak():
    (action,) = actions(LTS, MEASURES)
    assert (action.measure, action.verdict) == ("us-ndaa-889", "covered")
    assert action.action.startswith("Ask the contracting officer")
    assert actions(AXIS, MEASURES) == actions(UNKNOWN, MEASURES) == actions(LTS, {}) == []
