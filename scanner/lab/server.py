"""The lab: virtual devices that answer on loopback addresses, over real sockets, until the ``async with`` ends."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import re
import socket
import struct
from collections import deque
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self, cast

import msgspec

from scanner.lab import certificate, records
from scanner.lab.device import Device, Service
from scanner.lab.transcript import Exchange

OFFSET = 10_000
"""Added to the ports below 1024 where the system keeps those for itself: 80 becomes 10080."""
_PRIVILEGED = 1024
_HEAD_CAP = 16_384
"""Bytes of one request head: far beyond what any client sends, small enough to hold a thousand of them."""
_BODY_CAP = 262_144
"""Bytes of one request body, or of a stream that no pattern meets: more than any question we know is long."""
_NOTED = 512
"""Bytes of a question that are remembered: its first line and more."""
_ASKED_CAP = 10_000
"""Questions remembered: more than one scan of every device asks."""
_IDLE = 30.0
"""Seconds a silent connection is kept."""
_DRIP = 0.05
"""Seconds between two bytes of a device that drips."""
_CHUNK = 65_536
"""Bytes read, or poured out by a device that never stops, at a time."""

_CSEQ = re.compile(rb"(?im)^CSeq:[ \t]*([\w ]{1,32})\r?$")
_LENGTH = re.compile(rb"(?im)^Content-Length:[ \t]*(\d{1,9})[ \t]*\r?$")
_CLOSES = re.compile(rb"(?im)^Connection:[ \t]*close[ \t]*\r?$")
_LENGTH_LINE = re.compile(rb"(?im)^Content-Length:[^\n]*\n")
_IDENTITY = re.compile(rb"(?:MessageID[^>]*>|<Uuid>)\s*([\w:.{}-]{1,128})\s*<")
_REQUEST = re.compile(rb"([A-Za-z_]{1,32}) (\S{1,8192}) HTTP/1\.([01])")


class LabError(RuntimeError):
    """The lab cannot be put up; the text says which address and port, and why."""


class Asked(msgspec.Struct, frozen=True):
    """One question a device got, as the lab heard it."""

    address: str
    port: int
    """The device's own port, without the lab's offset."""
    transport: str
    """``tcp`` or ``udp``."""
    question: bytes
    """Its first bytes, 512 at most."""


class _Seat:
    """One service of one device, in its place in the lab."""

    def __init__(self, device: Device, service: Service, slots: Mapping[str, str], asked: deque[Asked]) -> None:
        self.service = service
        self.slots = slots
        self._address = device.address
        self._asked = asked

    def hear(self, question: bytes) -> None:
        """Notes what was asked."""
        transport = "udp" if self.service.datagrams else "tcp"
        self._asked.append(Asked(self._address, self.service.port, transport, question[:_NOTED]))


class Lab:
    """Serves ``devices`` on their addresses while entered.

    ``offset`` is added to their ports below 1024; None: 0 where those may be bound, else ``OFFSET``.
    """

    def __init__(self, devices: Sequence[Device], *, offset: int | None = None) -> None:
        self.devices = tuple(devices)
        self.addresses = tuple(device.address for device in devices)
        self.offset = 0 if offset is None else offset
        self.groups: tuple[str, ...] = ()
        """Multicast groups that could be joined, as ``239.255.255.250:3702``."""
        self.asked: deque[Asked] = deque(maxlen=_ASKED_CAP)
        """What the devices were asked, oldest first."""
        self._decide = offset is None
        self._servers: list[asyncio.Server] = []
        self._ears: list[asyncio.DatagramTransport] = []
        self._talks: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._up = False

    @property
    def ports(self) -> tuple[int, ...]:
        """The TCP ports that devices listen on, offset included, in order."""
        return tuple(sorted({self.port(s.port) for d in self.devices for s in d.services if not s.datagrams}))

    def port(self, port: int) -> int:
        """The port that stands for a device's ``port`` in this lab."""
        return port + self.offset if port < _PRIVILEGED else port

    async def __aenter__(self) -> Self:
        if self._decide and self.devices:
            self.offset = _allowed_offset(self.devices[0].address)
        self._up = True
        try:
            members: dict[tuple[str, int], list[_Ear]] = {}
            for device in self.devices:
                for service in device.services:
                    if service.datagrams:
                        ear = await self._listen(device, service)
                        if service.group is not None:
                            members.setdefault((service.group, service.port), []).append(ear)
                    else:
                        await self._serve(device, service)
            for (group, port), ears in members.items():
                await self._join(group, port, ears)
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close()

    async def _close(self) -> None:
        self._up = False
        for server in self._servers:
            server.close()
        for ear in self._ears:
            ear.abort()
        # A conversation ends by itself once its connection is gone; a cancelled one would be logged as a failure.
        for writer in self._talks.values():
            writer.transport.abort()
        await asyncio.gather(*self._talks)
        for server in self._servers:
            await server.wait_closed()
        self._servers.clear()
        self._ears.clear()
        self.groups = ()
        # Aborted transports close their sockets in the loop's next turn.
        await asyncio.sleep(0)

    def _slots(self, device: Device) -> dict[str, str]:
        slots = {"host": device.address, "cseq": "0"}
        for service in device.services:
            port = self.port(service.port)
            slots[f"port:{service.port}"] = str(port)
            usual = port in (80, 443)
            slots[f"authority:{service.port}"] = device.address if usual else f"{device.address}:{port}"
        return slots

    async def _serve(self, device: Device, service: Service) -> None:
        seat = _Seat(device, service, self._slots(device), self.asked)
        context = certificate.make_context(service.certificate, seat.slots) if service.certificate else None
        listener = _bind(device.address, self.port(service.port), socket.SOCK_STREAM)

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._talks[task] = writer
            connection = _Connection(seat, reader, writer)
            try:
                async with asyncio.timeout(None) as patience:
                    connection.patience = patience
                    if self._up:  # else accepted while the lab came down
                        await connection.converse()
            except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                pass  # the peer went away or sent what the service does not speak: a device hangs up
            finally:
                del self._talks[task]
                writer.transport.abort()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()

        self._servers.append(await asyncio.start_server(talk, sock=listener, ssl=context, limit=_HEAD_CAP))

    async def _listen(self, device: Device, service: Service) -> _Ear:
        # Discovery ports are shared by design: a system's own responder may sit on the wildcard address.
        ear_socket = _bind(device.address, self.port(service.port), socket.SOCK_DGRAM, shared=service.group is not None)
        ear = _Ear(_Seat(device, service, self._slots(device), self.asked))
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: ear, sock=ear_socket)
        self._ears.append(transport)
        return ear

    async def _join(self, group: str, port: int, ears: Sequence[_Ear]) -> None:
        """Hears ``group`` on the loopback interface for ``ears``, where the system lets us; unicast works anyway."""
        member = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            member.setblocking(False)
            member.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            member.bind((group, port))
            join = struct.pack("=4s4si", socket.inet_aton(group), socket.inet_aton("127.0.0.1"), _loopback_index())
            member.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, join)
        except OSError:
            member.close()
            return
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: _Group(ears), sock=member)
        self._ears.append(transport)
        self.groups += (f"{group}:{port}",)


class _Connection:
    """One TCP conversation."""

    patience: asyncio.Timeout

    def __init__(self, seat: _Seat, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._seat = seat
        self._service = seat.service
        self._slots = seat.slots
        self._reader = reader
        self._writer = writer

    async def converse(self) -> None:
        match self._service.behaviour:
            case "close":
                return
            case "silent":
                while await self._read():
                    pass
                return
            case _:
                speak = {"http": self._http, "rtsp": self._rtsp}.get(self._service.kind, self._stream)
                await speak()

    async def _http(self) -> None:
        while True:
            head = await self._read_head()
            request = _REQUEST.match(head)
            if request is None:
                return
            length = _LENGTH.search(head)
            size = int(length.group(1)) if length else 0
            if size > _BODY_CAP:
                return
            body = await self._reader.readexactly(size)
            method, target = request.group(1).decode(), request.group(2).decode("latin-1")
            exchange = self._service.transcript.web(method, target, body)
            if exchange is None:
                return
            payload = exchange.render({**self._slots, **_identity(body)})
            answer_head, separator, _ = payload.partition(b"\r\n\r\n")
            await self._send(answer_head + separator if method == "HEAD" else payload)
            if request.group(3) == b"0" or _CLOSES.search(head) or _CLOSES.search(answer_head):
                return

    async def _rtsp(self) -> None:
        while True:
            head = await self._read_head()
            words = head.split(None, 1)
            exchange = self._service.transcript.method(words[0].decode("latin-1")) if words else None
            if exchange is None:
                return
            cseq = _CSEQ.search(head)
            await self._send(exchange.render({**self._slots, **({"cseq": cseq.group(1).decode()} if cseq else {})}))

    async def _stream(self) -> None:
        greeting = self._service.transcript.greeting()
        if greeting is not None:
            await self._send(greeting.render(self._slots))
        pending = b""
        while chunk := await self._read():
            self._seat.hear(chunk)
            pending += chunk
            exchange: Exchange | None = next(self._service.transcript.octets(pending), None)
            if exchange is not None:
                await self._send(exchange.render(self._slots))
                pending = b""
            elif len(pending) > _BODY_CAP:
                return

    async def _read_head(self) -> bytes:
        self._wait()
        head = await self._reader.readuntil(b"\r\n\r\n")
        self._seat.hear(head)
        return head

    async def _read(self) -> bytes:
        self._wait()
        return await self._reader.read(_CHUNK)

    def _wait(self) -> None:
        """Gives the peer ``_IDLE`` seconds from now."""
        self.patience.reschedule(asyncio.get_running_loop().time() + _IDLE)

    async def _send(self, payload: bytes) -> None:
        match self._service.behaviour:
            case "drip":
                for octet in payload:
                    self._wait()
                    self._writer.write(bytes((octet,)))
                    await self._writer.drain()
                    await asyncio.sleep(_DRIP)
            case "endless":
                self._writer.write(_LENGTH_LINE.sub(b"", payload))
                while True:
                    self._wait()
                    self._writer.write(b"A" * _CHUNK)
                    await self._writer.drain()
            case _:
                self._writer.write(payload)
                await self._writer.drain()


class _Ear(asyncio.DatagramProtocol):
    """One UDP port of one device."""

    def __init__(self, seat: _Seat) -> None:
        self._seat = seat
        self._service = seat.service
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if self._transport is None or self._transport.is_closing() or self._service.behaviour != "answer":
            return
        self._seat.hear(data)
        slots = {**self._seat.slots, **_identity(data)}
        if self._service.kind == "dns":
            reply = records.answer(data, addr[1], self._service.transcript, slots)
            if reply is not None:
                self._transport.sendto(reply, addr)
            return
        for exchange in self._service.transcript.octets(data):
            self._transport.sendto(exchange.render(slots), addr)


class _Group(asyncio.DatagramProtocol):
    """A multicast group: each member answers from its own address."""

    def __init__(self, ears: Sequence[_Ear]) -> None:
        self._ears = ears

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        for ear in self._ears:
            ear.datagram_received(data, addr)


def _identity(request: bytes) -> dict[str, str]:
    found = _IDENTITY.search(request)
    return {"id": found.group(1).decode()} if found else {}


def _loopback_index() -> int:
    """Index of the interface that carries 127.0.0.1, 0 (the system chooses) when it has another name."""
    for name in ("lo", "lo0"):
        with contextlib.suppress(OSError):
            return socket.if_nametoindex(name)
    return 0


def _allowed_offset(address: str) -> int:
    """0 when the ports below 1024 may be bound on ``address``, else ``OFFSET``."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
        try:
            trial.bind((address, 80))
        except PermissionError:
            return OFFSET
        except OSError:
            return 0  # taken, or no such address: binding for good says it better
    return 0


def _bind(address: str, port: int, kind: socket.SocketKind, *, shared: bool = False) -> socket.socket:
    """A bound, non-blocking socket. Raises ``LabError``."""
    bound = socket.socket(socket.AF_INET, kind)
    try:
        bound.setblocking(False)
        if shared or kind is socket.SOCK_STREAM:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((address, port))
        if kind is socket.SOCK_STREAM:
            bound.listen(128)
    except OSError as error:
        bound.close()
        name = f"{address} port {port}/{'tcp' if kind is socket.SOCK_STREAM else 'udp'}"
        match error.errno:
            case errno.EADDRINUSE:
                raise LabError(f"{name} is taken: is another lab running?") from error
            case errno.EADDRNOTAVAIL:
                raise LabError(f"{name}: this system has no such loopback address") from error
            case errno.EACCES:
                raise LabError(f"{name} may not be bound without privileges: give the lab an offset") from error
            case _:
                raise LabError(f"{name} cannot be bound: {error.strerror}") from error
    return bound
