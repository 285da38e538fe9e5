"""The local link: ARP through scapy, and the neighbour table that the kernel keeps anyway."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import re
import shutil
import socket
import struct
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path
from typing import Any, Final

from scanner.model.dialogue import Malformed
from scanner.model.permitted import Permitted
from scanner.protocols import arp as protocol
from scanner.transports.interfaces import Interface, interfaces
from scanner.transports.loss import LEAST, Loss
from scanner.transports.mailbox import widen
from scanner.transports.pace import Pace
from scanner.transports.privilege import NotPrivileged, privileged

__all__ = ["NotPrivileged", "arp", "neighbours", "privileged"]

ARP: Final = 0x0806
"""The EtherType."""
MAX_PASSES: Final = 16
"""Broadcasts are not repeated by the link layer. With three frames in ten lost each way, sixteen passes miss one device
in fifty thousand."""
SPACING: Final = 0.3
"""Seconds before the same is asked again: three beacons, for which a sleeping device's access point holds the frame."""
MAX_REPEATED: Final = 65_536
"""Addresses remembered to be asked again: a /16, the largest link that is ever one broadcast domain."""
MAX_TOLD: Final = 131_072
"""Pairs told: more than two for each address of a /16 is somebody making them up."""

_HEADER: Final = 14
_REQUEST: Final = struct.Struct("!6s6sHHHBBH6s4s6s4s18x")
"""Ethernet and ARP, RFC 826, padded to Ethernet's 60 bytes."""
_ROW: Final = re.compile(
    r"(?P<address>[0-9]{1,3}(?:\.[0-9]{1,3}){3})\)?\s+(?:at\s+)?(?P<mac>[0-9A-Fa-f]{1,2}(?:[:-][0-9A-Fa-f]{1,2}){5})\b"
)
_COMMAND_SECONDS: Final = 5.0


def neighbours() -> dict[str, str]:
    """Return address → MAC (lower case, colons) as this machine's kernel knows them; empty when it does not tell.

    Link-local addresses have their scope id. No packet is sent and no privilege needed, but an entry may be stale.
    Runs a command for up to five seconds at worst: call it in a thread.
    """
    if sys.platform != "linux":
        return _read_arp(_run("arp", "-a"))
    told = _run("ip", "-j", "neighbour")
    if told:
        return _read_ip(told)
    try:
        return _read_table(Path("/proc/net/arp").read_text(encoding="ascii", errors="replace"))
    except OSError:
        return {}


async def arp(
    endpoints: Iterable[Permitted], interface: str, *, wait: float, pace: Pace, loss: Loss | None = None
) -> AsyncGenerator[tuple[str, str], None]:
    """Ask who has each IPv4 address; yield (address, MAC) of whoever answers.

    Twice at least, SPACING seconds apart, and as often as ``loss`` asks for, which is told of it (None: its own); the
    last answers are awaited for ``wait`` seconds.

    Each pair is told once; an address with two owners is told twice. Addresses outside the interface's networks are
    passed over, for nobody on the link would answer. Anybody on the link can claim an address: the caller checks that
    it was asked. Nothing is yielded for an interface that is down or has no IPv4. Raises
    NotPrivileged without CAP_NET_RAW.
    """
    own = next((one for one in interfaces() if one.name == interface), None)
    if own is None:
        return
    try:
        wire = _Wire(interface)
    except OSError:
        return
    told: set[tuple[str, str]] = set()
    asked: Iterable[Permitted] = endpoints
    try:
        way, passes, done = loss or Loss(), LEAST, 0
        while done < passes:
            done += 1
            remembered: list[Permitted] = []
            for endpoint in asked:
                frame = wire.request(endpoint.address, own)
                if frame is None:
                    continue
                await pace.wait()
                wire.send(frame)
                if len(remembered) < MAX_REPEATED:
                    remembered.append(endpoint)
                for pair in _new(wire, told):
                    yield pair
            last = done >= way.askings(LEAST, MAX_PASSES)
            until = time.monotonic() + (wait if last else min(wait, SPACING))
            while remembered and (now := time.monotonic()) < until:
                await wire.wait(until - now)
                for pair in _new(wire, told):
                    yield pair
            answered = {address for address, _ in told}
            asked = [endpoint for endpoint in remembered if endpoint.address not in answered]
            fresh = len(remembered) - len(asked)
            way.note(early=fresh if done == 1 else 0, total=fresh)
            passes = way.askings(LEAST, MAX_PASSES)
    finally:
        wire.close()


def _new(wire: _Wire, told: set[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for pair in wire.take():
        if pair not in told and len(told) < MAX_TOLD:
            told.add(pair)
            yield pair


class _Wire:
    """One link-layer socket of scapy's. Frames are prebuilt bytes: scapy's objects cost five hundred times as much."""

    def __init__(self, interface: str) -> None:
        import scapy.layers.l2  # noqa: F401, PLC0415 - a quarter of a second, and only here; it names Ethernet to scapy
        from scapy.arch import get_if_hwaddr  # noqa: PLC0415
        from scapy.config import conf  # noqa: PLC0415
        from scapy.error import Scapy_Exception  # noqa: PLC0415

        try:
            self._mac = bytes.fromhex(get_if_hwaddr(interface).replace(":", ""))
            self._socket: Any = conf.L2socket(iface=interface, type=ARP, promisc=False)
        except PermissionError as error:
            raise NotPrivileged("ARP needs root or CAP_NET_RAW") from error
        except Scapy_Exception as error:
            raise OSError(str(error)) from error
        self._news = asyncio.Event()
        if hasattr(socket, "AF_PACKET"):
            widen(self._socket.ins)
            self._socket.ins.setblocking(False)
        else:  # a BPF device
            self._socket.set_nonblock()  # type: ignore[attr-defined]  # of the BPF sockets alone
        asyncio.get_running_loop().add_reader(self._socket.fileno(), self._news.set)

    def request(self, address: str, own: Interface) -> bytes | None:
        """Return the frame that asks for ``address``, or None when it is not on this link."""
        try:
            wanted = IPv4Address(address)
        except ValueError:
            return None
        for mine in own.addresses:
            if isinstance(mine, IPv4Interface) and wanted in mine.network and wanted != mine.ip:
                return _REQUEST.pack(
                    b"\xff" * 6, self._mac, ARP, 1, 0x0800, 6, 4, 1, self._mac, mine.ip.packed, bytes(6), wanted.packed
                )
        return None

    def send(self, frame: bytes) -> None:
        with suppress(OSError):  # a full queue loses a frame as the link does; the second pass makes up for it
            self._socket.send(frame)

    def take(self) -> Iterator[tuple[str, str]]:
        """Yield what the frames received so far say."""
        while True:
            try:
                _, frame, _ = self._socket.recv_raw()
            except OSError:
                return
            if frame is None:
                return
            mac = frame[6:12]
            if mac == self._mac:
                continue
            with suppress(Malformed):
                for fact in protocol.decode(frame[_HEADER:]):
                    if fact.subject is not None:
                        yield fact.subject, fact.value

    async def wait(self, seconds: float) -> None:
        self._news.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._socket.fileno())
        self._socket.close()


def _run(command: str, *words: str) -> str:
    path = shutil.which(command)
    if path is None:
        return ""
    try:
        done = subprocess.run([path, *words], capture_output=True, timeout=_COMMAND_SECONDS, check=False)  # noqa: S603 - fixed words, no shell
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode("utf-8", "replace")


def _read_ip(text: str) -> dict[str, str]:
    """Read ``ip -j neighbour``."""
    found: dict[str, str] = {}
    try:
        rows = json.loads(text)
    except ValueError:
        return found
    for row in rows if isinstance(rows, list) else ():
        mac = _mac(str(row.get("lladdr", ""))) if isinstance(row, dict) else None
        if mac is not None and not {"FAILED", "INCOMPLETE"} & set(row.get("state", ())):
            address = str(row.get("dst", ""))
            with suppress(ValueError):
                scoped = ipaddress.ip_address(address).is_link_local and ":" in address
                found[f"{address}%{row.get('dev')}" if scoped else address] = mac
    return found


def _read_table(text: str) -> dict[str, str]:
    """Read ``/proc/net/arp``: address, type, flags, MAC, mask, device; flag 2 is a finished entry."""
    found = {}
    for line in text.splitlines()[1:]:
        match line.split():
            case [address, _, flags, mac, *_] if flags.startswith("0x") and int(flags, 16) & 2:
                norm = _mac(mac)
                if norm is not None:
                    found[address] = norm
    return found


def _read_arp(text: str) -> dict[str, str]:
    """Read ``arp -a`` of macOS (``? (10.0.0.1) at 0:1:2:a:b:c on en0``) and Windows (``10.0.0.1  00-01-02-…``)."""
    found = {}
    for row in _ROW.finditer(text):
        mac = _mac(row["mac"])
        if mac is not None:
            found[row["address"]] = mac
    return found


def _mac(text: str) -> str | None:
    """Return the normal form of the address of one device; None for a group's, for zeros and for what is none."""
    try:
        parts = [int(part, 16) for part in re.split("[:-]", text)]
    except ValueError:
        return None
    if len(parts) != 6 or max(parts) > 255 or not any(parts) or parts[0] & 1:  # noqa: PLR2004 - six bytes
        return None
    return ":".join(f"{part:02x}" for part in parts)
