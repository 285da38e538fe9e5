"""The questions to one living address: what ``plan`` says, until it has no more."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from scanner.engine.journal import OPEN_TCP, Journal
from scanner.engine.plan import TLS, Answer, Question, plan
from scanner.engine.request import Request
from scanner.engine.scope import Refused
from scanner.engine.visit import Visit
from scanner.model.dialogue import Fact, Spec, StreamSpec, WebSpec
from scanner.model.observation import Endpoint
from scanner.model.permitted import Permitted
from scanner.transports import tcp, tls
from scanner.transports.exchange import Exchange
from scanner.transports.gate import Gate
from scanner.transports.http import Web
from scanner.transports.loss import Loss
from scanner.transports.stream import NO_HANDSHAKE

PROBES: Final = 64
"""Conversations at a time: more would only wait for this machine's processor, for each may cost a TLS handshake."""
LONGER: Final = 4.0
"""On a lossy way a conversation gets so many times its limits: what is lost three times comes after three seconds."""
ONVIF: Final = "onvif"
ONVIF_READ: Final = "onvif-read"
WSD_ENDPOINT: Final = "wsd.endpoint"


class Prober:
    """Asks one address what ``plan`` says, until it has no more; each connection waits for ``gate``."""

    def __init__(
        self, request: Request, journal: Journal, specs: Sequence[Spec], *, gate: Gate, web: Web, loss: Loss
    ) -> None:
        self._request = request
        self._journal = journal
        self._specs = specs
        self._by_name = {spec.name: spec for spec in specs}
        self._gate = gate
        self._web = web
        self._loss = loss
        self._connections = asyncio.Semaphore(room(request))
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
        if self._gate.shut(visit.address):
            return
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
            return await tls.handshake(endpoint, limits, self._gate)
        spec = self._by_name[question.spec]
        assert endpoint.port is not None  # plan names a port in every question
        if isinstance(spec, WebSpec):
            if question.path and spec.follow is not None:
                dialogue = spec.follow(endpoint.address, endpoint.port, question.path)
            else:
                dialogue = spec.dialogue(endpoint.address, endpoint.port)
            return await self._web.converse(endpoint, dialogue, limits, tls=question.tls)
        assert isinstance(spec, StreamSpec)  # plan asks no other kind
        talk = spec.dialogue(endpoint.address, endpoint.port)
        return await tcp.converse(endpoint, talk, limits, tls=question.tls, gate=self._gate)

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
                endpoint,
                credential.user,
                credential.password,
                self._request.limits,
                tls=place.tls,
                gate=self._gate,
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


def room(request: Request) -> int:
    """Return how many of the request's connections are for probes; the rest are the sweep's."""
    return min(PROBES, request.concurrency // 2)
