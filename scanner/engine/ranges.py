"""Sets of addresses as sorted, disjoint intervals: exact counts, O(log n) look-ups and flat memory at any size."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    summarize_address_range,
)
from typing import NamedTuple

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class Span(NamedTuple):
    """The addresses ``first`` to ``last``, both included, of one IP version (4 or 6)."""

    version: int
    first: int
    last: int


def read_address(text: str) -> Address | None:
    """Return the address ``text`` stands for, or None when it is not one.

    An IPv4 address written as IPv6 (``::ffff:10.0.0.1``) is returned as IPv4: the kernel sends to the same host.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def single(address: Address) -> Span:
    """Return ``address`` alone."""
    return Span(address.version, int(address), int(address))


def span(network: Network) -> Span:
    """Return the whole of ``network``."""
    return Span(network.version, int(network.network_address), int(network.broadcast_address))


class Ranges:
    """An immutable set of addresses; overlapping and adjoining spans are merged."""

    __slots__ = ("_firsts", "_lasts")

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        self._firsts: dict[int, list[int]] = {4: [], 6: []}
        self._lasts: dict[int, list[int]] = {4: [], 6: []}
        for version, first, last in sorted(spans):
            firsts, lasts = self._firsts[version], self._lasts[version]
            if lasts and first <= lasts[-1] + 1:
                lasts[-1] = max(lasts[-1], last)
            else:
                firsts.append(first)
                lasts.append(last)

    @property
    def count(self) -> int:
        """How many addresses there are; may exceed what ``len`` can return."""
        return sum(last - first + 1 for _, first, last in self.spans())

    def spans(self) -> Iterator[Span]:
        """Yield the disjoint spans in order, IPv4 first."""
        for version in (4, 6):
            for first, last in zip(self._firsts[version], self._lasts[version], strict=True):
                yield Span(version, first, last)

    def __bool__(self) -> bool:
        return any(self._firsts.values())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ranges) and list(self.spans()) == list(other.spans())

    def __hash__(self) -> int:
        return hash(tuple(self.spans()))

    def __repr__(self) -> str:
        return f"Ranges({list(self.spans())!r})"

    def __contains__(self, address: Address) -> bool:
        number = int(address)
        at = bisect_right(self._firsts[address.version], number) - 1
        return at >= 0 and number <= self._lasts[address.version][at]

    def __iter__(self) -> Iterator[str]:
        """Yield every address as canonical text, one at a time."""
        for version, first, last in self.spans():
            kind = IPv4Address if version == 4 else IPv6Address  # noqa: PLR2004 - the IP version
            for number in range(first, last + 1):
                yield str(kind(number))

    def __or__(self, other: Ranges) -> Ranges:
        """Return the addresses of either."""
        return Ranges([*self.spans(), *other.spans()])

    def __sub__(self, other: Ranges) -> Ranges:
        """Return the addresses of this set that are not in ``other``."""
        return Ranges(self._without(other))

    def __and__(self, other: Ranges) -> Ranges:
        """Return the addresses of both."""
        return self - (self - other)

    def pieces(self, size: int) -> Iterator[Ranges]:
        """Yield the set in order, ``size`` addresses at a time."""
        spans: list[Span] = []
        room = size
        for version, first, last in self.spans():
            while first <= last:
                end = min(last, first + room - 1)
                spans.append(Span(version, first, end))
                room -= end - first + 1
                first = end + 1  # noqa: PLW2901 - the rest of the same span
                if not room:
                    yield Ranges(spans)
                    spans, room = [], size
        if spans:
            yield Ranges(spans)

    def part(self, number: int, parts: int) -> Ranges:
        """Return the ``number``-th (from 1) of ``parts`` parts whose sizes differ by one at most, in order."""
        count = self.count
        before, after = count * (number - 1) // parts, count * number // parts
        skipped = next(self.pieces(before), Ranges()) if before else Ranges()
        return next((self - skipped).pieces(after - before), Ranges()) if after > before else Ranges()

    def networks(self) -> Iterator[Network]:
        """Yield the fewest networks that make up the set."""
        for version, first, last in self.spans():
            if version == 4:  # noqa: PLR2004 - the IP version
                yield from summarize_address_range(IPv4Address(first), IPv4Address(last))
            else:
                yield from summarize_address_range(IPv6Address(first), IPv6Address(last))

    def _without(self, other: Ranges) -> Iterator[Span]:
        for version, first, last in self.spans():
            firsts, lasts = other._firsts[version], other._lasts[version]
            start = first
            at = max(bisect_right(firsts, first) - 1, 0)
            while at < len(firsts) and firsts[at] <= last:
                if lasts[at] >= start:
                    if firsts[at] > start:
                        yield Span(version, start, firsts[at] - 1)
                    start = lasts[at] + 1
                at += 1
            if start <= last:
                yield Span(version, start, last)
