"""What the living are called: asked of the groups of their link, and of the system's name servers where wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from ipaddress import IPv4Interface, IPv6Interface
from typing import Final
from uuid import uuid4

import msgspec

from scanner.engine.journal import Journal
from scanner.engine.ranges import read_address
from scanner.engine.request import Request
from scanner.engine.scope import Refused
from scanner.model.dialogue import Fact, Malformed, NameSpec, Spec
from scanner.model.observation import Endpoint, Field
from scanner.model.permitted import Permitted
from scanner.transports import multicast
from scanner.transports.interfaces import Interface
from scanner.transports.pace import Pace
from scanner.transports.resolve import reverse

DNS: Final = "dns"
PORT: Final = 53
NAME: Final = Field("name.dns")
WAIT: Final = 1.0
"""Seconds to wait for the owner of a name: LLMNR_TIMEOUT, RFC 4795 section 7."""
MAX_UNANSWERED: Final = 3
"""Questions in a row that name servers leave unanswered, ten seconds each, after which they are left alone."""
TOGETHER: Final = 16
"""Questions to name servers at a time: they are somebody else's."""


class Names:
    """The naming side of one scan; ``links`` are the interfaces to ask on."""

    def __init__(
        self, request: Request, journal: Journal, pace: Pace, links: Sequence[Interface], specs: Iterable[Spec]
    ) -> None:
        self._request = request
        self._journal = journal
        self._pace = pace
        self._links = tuple(links)
        wanted = request.discovery
        self._specs = [spec for spec in specs if isinstance(spec, NameSpec) and (wanted is None or spec.name in wanted)]
        self._asked: set[str] = set()
        self._unanswered = 0
        self._slots = asyncio.Semaphore(TOGETHER)

    async def ask(self, addresses: Sequence[str]) -> None:
        """Ask for the names of those of ``addresses``, which are alive, that were not asked about yet."""
        addresses = [address for address in addresses if address not in self._asked]
        self._asked.update(addresses)
        async with asyncio.TaskGroup() as tasks:
            for spec in self._specs:
                for link, own in self._sources():
                    tasks.create_task(self._call(spec, link, own, addresses))
            if self._request.dns:
                for address in addresses:
                    tasks.create_task(self._look_up(address))

    def _sources(self) -> Iterator[tuple[Interface, IPv4Interface | IPv6Interface]]:
        for link in self._links:
            for own in link.addresses:
                yield link, own

    async def _call(
        self, spec: NameSpec, link: Interface, own: IPv4Interface | IPv6Interface, addresses: Sequence[str]
    ) -> None:
        """Ask the groups for the names of those of ``addresses`` that are in the network of ``own``."""
        near = (_read_near(address, link, own) for address in addresses)
        waiting = dict.fromkeys(bare for bare in near if bare is not None)
        groups = list(self._permitted(spec, own.version))
        if not waiting or not groups:
            return
        async for datagram in multicast.ask(
            groups,
            lambda: tuple(spec.encode(uuid4(), bare) for bare in waiting),
            interfaces=[msgspec.structs.replace(link, addresses=(own,))],
            wait=WAIT,
            passes=self._request.passes,
            spacing=WAIT,
            source_port=None,
            broadcast=False,
            pace=self._pace,
        ):
            if self._journal.hear(spec, datagram):
                for bare in _read_subjects(spec, datagram.payload):
                    waiting.pop(bare, None)
        self._journal.tally.count(spec.name, "timed-out", len(waiting))

    def _permitted(self, spec: NameSpec, version: int) -> Iterator[Permitted]:
        for name in spec.groups:
            group = self._journal.scope.permit_group(spec, name)
            known = read_address(name)
            if not isinstance(group, Refused) and known is not None and known.version == version:
                yield group

    async def _look_up(self, address: str) -> None:
        """Ask a name server; what it says is hearsay."""
        known = read_address(address)
        if known is None or known.is_link_local:  # which no name server knows of
            return
        async with self._slots:
            if self._unanswered >= MAX_UNANSWERED:
                self._journal.tally.trouble("the name servers of this system do not answer: not all names were asked")
                return
            await self._pace.wait()
            kind, server, names = await reverse(address)
            self._unanswered = self._unanswered + 1 if kind == "timed-out" else 0
        if server:
            facts = [Fact(NAME, name, subject=address) for name in names]
            self._journal.tell(self._journal.visit(address), DNS, Endpoint(server, "udp", PORT), facts)
        self._journal.conclude(Endpoint(address), DNS, kind)


def _read_subjects(spec: NameSpec, payload: bytes) -> Iterator[str]:
    with suppress(Malformed):
        yield from (fact.subject for fact in spec.decode(payload) if fact.subject is not None)


def _read_near(address: str, link: Interface, own: IPv4Interface | IPv6Interface) -> str | None:
    """Return ``address`` without its scope id when it is in the network of ``own``, and not this machine's."""
    bare, _, zone = address.partition("%")
    known = read_address(bare)
    near = known is not None and known in own.network and known != own.ip and zone in {"", link.name}
    return bare if near else None
