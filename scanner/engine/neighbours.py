"""What routers and switches say of others, asked by SNMP of those that the operator gave access to.

Each is asked once, with the one account that is for it. Those named singly are asked as soon as the first addresses
have been tried, when a router has just looked up who it forwarded to, and again at the end when there were more.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

import msgspec

from scanner.engine.events import HostDone
from scanner.engine.journal import MAC, OPEN_UDP, Journal
from scanner.engine.ranges import read_address
from scanner.engine.request import Request
from scanner.engine.scope import Refused
from scanner.engine.visit import Visit
from scanner.model.dialogue import Fact
from scanner.model.observation import Endpoint
from scanner.transports import snmp
from scanner.transports.exchange import Exchange
from scanner.transports.gate import Gate

SNMP: Final = "snmp"
MAX_NAMED: Final = 16
"""Addresses of an entry up to which each is meant: it is asked whether or not it has shown life. Of a larger entry
only the living are."""
TOGETHER: Final = 16
"""Devices being read at a time: the library's arithmetic is this machine's, and a campus has few routers."""
MAX_SHARED: Final = 8
"""Addresses of one hardware address beyond which it is a router that answers for others."""


class Neighbours:
    """The SNMP side of one scan."""

    def __init__(self, request: Request, journal: Journal, gate: Gate) -> None:
        self.reported: set[str] = set()
        """Addresses in scope that somebody has a hardware address for."""
        self._request = request
        self._journal = journal
        self._gate = gate
        self._slots = asyncio.Semaphore(TOGETHER)
        self._asked: set[str] = set()
        self._tellers: dict[str, Visit] = {}
        """Those who spoke of others."""
        self._by_mac: dict[str, set[str]] = defaultdict(set)
        self._unplaced: dict[tuple[str, Fact], None] = {}
        """Who said what of a hardware address whose address is not known yet."""
        self._begun = False

    async def begin(self) -> None:
        """Read those named singly; the first call alone does it."""
        if self._begun:
            return
        self._begun = True
        entries = [entry for entry in self._request.credentials.snmp if entry.addresses.count <= MAX_NAMED]
        await self._read_all(dict.fromkeys(address for entry in entries for address in entry.addresses))

    async def read(self, address: str) -> None:
        """Read one living address, if there is access to it and it was not asked yet."""
        if address not in self._asked:
            await self._read_all([address])

    async def end(self) -> None:
        """Read again, after all other questions, those who spoke of others."""
        before = set(self.reported)
        await self._read_all(list(self._tellers))
        for address in sorted(self.reported - before):
            self._journal.emit(HostDone(address))

    def note(self, address: str, mac: str) -> None:
        """Take in a hardware address that was learnt otherwise, so that what is said of it finds its address."""
        self._by_mac[mac].add(address)

    async def _read_all(self, addresses: Iterable[str]) -> None:
        async with asyncio.TaskGroup() as tasks:
            for address in addresses:
                tasks.create_task(self._read(address))
        self._place()

    async def _read(self, address: str) -> None:
        account = self._request.credentials.find_snmp(address)
        endpoint = Endpoint(address, "udp", snmp.PORT)
        permitted = self._journal.scope.permit(endpoint)
        if account is None or isinstance(permitted, Refused):
            return
        self._asked.add(address)
        async with self._slots:
            exchange = await snmp.read(permitted, account, self._request.limits, self._gate)
        if exchange.kind == "answered":
            self._take(address, endpoint, exchange)
        if exchange.kind == "answered" and exchange.reason is not None:
            self._journal.tally.trouble(f"{address}: what it says by SNMP was not read to its end: {exchange.reason}")
        self._journal.conclude(endpoint, SNMP, exchange.kind, exchange.reason)

    def _take(self, address: str, endpoint: Endpoint, exchange: Exchange) -> None:
        visit = self._tellers.get(address) or self._journal.visit(address)
        visit.heard[SNMP] += 1
        own = [fact for fact in exchange.facts if fact.subject is None]
        visit.say(own)
        self._journal.tell(visit, SNMP, endpoint, [*own, Fact(OPEN_UDP, str(snmp.PORT))], exchange.transcript)
        others = [fact for fact in exchange.facts if fact.subject is not None]
        if others:
            self._tellers[address] = visit
        placed = [fact for fact in others if fact.subject is not None and read_address(fact.subject) is not None]
        self._journal.tell(visit, SNMP, endpoint, placed, exchange.transcript)
        kept = set(placed)
        self._unplaced.update(((address, fact), None) for fact in others if fact not in kept)
        for fact in placed:
            if fact.field == MAC and fact.subject is not None and self._journal.scope.admits(fact.subject):
                self._by_mac[fact.value].add(fact.subject)
                self.reported.add(fact.subject)

    def _place(self) -> None:
        """Tell what was said of hardware addresses whose address is known by now."""
        for address, fact in list(self._unplaced):
            subjects = self._by_mac.get(fact.subject or "", set())
            if subjects:
                del self._unplaced[address, fact]
            if len(subjects) <= MAX_SHARED:
                facts = [msgspec.structs.replace(fact, subject=subject) for subject in sorted(subjects)]
                self._journal.tell(self._tellers[address], SNMP, Endpoint(address, "udp", snmp.PORT), facts)
