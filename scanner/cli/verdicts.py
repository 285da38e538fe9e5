"""Verdict levels as the command line speaks of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.cli.failure import Failure
from scanner.model.measure import LEVELS, VerdictLevel

if TYPE_CHECKING:
    from scanner.model.finding import Finding


def parse_level(text: str | None) -> VerdictLevel | None:
    """Return the level named, or None for None; Failure when there is no such level."""
    if text is None:
        return None
    for level in LEVELS:
        if text == level:
            return level
    raise Failure(f"--fail-on {text}: no such verdict; use one of {', '.join(reversed(LEVELS))}")


def meets(finding: Finding, level: VerdictLevel | None) -> bool:
    """True when one of the finding's verdicts is at or above ``level``."""
    return level is not None and LEVELS.index(worst(finding)) >= LEVELS.index(level)


def worst(finding: Finding) -> VerdictLevel:
    """Return the highest verdict of a finding; undetermined when no measure was asked."""
    return max((verdict.verdict for verdict in finding.verdicts), key=LEVELS.index, default="undetermined")
