"""Frames become observations: what each device said, in the words of the protocols' own decoders.

Link layers: Ethernet with any VLAN tags, Linux cooked v1 and v2, raw IP, BSD loopback. Of a fragmented IP packet the
first fragment is read. A frame's source address is told from ARP, neighbour discovery and DHCP alone: in another IP
packet it may be a router's.
"""

from __future__ import annotations

import struct
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from ipaddress import ip_address
from itertools import islice
from typing import Final

from scanner.importers.frames import Frame
from scanner.importers.importer import LINK_MAC, OPEN_TCP, OPEN_UDP, BadPart, Item, observe, read_seconds
from scanner.importers.speeches import ENOUGH, Requests, Speech, begin
from scanner.importers.streams import Stream
from scanner.model.dialogue import DatagramSpec, Fact, Malformed, RecordSpec
from scanner.model.observation import Carrier, Observation
from scanner.protocols import ALL, arp, cdp, dhcp, lldp, ndp, sadp

MAX_FLOWS: Final = 131_072
"""Directions of connections remembered: a busy link of a building has some ten thousand at a time."""
MAX_TALKING: Final = 8192
"""Directions being read at a time."""
MAX_PENDING: Final = 64 << 20
"""Bytes held of all conversations together; beyond it the one that is longest without news is read as it stands."""
MAX_REMEMBERED: Final = 65_536
"""Facts, datagrams and askers remembered, so that each is told once; past it they are forgotten and told again."""
MAX_TAGS: Final = 4
"""VLAN tags of one frame; two are usual at most."""
MAX_EXTENSIONS: Final = 8
"""IPv6 extension headers of one packet."""

_ETHERNET, _NULL, _RAW, _COOKED, _COOKED_2, _LOOP = 1, 0, 101, 113, 276, 108
_RAW_LINKS: Final = frozenset({12, 14, _RAW, 228, 229})
_IPV4, _IPV6, _ARP, _SADP = b"\x08\x00", b"\x86\xdd", b"\x08\x06", b"\x80\x33"
_LLDP: Final = b"\x88\xcc"
_SNAP_CDP: Final = b"\xaa\xaa\x03\x00\x00\x0c\x20\x00"
_TAGS: Final = frozenset({b"\x81\x00", b"\x88\xa8", b"\x91\x00", b"\x92\x00"})
_TCP, _UDP, _FRAGMENT = 6, 17, 44
_EXTENSIONS: Final = frozenset({0, 43, 60, 135})
_PORTS: Final = struct.Struct("!HH").unpack_from
_FIN, _SYN, _RST, _ACK = 1, 2, 4, 16
_RESUMES: Final = frozenset({b"HTTP/", b"RTSP/"})
"""First bytes by which a connection is taken up again in the middle."""
_METHODS: Final = frozenset({b"GET ", b"POST", b"HEAD", b"PUT ", b"OPTI", b"DELE", b"CONN", b"SUBS"})
_CLIENT_PORT, _SERVER_PORT = 68, 67
_DATAGRAMS: Final[dict[int, tuple[DatagramSpec, ...]]] = {
    port: tuple(
        spec for spec in ALL if isinstance(spec, DatagramSpec) and port in (spec.port, spec.source_port or spec.port)
    )
    for known in ALL
    if isinstance(known, DatagramSpec)
    for port in (known.port, known.source_port or known.port)
}


class _Talk:
    """One direction being read."""

    __slots__ = ("speech", "stream")

    def __init__(self, start: int) -> None:
        self.stream = Stream(start)
        self.speech: Speech | None = None


_Flow = _Talk | Requests | int | None
"""A server being read; a client's requests; the first sequence number of one that has not spoken; nothing to read."""
_NEW: Final = -1


class Traffic:
    """Reads frames in their order; what it holds back is bounded, and told by ``finish``."""

    def __init__(self) -> None:
        self._ready: list[Observation] = []
        self._when = self._told_at = 0.0
        self._at: datetime | None = None
        self._flows: dict[bytes, _Flow] = {}
        self._talking: OrderedDict[bytes, None] = OrderedDict()
        self._pending = 0
        self._told: set[tuple[str, int | None, str, str, str | None]] = set()
        self._heard: set[tuple[bytes, int]] = set()
        self._askers: dict[bytes, tuple[DatagramSpec, ...]] = {}

    def read(self, frames: Iterable[Frame | BadPart]) -> Iterator[Item]:
        """Yield what each frame shows for the first time, and bad parts as they come."""
        ready, flows, resumes = self._ready, self._flows, _RESUMES
        for frame in frames:
            if type(frame) is not tuple:
                yield frame  # type: ignore[misc]  # a BadPart
                continue
            when, link, data = frame
            # Most of a capture is TCP over IPv4 on Ethernet, most of that bulk data of connections that are not read:
            # the one takes the short way, the other is passed over in a few steps.
            if (
                link == _ETHERNET
                and data[12:15] == b"\x08\x00\x45"
                and len(data) >= 54  # noqa: PLR2004 - Ethernet, IP and TCP headers
                and data[23] == _TCP
                and not (data[20] & 0x1F or data[21])
            ):
                pair = data[26:38]
                if flows.get(pair, _NEW) is None and not data[47] & (_FIN | _SYN | _RST):
                    at = 34 + (data[46] >> 4) * 4
                    if data[at : at + 5] not in resumes:
                        continue
                self._when = when
                total = data[16] << 8 | data[17]
                end = min(14 + total, len(data)) if total else len(data)
                if end >= 54:  # noqa: PLR2004 - as above, by what the IP header says
                    self._tcp(pair, data, 34, end)
            else:
                self._when = when
                self._frame(link, data)
            if ready:
                yield from ready
                ready.clear()
        yield from self.finish()

    def finish(self) -> Iterator[Observation]:
        """Yield what unfinished conversations show as far as they were heard."""
        while self._talking:
            self._end(next(iter(self._talking)))
        self._flows.clear()
        yield from self._ready
        self._ready.clear()

    # Link

    def _frame(self, link: int, data: bytes) -> None:  # noqa: C901 - one branch a link type
        if link == _ETHERNET:
            kind, at = data[12:14], 14
        elif link == _COOKED:
            kind, at = data[14:16], 16
        elif link == _COOKED_2:
            kind, at = data[0:2], 20
        elif link in _RAW_LINKS:
            kind, at = (_IPV4 if data[:1] and data[0] >> 4 == 4 else _IPV6), 0  # noqa: PLR2004 - IP version
        elif link in (_NULL, _LOOP):
            # The address family is 2 for IPv4 everywhere, and differs between systems for IPv6.
            kind, at = (_IPV4 if 2 in data[:4] else _IPV6), 4  # noqa: PLR2004 - AF_INET
        else:
            return
        for _ in range(MAX_TAGS):
            if kind not in _TAGS:
                break
            kind, at = data[at + 2 : at + 4], at + 4
        if kind == _IPV4:
            self._ipv4(data, at)
        elif kind == _IPV6:
            self._ipv6(data, at)
        elif kind == _ARP:
            self._mapping(arp.SPEC, data[at:])
        elif link == _ETHERNET:
            self._neighbour(kind, data, at)

    def _mapping(self, spec: RecordSpec, payload: bytes) -> None:
        """Tell what a device says of itself on the link: the subject is the speaker."""
        with suppress(Malformed):
            for fact in spec.decode(payload):
                assert fact.subject is not None  # by its contract
                self._observe(fact.subject, Fact(fact.field, fact.value), spec.name, "link", None)

    def _neighbour(self, kind: bytes, data: bytes, at: int) -> None:
        """Tell what a device says to its link alone, by a protocol that nothing forwards.

        Where it tells no address it is called by its hardware address.
        """
        if kind == _SADP:
            name, decode = sadp.SPEC.name, sadp.decode_frame
        elif kind == _LLDP:
            name, decode = lldp.SPEC.name, lldp.decode
        elif data[at : at + len(_SNAP_CDP)] == _SNAP_CDP:
            name, decode, at = cdp.SPEC.name, cdp.decode, at + len(_SNAP_CDP)
        else:
            return
        with suppress(Malformed):
            facts = list(decode(data[at:]))
            mac = data[6:12].hex(":")
            told = next((fact.value for fact in facts if fact.field == sadp.ADDRESS), None)
            address = told or next((fact.subject for fact in facts if fact.subject), mac)
            for fact in (*facts, Fact(LINK_MAC, mac)) if facts else ():
                self._observe(address, Fact(fact.field, fact.value), name, "link", None)

    # Network

    def _ipv4(self, data: bytes, at: int) -> None:
        if len(data) < at + 20 or data[at] >> 4 != 4:  # noqa: PLR2004 - header length and version
            return
        head = (data[at] & 15) * 4
        if head < 20 or int.from_bytes(data[at + 6 : at + 8], "big") & 0x1FFF:  # noqa: PLR2004 - shortest header
            return
        total = int.from_bytes(data[at + 2 : at + 4], "big")
        end = min(at + total, len(data)) if total else len(data)
        self._transport(data[at + 9], data[at + 12 : at + 20], data, at + head, end)

    def _ipv6(self, data: bytes, at: int) -> None:
        if len(data) < at + 40 or data[at] >> 4 != 6:  # noqa: PLR2004 - header length and version
            return
        end = min(at + 40 + int.from_bytes(data[at + 4 : at + 6], "big"), len(data))
        if data[at + 6] == ndp.ICMPV6:
            self._mapping(ndp.SPEC, data[at:end])
            return
        kind, pair, at = data[at + 6], data[at + 8 : at + 40], at + 40
        for _ in range(MAX_EXTENSIONS):
            if at + 8 > end:
                return
            if kind == _FRAGMENT:
                if int.from_bytes(data[at + 2 : at + 4], "big") & 0xFFF8:
                    return
                kind, at = data[at], at + 8
            elif kind in _EXTENSIONS:
                kind, at = data[at], at + (data[at + 1] + 1) * 8
            else:
                break
        self._transport(kind, pair, data, at, end)

    def _transport(self, kind: int, pair: bytes, data: bytes, at: int, end: int) -> None:
        if kind == _TCP and end >= at + 20:
            self._tcp(pair + data[at : at + 4], data, at, end)
        elif kind == _UDP and end >= at + 8:
            self._udp(pair, data[at : at + 4], data[at + 8 : end])

    # UDP

    def _udp(self, pair: bytes, ports: bytes, payload: bytes) -> None:
        source, target = _PORTS(ports)
        half = len(pair) // 2
        sender, receiver = pair[:half], pair[half:]
        if {source, target} == {_CLIENT_PORT, _SERVER_PORT} or source == target == _SERVER_PORT:
            self._dhcp(sender, payload)
            return
        specs = _DATAGRAMS.get(source)
        if specs is None and target in _DATAGRAMS:
            if not _is_group(receiver):
                self._remember_asker(sender + ports[:2], _DATAGRAMS[target])
                return
            specs = _DATAGRAMS[target]
            self._remember_asker(sender + ports[:2], specs)
        specs = specs or self._askers.get(receiver + ports[2:])
        if not specs:
            return
        key = (sender + ports[:2], hash(payload))
        if key in self._heard:
            return
        if len(self._heard) >= MAX_REMEMBERED:
            self._heard.clear()
        self._heard.add(key)
        for spec in specs:
            if self._tell(sender, "udp", source, spec.name, spec.decode(payload)) and source == spec.port:
                self._tell(sender, "udp", source, spec.name, (Fact(OPEN_UDP, str(source)),))

    def _remember_asker(self, asker: bytes, specs: tuple[DatagramSpec, ...]) -> None:
        if len(self._askers) >= MAX_REMEMBERED:
            self._askers.clear()
        self._askers[asker] = specs

    def _dhcp(self, sender: bytes, payload: bytes) -> None:
        server = None if payload[:1] == b"\x01" else _text(sender)
        with suppress(Malformed):
            for fact in dhcp.decode(payload):
                assert fact.subject is not None  # by its contract
                self._observe(fact.subject, Fact(fact.field, fact.value), dhcp.SPEC.name, "link", None, server)

    # TCP

    def _tcp(self, key: bytes, data: bytes, at: int, end: int) -> None:
        flags = data[at + 13]
        sequence = int.from_bytes(data[at + 4 : at + 8], "big")
        if flags & _SYN:
            self._open(key, sequence, flags)
            return
        flow = self._flows.get(key, _NEW)
        payload = data[at + (data[at + 12] >> 4) * 4 : end]
        if payload:
            if isinstance(flow, Requests):
                flow.push(sequence, payload)
            elif isinstance(flow, _Talk):
                self._hear(key, flow, sequence, payload)
            else:
                self._begin(key, flow, sequence, payload)
        if flags & (_FIN | _RST):
            flow = self._flows.get(key)
            if isinstance(flow, _Talk):
                length = len(payload)
                if flags & _RST or (sequence + length) % (1 << 32) == flow.stream.next:
                    self._end(key)
            elif not isinstance(flow, Requests):
                self._flows.pop(key, None)

    def _open(self, key: bytes, sequence: int, flags: int) -> None:
        if key in self._talking:
            self._end(key)
        self._flows.pop(key, None)
        if flags & _ACK:
            half = (len(key) - 4) // 2
            port = _PORTS(key, 2 * half)[0]
            self._tell(key[:half], "tcp", port, "tcp", (Fact(OPEN_TCP, str(port)),))
            self._keep(key, (sequence + 1) % (1 << 32))

    def _begin(self, key: bytes, flow: _Flow, sequence: int, payload: bytes) -> None:
        """A direction speaks for the first time, or for the first time in a way that can be read."""
        if payload[:4] in _METHODS:
            requests = Requests()
            requests.push(sequence, payload)
            self._keep(key, requests)
            return
        known = isinstance(flow, int) and flow != _NEW
        if not known and flow is None and payload[:5] not in _RESUMES:
            return
        talk = _Talk(flow if known and isinstance(flow, int) else sequence)
        self._keep(key, talk)
        self._talking[key] = None
        if len(self._talking) > MAX_TALKING:
            self._end(next(iter(self._talking)))
        self._hear(key, talk, sequence, payload)

    def _hear(self, key: bytes, talk: _Talk, sequence: int, payload: bytes) -> None:
        stream = talk.stream
        before = stream.size
        if stream.push(sequence, payload) and not self._read(key, talk, ended=False):
            self._pending -= before
            self._forget(key)
            return
        self._pending += stream.size - before
        if stream.lost:
            self._end(key)
            if payload[:5] in _RESUMES:
                self._begin(key, None, sequence, payload)
        while self._pending > MAX_PENDING and self._talking:
            self._end(next(iter(self._talking)))

    def _read(self, key: bytes, talk: _Talk, *, ended: bool) -> bool:
        """Have what came read; False when no more of it is wanted."""
        data = talk.stream.data
        half = (len(key) - 4) // 2
        port, other = _PORTS(key, 2 * half)
        if talk.speech is None:
            if len(data) < ENOUGH and not ended:
                return True
            back = self._flows.get(_reversed(key))
            requests = back if isinstance(back, Requests) else None
            talk.speech = begin(data, port, other, requests, self._teller(key[:half], port))
            if talk.speech is None:
                return False
        wanted = talk.speech.read(data, ended=ended)
        talk.stream.size = len(data)
        return wanted

    def _end(self, key: bytes) -> None:
        """Read what there is as all there will be."""
        talk = self._flows.get(key)
        if isinstance(talk, _Talk):
            self._pending -= talk.stream.size
            self._read(key, talk, ended=True)
        self._forget(key)

    def _forget(self, key: bytes) -> None:
        self._talking.pop(key, None)
        self._flows[key] = None

    def _keep(self, key: bytes, flow: _Flow) -> None:
        if len(self._flows) >= MAX_FLOWS and key not in self._flows:
            # Many at a time: to find the oldest, a dictionary looks at every place from which one was taken before.
            for oldest in list(islice(self._flows, MAX_FLOWS // 8 + 1)):
                if oldest in self._talking:
                    self._end(oldest)
                del self._flows[oldest]
        self._flows[key] = flow

    # Facts

    def _teller(self, sender: bytes, port: int) -> Callable[[str, Iterable[Fact]], None]:
        def tell(name: str, facts: Iterable[Fact]) -> None:
            self._tell(sender, "tcp", port, name, facts)

        return tell

    def _tell(self, sender: bytes, carrier: Carrier, port: int, name: str, facts: Iterable[Fact]) -> bool:
        """Observe what ``sender`` says, up to where it is malformed; True when it said anything."""
        said = False
        address = _text(sender)
        with suppress(Malformed):
            for fact in facts:
                said = True
                self._observe(address, fact, name, carrier, port)
        return said

    def _observe(  # noqa: PLR0917 - an observation has as many parts
        self, address: str, fact: Fact, name: str, carrier: Carrier, port: int | None, reporter: str | None = None
    ) -> None:
        key = (address, port, fact.field, fact.value, fact.subject)
        if key in self._told or address in _NOBODY:
            return
        if len(self._told) >= MAX_REMEMBERED:
            self._told.clear()
        self._told.add(key)
        if self._when != self._told_at:
            self._told_at, self._at = self._when, read_seconds(self._when) if self._when else None
        self._ready.append(observe(address, fact, name, carrier=carrier, port=port, reporter=reporter, at=self._at))


_NOBODY: Final = frozenset({"0.0.0.0", "::", "255.255.255.255"})  # noqa: S104 - compared, never bound


@lru_cache(maxsize=16_384)
def _text(address: bytes) -> str:
    return str(ip_address(address))


def _reversed(key: bytes) -> bytes:
    half = (len(key) - 4) // 2
    return key[half : 2 * half] + key[:half] + key[-2:] + key[-4:-2]


def _is_group(address: bytes) -> bool:
    if len(address) == 16:  # noqa: PLR2004 - IPv6
        return address[0] == 0xFF  # noqa: PLR2004 - multicast
    return address[0] >> 4 == 0xE or address[3] == 0xFF  # noqa: PLR2004 - multicast, or as good as broadcast
