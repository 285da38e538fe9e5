"""The raw sweep of a scope: spans by the way they leave, neighbours looked up first, answers checked against the scope.

What cannot be swept so (loopback, this machine's own addresses, ways that are not Ethernet, a gateway that does not
answer) is left over for ordinary connections.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING

from scanner.engine.ranges import Ranges, single, span
from scanner.engine.request import Request
from scanner.engine.scope import Refused, Scope
from scanner.engine.tally import Tally
from scanner.model.observation import Endpoint
from scanner.model.outcome import OutcomeKind
from scanner.transports import routes
from scanner.transports.interfaces import interfaces
from scanner.transports.manners import Manners
from scanner.transports.pace import Pace
from scanner.transports.privilege import NotPrivileged

if TYPE_CHECKING:
    from scanner.transports import raw

Found = tuple[str, int, OutcomeKind]


class Bulk:
    """The raw sweeps of one scan. Raises NotPrivileged from ``sweep`` without CAP_NET_RAW."""

    def __init__(self, request: Request, scope: Scope, tally: Tally, pace: Pace, manners: Manners) -> None:
        self._request = request
        self._scope = scope
        self._tally = tally
        self._pace = pace
        self._manners = manners
        self._macs: dict[tuple[str, str], str | None] = {}
        self.left = Ranges()
        """What the last sweep could not ask."""
        self.neighbours: dict[str, str] = {}
        """Address → MAC of the neighbours that answered."""

    async def sweep(self, addresses: Ranges, ports: Sequence[int]) -> AsyncGenerator[Found, None]:
        """Yield (address, port, ``answered`` or ``refused``) for what answers; ``left`` is what could not be asked."""
        ordinary = await asyncio.to_thread(_own)
        self.left = addresses & ordinary
        addresses = addresses - ordinary
        for part, interface, gateway in _split(addresses & self._scope.swept, await asyncio.to_thread(routes.routes)):
            for version in (4, 6):
                some = Ranges(one for one in part.spans() if one.version == version)
                if some:
                    async for found in self._sweep(some, interface, gateway, ports):
                        yield found

    async def _sweep(
        self, addresses: Ranges, interface: str, gateway: str | None, ports: Sequence[int]
    ) -> AsyncGenerator[Found, None]:
        """Sweep addresses of one IP version that leave by one way."""
        from scanner.transports import raw  # noqa: PLC0415 - numpy, which only this needs

        way = await self._way(addresses, interface, gateway)
        if way is None:
            self.left |= addresses
            return
        spans = self._scope.permit_spans(addresses)
        host, subnet = self._request.host_rate, self._request.subnet_rate
        told = raw.Sweep()
        try:
            hops = None
            if way.hop is None:
                hops = {}
                async for batch in raw.neighbours(spans, way, pace=self._pace, per_host=host, per_subnet=subnet):
                    for (address, _, _), mac in zip(batch, batch.macs, strict=True):
                        hops[address] = mac.tobytes().hex(":")
                self.neighbours |= hops
            async for batch in raw.sweep(
                spans, ports, way, pace=self._pace, per_host=host, per_subnet=subnet, hops=hops, told=told
            ):
                for found in batch:
                    yield found
        except NotPrivileged:
            raise
        except OSError as error:
            self._tally.trouble(f"{interface}: the raw sweep failed, ordinary connections were used: {error}")
            self.left |= addresses
        self._report(told, interface)

    def _report(self, told: raw.Sweep, interface: str) -> None:
        self._tally.spared |= told.spared
        for address in told.left:
            self._manners.leave(address)
        if told.left:
            why = "stopped answering while it was asked, and was left alone: not all ports tried"
            self._tally.miss(why, len(told.left))
        if told.dropped:
            self._tally.trouble(f"{interface}: {told.dropped:,} answers found no room and were asked for again")

    async def _way(self, addresses: Ranges, interface: str, gateway: str | None) -> raw.Way | None:
        """Return how frames to ``addresses`` leave, or None when they cannot."""
        from scanner.transports import raw  # noqa: PLC0415 - numpy, which only this needs

        first = _middle(addresses)
        told = await asyncio.to_thread(routes.ask, first)
        if told is None or (told[0], told[2]) != (interface, gateway):
            return None  # the kernel knows better: rules by source or mark
        if gateway is None:
            return raw.Way(interface, told[1])
        key = (gateway, interface)
        if key not in self._macs:
            endpoint = self._scope.permit(Endpoint(first, "tcp", self._request.ports[0]))
            if isinstance(endpoint, Refused):
                return None
            self._macs[key] = await asyncio.to_thread(routes.resolve, gateway, interface, endpoint)
        mac = self._macs[key]
        return None if mac is None else raw.Way(interface, told[1], mac)


def _own() -> Ranges:
    """Return what never leaves this machine: its own addresses, and the whole networks of its loopback."""
    return Ranges(
        span(address.network) if interface.loopback else single(address.ip)
        for interface in interfaces()
        for address in interface.addresses
    )


def _middle(addresses: Ranges) -> str:
    """Return an address that is not likely to be special: one in the middle of the first span."""
    version, first, last = next(addresses.spans())
    return str((IPv4Address if version == 4 else IPv6Address)((first + last) // 2))  # noqa: PLR2004 - the IP version


def _split(addresses: Ranges, table: Sequence[routes.Route]) -> list[tuple[Ranges, str, str | None]]:
    """Return ``addresses`` by the route that each takes; what has none is in a part without an interface."""
    parts = []
    for route in table:
        part = addresses & Ranges([span(route.network)])
        if part:
            addresses = addresses - part
            parts.append((part, route.interface, route.gateway))
    if addresses:
        parts.append((addresses, "", None))
    return parts
