"""The live scan, and the one loop of the program: seen this, so ask that.

Order of one batch of addresses: who answers on the link; discovery questions and a few likely ports; the other ports
where there is life, or where the scope is small enough; then the questions that ``plan`` derives, until it has none:
those to open ports while discovery still waits for answers, and what its answers add after it.
Discovery by multicast and broadcast runs beside the first batch, and routers that the operator gave access to are read
within it. Addresses are visited in the order of the scope.
"""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from ipaddress import IPv4Address
from itertools import chain, islice
from typing import Final

import msgspec

from scanner.database.load import load
from scanner.engine.bulk import Bulk
from scanner.engine.discovery import Discovery
from scanner.engine.events import Event, HostDone, Progress
from scanner.engine.journal import OPEN_TCP, Journal
from scanner.engine.names import Names
from scanner.engine.neighbours import Neighbours
from scanner.engine.plan import TLS, Answer, Question, plan
from scanner.engine.ranges import Ranges, Span, read_address, single
from scanner.engine.record import Keep, Recorder, Rules
from scanner.engine.request import Request
from scanner.engine.scope import Refused, Scope, ScopeError, never_scan, never_scan_files
from scanner.engine.tally import Tally
from scanner.engine.targets import TargetError, expand, read, split
from scanner.engine.visit import Visit
from scanner.model.dialogue import Fact, Spec, StreamSpec, WebSpec
from scanner.model.finding import Coverage
from scanner.model.observation import Endpoint
from scanner.model.outcome import OutcomeKind
from scanner.model.permitted import Permitted
from scanner.protocols import ALL
from scanner.transports import nmap, sweep, tcp, tls
from scanner.transports.exchange import Exchange
from scanner.transports.http import Web
from scanner.transports.interfaces import Interface, interfaces
from scanner.transports.loss import Loss
from scanner.transports.manners import Manners
from scanner.transports.pace import Pace
from scanner.transports.resolve import resolve
from scanner.transports.stream import NO_HANDSHAKE

__all__ = ["Event", "HostDone", "Progress", "Request", "Scan", "run"]

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
TICK: Final = 0.5
"""Seconds between two tellings of how far the scan is."""
KNOCKS: Final = 5
"""Ports tried on every address before the others: the first of the camera profile are open on most devices."""
HOSTS: Final = 128
"""Addresses being probed at a time: enough to keep PROBES busy while slow devices wait."""
MAX_UNSWEPT: Final = 4096
"""Addresses found by discovery alone (IPv6) that are probed: a hostile neighbour could invent any number."""
PROBES: Final = 64
"""Conversations at a time: more would only wait for this machine's processor, for each may cost a TLS handshake."""

MAX_ROUNDS: Final = 6
"""Rounds of probes on a lossy way: TCP repairs most of the loss itself."""
LONGER: Final = 4.0
"""On a lossy way a conversation gets so many times its limits: what is lost three times comes after three seconds."""

CONNECT: Final = "connect"
ONVIF: Final = "onvif"
ONVIF_READ: Final = "onvif-read"
WSD_ENDPOINT: Final = "wsd.endpoint"


async def run(request: Request, emit: Callable[[Event], None]) -> Coverage:
    """Scan with the shipped data and every protocol; see ``Scan``."""
    return await Scan(request, emit).run()


class Scan:
    """One run of a request. ``emit`` is called on the event loop with everything seen, in order of arrival.

    Every question to a living address ends in an Outcome. An address that gave no sign of life ends in one, for all
    that it was asked; coverage counts the questions.
    """

    def __init__(
        self,
        request: Request,
        emit: Callable[[Event], None],
        *,
        rules: Rules | None = None,
        keep: Keep | None = None,
        specs: Sequence[Spec] = ALL,
    ) -> None:
        """Prepare; ``rules`` are the fields' (None: the shipped ones), ``keep`` takes transcripts (None: not kept).

        Raises ValueError when the request names a discovery protocol that is not among ``specs``.
        """
        unknown = set(request.discovery or ()) - {spec.name for spec in specs}
        if unknown:
            raise ValueError(f"{min(unknown)}: no such discovery protocol")
        self._request = request
        self._emit = emit
        self._specs = tuple(specs)
        self._recorder = Recorder(load().rule_for if rules is None else rules, keep)
        self._tally = Tally()
        self._tally.ports = request.ports
        self._finished = False

    def coverage(self) -> Coverage:
        """Return what was asked and reached so far; may be called at any time, also after a cancelled run."""
        return self._tally.coverage(finished=self._finished)

    async def run(self, scope: Scope | None = None) -> Coverage:
        """Scan, and return the coverage. Cancel the task to stop early.

        ``scope`` is what ``open_scope`` made of the same request (None: it is made here).

        Raises TargetError or ScopeError before anything is sent, NmapMissing when nmap was asked for and is not
        installed, and whatever ``emit`` raises.
        """
        request = self._request
        scope = self._tally.scope = await open_scope(request) if scope is None else scope
        links = _choose_links(request, scope)
        journal = Journal(
            scope,
            self._recorder,
            self._tally,
            self._emit,
            per_host=request.per_host,
            batches=math.ceil(scope.swept.count / (RAW_BATCH if request.engine == "raw" else _batch(request))),
        )
        pace = Pace(request.rate)
        discovery = Discovery(request, journal, pace, links, self._specs)
        try:
            async with Web() as web, asyncio.TaskGroup() as tasks:
                tasks.create_task(discovery.listen())
                prober = _Prober(request, journal, self._specs, web, discovery.loss)
                names = Names(request, journal, pace, links, self._specs)
                ticker = tasks.create_task(_tick(journal))
                await _Sweeper(request, journal, discovery, pace, prober=prober, names=names).visit_all()
                ticker.cancel()
        except BaseExceptionGroup as group:
            raise _first(group) from None
        self._finished = True
        journal.begin("")
        return self.coverage()


async def open_scope(request: Request, done: Iterable[str] = ()) -> Scope:
    """Return what ``request`` may contact; names are looked up, nothing else is sent.

    ``done`` are addresses that an interrupted run of the same request asked to the end; with any, nothing being left
    is no error.

    Raises TargetError or ScopeError, one line each.
    """
    targets = await expand(
        chain(split(request.targets), *(read(file) for file in request.files)), resolve=resolve, interfaces=interfaces
    )
    if not targets.ranges and not targets.on_link:
        raise TargetError("no target given: name addresses, networks, hosts, an interface or local")
    exclude = await expand(
        chain(split(request.exclude), *(read(file) for file in request.exclude_files)),
        resolve=resolve,
        interfaces=interfaces,
        swept=False,
    )
    never = await never_scan(
        never_scan_files() if request.never is None else request.never, resolve=resolve, interfaces=interfaces
    )
    if request.shard != (1, 1):
        targets = msgspec.structs.replace(targets, ranges=targets.ranges.part(*request.shard))
    before = Ranges(single(known) for address in done if (known := read_address(address)) is not None)
    scope = Scope(
        targets,
        exclude=exclude.ranges | exclude.on_link,
        never=never,
        allow_public=request.allow_public,
        interfaces=interfaces(),
        done=before,
    )
    if not scope.swept and not targets.on_link and not before:
        why = "they are public address space: --allow-public lifts that" if scope.public else "all are excluded"
        raise ScopeError(f"no target is left to scan: {why}")
    return scope


class _Sweeper:
    """Finds who is alive and which ports are open, batch by batch, and has the living probed."""

    def __init__(
        self, request: Request, journal: Journal, discovery: Discovery, pace: Pace, *, prober: _Prober, names: Names
    ) -> None:
        self._request = request
        self._journal = journal
        self._discovery = discovery
        self._neighbours = Neighbours(request, journal, pace)
        self._pace = pace
        self._manners = Manners(request.host_rate, request.subnet_rate)
        self._bulk = Bulk(request, journal.scope, journal.tally, pace)
        self._prober = prober
        self._names = names
        self._slots = asyncio.Semaphore(HOSTS)
        self._early = asyncio.Semaphore(HOSTS)
        self._concurrency = request.concurrency - _probes(request)
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
        size = _batch(self._request)
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
        if skipped and self._manners.left(visit.address):
            self._journal.tally.trouble(
                f"{visit.address} stopped answering while it was asked, and was left alone: {skipped} ports not tried"
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


class _Prober:
    """Asks one address what ``plan`` says, until it has no more."""

    def __init__(self, request: Request, journal: Journal, specs: Sequence[Spec], web: Web, loss: Loss) -> None:
        self._request = request
        self._journal = journal
        self._specs = specs
        self._by_name = {spec.name: spec for spec in specs}
        self._web = web
        self._loss = loss
        self._connections = asyncio.Semaphore(_probes(request))
        self._devices: set[str] = set()

    async def probe(self, visit: Visit) -> None:
        """Ask all that there is to ask, then read with credentials."""
        await self.ask(visit)
        await self._read(visit)

    async def ask(self, visit: Visit) -> None:
        """Ask what there is to ask so far."""
        async with asyncio.TaskGroup() as tasks:
            self._start(visit, tasks)

    def _start(self, visit: Visit, tasks: asyncio.TaskGroup) -> None:
        for question in plan(visit.address, visit.open, visit.history, visit.said, self._specs):
            if question not in visit.flying:
                visit.flying.add(question)
                tasks.create_task(self._ask(visit, question, tasks))

    async def _ask(self, visit: Visit, question: Question, tasks: asyncio.TaskGroup) -> None:
        endpoint = question.endpoint
        exchange = await self._converse(visit, endpoint, question.spec, lambda place: self._send(place, question))
        flawed = exchange.reason is not None and (exchange.kind == "answered" or exchange.reason == NO_HANDSHAKE)
        visit.history.append(Answer(question, exchange.kind, exchange.facts, flawed or exchange.short))
        self._journal.tell(visit, question.spec, endpoint, exchange.facts, exchange.transcript)
        if exchange.kind == "answered" and endpoint.port not in visit.connects:
            self._journal.tell(visit, question.spec, endpoint, [Fact(OPEN_TCP, str(endpoint.port))])
        self._journal.conclude(endpoint, question.spec, exchange.kind, exchange.reason)
        self._start(visit, tasks)

    async def _converse(
        self, visit: Visit, endpoint: Endpoint, probe: str, send: Callable[[Permitted], Awaitable[Exchange]]
    ) -> Exchange:
        """Send one question within the bounds on connections."""
        permitted = self._journal.scope.permit(endpoint)
        if isinstance(permitted, Refused):
            return Exchange((), "skipped", permitted.reason)
        async with visit.connections, self._connections:
            try:
                return await send(permitted)
            except Exception as error:  # noqa: BLE001 - one probe's bug must not end the scan, nor be kept quiet
                trouble = f"internal error in {probe}: {type(error).__name__}: {error}"
                self._journal.tally.trouble(trouble)
                return Exchange((), "skipped", trouble)

    async def _send(self, endpoint: Permitted, question: Question) -> Exchange:
        limits = self._request.limits.stretch(LONGER if self._loss.serious else 1)
        if question.spec == TLS:
            return await tls.handshake(endpoint, limits)
        spec = self._by_name[question.spec]
        assert endpoint.port is not None  # plan names a port in every question
        if isinstance(spec, WebSpec):
            if question.path and spec.follow is not None:
                dialogue = spec.follow(endpoint.address, endpoint.port, question.path)
            else:
                dialogue = spec.dialogue(endpoint.address, endpoint.port)
            return await self._web.converse(endpoint, dialogue, limits, tls=question.tls)
        assert isinstance(spec, StreamSpec)  # plan asks no other kind
        return await tcp.converse(endpoint, spec.dialogue(endpoint.address, endpoint.port), limits, tls=question.tls)

    async def _read(self, visit: Visit) -> None:
        """Read an ONVIF device with the operator's credentials, once, if there are any for its address."""
        credential = self._request.credentials.find(visit.address)
        place = _onvif_place(visit)
        names = {visit.address, *(fact.value for fact in visit.said if fact.field == WSD_ENDPOINT)}
        if credential is None or place is None or not self._devices.isdisjoint(names):
            return
        self._devices |= names
        from scanner.transports import onvif  # noqa: PLC0415 - zeep takes a quarter of a second, and few scans read

        exchange = await self._converse(
            visit,
            place.endpoint,
            ONVIF_READ,
            lambda endpoint: onvif.read(
                endpoint, credential.user, credential.password, self._request.limits, tls=place.tls
            ),
        )
        self._journal.tell(visit, ONVIF, place.endpoint, exchange.facts)
        self._journal.conclude(place.endpoint, ONVIF_READ, exchange.kind, exchange.reason)


def _onvif_place(visit: Visit) -> Question | None:
    """Return the question whose answer showed an ONVIF service, in TLS if there is a choice."""
    places = [
        answer.question
        for answer in visit.history
        if answer.question.spec == ONVIF
        and answer.kind == "answered"
        and any(fact.field.startswith("onvif.") for fact in answer.facts)
    ]
    return max(places, key=lambda question: question.tls, default=None)


async def _tick(journal: Journal) -> None:
    """Tell how far the scan is, again and again."""
    while True:
        await asyncio.sleep(TICK)
        journal.progress()


def _batch(request: Request) -> int:
    """Return how many addresses are visited at a time."""
    return NMAP_BATCH if request.engine == "nmap" else max(1, min(BATCH, PLACES // len(request.ports)))


def _probes(request: Request) -> int:
    """Return how many of the request's connections are for probes; the rest are the sweep's."""
    return min(PROBES, request.concurrency // 2)


def _choose_links(request: Request, scope: Scope) -> tuple[Interface, ...]:
    known = {interface.name for interface in interfaces()}
    for name in request.interfaces:
        if name not in known:
            raise ScopeError(f"{name}: no such interface: this machine has {', '.join(sorted(known))}")
    return tuple(link for link in scope.links() if not request.interfaces or link.name in request.interfaces)


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the first exception of a group: what went wrong first is what is told."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
