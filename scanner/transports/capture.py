"""Listening on a link: every frame that passes, through a packet socket. Nothing is sent. Linux ``packet(7)``."""

from __future__ import annotations

import os
import select
import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from scanner.transports.link import NotPrivileged

ETHERNET: Final = 1
"""Link types, as capture files number them."""
RAW: Final = 101

POLL: Final = 0.25
"""Seconds after which ``frames`` gives control back, frames or not."""

_ALL: Final = 0x0003
_PROMISCUOUS: Final = struct.Struct("iHH8x")
"""struct packet_mreq."""
_AUXDATA: Final = struct.Struct("IIIHHHH")
"""struct tpacket_auxdata."""
_TIMESPEC: Final = struct.Struct("ll")
_ADD_MEMBERSHIP: Final = 1
_SOL_PACKET: Final = 263
_STATISTICS: Final = 6
_ROOM: Final = 16 << 20
_FRAME: Final = 262_144
_AUXILIARY: Final = 8
_TIMESTAMP: Final = 35
"""SO_TIMESTAMPNS: the kernel says when each frame came."""
_VLAN_VALID: Final = 0x10
_VLAN_PROTOCOL_VALID: Final = 0x40
_BARE_TYPES: Final = frozenset({512, 65534, 768, 769, 778})
"""Kinds of interface without a link header: PPP, TUN, IP tunnels."""

Frame = tuple[float, int, bytes]
"""Seconds since 1970, link type, bytes."""


class NoInterface(Exception):  # noqa: N818 - what is missing
    """There is no such interface, or it is down."""


class Capture:
    """A socket that hears everything on one interface, in promiscuous mode while inside ``with``."""

    def __init__(self, interface: str) -> None:
        """Open it. Raises NotPrivileged without CAP_NET_RAW, NoInterface when the interface is not there."""
        if not hasattr(socket, "AF_PACKET"):
            raise NotPrivileged("listening on a link works on Linux only")
        try:
            index = socket.if_nametoindex(interface)
        except OSError as error:
            raise NoInterface(f"no interface {interface}") from error
        self.link = _link_of(interface)
        # Bound to nothing until it is set up, so that no frame of another interface gets in.
        try:
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        except PermissionError as error:
            raise NotPrivileged(f"listening on {interface} needs root or CAP_NET_RAW") from error
        try:
            with suppress(OSError):
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _ROOM)
            self._socket.setsockopt(socket.SOL_SOCKET, _TIMESTAMP, 1)
            self._socket.setsockopt(_SOL_PACKET, _AUXILIARY, 1)
            self._socket.setsockopt(_SOL_PACKET, _ADD_MEMBERSHIP, _PROMISCUOUS.pack(index, 1, 0))
            self._socket.bind((interface, _ALL))
            self._socket.setblocking(False)
        except OSError as error:
            self._socket.close()
            raise NoInterface(f"{interface}: {os.strerror(error.errno or 0)}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def frames(self) -> Iterator[Frame | None]:
        """Yield each frame as it comes, and None at least every POLL seconds; never ends by itself.

        A VLAN tag that the network card took off is put back. Raises NoInterface when the interface goes away.
        """
        space = socket.CMSG_SPACE(_AUXDATA.size) + socket.CMSG_SPACE(_TIMESPEC.size)
        while True:
            ready, _, _ = select.select((self._socket,), (), (), POLL)
            if not ready:
                yield None
                continue
            try:
                data, auxiliary, _, _ = self._socket.recvmsg(_FRAME, space)
            except BlockingIOError:
                continue
            except OSError as error:
                raise NoInterface(f"the interface is gone: {os.strerror(error.errno or 0)}") from error
            when, tag = 0.0, b""
            for level, kind, value in auxiliary:
                if (level, kind) == (socket.SOL_SOCKET, _TIMESTAMP) and len(value) >= _TIMESPEC.size:
                    seconds, nanoseconds = _TIMESPEC.unpack_from(value)
                    when = seconds + nanoseconds // 1000 * 1e-6
                elif (level, kind) == (_SOL_PACKET, _AUXILIARY) and len(value) >= _AUXDATA.size:
                    tag = _tag(value)
            yield when, self.link, data[:12] + tag + data[12:] if tag else data

    def lost(self) -> int:
        """Return how many frames the kernel had no room for since the last call."""
        _, drops = struct.unpack("II", self._socket.getsockopt(_SOL_PACKET, _STATISTICS, 8))
        return int(drops)


def _link_of(interface: str) -> int:
    try:
        kind = int(Path("/sys/class/net", interface, "type").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return ETHERNET
    return RAW if kind in _BARE_TYPES else ETHERNET


def _tag(auxiliary: bytes) -> bytes:
    """Return the VLAN tag that the network card took off, empty when there was none."""
    status, _, _, _, _, tag, protocol = _AUXDATA.unpack_from(auxiliary)
    if not status & _VLAN_VALID:
        return b""
    return struct.pack("!HH", protocol if status & _VLAN_PROTOCOL_VALID else 0x8100, tag)
