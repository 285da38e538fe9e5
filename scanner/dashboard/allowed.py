"""Which targets a scan from the dashboard may have: those the operator named at start, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from scanner.engine.ranges import Ranges
from scanner.engine.targets import TargetError, literals, split


class NotAllowed(ValueError):  # noqa: N818 - it is what is told
    """A target is not among the allowed ones. The text is one line that says what to do."""


class Allowed:
    """The targets of ``--allow``: addresses, networks and ranges, or names and interfaces to be given just as written.

    No name that a browser sends is looked up: it could mean one thing when it is checked, and another when scanned.
    """

    def __init__(self, expressions: Sequence[str]) -> None:
        self.words = tuple(word.text for word in split(expressions))
        self._ranges = Ranges()
        for word in self.words:
            try:
                self._ranges |= literals(word)
            except TargetError:
                continue

    def check(self, text: str) -> tuple[str, ...]:
        """Return the targets in ``text``, one or more to a line; NotAllowed for the first that is none of ours."""
        words = tuple(word.text for word in split(text.split()))
        if not words:
            raise NotAllowed("no target given: name an address, network or range")
        for word in words:
            if word not in self.words and not self._holds(word):
                shown = " ".join(self.words) or "none: start `coveredscan serve` with --allow"
                raise NotAllowed(f"{word}: not an allowed target; allowed are {shown}")
        return words

    def _holds(self, word: str) -> bool:
        try:
            wanted = literals(word)
        except TargetError:
            return False
        return not wanted - self._ranges
