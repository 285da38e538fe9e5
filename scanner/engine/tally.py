"""Counts what was asked and reached, so that coverage can be told at any moment."""

from __future__ import annotations

from collections import Counter
from typing import Final

import msgspec

from scanner.engine.scope import Scope
from scanner.model.finding import Coverage
from scanner.model.outcome import OutcomeKind

INTERRUPTED: Final = "the scan was interrupted"


def join(before: Coverage, alive: int, after: Coverage) -> Coverage:
    """Return the coverage of a scan that was resumed: ``before`` as last told, with ``alive`` hosts then done.

    Those outside are among them, and answer again.
    """
    outcomes = {probe: Counter(kinds) for probe, kinds in before.outcomes.items()}
    for probe, kinds in after.outcomes.items():
        outcomes[probe] = outcomes.get(probe, Counter()) + Counter(kinds)
    missed = [line for line in before.not_reached if not line.endswith(INTERRUPTED)]
    return msgspec.structs.replace(
        after,
        alive=max(0, alive - before.outside) + after.alive,
        outcomes={probe: dict(sorted(kinds.items())) for probe, kinds in sorted(outcomes.items())},
        not_reached=tuple(dict.fromkeys([*missed, *after.not_reached])),
        out_of_scope_answers=before.out_of_scope_answers + after.out_of_scope_answers,
        repeated=dict(sorted((Counter(before.repeated) + Counter(after.repeated)).items())),
        spared=tuple(dict.fromkeys([*before.spared, *after.spared])),
        outside=max(before.outside, after.outside),
    )


class Tally:
    """The running counts of one scan."""

    def __init__(self) -> None:
        self.scope: Scope | None = None
        self.ports: tuple[int, ...] = ()
        self.visited = 0
        self.alive = 0
        self.done = 0
        self.strangers = 0
        """Answers from outside the scope."""
        self.outside = 0
        """Devices that answered from another subnet."""
        self.spared: dict[str, None] = {}
        """One line on each host and subnet that was asked more slowly."""
        self._outcomes: dict[str, Counter[OutcomeKind]] = {}
        self._repeated: Counter[str] = Counter()
        self._missed: Counter[str] = Counter()
        self._troubles: dict[str, None] = {}

    def count(self, probe: str, kind: OutcomeKind, times: int = 1) -> None:
        """Count outcomes of one probe."""
        if times:
            self._outcomes.setdefault(probe, Counter())[kind] += times

    def repeat(self, probe: str, times: int = 1) -> None:
        """Count questions asked again."""
        self._repeated[probe] += times

    def miss(self, reason: str, times: int = 1) -> None:
        """Count addresses that were not, or not wholly, asked, and why."""
        self._missed[reason] += times

    def trouble(self, line: str) -> None:
        """Keep one line on something that could not be done at all; the same line counts once."""
        self._troubles[line] = None

    def coverage(self, *, finished: bool) -> Coverage:
        """Return the counts so far; unless ``finished``, the rest of the scope is named as not reached."""
        scope = self.scope
        if scope is None:
            return Coverage(not_reached=("nothing was asked: the scan did not begin",))
        total = scope.addresses
        lines = [*self._troubles, *(f"{_addresses(count)}: {reason}" for reason, count in self._missed.items())]
        if scope.public:
            lines.append(f"{_addresses(scope.public)}: not asked, for public address space needs --allow-public")
        left = scope.swept.count - self.visited
        if not finished and left > 0:
            lines.append(f"{_addresses(left)}: not reached, {INTERRUPTED}")
        if not finished and self.done < self.alive:
            lines.append(f"{_addresses(self.alive - self.done)}: not asked to the end, {INTERRUPTED}")
        return Coverage(
            addresses=total,
            excluded=scope.excluded,
            alive=self.alive,
            ports=self.ports,
            outcomes={probe: dict(sorted(kinds.items())) for probe, kinds in sorted(self._outcomes.items())},
            not_reached=tuple(lines),
            out_of_scope_answers=self.strangers,
            repeated={probe: times for probe, times in sorted(self._repeated.items()) if times},
            spared=tuple(self.spared),
            outside=self.outside,
        )


def _addresses(count: int) -> str:
    return f"{count:,} address{'' if count == 1 else 'es'}"
