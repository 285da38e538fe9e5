"""UDP sockets that share one bounded box of received datagrams."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from collections import deque
from contextlib import suppress
from typing import Final

import msgspec

RECEIVE_BUFFER: Final = 4 * 1024 * 1024
"""Bytes asked of the kernel: its default of 208 KiB holds 92 answers of a crowded segment, this keeps 254 of 254."""
MAX_BOX: Final = 16 * 1024 * 1024
"""Bytes waiting for the reader before the newest are dropped: one flooding device must not take the memory."""
MAX_BOXED: Final = 65536
"""Datagrams waiting, for empty ones have no bytes but still a weight."""

_log: Final = logging.getLogger(__name__)
_RCVBUFFORCE: Final = 33
"""Linux's SO_RCVBUFFORCE, which Python does not name."""


class Datagram(msgspec.Struct, frozen=True):
    """One datagram received."""

    address: str
    """Of the sender, with its scope id when link-local."""
    port: int
    payload: bytes
    interface: str | None
    """Name of the interface it came in by, when the socket belongs to one."""


MAX_ECHOES: Final = 1024
"""Own questions remembered to tell their echo from an answer: many more than are ever in flight."""


class Questions:
    """The questions sent last: one of them coming back is an echo (a group's, or this very machine's), no answer."""

    def __init__(self) -> None:
        self._sent: dict[bytes, None] = {}

    def sent(self, payload: bytes) -> None:
        """Note that ``payload`` is being sent."""
        self._sent[payload] = None
        while len(self._sent) > MAX_ECHOES:
            del self._sent[next(iter(self._sent))]

    def __contains__(self, payload: bytes) -> bool:
        return payload in self._sent


class Mailbox:
    """Opens sockets, keeps what they receive, closes them."""

    def __init__(self) -> None:
        self.received: deque[Datagram] = deque()
        self.dropped = 0
        """Datagrams that came while the box was full."""
        self._bytes = 0
        self._news = asyncio.Event()
        self._transports: list[asyncio.DatagramTransport] = []

    async def add(self, sock: socket.socket, interface: str | None) -> asyncio.DatagramTransport:
        """Listen on a bound socket, which the mailbox then owns; return what sends through it."""
        sock.setblocking(False)
        widen(sock)
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: _Slot(self, interface), sock=sock)
        self._transports.append(transport)
        return transport

    def put(self, datagram: Datagram) -> None:
        """Keep one datagram, or count it as dropped."""
        if self._bytes + len(datagram.payload) > MAX_BOX or len(self.received) >= MAX_BOXED:
            self.dropped += 1
            return
        self._bytes += len(datagram.payload)
        self.received.append(datagram)
        self._news.set()

    def take(self) -> Datagram | None:
        """Return the oldest datagram, or None."""
        if not self.received:
            return None
        datagram = self.received.popleft()
        self._bytes -= len(datagram.payload)
        return datagram

    async def wait(self, seconds: float) -> None:
        """Return when something is received or ``seconds`` have passed."""
        if self.received:
            return
        self._news.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()

    def close(self) -> None:
        """Close all sockets; log how many datagrams were dropped, for they may have been answers."""
        if self.dropped:
            _log.warning("%d datagrams dropped: they came faster than they could be read", self.dropped)
        for transport in self._transports:
            transport.abort()


class _Slot(asyncio.DatagramProtocol):
    def __init__(self, box: Mailbox, interface: str | None) -> None:
        self._box = box
        self._interface = interface

    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        self._box.put(Datagram(_printable(addr), int(addr[1]), data, self._interface))

    def error_received(self, exc: Exception) -> None:
        """A refused or unroutable datagram: with UDP that is the same as no answer."""


def _printable(address: tuple[str | int, ...]) -> str:
    text, scope = str(address[0]), int(address[3]) if len(address) > 3 else 0  # noqa: PLR2004 - (host, port, flow, scope)
    if scope == 0 or "%" in text:
        return text
    try:
        return f"{text}%{socket.if_indextoname(scope)}"
    except OSError:
        return f"{text}%{scope}"


def widen(sock: socket.socket) -> None:
    """Ask for RECEIVE_BUFFER bytes, past the system's limit where privileged."""
    options = (_RCVBUFFORCE, socket.SO_RCVBUF) if sys.platform == "linux" else (socket.SO_RCVBUF,)
    for option in options:
        with suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, option, RECEIVE_BUFFER)
            return
