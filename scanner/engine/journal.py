"""Everything that is seen goes through here: checked against the scope, recorded, counted, emitted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from scanner.engine import clock
from scanner.engine.events import Event, HostDone, Progress
from scanner.engine.outlook import Outlook
from scanner.engine.outsiders import NOT_ASKED, Answer, Outsiders
from scanner.engine.ranges import read_address
from scanner.engine.record import Recorder
from scanner.engine.scope import Scope
from scanner.engine.tally import Tally
from scanner.engine.visit import Visit
from scanner.matching.addresses import OUTSIDE
from scanner.model.dialogue import DatagramSpec, Decode, Fact, Malformed, NameSpec
from scanner.model.observation import Endpoint, Field
from scanner.model.outcome import Outcome, OutcomeKind
from scanner.transports.mailbox import Datagram

MAX_ANSWERS: Final = 256
"""Datagrams of one discovery protocol read from one address: real devices have sent a thousand copies of one answer."""
MAX_FOUND: Final = 65_536
"""Addresses kept that answered out of their turn: a hostile IPv6 neighbour could invent any number."""

INTERNAL: Final = "internal error"
MAC: Final = Field("link.mac")
OPEN_TCP: Final = Field("open.tcp")
OPEN_UDP: Final = Field("open.udp")
_BARE: Final = frozenset({MAC, OPEN_TCP, OPEN_UDP})
"""Fields that any host has: they do not say what it is."""


class Journal:
    """The one way out of a scan. ``emit`` is called with everything seen, in order of arrival."""

    def __init__(
        self,
        scope: Scope,
        recorder: Recorder,
        tally: Tally,
        emit: Callable[[Event], None],
        *,
        per_host: int,
        batches: int = 1,
    ) -> None:
        """Begin; ``batches`` of addresses are to come."""
        self.scope = scope
        self.tally = tally
        self.visits: dict[str, Visit] = {}
        """Addresses that are being asked, or have shown life out of their turn."""
        self.emit = emit
        self._stage = ""
        self._outlook = Outlook(batches)
        self._outsiders = Outsiders(scope)
        self._recorder = recorder
        self._per_host = per_host

    def visit(self, address: str) -> Visit:
        """Return what is known of ``address``, beginning it if need be."""
        found = self.visits.get(address)
        if found is None:
            found = self.visits[address] = Visit(address, self._per_host)
        return found

    def hear(self, spec: DatagramSpec | NameSpec, datagram: Datagram, *, group: bool = False) -> bool:
        """Record one answer to ``spec``'s question; False when it is out of scope or one too many.

        ``group``: the question was put to a group, so an answer from another subnet is told by ``tell_outsiders``.
        """
        facts, flaw = _decode(spec.decode, datagram.payload)
        if flaw is not None and flaw.startswith(INTERNAL):
            self.tally.trouble(f"{flaw} in {spec.name}")
        if datagram.port == spec.port:
            facts.append(Fact(OPEN_UDP, str(datagram.port)))
        endpoint = Endpoint(datagram.address, "udp", datagram.port)
        if group and not self.scope.admits(datagram.address):
            answer = Answer(spec.name, endpoint, tuple(facts), datagram.payload, clock.now())
            if self._outsiders.hear(answer):
                return True
        return self.note(spec.name, endpoint, facts, flaw=flaw, transcript=datagram.payload)

    def note(
        self,
        source: str,
        endpoint: Endpoint,
        facts: Iterable[Fact],
        *,
        flaw: str | None = None,
        transcript: bytes = b"",
    ) -> bool:
        """Record facts that discovery heard from ``endpoint``; False when it is out of scope or has said too much."""
        known = read_address(endpoint.address)
        if known is None or not self.scope.admits(endpoint.address):
            self.tally.strangers += 1
            return False
        endpoint = Endpoint(str(known), endpoint.carrier, endpoint.port)
        if endpoint.address not in self.visits and len(self.visits) >= MAX_FOUND:
            self.tally.trouble(f"more than {MAX_FOUND:,} addresses answered discovery: the rest were not heard")
            return False
        visit = self.visit(endpoint.address)
        visit.heard[source] += 1
        if visit.heard[source] > MAX_ANSWERS:
            return False
        kept = list(facts)
        visit.say(kept)
        self.tell(visit, source, endpoint, kept, transcript)
        if visit.heard[source] == 1:
            self.conclude(endpoint, source, "answered" if flaw is None else "malformed", flaw)
        return True

    def tell_outsiders(self) -> None:
        """Emit what was heard from outside the scope so far; to be called once."""
        for label, answers in self._outsiders.devices():
            visit = Visit(label, self._per_host)
            for answer in answers:
                endpoint = Endpoint(label, answer.endpoint.carrier, answer.endpoint.port)
                facts = (*answer.facts, Fact(OUTSIDE, NOT_ASKED))
                self.tell(visit, answer.source, endpoint, facts, answer.transcript, at=answer.at)
                visit.heard[answer.source] += 1
                if visit.heard[answer.source] == 1:
                    self.conclude(endpoint, answer.source, "answered")
            self.tally.outside += 1
            self.emit(HostDone(label))

    def tell(
        self,
        visit: Visit,
        source: str,
        endpoint: Endpoint,
        facts: Iterable[Fact],
        transcript: bytes = b"",
        *,
        at: datetime | None = None,
    ) -> None:
        """Emit the observations in ``facts``, each once, leaving out what is said of addresses outside the scope.

        ``at`` is when they were true; None: now.
        """
        for observation in self._recorder.record(
            facts, source=source, endpoint=endpoint, at=at or clock.now(), transcript=transcript
        ):
            about = observation.subject.address
            if about != visit.address and not self.scope.admits(about):
                continue
            if visit.first(observation):
                visit.told |= observation.field not in _BARE
                self.emit(observation)

    def conclude(self, endpoint: Endpoint, probe: str, kind: OutcomeKind, reason: str | None = None) -> None:
        """Count and emit the end of one probe."""
        self.tally.count(probe, kind)
        self.state(endpoint, probe, kind, reason)

    def state(self, endpoint: Endpoint, probe: str, kind: OutcomeKind, reason: str | None = None) -> None:
        """Emit an outcome that has been counted already."""
        self.emit(Outcome(endpoint, probe, kind, reason, clock.now()))

    def begin(self, stage: str) -> None:
        """Emit how far the scan is, and that ``stage`` begins."""
        self._stage = stage
        self._outlook.begin(stage, time.monotonic())
        self.progress()

    def progress(self) -> None:
        """Emit how far the scan is."""
        tally = self.tally
        found = tally.done + tally.outside + sum(visit.alive for visit in self.visits.values())
        left = self._outlook.left(time.monotonic())
        self.emit(Progress(self.scope.addresses, tally.visited, tally.alive, tally.done, self._stage, found, left))


def _decode(decode: Decode, payload: bytes) -> tuple[list[Fact], str | None]:
    """Return the facts up to the end or the flaw."""
    facts: list[Fact] = []
    try:
        for fact in decode(payload):
            facts.append(fact)  # noqa: PERF402 - what came before a flaw is kept
    except Malformed as malformed:
        return facts, str(malformed)
    except Exception as error:  # noqa: BLE001 - one decoder's bug must not end the scan, nor be kept quiet
        return facts, f"{INTERNAL} {type(error).__name__}: {error}"
    return facts, None
