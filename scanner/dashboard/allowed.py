"""What a scan from the dashboard may be: of targets, ports and speeds the operator named at start, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from scanner.engine.ports import parse
from scanner.engine.ranges import Ranges
from scanner.engine.targets import TargetError, literals, split


class NotAllowed(ValueError):  # noqa: N818 - it is what is told
    """What is asked for is not among what is allowed. The text is one line that says what to do."""


class Allowed:
    """The targets of ``--allow``: addresses, networks and ranges, or names and interfaces to be given just as written.

    No name that a browser sends is looked up: it could mean one thing when it is checked, and another when scanned.
    ``ports`` are lists as ``--ports`` takes them, ``speeds`` names of SPEEDS: one of each is chosen, just as written.
    """

    def __init__(
        self, expressions: Sequence[str], ports: Sequence[str] = ("camera",), speeds: Sequence[str] = ("gentle",)
    ) -> None:
        self.ports = tuple(ports)
        self.speeds = tuple(speeds)
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

    def check_ports(self, text: str) -> tuple[int, ...]:
        """Return the ports of one of the lists, of the first when ``text`` is empty; NotAllowed for another."""
        return parse(_chosen(text, self.ports, "list of ports"))

    def check_speed(self, text: str) -> str:
        """Return one of the speeds, the first when ``text`` is empty; NotAllowed for another."""
        return _chosen(text, self.speeds, "speed")

    def _holds(self, word: str) -> bool:
        try:
            wanted = literals(word)
        except TargetError:
            return False
        return not wanted - self._ranges


def _chosen(text: str, choice: Sequence[str], what: str) -> str:
    if not text:
        return choice[0]
    if text not in choice:
        raise NotAllowed(f"{text}: not an allowed {what}; allowed are {' · '.join(choice)}")
    return text
