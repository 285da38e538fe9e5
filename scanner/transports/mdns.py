"""Multicast DNS service discovery, with zeroconf."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import suppress
from ipaddress import IPv4Interface
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from scanner.model.dialogue import Fact
from scanner.protocols._text import clean, read_text
from scanner.protocols.mdns import HOST, INSTANCE, MAX_TXT, SERVICE, SERVICE_TYPES, TXT
from scanner.transports.interfaces import interfaces as all_interfaces

if TYPE_CHECKING:
    from zeroconf import ServiceStateChange, Zeroconf
    from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo

ALL_TYPES: Final = "_services._dns-sd._udp.local."
"""The question for all service types. RFC 6763 section 9."""
MAX_TYPES: Final = 256
"""Service types browsed: a busy network has a few dozen, and each costs repeated questions."""
MAX_INSTANCES: Final = 4096
"""Instances asked about: ten services on each of four hundred devices."""
MAX_ADDRESSES: Final = 16
"""Addresses of one instance."""
ANSWER_SECONDS: Final = 3.0
"""For the details of one instance, which zeroconf asks for three times."""


async def browse(
    interfaces: Sequence[str] | None, *, wait: float
) -> AsyncGenerator[tuple[str, tuple[Fact, ...]], None]:
    """Browse for ``wait`` seconds, then yield each instance found as (address, facts), once for each of its addresses.

    ``interfaces`` are names or own IPv4 addresses; None for all but loopback. Link-local IPv6 addresses have their
    scope id. The address is the instance's own claim: the caller checks the scope. Questions go out over IPv4. Yields
    nothing when multicast cannot be had.
    """
    async with asyncio.TaskGroup() as group:
        searches = [group.create_task(_collect(some, wait)) for some in _turns(_own(interfaces))]
    for info in (one for search in searches for one in search.result()):
        facts = tuple(_facts(info))
        for address in info.parsed_scoped_addresses()[:MAX_ADDRESSES]:
            yield address, facts


async def _collect(own: list[str], wait: float) -> list[AsyncServiceInfo]:
    from zeroconf.asyncio import AsyncZeroconf  # noqa: PLC0415 - eighty milliseconds, and only here

    try:
        client = AsyncZeroconf(interfaces=own)
    except (OSError, RuntimeError):
        return []
    try:
        async with asyncio.TaskGroup() as group:
            search = _Search(client.zeroconf, group, asyncio.get_running_loop().time() + wait)
            for name in (ALL_TYPES, *(f"{one}.local." for one in SERVICE_TYPES)):
                search.browse(name)
            await asyncio.sleep(wait)
        for browser in search.browsers:
            await browser.async_cancel()
    finally:
        await client.async_close()
    return search.found


class _Search:
    """What zeroconf calls back: types lead to browsers, instances to questions, answers to ``found``."""

    def __init__(self, client: Zeroconf, group: asyncio.TaskGroup, until: float) -> None:
        self.browsers: list[AsyncServiceBrowser] = []
        self.found: list[AsyncServiceInfo] = []
        self._client = client
        self._group = group
        self._until = until
        self._types: set[str] = set()
        self._instances: set[str] = set()

    def browse(self, service_type: str) -> None:
        from zeroconf import BadTypeInNameException  # noqa: PLC0415 - loaded by _collect
        from zeroconf.asyncio import AsyncServiceBrowser  # noqa: PLC0415

        if service_type not in self._types and len(self._types) < MAX_TYPES:
            self._types.add(service_type)
            with suppress(BadTypeInNameException):
                self.browsers.append(AsyncServiceBrowser(self._client, service_type, handlers=[self.hear]))

    def hear(
        self,
        zeroconf: Zeroconf,  # noqa: ARG002 - zeroconf passes all four by name
        service_type: str,
        name: str,
        state_change: ServiceStateChange,
    ) -> None:
        if state_change.name == "Removed" or asyncio.get_running_loop().time() >= self._until:
            return
        if service_type == ALL_TYPES:
            self.browse(name)
        elif name not in self._instances and len(self._instances) < MAX_INSTANCES:
            self._instances.add(name)
            self._group.create_task(self._ask(service_type, name))

    async def _ask(self, service_type: str, name: str) -> None:
        from zeroconf import BadTypeInNameException  # noqa: PLC0415 - loaded by _collect
        from zeroconf.asyncio import AsyncServiceInfo  # noqa: PLC0415

        seconds = max(0.1, min(ANSWER_SECONDS, self._until - asyncio.get_running_loop().time()))
        with suppress(OSError, BadTypeInNameException):
            info = AsyncServiceInfo(service_type, name)
            await info.async_request(self._client, seconds * 1000)
            self.found.append(info)


def _own(interfaces: Sequence[str] | None) -> Iterator[list[str]]:
    """Yield the IPv4 addresses to ask from, interface by interface."""
    for interface in all_interfaces():
        addresses = [str(one.ip) for one in interface.addresses if isinstance(one, IPv4Interface)]
        if interfaces is None:
            yield [] if interface.loopback else addresses
        else:
            yield [one for one in addresses if interface.name in interfaces or one in interfaces]


def _turns(own: Iterable[Sequence[str]]) -> Iterator[list[str]]:
    """Yield the first address of each interface, then the second of those that have one, and so on.

    A client of zeroconf joins the group once an interface, and does not ask from the other addresses of it.
    """
    for turn in zip_longest(*own):
        yield [address for address in turn if address is not None]


def _facts(info: AsyncServiceInfo) -> Iterator[Fact]:
    yield Fact(SERVICE, clean(info.type))
    instance = info.name.removesuffix(f".{info.type}")
    if clean(instance):
        yield Fact(INSTANCE, clean(instance))
    if info.server and clean(info.server):
        yield Fact(HOST, clean(info.server))
    for _, (key, value) in zip(range(MAX_TXT), info.properties.items(), strict=False):
        text = clean(read_text(key if value is None else key + b"=" + value))
        if text:
            yield Fact(TXT, text)
