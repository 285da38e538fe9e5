"""What the bars of a summary are made of: how many devices, and how many of them with which verdict."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Final, NamedTuple

from scanner.model.measure import VerdictLevel
from scanner.reports.rows import WORST_FIRST, Row

MAX_BARS: Final = 12
"""Bars of one plot; the rest are counted together."""
_FOUND: Final[tuple[VerdictLevel, ...]] = ("covered", "likely", "review")
"""Verdicts that ask something of the reader; where there are most of them comes first."""
_NUMBERS: Final = re.compile(r"([0-9]{1,9})")
_SITE_IPV4: Final = 24
_SITE_IPV6: Final = 64
"""Prefix lengths of what is usually one link, so that a plot by subnet tells where to go."""


class Part(NamedTuple):
    """The piece of a bar that one verdict takes, in percent of the plot's width."""

    level: VerdictLevel
    start: float
    width: float
    devices: int


class Bar(NamedTuple):
    """One line of a plot. ``name`` may come from a device: callers make it inert."""

    name: str
    devices: int
    parts: tuple[Part, ...]


def by_verdict(rows: Iterable[Row]) -> list[Bar]:
    """Return a bar for every verdict, the worst first, also for those that no device has."""
    counts = Counter(row.level for row in rows)
    return _bars([(level, {level: counts[level]}) for level in WORST_FIRST])


def by_maker(rows: Iterable[Row]) -> list[Bar]:
    """Return a bar for each maker, that with most covered, likely and review first."""
    return _grouped(rows, lambda row: row.maker or "unknown", "makers")


def by_subnet(rows: Iterable[Row]) -> list[Bar]:
    """Return a bar for each subnet, that with most covered, likely and review first."""
    return _grouped(rows, lambda row: subnet(row.address), "subnets")


def subnet(address: str) -> str:
    """Return the /24 or /64 that ``address`` lies in; empty for a label that is no address."""
    try:
        known = ip_address(address)
    except ValueError:
        return ""
    length = _SITE_IPV4 if isinstance(known, IPv4Address) else _SITE_IPV6
    # Without its zone, which ``packed`` leaves out: fe80::1%eth0 lies in fe80::/64.
    return str(ip_network((known.packed, length), strict=False))


def _grouped(rows: Iterable[Row], key: Callable[[Row], str], many: str) -> list[Bar]:
    counts: dict[str, Counter[VerdictLevel]] = defaultdict(Counter)
    for row in rows:
        counts[key(row)][row.level] += 1
    ranked = sorted(counts.items(), key=lambda each: (-_found(each[1]), -each[1].total(), _natural(each[0])))
    # One more takes no more room than the line that stands for the rest.
    most = len(ranked) if len(ranked) == MAX_BARS + 1 else MAX_BARS
    shown, rest = ranked[:most], ranked[most:]
    bars = _bars(shown)
    if rest:
        # Without a bar: the sum of many would dwarf every single one.
        bars.append(Bar(f"{len(rest)} other {many}", sum(some.total() for _, some in rest), ()))
    return bars


def _found(counts: Mapping[VerdictLevel, int]) -> int:
    return sum(counts.get(level, 0) for level in _FOUND)


def _natural(name: str) -> tuple[tuple[int, int | str], ...]:
    """Return what sorts 10.0.9.0 before 10.0.10.0, and letters whatever their case."""
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in _NUMBERS.split(name.casefold()) if part)


def _bars(counts: Sequence[tuple[str, Mapping[VerdictLevel, int]]]) -> list[Bar]:
    longest = max((sum(some.values()) for _, some in counts), default=0) or 1
    bars = []
    for name, some in counts:
        start, parts = 0.0, []
        for level in WORST_FIRST:
            if count := some.get(level, 0):
                width = 100 * count / longest
                parts.append(Part(level, round(start, 2), round(width, 2), count))
                start += width
        bars.append(Bar(name, sum(some.values()), tuple(parts)))
    return bars
