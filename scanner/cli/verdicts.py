"""Verdict levels as the command line speaks of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from scanner.cli.failure import Failure
from scanner.model.measure import LEVELS, VerdictLevel

if TYPE_CHECKING:
    from scanner.model.change import Change
    from scanner.model.finding import Finding


def parse_level(text: str | None) -> VerdictLevel | None:
    """Return the level named, or None for None; Failure when there is no such level."""
    if text is None:
        return None
    for level in LEVELS:
        if text == level:
            return level
    raise Failure(f"--fail-on {text}: no such verdict; use one of {', '.join(reversed(LEVELS))}")


class Threshold(NamedTuple):
    """What ``--fail-on`` asks for."""

    level: VerdictLevel
    new: bool
    """Only what was not there before."""

    def met(self, findings: Iterable[Finding], changes: Iterable[Change]) -> bool:
        """True when a verdict at or above the level was found, or came up since the last scan."""
        if self.new:
            from scanner.matching.changes import is_new

            return any(is_new(change, self.level) for change in changes)
        return any(meets(finding, self.level) for finding in findings)


def parse_threshold(text: str | None) -> Threshold | None:
    """Return what is asked for, ``covered`` or ``new-covered`` and the like, None for None; Failure for all else."""
    if text is None:
        return None
    level = parse_level(text.removeprefix("new-"))
    assert level is not None
    return Threshold(level, new=text.startswith("new-"))


def meets(finding: Finding, level: VerdictLevel | None) -> bool:
    """True when one of the finding's verdicts is at or above ``level``."""
    return level is not None and LEVELS.index(worst(finding)) >= LEVELS.index(level)


def worst(finding: Finding) -> VerdictLevel:
    """Return the highest verdict of a finding; undetermined when no measure was asked."""
    return max((verdict.verdict for verdict in finding.verdicts), key=LEVELS.index, default="undetermined")
