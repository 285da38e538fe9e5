"""What to ask an address next. Pure: the same history gives the same questions, and none is asked twice.

Every open port is first asked what is usual for its number. A port that has not answered by then is asked in a fixed
order until it does: HTTP, TLS and what is spoken inside it, then each protocol that may be guessed at. Ports known for
TLS start there. Where HTTP answers, every protocol spoken as web requests is asked. What a device *is* plays no part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

import msgspec

from scanner.engine.ports import MAX_PORT
from scanner.engine.ranges import read_address
from scanner.model.dialogue import Fact, Spec, StreamSpec, WebSpec
from scanner.model.observation import Endpoint
from scanner.model.outcome import OutcomeKind

HTTP: Final = "http"
TLS: Final = "tls"

TLS_FIRST: Final = frozenset({322, 443, 4443, 7443, 8443, 9443, 10443, 37778})
"""Ports whose usual service begins with a TLS handshake: HTTPS and its alternatives, rtsps, Dahua's DVIP over TLS."""

WEB: Final = frozenset({80, 81, 82, 83, 84, 85, 88, 8000, 8001, 8080, 8081, 8086, 8899})
"""Ports whose usual service is HTTP, whatever else is spoken there too: Dahua units speak DHIP on port 80 as well."""

NEVER_ASKED: Final = frozenset(range(9100, 9108))
"""Raw printing (JetDirect): whatever bytes arrive there come out on paper. nmap's version scan leaves the same out."""

GUESSED_FIRST: Final = ("rtsp",)
GUESSED_LAST: Final = ("banner",)
"""Guesses that need no ``guess`` in their spec. Banners come last: waiting for a greeting costs the most time."""

MAX_SILENCE: Final = 2
"""Timed-out guesses in a row after which a port is left alone: what is silent twice is silent to the rest, and each
further wait holds one of the few connections that a device is given."""

MAX_POINTED: Final = 8
"""Ports taken from addresses that a device names itself: real ones name one or two, a hostile one could name all."""

POINTERS: Final[Mapping[str, str]] = {"wsd.xaddr": "onvif", "ssdp.location": "upnp"}
"""Fields that hold a URL of the device itself → the protocol that is spoken there."""

PORTS: Final[Mapping[str, str]] = {
    "sadp.http_port": "http",
    "sadp.command_port": "hik_sdk",
    "dhip.http_port": "http",
    "dhip.port": "dvrip",
}
"""Fields that hold a TCP port of the device itself → the protocol that is spoken there."""

_BAD_REQUEST: Final = "400"
_PORT: Final = re.compile(r"[0-9]{1,5}")


class Question(msgspec.Struct, frozen=True):
    """Ask one protocol of one endpoint; ``tls`` wraps it. For ``tls`` itself the flag is set as well."""

    spec: str
    endpoint: Endpoint
    tls: bool
    path: str = ""
    """Where the device says it keeps what is asked for; empty: where it usually is."""


class Answer(msgspec.Struct, frozen=True):
    """What became of a question."""

    question: Question
    kind: OutcomeKind
    facts: tuple[Fact, ...] = ()
    flawed: bool = False
    """True when something that was waited for did not come."""

    @property
    def inconclusive(self) -> bool:
        """True when asking again may better it: a packet was lost, or the device was busy."""
        return self.flawed or self.kind in {"timed-out", "closed"}


class _Port:
    """What one port has been asked and has said, as far as planning needs it."""

    def __init__(self, endpoint: Endpoint, history: Sequence[Answer]) -> None:
        self.endpoint = endpoint
        self.history = [answer for answer in history if answer.question.endpoint == endpoint]
        self.kinds = {(answer.question.spec, answer.question.tls): answer.kind for answer in self.history}

    def question(self, spec: str, *, tls: bool) -> Question:
        return Question(spec, self.endpoint, tls)

    def answered(self, spec: str, *, tls: bool) -> bool:
        return self.kinds.get((spec, tls)) == "answered"

    @property
    def shaken(self) -> bool:
        """True when the TLS handshake works, whatever its certificate is worth."""
        return self.kinds.get((TLS, True)) in {"answered", "malformed"}

    def spoken(self, *, tls: bool) -> set[str]:
        """Return what has answered in plain, or inside TLS."""
        return {name for (name, inside), kind in self.kinds.items() if kind == "answered" and inside is tls} - {TLS}

    @property
    def gone(self) -> bool:
        """True when it no longer takes connections, or has been silent too often."""
        last = [answer.kind for answer in self.history[-MAX_SILENCE:]]
        return "refused" in last or (len(last) == MAX_SILENCE and set(last) == {"timed-out"})

    @property
    def wants_tls(self) -> bool:
        """True when plain HTTP was turned away in a manner that servers keep for plain requests on a TLS port."""
        for answer in self.history:
            if answer.question.spec == HTTP and not answer.question.tls:
                for fact in answer.facts:
                    if fact.field == "http.status" and fact.value == _BAD_REQUEST:
                        return True
                    if fact.field == "http.location" and _pointed(fact.value)[1:] == (self.endpoint.port, True):
                        return True
        return False


def plan(
    address: str, ports: Iterable[int], history: Sequence[Answer], said: Iterable[Fact], specs: Sequence[Spec]
) -> tuple[Question, ...]:
    """Return the questions to ask ``address`` now; empty when there is nothing more to ask.

    ``ports`` are its open TCP ports, ``history`` every question so far, in order, ``said`` what discovery heard from
    it. At most one guess per port is returned at a time, so call again with the answers.
    """
    asked = {answer.question for answer in history}
    pointed = tuple(_pointers(address, said, specs))
    questions: dict[Question, None] = {}
    for number in dict.fromkeys([*ports, *(question.endpoint.port for question in pointed)]):
        if number is not None and number not in NEVER_ASKED:
            port = _Port(Endpoint(address, "tcp", number), history)
            questions.update(dict.fromkeys(_ask(port, asked, specs)))
    questions.update(
        dict.fromkeys(
            question for question in pointed if question not in asked and question.endpoint.port not in NEVER_ASKED
        )
    )
    return tuple(questions)


def _ask(port: _Port, asked: set[Question], specs: Sequence[Spec]) -> Iterator[Question]:
    """Yield what one port is to be asked now."""
    streams = [spec for spec in specs if isinstance(spec, StreamSpec)]
    waiting = [question for question in _usual(port, streams) if question not in asked]
    if waiting:
        # A port that stopped taking connections is not asked the rest of its list.
        if "refused" not in port.kinds.values():
            yield from waiting
        return
    webs = [spec.name for spec in specs if isinstance(spec, WebSpec) and spec.name != HTTP]
    for tls in (False, True):
        if port.answered(HTTP, tls=tls):
            yield from (port.question(name, tls=tls) for name in webs if port.question(name, tls=tls) not in asked)
    step = next((question for question in _ladder(port, _guesses(streams), webs) if question not in asked), None)
    if step is not None and not port.gone:
        yield step


def _usual(port: _Port, streams: Sequence[StreamSpec]) -> list[Question]:
    """Return what is usual for the port's number, asked or not."""
    names = [spec.name for spec in streams if port.endpoint.port in spec.ports]
    if port.endpoint.port in WEB:
        names.insert(0, HTTP)
    if names and port.endpoint.port in TLS_FIRST:
        # Nothing can be spoken inside TLS before the handshake has been seen to work.
        handshake = port.question(TLS, tls=True)
        return [handshake, *(port.question(name, tls=True) for name in names if port.shaken)]
    return [port.question(name, tls=False) for name in names]


def _guesses(streams: Sequence[StreamSpec]) -> list[str]:
    names = {spec.name for spec in streams}
    fixed = {*GUESSED_FIRST, *GUESSED_LAST}
    middle = [spec.name for spec in streams if spec.guess and spec.name not in fixed]
    return [name for name in (*GUESSED_FIRST, *middle, *GUESSED_LAST) if name in names]


def _ladder(port: _Port, guesses: Sequence[str], webs: Sequence[str]) -> Iterator[Question]:
    """Yield the guesses for one port in order; they end where one has answered.

    Where something spoken as web requests (``webs``) has, HTTP is among them still: its own answer may have been lost.
    """
    if port.endpoint.port in TLS_FIRST:
        yield from _inside(port, guesses, webs)
        if port.shaken or port.spoken(tls=False):
            return
        yield port.question(HTTP, tls=False)
    else:
        spoken = port.spoken(tls=False) - {HTTP}
        if spoken.difference(webs):
            return
        yield port.question(HTTP, tls=False)
        if spoken or (port.answered(HTTP, tls=False) and not port.wants_tls):
            return
        yield from _inside(port, guesses, webs)
        if port.shaken or port.answered(HTTP, tls=False):
            return
    yield from (port.question(name, tls=False) for name in guesses)


def _inside(port: _Port, guesses: Sequence[str], webs: Sequence[str]) -> Iterator[Question]:
    """Yield the handshake and, when it worked, what may be spoken inside it until something has answered."""
    yield port.question(TLS, tls=True)
    spoken = port.spoken(tls=True)
    if port.shaken and not spoken.difference(webs):
        yield port.question(HTTP, tls=True)
        if not spoken:
            yield from (port.question(name, tls=True) for name in guesses)


def _pointers(address: str, said: Iterable[Fact], specs: Sequence[Spec]) -> Iterator[Question]:
    """Yield one question per place where the device at ``address`` says that a service of that same address is."""
    by_name = {spec.name: spec for spec in specs}
    found: dict[Question, None] = {}
    for fact in said:
        question = _pointer(address, fact, by_name)
        if question is not None and len(found) < MAX_POINTED:
            found[question] = None
    yield from found


def _pointer(address: str, fact: Fact, specs: Mapping[str, Spec]) -> Question | None:
    if fact.field in PORTS:
        port = int(fact.value) if _PORT.fullmatch(fact.value) else 0
        known = PORTS[fact.field] in specs and 0 < port <= MAX_PORT
        return Question(PORTS[fact.field], Endpoint(address, "tcp", port), tls=False) if known else None
    spec = specs.get(POINTERS.get(fact.field, ""))
    host, named_port, tls = _pointed(fact.value)
    named = read_address(host)
    if not isinstance(spec, WebSpec) or named_port is None or named is None or str(named) != address:
        return None
    path = urlsplit(fact.value.strip()).path if spec.follow is not None else ""
    return Question(spec.name, Endpoint(address, "tcp", named_port), tls, path)


def _pointed(url: str) -> tuple[str, int | None, bool]:
    """Return host, port and whether TLS is used; no port when it is not the URL of a web service."""
    try:
        parts = urlsplit(url.strip())
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        return "", None, False
    if parts.scheme not in {"http", "https"} or port == 0:
        return host, None, False
    tls = parts.scheme == "https"
    return host, port or (443 if tls else 80), tls
