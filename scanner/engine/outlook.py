"""How long a scan will yet take: by what its stages have taken so far, before that by what they usually take. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

USUAL: Final[Mapping[str, float]] = {"on the link": 1.5, "ports": 3.0, "questions": 5.0}
"""Stages of one batch of addresses, in their order, and the seconds that they take on a link of two hundred."""
LAST: Final = "second pass"
LAST_SECONDS: Final = 3.0
LEAST: Final = 0.1
"""Share of a stage's usual time that is held to be left for as long as it lasts."""
OVERDUE: Final = 1.25
"""A stage that lasts longer than it usually does is held to take so many times what it has taken, here and in the
batches to come: an estimate that stands still is none."""


class Outlook:
    """The outlook of a scan of so many ``batches``; times are seconds of any one clock."""

    def __init__(self, batches: int) -> None:
        self._batches = batches
        self._begun = 0
        self._stage = ""
        self._since = 0.0
        self._took: dict[str, tuple[float, int]] = {}
        """Stage → seconds in all, times."""

    def begin(self, stage: str, now: float) -> None:
        """Note that ``stage`` begins, and so that the one before has ended."""
        if self._stage in USUAL:
            seconds, times = self._took.get(self._stage, (0.0, 0))
            self._took[self._stage] = seconds + now - self._since, times + 1
        if stage == next(iter(USUAL)):
            self._begun += 1
        self._stage, self._since = stage, now

    def left(self, now: float) -> float | None:
        """Return the seconds that are left; None when nobody knows."""
        if self._stage == LAST:
            return self._rest(LAST_SECONDS, now)
        stages = list(USUAL)
        if self._stage not in USUAL:
            return None
        later = stages[stages.index(self._stage) + 1 :]
        batches = max(0, self._batches - self._begun)
        return (
            self._rest(self._expect(self._stage, now), now)
            + sum(self._expect(stage, now) for stage in later)
            + batches * sum(self._expect(stage, now) for stage in stages)
        )

    def _expect(self, stage: str, now: float) -> float:
        seconds, times = self._took.get(stage, (USUAL[stage], 1))
        usual = seconds / times
        lasted = now - self._since if stage == self._stage else 0.0
        return usual if lasted <= usual else lasted * OVERDUE

    def _rest(self, expected: float, now: float) -> float:
        return max(expected - (now - self._since), LEAST * expected)
