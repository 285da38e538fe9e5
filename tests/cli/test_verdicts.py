from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scanner.cli.failure import Failure
from scanner.cli.verdicts import Threshold, meets, parse_level, parse_threshold, worst
from scanner.model.change import Change
from scanner.model.finding import Finding, Identification
from scanner.model.measure import Verdict


def finding(*levels):
    verdicts = tuple(Verdict(f"m{n}", level, "procurement-ban", "") for n, level in enumerate(levels))
    return Finding(
        host="h", addresses=("h",), mac=None, identification=Identification(), verdicts=verdicts, evidence=()
    )


def test_the_worst_verdict_counts():
    assert worst(finding("not-covered", "likely", "review")) == "likely"
    assert worst(finding()) == "undetermined"


@pytest.mark.parametrize(("level", "met"), [(None, False), ("covered", False), ("likely", True), ("review", True)])
def test_at_or_above(level, met):
    assert meets(finding("likely"), level) is met


def test_levels_are_named():
    assert parse_level("review") == "review"
    assert parse_level(None) is None
    with pytest.raises(Failure, match="use one of covered, likely, review, undetermined, not-covered"):
        parse_level("banned")


def test_thresholds():
    assert parse_threshold(None) is None
    assert parse_threshold("likely") == Threshold("likely", new=False)
    assert parse_threshold("new-covered") == Threshold("covered", new=True)
    with pytest.raises(Failure, match="no such verdict"):
        parse_threshold("new-")
    assert not Threshold("covered", new=True).met([], [])
    change = Change(
        id="s-0", scan="s", site="", at=datetime(2026, 11, 21, tzinfo=UTC), kind="appeared", device="d", host="h",
        manufacturer=None, model=None, verdict="covered",
    )  # fmt: skip
    assert Threshold("covered", new=True).met([], [change])
    assert not Threshold("covered", new=False).met([], [change])
