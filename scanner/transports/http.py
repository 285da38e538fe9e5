"""Drives a web dialogue over HTTP or HTTPS, with httpx on connections of our own.

httpx frames and reuses; the connections beneath are ``stream``'s, so that one deadline and one byte cap hold
for the whole conversation, scope ids work, and what a broken server sent is still at hand when httpx refuses it.
"""

from __future__ import annotations

import ssl
import zlib
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote

import httpcore
import httpx

from scanner.model.dialogue import Fact, Malformed, WebAsk, WebDialogue, WebReply
from scanner.model.outcome import OutcomeKind
from scanner.model.permitted import Permitted
from scanner.protocols._message import read_reply
from scanner.transports.exchange import Exchange
from scanner.transports.gate import Gate
from scanner.transports.limits import Limits
from scanner.transports.stream import CHUNK, NO_HANDSHAKE, Failed, Stream, connect, tls_context
from scanner.transports.tcp import MAX_FACTS
from scanner.version import __version__

USER_AGENT: Final = f"coveredscan/{__version__}"
MAX_ASKS: Final = 32
"""Requests of one dialogue: several times what any needs, should answers lead it round in circles."""
MAX_PATH: Final = 2048
"""Bytes of one request path: a redirect may name a longer one, but no device's own page has it."""

_FRAMING: Final = frozenset({"content-length", "transfer-encoding"})
"""Headers that say where the body ends."""
MAX_LEAD: Final = 64
"""Bytes of rubbish that a broken server may send before its status line; without that line nothing can be salvaged."""

_HTTP: Final = b"HTTP/"
_SHORT: Final[frozenset[OutcomeKind]] = frozenset({"timed-out", "closed"})
"""How an answer fails that another try may better."""
_UNAUTHORIZED: Final = 401
_UNWRITABLE: Final = Failed("skipped", "the request cannot be written")
_DEFAULTS: Final = (
    ("User-Agent", USER_AGENT),
    ("Accept", "*/*"),
    ("Accept-Encoding", "identity"),
    ("Connection", "keep-alive"),
)
_PATH_SAFE: Final = "/?=&%:;,+@!$'()*[]~"


class Web:
    """HTTP conversations: one TLS context for all, nothing verified, nothing from the environment, no cookies kept.

    Each connection waits until ``gate`` lets it pass (None: none does).
    """

    def __init__(self, gate: Gate | None = None) -> None:
        self._gate = gate

    async def __aenter__(self) -> Self:
        tls_context()  # made here once, not in the time of the first conversation
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to close: no connection outlives its conversation."""

    async def converse(self, endpoint: Permitted, dialogue: WebDialogue, limits: Limits, *, tls: bool) -> Exchange:
        """Hold ``dialogue`` with ``endpoint`` within ``limits``; never raises for what the peer or the network does.

        One connection at a time, kept alive between requests. Redirects are not followed. An answer that breaks HTTP
        is read leniently and the exchange is ``malformed``, with what was wrong. A body that stops short is passed
        on as far as it came. The dialogue is sent None for a request that failed; after a failure to connect its next
        request ends it, and it is closed at the end.
        """
        facts: list[Fact] = []
        line = _Line(endpoint, limits, self._gate, tls=tls)
        try:
            kind, reason, short = await _drive(line, dialogue, facts)
        finally:
            dialogue.close()
            await line.aclose()
        return Exchange(tuple(facts), kind, reason, bytes(line.transcript), short)


class Digest:
    """HTTP digest (RFC 7616) for one user of one endpoint: the password itself is never sent."""

    def __init__(self, user: str, password: str) -> None:
        self._auth = httpx.DigestAuth(user, password)

    def accept(self, ask: WebAsk, refused: WebReply) -> bool:
        """Take up the challenge in ``refused``, the reply to ``ask``; False when there is none that can be answered."""
        offers = [("WWW-Authenticate", value) for name, value in refused.headers if name.lower() == "www-authenticate"]
        request = _plain(ask)
        flow = self._auth.auth_flow(request)
        next(flow)
        try:
            flow.send(httpx.Response(_UNAUTHORIZED, headers=offers, request=request))
        except (StopIteration, httpx.ProtocolError, KeyError, NotImplementedError, ValueError):
            # No digest is offered, or one that httpx cannot read or compute: strangers write these headers.
            return False
        return True

    def header(self, ask: WebAsk) -> tuple[str, str]:
        """Return the Authorization header of ``ask``, once a challenge was accepted."""
        return "Authorization", next(self._auth.auth_flow(_plain(ask))).headers["Authorization"]


def _plain(ask: WebAsk) -> httpx.Request:
    return httpx.Request(ask.method, f"http://device{ask.path}")


async def _drive(line: _Line, dialogue: WebDialogue, facts: list[Fact]) -> tuple[OutcomeKind, str | None, bool]:
    answers = asked = 0
    short = False
    flaw: Failed | None = None
    try:
        step = next(dialogue)
        while len(facts) < MAX_FACTS:
            if isinstance(step, Fact):
                facts.append(step)
                step = next(dialogue)
                continue
            if line.over or asked == MAX_ASKS:
                break
            asked += 1
            reply, failed = await line.fetch(step)
            answers += reply is not None
            short |= failed is not None and (failed.kind in _SHORT or failed.reason == NO_HANDSHAKE)
            if failed is not None and (flaw is None or flaw.kind != "malformed"):
                flaw = failed
            step = dialogue.send(reply)
    except StopIteration:
        pass
    except Malformed as malformed:
        return "malformed", str(malformed), short
    if flaw is None:
        return "answered", None, False
    return ("answered" if answers and flaw.kind != "malformed" else flaw.kind), flaw.reason, short


class _Line(httpcore.AsyncNetworkBackend):
    """The connections of one conversation, one at a time: httpx asks it to connect, and it outlives httpx's errors."""

    def __init__(self, endpoint: Permitted, limits: Limits, gate: Gate | None, *, tls: bool) -> None:
        self.limits = limits
        self.transcript = bytearray()
        self.stream: Stream | None = None
        self.begun = False
        """True when the answer to the current request has a first byte."""
        self.kept = False
        """True while httpx may use the connection for another request."""
        self.over = False
        """True when another request would be pointless: no connection, no time, no room."""
        self._endpoint = endpoint
        self._gate = gate
        self._tls = tls
        self._deadline: float | None = None
        self._transport = _Transport(self)

    async def fetch(self, ask: WebAsk) -> tuple[WebReply | None, Failed | None]:
        """Return the reply as far as it can be read, and what was wrong with it."""
        reused = self.kept and self.stream is not None and self.stream.idle
        reply, failed = await self._fetch(ask)
        if reused and failed is not None and failed.kind == "closed" and not self.begun:
            # The server closed the kept connection while our request was on its way.
            reply, failed = await self._fetch(ask)
        return reply, failed

    async def _fetch(self, ask: WebAsk) -> tuple[WebReply | None, Failed | None]:
        start = len(self.transcript)
        self.begun = False
        try:
            request = _request(self._endpoint, ask, tls=self._tls)
        except (httpx.InvalidURL, ValueError):
            return None, _UNWRITABLE
        try:
            response = await self._transport.handle_async_request(request)
        except Failed as flaw:
            reply = self._salvage(ask, start)
            if reply is None and flaw.kind == "answered":
                return None, Failed("malformed", "no end of the head within the byte cap")
            return reply, flaw
        except httpx.RemoteProtocolError as error:
            if not self.begun:
                return None, Failed("closed", "closed without an answer")
            if _HTTP in self.transcript[start : start + MAX_LEAD]:
                await self._read_on(start + ask.cap)
            return self._salvage(ask, start), Failed("malformed", str(error))
        except httpx.LocalProtocolError:
            return None, _UNWRITABLE
        body, failed = await _body(response, ask.cap)
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw)
        body = _inflate(body, response.headers.get("content-encoding", ""), ask.cap)
        return WebReply(response.status_code, headers, body, ask.path, self._scheme), failed

    async def _read_on(self, size: int) -> None:
        """Read what else a broken server sends, until it is quiet."""
        while self.stream is not None and len(self.transcript) < size:
            if not await self.stream.read(CHUNK, self.limits.quiet):
                return

    def _salvage(self, ask: WebAsk, start: int) -> WebReply | None:
        try:
            reply = read_reply(bytes(self.transcript[start:]))
        except Malformed:
            return None
        return WebReply(reply.status, reply.headers, reply.body[: ask.cap], ask.path, self._scheme)

    @property
    def _scheme(self) -> Any:
        return "https" if self._tls else "http"

    async def connect_tcp(
        self,
        host: str,  # noqa: ARG002 - the endpoint, with its scope id, is ours
        port: int,  # noqa: ARG002
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - httpcore's signature
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        """Open the next connection of the conversation, TLS included, and close the last; raise Failed."""
        await self._hang_up()
        try:
            self.stream = await connect(
                self._endpoint,
                self.limits,
                tls=self._tls,
                deadline=self._deadline,
                transcript=self.transcript,
                gate=self._gate,
            )
        except Failed:
            self.over = True
            raise
        self._deadline = self.stream.deadline
        self.kept = True
        return _Ears(self, self.stream)

    async def _hang_up(self) -> None:
        if self.stream is not None:
            await self.stream.aclose()
            self.stream = None

    async def aclose(self) -> None:
        await self._transport.aclose()
        await self._hang_up()


class _Ears(httpcore.AsyncNetworkStream):
    """One connection as httpcore wants to see it."""

    def __init__(self, line: _Line, stream: Stream) -> None:
        self._line = line
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002, ASYNC109 - httpcore's signature
        limits = self._line.limits
        wait = limits.quiet if self._line.begun else max(limits.connect, limits.quiet)
        chunk = await self._stream.read(max_bytes, wait)
        if chunk:
            self._line.begun = True
            return chunk
        if self._stream.ended == "closed":
            return b""
        self._line.over = self._stream.ended is not None
        if self._stream.ended == "answered":
            raise Failed("answered", "cut at the byte cap")
        if self._stream.ended == "timed-out":
            raise Failed("timed-out", "deadline passed")
        raise Failed("timed-out", "the answer stopped" if self._line.begun else "no answer")

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002, ASYNC109 - httpcore's signature
        await self._stream.send(buffer)

    async def aclose(self) -> None:
        """Let go of the connection, which the line closes: after a protocol error it reads on."""
        self._line.kept = False

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,  # noqa: ARG002 - TLS has begun in connect_tcp
        server_hostname: str | None = None,  # noqa: ARG002
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - httpcore's signature
    ) -> httpcore.AsyncNetworkStream:
        return self

    def get_extra_info(self, info: str) -> Any:
        return not self._stream.idle if info == "is_readable" else None


class _Transport(httpx.AsyncHTTPTransport):
    """httpx's transport over our connections; httpx has no parameter for that."""

    def __init__(self, line: _Line) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls_context(), max_connections=1, max_keepalive_connections=1, network_backend=line
        )


def _request(endpoint: Permitted, ask: WebAsk, *, tls: bool) -> httpx.Request:
    path = quote(ask.path if ask.path.startswith("/") else f"/{ask.path}", safe=_PATH_SAFE)
    if len(path) > MAX_PATH:
        raise ValueError("path too long")
    own = {name.lower() for name, _ in ask.headers}
    headers = [(name, value) for name, value in _DEFAULTS if name.lower() not in own]
    return httpx.Request(
        ask.method,
        httpx.URL(
            scheme="https" if tls else "http",
            host=endpoint.address.partition("%")[0],
            port=endpoint.port,
            raw_path=path.encode("ascii"),
        ),
        headers=[*headers, *ask.headers],
        content=ask.body or None,
    )


async def _body(response: httpx.Response, cap: int) -> tuple[bytes, Failed | None]:
    body = bytearray()
    failed = None
    try:
        async for part in response.aiter_raw():
            body += part
            if len(body) >= cap:
                break
    except Failed as stopped:
        # Silence after a whole head is how servers without Content-Length and without a close end their page.
        framed = not _FRAMING.isdisjoint(response.headers)
        failed = None if stopped.reason == "the answer stopped" and not framed else stopped
    except httpx.RemoteProtocolError:
        failed = Failed("closed", "closed in mid-answer")
    finally:
        await response.aclose()
    return bytes(body[:cap]), failed


def _inflate(body: bytes, coding: str, cap: int) -> bytes:
    """Undo a content-encoding that was sent unasked, to at most ``cap`` bytes; what cannot be undone stays."""
    if coding.strip().lower() not in {"gzip", "x-gzip", "deflate"}:
        return body
    for window in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS):
        try:
            return zlib.decompressobj(window).decompress(body, cap)
        except zlib.error:
            continue
    return body
