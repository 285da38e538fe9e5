"""The live scan, and the one loop of the program: seen this, so ask that.

Discovery by multicast and broadcast runs beside the first batch of addresses, and routers that the operator gave access
to are read within it. Addresses are visited in the order of the scope.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Final

import msgspec

from scanner.database.load import load
from scanner.engine.bulk import Bulk
from scanner.engine.discovery import Discovery
from scanner.engine.events import Event, HostDone, Progress
from scanner.engine.journal import Journal
from scanner.engine.names import Names
from scanner.engine.neighbours import Neighbours
from scanner.engine.probe import Prober
from scanner.engine.ranges import Ranges, read_address, single
from scanner.engine.record import Keep, Recorder, Rules
from scanner.engine.request import Request
from scanner.engine.scope import Scope, ScopeError, never_scan, never_scan_files
from scanner.engine.sweep import RAW_BATCH, Sweeper, batch_size
from scanner.engine.tally import Tally
from scanner.engine.targets import TargetError, expand, read, split
from scanner.model.dialogue import Spec
from scanner.model.finding import Coverage
from scanner.protocols import ALL
from scanner.transports.gate import Gate
from scanner.transports.http import Web
from scanner.transports.interfaces import Interface, interfaces
from scanner.transports.manners import Manners
from scanner.transports.pace import Pace
from scanner.transports.resolve import resolve

__all__ = ["Event", "HostDone", "Progress", "Request", "Scan", "run"]

TICK: Final = 0.5
"""Seconds between two tellings of how far the scan is."""


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
            batches=math.ceil(scope.swept.count / (RAW_BATCH if request.engine == "raw" else batch_size(request))),
        )
        pace = Pace(request.rate)
        manners = Manners(request.host_rate, request.subnet_rate)
        gate = Gate(manners, pace)
        discovery = Discovery(request, journal, pace, links, self._specs, manners=manners)
        try:
            async with Web(gate) as web, asyncio.TaskGroup() as tasks:
                tasks.create_task(discovery.listen())
                prober = Prober(request, journal, self._specs, gate=gate, web=web, loss=discovery.loss)
                names = Names(request, journal, pace, links, self._specs)
                ticker = tasks.create_task(_tick(journal))
                neighbours = Neighbours(request, journal, gate)
                bulk = Bulk(request, scope, self._tally, pace, manners)
                await Sweeper(
                    request,
                    journal,
                    discovery,
                    pace,
                    manners=manners,
                    bulk=bulk,
                    neighbours=neighbours,
                    prober=prober,
                    names=names,
                ).visit_all()
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


async def _tick(journal: Journal) -> None:
    """Tell how far the scan is, again and again."""
    while True:
        await asyncio.sleep(TICK)
        journal.progress()


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
