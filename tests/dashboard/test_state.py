import pytest

from scanner.dashboard.state import State


@pytest.mark.parametrize(
    ("stage", "running"),
    [("none", False), ("running", True), ("judging", True), ("ended", False), ("stopped", False), ("failed", False)],
)
def test_when_it_runs(stage, running):
    assert State(stage).is_running is running


def test_how_much_is_done():
    assert State().share == 0
    assert State(addresses=100, visited=50).share == 50
    assert State(addresses=90, visited=90, alive=10, done=0).share == 90
    assert State(addresses=90, visited=90, alive=10, done=10).share == 100


def test_time_left_is_told_when_it_is_known():
    assert State("running").time_left == ""
    assert State("running", left=80.4).time_left == "0:01:20"
