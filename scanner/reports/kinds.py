"""Many devices in few lines, for what people read page by page: those alike together, their addresses as ranges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import IPv4Address
from typing import Final, NamedTuple

from scanner.model.measure import VerdictLevel
from scanner.reports.plots import subnet
from scanner.reports.rows import WORST_FIRST, Row

MAX_KINDS: Final = 300
"""Kinds that are told apart: some fifteen pages."""
VARIOUS: Final = "various models"
"""The model of devices that are not told apart."""
MAX_PLACES: Final = 256
"""Places listed of one kind: an IPv4 /16 has as many subnets, which take some fifteen pages at most."""
LABELS: Final = 20
"""Addresses in one place that are no IPv4, and so make no ranges: their line stays as short as others."""
MAX_LABEL: Final = 60
"""Characters of one of them: an IPv6 address with its zone fits."""

_Alike = tuple[VerdictLevel, str, str, str, str]


class Place(NamedTuple):
    """Where some devices are. ``hosts`` may come from a device: callers make it inert."""

    subnet: str
    """As ``10.0.3.0/24``; empty for labels that are no addresses, and for what stands for many subnets."""
    hosts: str
    """As ``10.0.3.1-3, 7, 12``; what is no IPv4 address is written out."""
    devices: int


class Kind(NamedTuple):
    """Devices of which a list says the same. Texts may come from a device: callers make them inert."""

    level: VerdictLevel
    maker: str
    brand: str
    model: str
    device_class: str
    rows: tuple[Row, ...]

    @property
    def places(self) -> list[Place]:
        """Where they are, MAX_PLACES at most."""
        return places((row.address for row in self.rows), MAX_PLACES)


def kinds(rows: Iterable[Row], most: int = MAX_KINDS) -> list[Kind]:
    """Return the kinds of ``rows``: the worst verdict first, then the most devices.

    Behind the first ``most`` come the other devices by verdict and maker alone: catalogues bound those, devices do not
    bound how many models they name.
    """
    found: dict[_Alike, list[Row]] = defaultdict(list)
    for row in rows:
        kind = row.finding.identification.device_class
        found[row.level, row.maker, row.brand, row.model, kind.name if kind else ""].append(row)
    made = _sorted(found)
    rest: dict[_Alike, list[Row]] = defaultdict(list)
    for each in made[most:]:
        rest[each.level, each.maker, "", VARIOUS, ""] += each.rows
    return made[:most] + _sorted(rest)


def places(addresses: Iterable[str], most: int) -> list[Place]:
    """Return where ``addresses`` are, subnet by subnet; the last of ``most`` stands for all the others."""
    found: dict[str, list[str]] = defaultdict(list)
    for address in addresses:
        found[subnet(address)].append(address)
    listed = [place for net, some in found.items() for place in _places(net, some)]
    if len(listed) <= most:
        return listed
    left = sum(each.devices for each in listed[most - 1 :])
    return [*listed[: most - 1], Place("", f"and {left} more", left)]


def _sorted(found: Mapping[_Alike, Sequence[Row]]) -> list[Kind]:
    made = [Kind(*alike, tuple(some)) for alike, some in found.items()]
    return sorted(made, key=lambda each: (WORST_FIRST.index(each.level), -len(each.rows)))


def _places(net: str, addresses: Sequence[str]) -> Iterator[Place]:
    try:
        numbers = sorted({int(IPv4Address(address)) for address in addresses})
    except ValueError:
        for start in range(0, len(addresses), LABELS):
            some = [address[:MAX_LABEL] for address in addresses[start : start + LABELS]]
            yield Place(net, ", ".join(some), len(some))
        return
    prefix = f"{IPv4Address(numbers[0])}".rpartition(".")[0]
    yield Place(net, f"{prefix}." + ", ".join(_ranges([number & 0xFF for number in numbers])), len(addresses))


def _ranges(numbers: Sequence[int]) -> Iterator[str]:
    """Yield ascending numbers as ``1-3``, ``7``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    for run in runs:
        yield f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}"
