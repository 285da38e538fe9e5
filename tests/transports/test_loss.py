from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.transports.loss import MISSING_WHERE_LOSSY, Loss


def told(early, total):
    loss = Loss()
    loss.note(early=early, total=total)
    return loss


@given(total=st.integers(0, 10**6), share=st.floats(0, 1), least=st.integers(1, 5))
@settings(max_examples=100, deadline=None)
def test_asking_stops_when_nothing_is_expected_to_be_missing(total, share, least):
    loss = told(int(total * share), total)
    askings = loss.askings(least, 20)
    assert least <= askings <= 20
    assert askings == 20 or total * loss.share**askings <= MISSING_WHERE_LOSSY


@pytest.mark.parametrize(
    ("early", "total", "askings"), [(0, 0, 2), (1200, 1200, 2), (1083, 1200, 7), (1, 1, 4), (0, 1, 20)]
)
def test_loss_sets_how_often_is_asked(early, total, askings):
    assert told(early, total).askings(2, 20) == askings


@pytest.mark.parametrize(("early", "serious"), [(100, False), (96, False), (95, True), (50, True)])
def test_a_few_late_answers_are_no_lossy_way(early, serious):
    assert told(early, 100).serious is serious


def test_counts_add_up():
    loss = told(3, 4)
    loss.note(early=1, total=4)
    assert loss.share == 0.5
