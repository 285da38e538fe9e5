"""Questions to multicast groups and by broadcast, on every interface at once."""

from __future__ import annotations

import ipaddress
import socket
import struct
import sys
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface
from typing import Final

import msgspec

from scanner.model.permitted import Permitted
from scanner.transports.interfaces import Interface
from scanner.transports.loss import Loss
from scanner.transports.mailbox import Datagram, Mailbox, Questions
from scanner.transports.pace import Pace
from scanner.transports.stream import Address, explain

LIMITED_BROADCAST: Final = IPv4Address("255.255.255.255")
MAX_KNOWN: Final = 65_536
"""Senders counted for the loss: more than the largest link holds."""

_IP_MULTICAST_ALL: Final = 49
"""Linux's option that stops a socket from hearing the groups other sockets joined; Python does not name it."""


class _Asker(msgspec.Struct, frozen=True):
    """One address of one interface, ready to send."""

    send: Callable[[bytes, Address], object]
    own: IPv4Interface | IPv6Interface
    index: int


async def ask(
    groups: Iterable[Permitted],
    questions: Callable[[], tuple[bytes, ...]],
    *,
    interfaces: Sequence[Interface],
    wait: float,
    passes: int,
    spacing: float,
    source_port: int | None,
    broadcast: bool,
    on_skip: Callable[[Interface, str], None] | None = None,
    most: int = 0,
    apart: Callable[[str], bool] = lambda _: False,
    pace: Pace | None = None,
) -> AsyncGenerator[Datagram, None]:
    """Send all ``questions()`` to each group from each address of each interface; yield what is received.

    ``passes`` rounds ``spacing`` seconds apart, with new questions each; ends ``wait`` seconds after the last. Where
    some answered a later round only, the way is lossy: then as many rounds as the loss asks for, ``most`` at most.
    ``apart`` tells who is asked singly as well, maybe from the same port: when those answer proves nothing.
    Answers are heard where the questions left from. With ``source_port`` they leave from that port too, where it is
    free, and what is sent to it by group or broadcast is heard. With ``broadcast`` each group's port is asked at the
    interface's broadcast address too. ``pace`` counts every datagram (None: they are few). The echo of our own
    questions is dropped; the same answer may come twice. An interface that cannot be used is passed to ``on_skip`` with
    a short reason. The caller checks who answered.
    """
    group_list = tuple(groups)
    box = Mailbox()
    echoes = Questions()
    try:
        askers = await _open(box, group_list, interfaces, source_port, broadcast=broadcast, on_skip=on_skip)
        rounds = Rounds(passes if askers else 0, most)
        while rounds.begin():
            for payload in questions():
                echoes.sent(payload)
                for asker in askers:
                    for address in _addresses(asker, group_list, broadcast=broadcast):
                        if pace is not None:
                            await pace.wait()
                        with suppress(OSError):  # one unroutable group must not silence the others
                            asker.send(payload, address)
            asked = time.monotonic()
            while (left := asked + (wait if rounds.last else spacing) - time.monotonic()) > 0:
                await box.wait(left)
                while (datagram := box.take()) is not None:
                    if datagram.payload not in echoes:
                        if not apart(datagram.address):
                            rounds.hear(datagram.address)
                        yield datagram
    finally:
        box.close()


class Rounds:
    """How often everybody is asked."""

    def __init__(self, passes: int, most: int) -> None:
        self._passes = passes
        self._most = most
        self._wanted = passes
        self._done = 0
        self._loss = Loss()
        self._known: set[str] = set()

    @property
    def last(self) -> bool:
        """True when no further round is wanted, as far as is known yet."""
        return self._done >= self._wanted

    def begin(self) -> bool:
        """Begin the next round; False when there is none."""
        if self.last:
            return False
        self._done += 1
        return True

    def hear(self, address: str) -> None:
        """Count an answer, if it is its sender's first."""
        if address in self._known or len(self._known) >= MAX_KNOWN:
            return
        self._known.add(address)
        self._loss.note(early=self._done == 1, total=1)
        if self._loss.share:
            self._wanted = max(self._wanted, self._loss.askings(self._passes, self._most))


async def _open(
    box: Mailbox,
    groups: tuple[Permitted, ...],
    interfaces: Sequence[Interface],
    source_port: int | None,
    *,
    broadcast: bool,
    on_skip: Callable[[Interface, str], None] | None,
) -> tuple[_Asker, ...]:
    askers = []
    families: set[int] = {ipaddress.ip_address(group.address.partition("%")[0]).version for group in groups}
    for interface in interfaces:
        problem = "no address of the family asked for"
        usable = False
        for own in _sources(interface, families):
            # Firmware differs: some answer the port that asked, some only their own port; so both ask.
            for port in (None,) if source_port is None else (None, source_port):
                try:
                    transport = await box.add(_asking(interface, own, port, broadcast=broadcast), interface.name)
                except OSError as error:
                    problem = explain(error).reason or "cannot send"
                    continue
                askers.append(_Asker(transport.sendto, own, interface.index))
                usable = True
            if usable and source_port is not None:
                with suppress(OSError):  # the port is another program's: answers to the asker are still heard
                    await box.add(_listening(interface, own, groups, source_port), interface.name)
        if not usable and on_skip is not None:
            on_skip(interface, problem)
    return tuple(askers)


def _sources(interface: Interface, families: set[int]) -> Iterable[IPv4Interface | IPv6Interface]:
    """All IPv4 addresses, for each is its own subnet; of IPv6 one, the link-local if there is one."""
    if 4 in families:  # noqa: PLR2004 - the protocol's own name
        yield from (own for own in interface.addresses if isinstance(own, IPv4Interface))
    if 6 in families:  # noqa: PLR2004 - the protocol's own name
        six = [own for own in interface.addresses if isinstance(own, IPv6Interface)]
        yield from sorted(six, key=lambda own: not own.ip.is_link_local)[:1]


def _asking(
    interface: Interface, own: IPv4Interface | IPv6Interface, port: int | None, *, broadcast: bool
) -> socket.socket:
    """Bound to the address, so that answers to it and no others arrive here; from any port for None."""
    sock = _shared(own)
    try:
        if isinstance(own, IPv4Interface):
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, own.ip.packed)
            if broadcast:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        else:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, interface.index)
        _bind(sock, interface, str(own.ip), port or 0)
    except OSError:
        sock.close()
        raise
    return sock


def _listening(
    interface: Interface, own: IPv4Interface | IPv6Interface, groups: tuple[Permitted, ...], port: int
) -> socket.socket:
    """Bound to the port alone, member of the groups on this interface: hears what is sent to group or broadcast."""
    sock = _shared(own)
    try:
        if sys.platform == "linux":
            with suppress(OSError):  # older kernels keep it for root; membership then does most of the work
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.name.encode())
            if isinstance(own, IPv4Interface):
                sock.setsockopt(socket.IPPROTO_IP, _IP_MULTICAST_ALL, 0)
        for address in {ipaddress.ip_address(group.address.partition("%")[0]) for group in groups}:
            if address.is_multicast and address.version == own.version:
                _join(sock, address, own, interface.index)
        sock.bind(("", port))
    except OSError:
        sock.close()
        raise
    return sock


def _join(
    sock: socket.socket, group: IPv4Address | IPv6Address, own: IPv4Interface | IPv6Interface, index: int
) -> None:
    if group.version == 4:  # noqa: PLR2004 - the protocol's own name
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group.packed + own.ip.packed)
    else:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group.packed + struct.pack("@I", index))


def _shared(own: IPv4Interface | IPv6Interface) -> socket.socket:
    family = socket.AF_INET if own.version == 4 else socket.AF_INET6  # noqa: PLR2004 - the protocol's own name
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if sys.platform == "darwin":
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    return sock


def _bind(sock: socket.socket, interface: Interface, address: str, port: int) -> None:
    if sock.family == socket.AF_INET6:
        sock.bind((address, port, 0, interface.index))
    else:
        sock.bind((address, port))


def _addresses(asker: _Asker, groups: tuple[Permitted, ...], *, broadcast: bool) -> Iterable[Address]:
    """Where one asker sends, each address once."""
    found: dict[Address, None] = {}
    for group in groups:
        address = ipaddress.ip_address(group.address.partition("%")[0])
        port = group.port or 0
        if address.version == asker.own.version:
            if isinstance(address, IPv6Address):
                found[(str(address), port, 0, asker.index)] = None
            elif broadcast or address != LIMITED_BROADCAST:
                found[(str(address), port)] = None
        if broadcast and isinstance(asker.own, IPv4Interface) and asker.own.network.prefixlen < 31:  # noqa: PLR2004 - RFC 3021
            found[(str(asker.own.network.broadcast_address), port)] = None
    return tuple(found)
