"""Who is alive and which ports are open, batch by batch; the living are probed, and some asked again.

Order of one batch of addresses: who answers on the link; discovery questions and a few likely ports; the other ports
where there is life, or where the scope is small enough; then the questions that ``plan`` derives, until it has none:
those to open ports while discovery still waits for answers, and what its answers add after it.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import IPv4Address
from itertools import chain, islice
from typing import Final

from scanner.engine.bulk import Bulk
from scanner.engine.discovery import Discovery
from scanner.engine.events import HostDone
from scanner.engine.journal import OPEN_TCP, Journal
from scanner.engine.names import Names
from scanner.engine.neighbours import Neighbours
from scanner.engine.probe import Prober, room
from scanner.engine.ranges import Ranges, Span, read_address, single
from scanner.engine.request import Request
from scanner.engine.scope import Refused
from scanner.engine.visit import Visit
from scanner.model.dialogue import Fact
from scanner.model.observation import Endpoint
from scanner.model.outcome import OutcomeKind
from scanner.model.permitted import Permitted
from scanner.transports import nmap, sweep
from scanner.transports.manners import Manners
from scanner.transports.pace import Pace

BATCH: Final = 512
"""Addresses visited at a time: memory stays flat, and Linux holds no more than 1024 neighbours (``gc_thresh3``)."""
PLACES: Final = 1_048_576
"""Addresses times ports of one batch: the outcome of each connect is kept for the length of it, some 100 MB at most."""
RAW_BATCH: Final = 65_536
"""Addresses swept with raw frames before those that answered are visited: findings come early, memory stays flat."""
SAMPLE: Final = (1, 2, 10, 64, 100, 101, 200, 253, 254)
"""Last octets that stand for their /24: gateways, the first of usual pools, and a few in between."""
NMAP_BATCH: Final = 4096
"""Addresses of one nmap run: its result is read as a whole."""
KNOCKS: Final = 5
"""Ports tried on every address before the others: the first of the camera profile are open on most devices."""
HOSTS: Final = 128
"""Addresses being probed at a time: enough to keep PROBES busy while slow devices wait."""
MAX_UNSWEPT: Final = 4096
"""Addresses found by discovery alone (IPv6) that are probed: a hostile neighbour could invent any number."""
MAX_ROUNDS: Final = 6
"""Rounds of probes on a lossy way: TCP repairs most of the loss itself."""
CONNECT: Final = "connect"


class Sweeper:
    """Finds who is alive and which ports are open, batch by batch, and has the living probed."""

    def __init__(
        self,
        request: Request,
        journal: Journal,
        discovery: Discovery,
        pace: Pace,
        *,
        manners: Manners,
        bulk: Bulk,
        neighbours: Neighbours,
        prober: Prober,
        names: Names,
    ) -> None:
        self._request = request
        self._journal = journal
        self._discovery = discovery
        self._neighbours = neighbours
        self._pace = pace
        self._manners = manners
        self._bulk = bulk
        self._prober = prober
        self._names = names
        self._slots = asyncio.Semaphore(HOSTS)
        self._early = asyncio.Semaphore(HOSTS)
        self._concurrency = request.concurrency - room(request)
        self._quiet: list[Visit] = []
        self._batches = 0

    async def visit_all(self) -> None:
        """Visit the whole scope, then again those put by."""
        async with asyncio.TaskGroup() as tasks:
            await self._visit_swept(tasks)
        await self._visit_quiet()
        await self._visit_found()
        if self._batches > 1:
            await self._neighbours.end()

    async def _visit_swept(self, tasks: asyncio.TaskGroup) -> None:
        if self._request.engine == "raw":
            for piece in self._journal.scope.swept.pieces(RAW_BATCH):
                await self._visit_raw(piece, tasks)
        else:
            await self._visit_all_of(self._journal.scope.swept, tasks)

    async def _visit_raw(self, piece: Ranges, tasks: asyncio.TaskGroup) -> None:
        """Sweep ``piece`` with raw frames; visit who answered, and what could not be asked so."""
        answers: dict[str, dict[int, OutcomeKind]] = {}
        asked = await self._sample(piece) if self._request.sample else piece
        async for address, port, kind in self._bulk.sweep(asked, self._request.ports):
            answers.setdefault(address, {})[port] = kind
        for address in self._bulk.neighbours:
            if (known := read_address(address)) is not None and known in asked:
                answers.setdefault(address, {})
        tally, left = self._journal.tally, self._bulk.left
        silent = asked.count - left.count - len(answers)
        tally.count(CONNECT, "timed-out", silent * len(self._request.ports))
        tally.visited += piece.count - left.count - len(answers)
        for address, kinds in answers.items():
            visit = self._journal.visit(address)
            for port in self._request.ports:
                visit.connects[port] = kinds.get(port, "timed-out")
                tally.count(CONNECT, visit.connects[port])
        for addresses in (Ranges(single(known) for one in answers if (known := read_address(one)) is not None), left):
            await self._visit_all_of(addresses, tasks)
        self._journal.progress()

    async def _sample(self, piece: Ranges) -> Ranges:
        """Ask a few addresses of each /24 the likeliest ports; return the /24s where anybody answered, and all IPv6."""
        subnets = [
            Ranges([Span(version, first, last)])
            for version, first, last in piece.spans()
            if version == 6  # noqa: PLR2004 - the IP version
        ]
        few: dict[int, list[Span]] = {}
        for version, first, last in piece.spans():
            if version == 4:  # noqa: PLR2004 - the IP version
                for number in range(first & ~0xFF, last + 1, 256):
                    few.setdefault(number, []).extend(
                        Span(4, number + host, number + host) for host in SAMPLE if first <= number + host <= last
                    )
        alive: set[int] = set()
        sampled = Ranges(one for some in few.values() for one in some)
        async for address, _, _ in self._bulk.sweep(sampled, self._request.ports[:KNOCKS]):
            alive.add(int(IPv4Address(address)) & ~0xFF)
        for address in self._bulk.neighbours:
            if "." in address:
                alive.add(int(IPv4Address(address)) & ~0xFF)
        # A subnet that the sample could not ask is not known to be empty.
        alive.update(first & ~0xFF for _, first, last in self._bulk.left.spans() for first in range(first, last + 1))
        alive.update(number for number, some in few.items() if not some)
        subnets += [piece & Ranges([Span(4, number, number | 0xFF)]) for number in sorted(alive)]
        chosen = Ranges(one for subnet in subnets for one in subnet.spans())
        empty = piece.count - chosen.count
        if empty:
            self._journal.tally.miss(f"in a /24 where none of {len(SAMPLE)} sampled addresses answered", empty)
        return chosen

    async def _visit_all_of(self, ranges: Ranges, tasks: asyncio.TaskGroup) -> None:
        size = batch_size(self._request)
        addresses = iter(ranges)
        while batch := list(islice(addresses, size)):
            await self._visit(batch, tasks)
            self._journal.tally.visited += len(batch)
            self._journal.progress()
            if len(self._quiet) >= BATCH:
                await self._visit_again(tasks)

    async def _visit_quiet(self) -> None:
        while self._quiet:
            async with asyncio.TaskGroup() as tasks:
                await self._visit_again(tasks)

    async def _visit_found(self) -> None:
        """Visit what only discovery could find: addresses of IPv6 networks too large to sweep.

        Of one device only one address is visited at a time, and after those that were swept, so that it has no more
        connections for having more addresses.
        """
        await self._discovery.listened.wait()
        found = [
            address
            for address in self._journal.visits
            if (known := read_address(address)) is not None
            and known not in self._journal.scope.swept
            and not isinstance(self._journal.scope.permit(Endpoint(address)), Refused)
        ]
        for address in found[MAX_UNSWEPT:]:
            self._journal.tally.miss(f"not asked, for more than {MAX_UNSWEPT:,} were found by discovery alone")
            del self._journal.visits[address]
        macs = dict(self._discovery.near(found))
        turns: Counter[str] = Counter()
        waves: dict[int, list[str]] = {}
        for address in found[:MAX_UNSWEPT]:
            turn = turns[macs.get(address, address)]
            turns[macs.get(address, address)] += 1
            waves.setdefault(turn, []).append(address)
        for wave in waves.values():
            async with asyncio.TaskGroup() as tasks:
                await self._visit(wave, tasks)
            await self._visit_quiet()

    async def _visit(self, batch: list[str], tasks: asyncio.TaskGroup) -> None:
        self._batches += 1
        builtin = self._request.engine != "nmap"
        visits = [self._journal.visit(address) for address in batch]
        self._journal.begin("on the link")
        absent = await self._discovery.knock(batch)
        present = [address for address in batch if address not in absent]
        self._journal.begin("ports")
        async with asyncio.TaskGroup() as parts:
            parts.create_task(self._discovery.ask(present))
            if builtin:
                await self._connect({address: self._knocks(address) for address in present})
            else:
                await self._ask_nmap(present)
            parts.create_task(self._discovery.ask(present))
            await self._look(batch)
            await self._neighbours.begin()
            if builtin:
                await self._try_others(visits, absent)
                living = [visit.address for visit in visits if visit.alive]
                parts.create_task(self._discovery.ask(living))
                parts.create_task(self._names.ask(living))
                for visit in visits:
                    # While ports are still to be tried there is no room for more connections to the address.
                    if visit.alive and not self._untried(visit):
                        visit.probing = tasks.create_task(self._probe_early(visit))
            self._journal.begin("questions")
        await self._look(batch)
        # A late answer to a group question may yet show that an address lives.
        await self._discovery.listened.wait()
        if builtin:
            await self._connect({visit.address: self._untried(visit) for visit in visits if visit.alive})
        # Whose life has shown since, or was held to be absent, was not asked everything yet.
        living = [visit.address for visit in visits if visit.alive]
        async with asyncio.TaskGroup() as parts:
            parts.create_task(self._discovery.ask(living))
            parts.create_task(self._names.ask(living))
        await self._discovery.insist()
        for visit in visits:
            if visit.alive:
                self._journal.tally.alive += 1
                await self._slots.acquire()
                tasks.create_task(self._finish(visit))
            else:
                self._give_up(visit, absent)

    async def _look(self, batch: Iterable[str]) -> None:
        """Take in the neighbours that the kernel has learnt of."""
        await self._discovery.look()
        for address, mac in self._discovery.near(batch):
            self._neighbours.note(address, mac)

    async def _probe_early(self, visit: Visit) -> None:
        """Ask what its ports alone call for, while discovery still waits for answers."""
        async with self._early:
            self._report(visit, self._request.ports)
            await self._prober.ask(visit)

    async def _try_others(self, visits: Sequence[Visit], absent: set[str]) -> None:
        """Try the ports beyond the first few, on the living before the silent, and add to ``absent``."""
        likely = [visit for visit in visits if visit.alive or visit.address in self._neighbours.reported]
        await self._connect({visit.address: self._untried(visit) for visit in likely})
        absent |= self._discovery.absent([visit.address for visit in visits if not visit.alive])
        if self._journal.scope.addresses <= self._request.thorough:
            silent = [visit for visit in visits if not visit.alive and visit.address not in absent]
            await self._connect({visit.address: self._untried(visit) for visit in silent})

    def _knocks(self, address: str) -> list[int]:
        """Return those of the first few ports that are not known already."""
        known = self._journal.visit(address).connects
        return [port for port in self._request.ports[:KNOCKS] if port not in known]

    def _untried(self, visit: Visit) -> list[int]:
        return [port for port in self._request.ports if port not in visit.connects]

    def _give_up(self, visit: Visit, absent: set[str]) -> None:
        """End the visit of an address that gave no sign of life."""
        reason = "no such neighbour on the link" if visit.address in absent else "silent"
        self._journal.state(Endpoint(visit.address), CONNECT, "timed-out", reason)
        if self._request.engine != "nmap" and visit.address not in absent and (left := len(self._untried(visit))):
            total = len(self._request.ports)
            self._journal.tally.miss(
                f"silent, so tried on {total - left} of {total} ports, for the scope is too large for all"
            )
        del self._journal.visits[visit.address]
        if visit.address in self._neighbours.reported:
            self._journal.emit(HostDone(visit.address))

    async def _connect(self, ports: Mapping[str, Sequence[int]]) -> None:
        """Connect to the ports of each address, going round the addresses."""
        if not any(ports.values()):
            return
        # The sweep itself holds at most two connections to one address; a single one is had by going turn by turn.
        rounds = _turns(ports) if self._request.per_host == 1 else [chain.from_iterable(_turns(ports))]
        for places in rounds:
            async for endpoint, kind in sweep.connect(
                self._permitted(places),
                timeout=self._request.limits.connect,
                concurrency=self._concurrency,
                pace=self._pace,
                manners=self._manners,
            ):
                self._connected(endpoint, kind)
        self._journal.tally.spared |= self._manners.spared

    def _permitted(self, places: Iterable[tuple[str, int]]) -> Iterator[Permitted]:
        for address, port in places:
            endpoint = self._journal.scope.permit(Endpoint(address, "tcp", port))
            if not isinstance(endpoint, Refused):
                yield endpoint

    def _connected(self, endpoint: Permitted, kind: OutcomeKind) -> None:
        assert endpoint.port is not None  # given in _permitted
        self._journal.tally.count(CONNECT, kind)
        self._journal.visit(endpoint.address).connects[endpoint.port] = kind

    async def _ask_nmap(self, batch: Iterable[str]) -> None:
        """Let nmap find the open ports; it is given the permitted addresses alone, and its answers are checked."""
        scope = self._journal.scope
        allowed = Ranges(
            single(known)
            for address in batch
            if not isinstance(scope.permit(Endpoint(address, "tcp")), Refused)
            and (known := read_address(address)) is not None
        )
        targets = [str(network) for network in allowed.networks()]
        async for address, port in nmap.sweep(targets, self._request.ports, exclude=(), rate=self._request.rate):
            endpoint = scope.permit(Endpoint(address, "tcp", port))
            if isinstance(endpoint, Refused):
                self._journal.tally.strangers += 1
            else:
                self._connected(endpoint, "answered")

    async def _finish(self, visit: Visit) -> None:
        """Probe a living address; put it by to be asked again when that may tell more."""
        try:
            if visit.probing is None:
                self._report(visit, self._request.ports)
            else:
                await visit.probing
            self._discovery.report_silence(visit)
            await self._neighbours.read(visit.address)
            await self._prober.probe(visit)
        finally:
            self._slots.release()
        self._put_by(visit)

    def _put_by(self, visit: Visit) -> None:
        """Ask it again later if it told nothing, or if the way is lossy and some answer is missing; else end it."""
        loss = self._discovery.loss
        rounds = loss.askings(self._request.passes, MAX_ROUNDS) if loss.serious else self._request.passes
        if visit.rounds < rounds and (not visit.told or (loss.serious and visit.inconclusive)):
            self._quiet.append(visit)
        else:
            self._close(visit)

    async def _visit_again(self, tasks: asyncio.TaskGroup) -> None:
        """Ask those put by once more what was inconclusive."""
        self._journal.begin("second pass")
        visits, self._quiet = self._quiet, []
        for visit in visits:
            for answer in visit.history:
                if answer.inconclusive:
                    self._journal.tally.repeat(answer.question.spec)
            if self._discovery.loss.serious:
                self._manners.forgive(visit.address)
        ports = {visit.address: visit.retry() for visit in visits}
        self._journal.tally.repeat(CONNECT, sum(map(len, ports.values())))
        if self._request.engine != "nmap":
            await self._connect(ports)
        for visit in visits:
            await self._slots.acquire()
            tasks.create_task(self._finish_again(visit, ports[visit.address]))

    async def _finish_again(self, visit: Visit, ports: Iterable[int]) -> None:
        try:
            self._report(visit, ports)
            await self._prober.probe(visit)
        finally:
            self._slots.release()
        self._put_by(visit)

    def _close(self, visit: Visit) -> None:
        skipped = list(visit.connects.values()).count("skipped")
        if self._manners.left(visit.address):
            what = f"{skipped} ports not tried" if skipped else "not all was asked"
            self._journal.tally.trouble(
                f"{visit.address} stopped answering while it was asked, and was left alone: {what}"
            )
        self._discovery.report(visit)
        self._journal.visits.pop(visit.address, None)
        self._journal.tally.done += 1
        self._journal.emit(HostDone(visit.address))
        self._journal.progress()

    def _report(self, visit: Visit, ports: Iterable[int]) -> None:
        """Emit what became of the connects."""
        for port in ports:
            kind = visit.connects.get(port)
            if kind is not None:
                endpoint = Endpoint(visit.address, "tcp", port)
                self._journal.state(endpoint, CONNECT, kind)
                if kind == "answered":
                    self._journal.tell(visit, CONNECT, endpoint, [Fact(OPEN_TCP, str(port))])


def _turns(ports: Mapping[str, Sequence[int]]) -> Iterator[list[tuple[str, int]]]:
    """Yield the first port of every address, then the second, and so on."""
    for turn in range(max(map(len, ports.values()))):
        yield [(address, some[turn]) for address, some in ports.items() if turn < len(some)]


def batch_size(request: Request) -> int:
    """Return how many addresses are visited at a time."""
    return NMAP_BATCH if request.engine == "nmap" else max(1, min(BATCH, PLACES // len(request.ports)))
