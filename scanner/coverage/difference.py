"""What another day, policy or database says otherwise of the same observations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from scanner.model.finding import Finding
from scanner.model.measure import VerdictLevel


class Difference(msgspec.Struct, frozen=True):
    """One host, one measure, two verdicts. None: that side does not ask the measure, or does not know the host."""

    host: str
    maker: str
    """For people; empty when neither side names one."""
    measure: str
    before: VerdictLevel | None
    after: VerdictLevel | None
    reason: str
    """Of the later verdict, or of the earlier where there is no later one."""


def differences(before: Iterable[Finding], after: Iterable[Finding]) -> Iterator[Difference]:
    """Yield every verdict that differs, by host in order of appearance, then by measure."""
    old = {finding.host: finding for finding in before}
    new = {finding.host: finding for finding in after}
    for host in dict.fromkeys((*old, *new)):
        one, other = old.get(host), new.get(host)
        was = {verdict.measure: verdict for verdict in one.verdicts} if one is not None else {}
        now = {verdict.measure: verdict for verdict in other.verdicts} if other is not None else {}
        for measure in dict.fromkeys((*was, *now)):
            left, right = was.get(measure), now.get(measure)
            levels = (left.verdict if left else None, right.verdict if right else None)
            shown = right or left
            if levels[0] != levels[1] and shown is not None:
                yield Difference(host, _maker(other) or _maker(one), measure, *levels, shown.reason)


def _maker(finding: Finding | None) -> str:
    named = finding.identification.manufacturer if finding is not None else None
    return named.name if named is not None else ""
