"""How lossy the way is, and so how often what is silent has to be asked. Pure."""

from __future__ import annotations

import math
from typing import Final

LEAST: Final = 2
"""Times everything silent is asked at least: with one, a loss could not even be noticed."""
MISSING: Final = 0.01
"""Answers that may be missing in expectation when asking stops, where the way has lost nothing yet."""
MISSING_WHERE_LOSSY: Final = 0.001
"""The same where it has: nobody can tell which scan of a hundred misses a device."""

SERIOUS: Final = 0.05
"""Share of first questions lost from which answers are waited for longer, and missing ones asked for again. Devices
that are merely slow to wake stay below it."""


class Loss:
    """Counts answers by whether they came to the first asking."""

    def __init__(self) -> None:
        self._early = 0
        self._total = 0

    def note(self, *, early: int, total: int) -> None:
        """Count ``total`` answers, of which ``early`` came to the first asking."""
        self._early += early
        self._total += total

    @property
    def share(self) -> float:
        """The share of first askings of those who answer that went unanswered."""
        return 1 - self._early / self._total if self._total else 0.0

    @property
    def serious(self) -> bool:
        """True when what is missing, of answers that came too, is rather lost than not there."""
        return self.share >= SERIOUS

    def askings(self, least: int, most: int) -> int:
        """Return how often everything silent is to be asked, from ``least`` to ``most``.

        Were q the share of askings that go unanswered on the way, n of them miss as many answers as there were times
        q to the power of n; n is the least that brings this below what may be missing. The share is taken one
        standard error higher and smoothed by half an answer (Jeffreys' prior), for few answers prove little.
        """
        if not self._total:
            return least
        error = math.sqrt(self.share * (1 - self.share) / self._total)
        lost = max(self.share + error, (self._total - self._early + 0.5) / (self._total + 1))
        if lost >= 1:
            return most
        missing = MISSING_WHERE_LOSSY if self._early < self._total else MISSING
        return max(least, min(most, math.ceil(math.log(missing / self._total) / math.log(lost))))
