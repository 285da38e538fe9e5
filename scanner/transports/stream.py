"""One TCP or TLS connection with bounds, and the one place where its errors become outcomes."""

from __future__ import annotations

import asyncio
import errno
import functools
import ipaddress
import socket
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from scanner.model.outcome import OutcomeKind
from scanner.model.permitted import Permitted
from scanner.transports.limits import Limits

if TYPE_CHECKING:
    from scanner.transports.gate import Gate

EXHAUSTED: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
"""This machine, not the peer, is out of something: worth waiting for."""
BACK_OFF: Final = 0.05
"""Seconds between two tries when this machine is out of descriptors."""
NO_HANDSHAKE: Final = "no answer to the handshake"
"""Reason of a ``tls-failed`` that may have been a loss."""
CHUNK: Final = 65536
"""Bytes of one read; twice as much is buffered at most, so a flood meets a closed window."""

_UNREACHABLE: Final = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EHOSTDOWN})
_BROKEN: Final = frozenset({errno.EPIPE, errno.ECONNRESET, errno.ECONNABORTED, errno.ENOTCONN, errno.ESHUTDOWN})
_LEGACY_SERVER_CONNECT: Final = 0x4
"""OpenSSL's SSL_OP_LEGACY_SERVER_CONNECT; Python names it from 3.12 on."""
_IGNORE_UNEXPECTED_EOF: Final = 0x80
"""OpenSSL's SSL_OP_IGNORE_UNEXPECTED_EOF: cameras close without a close_notify, and nothing we read needs one."""

Address = tuple[str, int] | tuple[str, int, int, int]


class Failed(Exception):  # noqa: N818 - an outcome on its way up, not a bug
    """The conversation ended; never leaves ``scanner.transports``."""

    def __init__(self, kind: OutcomeKind, reason: str | None = None) -> None:
        super().__init__(kind, reason)
        self.kind: OutcomeKind = kind
        self.reason = reason


def explain(error: OSError) -> Failed:
    """Return the outcome that an operating system or TLS error stands for."""
    if isinstance(error, ssl.SSLError):
        return Failed("tls-failed", (getattr(error, "reason", None) or "TLS error").replace("_", " ").lower())
    if isinstance(error, ConnectionRefusedError):
        return Failed("refused")
    if isinstance(error, TimeoutError):
        return Failed("timed-out")
    if isinstance(error, ConnectionError) or error.errno in _BROKEN:
        return Failed("closed", "connection reset")
    if error.errno in _UNREACHABLE:
        return Failed("timed-out", "no route to host")
    if isinstance(error, PermissionError):
        return Failed("skipped", "this machine does not permit the connection")
    if error.errno in EXHAUSTED:
        return Failed("skipped", "this machine is out of open files or memory")
    return Failed("skipped", (error.strerror or type(error).__name__).lower())


def locate(endpoint: Permitted) -> tuple[socket.AddressFamily, Address]:
    """Return family and socket address of an endpoint, scope id (``fe80::1%eth0``) included, or raise Failed."""
    text, _, scope = endpoint.address.partition("%")
    try:
        version = ipaddress.ip_address(text).version
        index = 0 if not scope else int(scope) if scope.isdecimal() else socket.if_nametoindex(scope)
    except ValueError:
        raise Failed("skipped", "not an address") from None
    except OSError:
        raise Failed("skipped", "no such interface") from None
    if endpoint.port is None:
        raise Failed("skipped", "no port")
    if version == 4:  # noqa: PLR2004 - the protocol's own name
        return socket.AF_INET, (text, endpoint.port)
    return socket.AF_INET6, (text, endpoint.port, 0, index)


@functools.cache
def tls_context() -> ssl.SSLContext:
    """Return the one context of all connections: anything goes, for we check no identity and send no secret.

    Devices of 2008 offer TLS 1.0, RC4-era ciphers, 512-bit keys and no secure renegotiation; a certificate that
    cannot be read cannot be evidence.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.options |= _LEGACY_SERVER_CONNECT | _IGNORE_UNEXPECTED_EOF
    return context


class Stream:
    """An open connection. Not for two readers at once."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        cap: int,
        deadline: float,
        transcript: bytearray,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._cap = cap
        self.deadline = deadline
        self.transcript = transcript
        """Everything received in the conversation, over earlier connections too."""
        self.ended: OutcomeKind | None = None
        """Why nothing more comes: ``closed`` by the peer, ``timed-out`` by the deadline, ``answered`` at the cap."""

    async def send(self, payload: bytes) -> None:
        """Send all of ``payload``; raise Failed when the peer has gone or does not read by the deadline."""
        try:
            async with asyncio.timeout_at(self.deadline):
                self._writer.write(payload)
                await self._writer.drain()
        except OSError as error:
            raise explain(error) from None

    async def read(self, size: int, wait: float) -> bytes:
        """Return 1 to ``size`` bytes, or ``b""`` after ``wait`` seconds of silence or at the end (see ``ended``)."""
        size = min(size, CHUNK, self._cap - len(self.transcript))
        if size <= 0:
            self.ended = "answered"
        if self.ended is not None:
            return b""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout_at(min(loop.time() + wait, self.deadline)):
                chunk = await self._reader.read(size)
        except TimeoutError:
            if loop.time() >= self.deadline:
                self.ended = "timed-out"
            return b""
        except OSError:
            chunk = b""
        if not chunk:
            self.ended = "closed"
        self.transcript += chunk
        return chunk

    @property
    def idle(self) -> bool:
        """True while the peer has not closed: the stream may be used for another question."""
        return self.ended is None and not self._reader.at_eof()

    @property
    def certificate(self) -> bytes | None:
        """The peer's certificate, DER; None without TLS or when it sent none."""
        session = self._writer.get_extra_info("ssl_object")
        return None if session is None else session.getpeercert(binary_form=True)

    async def aclose(self) -> None:
        """Close without waiting for the peer: one that neither reads nor closes would hold us for ever."""
        self._writer.transport.abort()
        with suppress(OSError):
            await self._writer.wait_closed()


async def connect(
    endpoint: Permitted,
    limits: Limits,
    *,
    tls: bool,
    deadline: float | None = None,
    transcript: bytearray | None = None,
    gate: Gate | None = None,
) -> Stream:
    """Connect, and shake hands when ``tls``; the caller closes the stream. Raise Failed with the outcome.

    A conversation of several connections passes the loop time of its ``deadline`` and its ``transcript`` on. The time
    of the first begins when ``gate`` has let it pass.
    """
    if gate is not None:
        await gate.enter(endpoint.address)
    now = asyncio.get_running_loop().time()
    deadline = now + limits.deadline if deadline is None else deadline
    transcript = bytearray() if transcript is None else transcript
    sock = await dial(endpoint, min(limits.connect, deadline - now))
    reader, writer = await _wrap(sock, limits, deadline, tls=tls)
    return Stream(reader, writer, cap=limits.cap, deadline=deadline, transcript=transcript)


async def dial(endpoint: Permitted, timeout: float) -> socket.socket:  # noqa: ASYNC109 - part of the outcome, not a cancellation
    """Return a connected non-blocking socket within ``timeout`` seconds, or raise Failed with the outcome."""
    family, address = locate(endpoint)
    loop = asyncio.get_running_loop()
    until = loop.time() + timeout
    sock = await _socket(family, until)
    try:
        async with asyncio.timeout_at(until):
            await loop.sock_connect(sock, address)
    except OSError as error:
        sock.close()
        raise explain(error) from None
    except BaseException:
        sock.close()
        raise
    return sock


async def _socket(family: socket.AddressFamily, until: float) -> socket.socket:
    while True:
        try:
            sock = socket.socket(family, socket.SOCK_STREAM)
        except OSError as error:
            if error.errno not in EXHAUSTED or asyncio.get_running_loop().time() >= until:
                raise explain(error) from None
            await asyncio.sleep(BACK_OFF)
        else:
            sock.setblocking(False)
            return sock


async def _wrap(
    sock: socket.socket, limits: Limits, deadline: float, *, tls: bool
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if not tls:
        return await asyncio.open_connection(sock=sock, limit=CHUNK)
    now = asyncio.get_running_loop().time()
    try:
        async with asyncio.timeout_at(min(now + limits.connect, deadline)):
            return await asyncio.open_connection(sock=sock, limit=CHUNK, ssl=tls_context(), server_hostname="")
    except TimeoutError:
        raise Failed("tls-failed", NO_HANDSHAKE) from None
    except ssl.SSLError as error:
        raise explain(error) from None
    except OSError:
        raise Failed("tls-failed", "closed during the handshake") from None
