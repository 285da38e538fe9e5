"""Echo requests to a group of IPv6 nodes, through sockets that the kernel lends to everybody or to root."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress
from ipaddress import IPv6Address, IPv6Interface
from itertools import chain
from typing import Final
from uuid import uuid4

from scanner.model.permitted import Permitted
from scanner.protocols import ndp
from scanner.transports.interfaces import Interface
from scanner.transports.mailbox import widen
from scanner.transports.multicast import Rounds
from scanner.transports.stream import explain

MAX_HEARD: Final = 65_536
"""Addresses told of one link: a hostile neighbour could invent any number."""
BREATH: Final = 64
"""Messages read before the asyncio loop gets its turn: one flooding neighbour must not stop the scan."""

_ICMPV6_FILTER: Final = 1
"""RFC 3542 section 3.2; Python does not name it. A bit that is set keeps that type of message away."""
_ECHOES_ONLY: Final = struct.pack(
    "@8I", *(0xFFFFFFFF & ~(1 << ndp.ECHO_REPLY % 32 if word == ndp.ECHO_REPLY // 32 else 0) for word in range(8))
)
_LONGEST: Final = 2048


async def ask(
    group: Permitted,
    *,
    interfaces: Sequence[Interface],
    wait: float,
    passes: int,
    spacing: float,
    on_skip: Callable[[Interface, str], None],
    most: int = 0,
) -> AsyncGenerator[str, None]:
    """Ask ``group`` for an echo from each IPv6 address of each interface; yield each address that answers, once.

    A node answers from an address like the one that asked: from its link-local one (told with its scope id), or from
    one in the same network. ``passes`` rounds ``spacing`` seconds apart, or as many as the loss asks for, ``most`` at
    most; ends ``wait`` seconds after the last. This machine's own answers are dropped. An interface that has IPv6 but
    may not ask is passed to ``on_skip`` with a short reason. The caller checks who answered.
    """
    news = asyncio.Event()
    told: set[str] = set()
    wires = _open_all(interfaces, news, on_skip)
    own = {wire.own for wire in wires}
    try:
        rounds = Rounds(passes if wires else 0, most)
        while rounds.begin():
            for wire in wires:
                wire.send(group.address)
            asked = time.monotonic()
            while (left := asked + (wait if rounds.last else spacing) - time.monotonic()) > 0:
                await _wait(news, left)
                for address in chain.from_iterable(wire.take() for wire in wires):
                    if address not in own and address not in told and len(told) < MAX_HEARD:
                        told.add(address)
                        rounds.hear(address)
                        yield address
    finally:
        for wire in wires:
            wire.close()


def _open_all(
    interfaces: Sequence[Interface], news: asyncio.Event, on_skip: Callable[[Interface, str], None]
) -> list[_Wire]:
    wires = []
    for interface in interfaces:
        for own in interface.addresses:
            if isinstance(own, IPv6Interface):
                try:
                    wires.append(_Wire(interface, own.ip, news))
                except OSError as error:
                    on_skip(interface, explain(error).reason or "cannot send")
    return wires


async def _wait(news: asyncio.Event, seconds: float) -> None:
    news.clear()
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await news.wait()


class _Wire:
    """One socket, bound to one address of one interface."""

    def __init__(self, interface: Interface, own: IPv6Address, news: asyncio.Event) -> None:
        self.own = _printable(own, interface)
        self._interface = interface
        self._token = uuid4()
        self._sent = 0
        self._news = news
        self._heard: deque[str] = deque(maxlen=MAX_HEARD)
        self._socket = _open()
        try:
            self._socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, interface.index)
            self._socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_LOOP, 0)
            self._socket.bind((str(own), 0, 0, interface.index if own.is_link_local else 0))
        except OSError:
            self._socket.close()
            raise
        asyncio.get_running_loop().add_reader(self._socket.fileno(), self._read)

    def send(self, group: str) -> None:
        self._sent += 1
        with suppress(OSError):  # a full queue loses it as the link does; the next round makes up for it
            self._socket.sendto(ndp.encode(self._token, self._sent), (group, 0, 0, self._interface.index))

    def take(self) -> deque[str]:
        """Return the addresses heard since the last call."""
        heard, self._heard = self._heard, deque(maxlen=MAX_HEARD)
        return heard

    def _read(self) -> None:
        for _ in range(BREATH):
            try:
                message, sender = self._socket.recvfrom(_LONGEST)
            except OSError:
                return
            scope = sender[3]
            if ndp.is_echo(message, self._token) and scope in {0, self._interface.index}:
                self._heard.append(_printable(IPv6Address(sender[0].partition("%")[0]), self._interface))
                self._news.set()

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._socket.fileno())
        self._socket.close()


def _open() -> socket.socket:
    """Return an ICMPv6 socket: the kind that ``net.ipv4.ping_group_range`` lends to users, or else root's."""
    try:
        sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM, socket.IPPROTO_ICMPV6)
    except OSError:
        sock = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
        with suppress(OSError):  # where it cannot be had, what else comes is told apart by its contents
            sock.setsockopt(socket.IPPROTO_ICMPV6, _ICMPV6_FILTER, _ECHOES_ONLY)
    sock.setblocking(False)
    widen(sock)
    return sock


def _printable(address: IPv6Address, interface: Interface) -> str:
    return f"{address}%{interface.name}" if address.is_link_local else str(address)
