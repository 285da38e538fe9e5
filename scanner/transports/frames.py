"""Ethernet frames by the thousand: questions patched into copies of one template, answers read as columns.

Pure. One NumPy row is one frame; no object is made per packet, which is what costs. What is asked of whom is told by
the numbers of ``Places``; what was answered comes back as the same numbers. Layouts: RFC 791, 8200, 9293, 826, 4861.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from scanner.transports.permutation import MAX_SIZE, Numbers

Bytes = NDArray[np.uint8]
Filter = tuple[tuple[int, int, int, int], ...]
"""A classic BPF program: code, jump if true, jump if false, operand."""

SNAP: Final = 128
"""Bytes of an answer that are looked at: Ethernet, the longest IPv4 header and TCP without options are 94."""
IPV4: Final = 0x0800
IPV6: Final = 0x86DD
ARP: Final = 0x0806

_ETHERNET: Final = 14
_SYN, _RST, _ACK = 0x02, 0x04, 0x10
_WINDOW: Final = 64_240
_MSS: Final = {4: 1460, 6: 1440}
_HOPS: Final = 64
_ACCEPT: Final = (6, 0, 0, SNAP)
_REJECT: Final = (6, 0, 0, 0)
_LOW: Final = np.uint64(0xFFFF_FFFF)


class Places:
    """Addresses times ports, numbered from 0: address by address, ``ports`` of each.

    ``spans`` are IP version, first and last address, disjoint and of one version. Raises ValueError when they are
    not, are none, or hold more than MAX_SIZE places.
    """

    def __init__(self, spans: Iterable[tuple[int, int, int]], ports: Sequence[int]) -> None:
        parts = sorted(piece for span in spans for piece in _pieces(span))
        versions = {version for version, _, _ in parts}
        if len(versions) != 1 or not ports:
            raise ValueError("places need addresses of one IP version, and ports")
        self.version: Final = versions.pop()
        counts = [last - first + 1 for _, first, last in parts]
        self.addresses: Final = sum(counts)
        self.count: Final = self.addresses * len(ports)
        if self.count > MAX_SIZE:
            raise ValueError("too many addresses")
        self._starts = np.cumsum([0, *counts[:-1]], dtype=np.uint64)
        self._high = np.array([first >> 64 for _, first, _ in parts], dtype=np.uint64)
        self._low = np.array([first & 0xFFFF_FFFF_FFFF_FFFF for _, first, _ in parts], dtype=np.uint64)
        self._ends = self._low + np.array([count - 1 for count in counts], dtype=np.uint64)
        highs, begins = np.unique(self._high, return_index=True)
        self._groups = tuple(zip(highs, begins.tolist(), [*begins[1:].tolist(), len(parts)], strict=True))
        """Upper half of the addresses, and which of the parts have it."""
        self._ports = np.array(ports, dtype=np.uint16)
        self._port_ranks = np.full(1 << 16, -1, dtype=np.int32)
        self._port_ranks[self._ports] = np.arange(len(ports))

    def split(self, numbers: Numbers) -> tuple[Numbers, NDArray[np.uint16]]:
        """Return the rank of each number's address among the addresses, and its port."""
        ranks, ports = np.divmod(numbers, np.uint64(len(self._ports)))
        return ranks, self._ports[ports.astype(np.intp)]

    def packed(self, ranks: Numbers) -> Bytes:
        """Return the addresses of these ranks, a row of 4 or 16 bytes each."""
        part = np.searchsorted(self._starts, ranks, side="right") - 1
        low = self._low[part] + (ranks - self._starts[part])
        if self.version == 4:  # noqa: PLR2004 - the IP version
            return low.astype(">u4").view(np.uint8).reshape(-1, 4)
        return np.stack([self._high[part], low], axis=1).astype(">u8").view(np.uint8).reshape(-1, 16)

    def ranks(self, packed: Bytes) -> tuple[Numbers, NDArray[np.bool_]]:
        """Return the rank of each address, and whether it is one of these at all."""
        count = len(packed)
        if self.version == 4:  # noqa: PLR2004 - the IP version
            halves = np.zeros((count, 2), dtype=np.uint64)
            halves[:, 1] = np.ascontiguousarray(packed).view(">u4").reshape(count)
        else:
            halves = np.ascontiguousarray(packed).view(">u8").reshape(count, 2).astype(np.uint64)
        ranks, known = np.zeros(count, dtype=np.uint64), np.zeros(count, dtype=np.bool_)
        for high, begin, end in self._groups:
            same = np.flatnonzero(halves[:, 0] == high)
            low = halves[same, 1]
            part = begin + np.maximum(np.searchsorted(self._low[begin:end], low, side="right") - 1, 0)
            inside = (low >= self._low[part]) & (low <= self._ends[part])
            ranks[same[inside]] = (self._starts[part] + low - self._low[part])[inside]
            known[same[inside]] = True
        return ranks, known

    def numbers(self, packed: Bytes, ports: NDArray[np.uint16]) -> tuple[Numbers, NDArray[np.bool_]]:
        """Return the number of each address and port, and whether it is one of these at all."""
        ranks, known = self.ranks(packed)
        port_ranks = self._port_ranks[ports]
        known &= port_ranks >= 0
        numbers = ranks * np.uint64(len(self._ports)) + np.maximum(port_ranks, 0).astype(np.uint64)
        return np.where(known, numbers, np.uint64(0)), known


def _pieces(span: tuple[int, int, int]) -> Iterator[tuple[int, int, int]]:
    """Yield ``span`` cut where the upper half of an IPv6 address changes."""
    version, first, last = span
    while first <= last:
        end = min(last, first | 0xFFFF_FFFF_FFFF_FFFF)
        yield version, first, end
        first = end + 1


class Heard(NamedTuple):
    """Answers, a row each, that carry the proof of the question."""

    addresses: Bytes
    ports: NDArray[np.uint16]
    """Zero where ports play no part."""
    open: NDArray[np.bool_]
    """True: it accepts (SYN-ACK, or a neighbour). False: it refuses (RST)."""
    macs: Bytes
    closing: NDArray[np.uint32]
    """The sequence number for the RST that ends a half-open connection."""

    def pick(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Heard:
        """Return some of the rows."""
        return Heard(self.addresses[which], self.ports[which], self.open[which], self.macs[which], self.closing[which])


class Form(Protocol):
    """One kind of question and its answer."""

    @property
    def ethertype(self) -> int:
        """Of the answers."""
        ...

    @property
    def again(self) -> float:
        """Seconds from one repetition to the next below which some do not answer."""
        ...

    def filter(self) -> Filter:
        """Return the program that lets only possible answers through."""
        ...

    def ask(self, ranks: Numbers, addresses: Bytes, ports: NDArray[np.uint16]) -> Bytes:
        """Return one frame a row."""
        ...

    def read(self, frames: Bytes, sizes: NDArray[np.uint32]) -> Heard:
        """Return the true answers among received ``frames`` (rows of SNAP bytes, of which ``sizes`` are real)."""
        ...

    def close(self, heard: Heard) -> Bytes | None:
        """Return the frames that end what the answers began, or None when nothing was begun."""
        ...


class Syn:
    """A TCP SYN whose sequence number is the cookie; SYN-ACK and RST must acknowledge it.

    ``hops`` is the MAC of the gateway, or one MAC a row in the order of the ranks. ``source`` is 4 or 16 bytes.
    """

    again: Final = 0.55
    """Linux, where its SYN-ACK was lost, answers the first repetition at once and the next ones every 500 ms at most
    (tcp_invalid_ratelimit, ip-sysctl)."""

    def __init__(self, mac: bytes, source: bytes, port: int, hops: Bytes, key: tuple[int, int]) -> None:
        self._version = 4 if len(source) == 4 else 6  # noqa: PLR2004 - an IPv4 address
        self.ethertype = IPV4 if self._version == 4 else IPV6  # noqa: PLR2004 - the IP version
        self._port = port
        self._hops = hops
        self._key = key
        options = struct.pack("!BBH", 2, 4, _MSS[self._version])
        self._question = _Segment(mac, source, port, _SYN, options)
        self._end = _Segment(mac, source, port, _RST, b"")

    def filter(self) -> Filter:
        """Return: TCP to the own port, not a fragment."""
        if self._version == 4:  # noqa: PLR2004 - the IP version
            return (
                (0x28, 0, 0, 12), (0x15, 0, 8, IPV4), (0x30, 0, 0, 23), (0x15, 0, 6, 6), (0x28, 0, 0, 20),
                (0x45, 4, 0, 0x1FFF), (0xB1, 0, 0, _ETHERNET), (0x48, 0, 0, 16), (0x15, 0, 1, self._port),
                _ACCEPT, _REJECT,
            )  # fmt: skip
        return (
            (0x28, 0, 0, 12), (0x15, 0, 5, IPV6), (0x30, 0, 0, 20), (0x15, 0, 3, 6), (0x28, 0, 0, 56),
            (0x15, 0, 1, self._port), _ACCEPT, _REJECT,
        )  # fmt: skip

    def ask(self, ranks: Numbers, addresses: Bytes, ports: NDArray[np.uint16]) -> Bytes:
        """Return the SYNs."""
        hops = self._hops if self._hops.ndim == 1 else self._hops[ranks.astype(np.intp)]
        return self._question.fill(hops, addresses, ports, self._cookies(addresses, ports))

    def read(self, frames: Bytes, sizes: NDArray[np.uint32]) -> Heard:
        """Return the SYN-ACKs and RSTs that acknowledge their cookie."""
        if self._version == 4:  # noqa: PLR2004 - the IP version
            start = _ETHERNET + (frames[:, 14] & 15).astype(np.intp) * 4
            addresses = frames[:, 26:30]
        else:
            start = np.full(len(frames), _ETHERNET + 40, dtype=np.intp)
            addresses = frames[:, 22:38]
        whole = (start >= 34) & (start + 20 <= np.minimum(sizes, SNAP))  # noqa: PLR2004 - Ethernet and IPv4
        start = np.where(whole, start, 0)
        header = np.take_along_axis(frames, start[:, None] + np.arange(20), axis=1)
        addresses = np.ascontiguousarray(addresses)
        ports = _column(header, 0, ">u2").astype(np.uint16)
        acknowledged = _column(header, 8, ">u4").astype(np.uint32)
        flags = header[:, 13]
        kinds = flags & (_SYN | _RST | _ACK)
        accepts = kinds == _SYN | _ACK
        true = (
            whole
            & (accepts | (kinds == _RST | _ACK))
            & (_column(header, 2, ">u2") == self._port)
            & (acknowledged == self._cookies(addresses, ports) + np.uint32(1))
        )
        heard = Heard(addresses, ports, accepts, frames[:, 6:12], acknowledged)
        return heard.pick(true)

    def close(self, heard: Heard) -> Bytes | None:
        """Return a RST for each SYN-ACK: a device's table of half-open connections must not fill up."""
        opened = heard.pick(heard.open)
        if not len(opened.ports):
            return None
        return self._end.fill(opened.macs, opened.addresses, opened.ports, opened.closing)

    def _cookies(self, addresses: Bytes, ports: NDArray[np.uint16]) -> NDArray[np.uint32]:
        where = (ports.astype(np.uint64) << np.uint64(16)) | np.uint64(self._port)
        if self._version == 4:  # noqa: PLR2004 - the IP version
            words = [(_column(addresses, 0, ">u4").astype(np.uint64) << np.uint64(32)) | where]
        else:
            words = [_column(addresses, at, ">u8").astype(np.uint64) for at in (0, 8)] + [where]
        return (siphash(words, self._key) & _LOW).astype(np.uint32)


class _Segment:
    """A TCP segment without data in IP in Ethernet: the template, and its checksums as far as they are known."""

    def __init__(self, mac: bytes, source: bytes, port: int, flags: int, options: bytes) -> None:
        size = 20 + len(options)
        if len(source) == 4:  # noqa: PLR2004 - an IPv4 address
            # No fragments, so the identification may be zero: RFC 6864 4.1.
            head = struct.pack("!BBHHHBBH4s4x", 0x45, 0, 20 + size, 0, 0x4000, _HOPS, 6, 0, source)
            ethertype, self._target, width = IPV4, slice(30, 34), 4
        else:
            head = struct.pack("!IHBB16s16x", 6 << 28, size, 6, _HOPS, source)
            ethertype, self._target, width = IPV6, slice(38, 54), 16
        tcp = struct.pack("!HHIIBBHHH", port, 0, 0, 0, size << 2, flags, _WINDOW if flags & _SYN else 0, 0, 0) + options
        self._tcp = _ETHERNET + len(head)
        self._words = width // 2
        self._head_sum = _sum(head) if width == 4 else None  # noqa: PLR2004 - IPv6 has no header checksum
        self._tcp_sum = _sum(source) + 6 + size + _sum(tcp)
        frame = bytes(6) + mac + struct.pack("!H", ethertype) + head + tcp
        self._template = np.frombuffer(frame, dtype=np.uint8)

    def fill(self, macs: Bytes, addresses: Bytes, ports: NDArray[np.uint16], sequence: NDArray[np.uint32]) -> Bytes:
        """Return the template once a row with these in it; ``macs`` is one or a row each."""
        count = len(ports)
        frames = np.empty((count, len(self._template)), dtype=np.uint8)
        frames[:] = self._template
        frames[:, :6] = macs
        frames[:, self._target] = addresses
        frames[:, self._tcp + 2 : self._tcp + 4] = _bytes(ports, ">u2")
        frames[:, self._tcp + 4 : self._tcp + 8] = _bytes(sequence, ">u4")
        target = np.ascontiguousarray(addresses).view(">u2").reshape(count, self._words).sum(axis=1, dtype=np.uint32)
        if self._head_sum is not None:
            frames[:, 24:26] = _checksum(target + np.uint32(self._head_sum))
        rest = ports + (sequence >> np.uint32(16)) + (sequence & np.uint32(0xFFFF))
        frames[:, self._tcp + 16 : self._tcp + 18] = _checksum(target + rest + np.uint32(self._tcp_sum))
        return frames


class Who:
    """Who has this address on the link? ARP for IPv4, neighbour solicitation for IPv6. Ports play no part."""

    again: Final = 0.0

    def __init__(self, mac: bytes, source: bytes) -> None:
        self._mac = mac
        self._version = 4 if len(source) == 4 else 6  # noqa: PLR2004 - an IPv4 address
        self.ethertype = ARP if self._version == 4 else IPV6  # noqa: PLR2004 - the IP version
        if self._version == 4:  # noqa: PLR2004 - the IP version
            packet = struct.pack("!HHBBH6s4s6s4s18x", 1, IPV4, 6, 4, 1, mac, source, bytes(6), bytes(4))
            frame = b"\xff" * 6 + mac + struct.pack("!H", ARP) + packet
            self._sum = 0
        else:
            group = bytes.fromhex("ff0200000000000000000001ff000000")
            ask = struct.pack("!BBHI16sBB6s", 135, 0, 0, 0, bytes(16), 1, 1, mac)
            head = struct.pack("!IHBB16s16s", 6 << 28, len(ask), 58, 255, source, group)
            frame = b"\x33\x33\xff\0\0\0" + mac + struct.pack("!H", IPV6) + head + ask
            self._sum = _sum(source) + _sum(group) + len(ask) + 58 + _sum(ask)
        self._template = np.frombuffer(frame, dtype=np.uint8)

    def filter(self) -> Filter:
        """Return: ARP replies, or neighbour advertisements."""
        if self._version == 4:  # noqa: PLR2004 - the IP version
            return ((0x28, 0, 0, 12), (0x15, 0, 3, ARP), (0x28, 0, 0, 20), (0x15, 0, 1, 2), _ACCEPT, _REJECT)
        return (
            (0x28, 0, 0, 12), (0x15, 0, 5, IPV6), (0x30, 0, 0, 20), (0x15, 0, 3, 58), (0x30, 0, 0, 54),
            (0x15, 0, 1, 136), _ACCEPT, _REJECT,
        )  # fmt: skip

    def ask(self, ranks: Numbers, addresses: Bytes, ports: NDArray[np.uint16]) -> Bytes:  # noqa: ARG002 - see Form
        """Return the requests."""
        frames = np.empty((len(addresses), len(self._template)), dtype=np.uint8)
        frames[:] = self._template
        if self._version == 4:  # noqa: PLR2004 - the IP version
            frames[:, 38:42] = addresses
            return frames
        # The group of the address is made of its last three bytes: RFC 4291 2.7.1.
        frames[:, 3:6] = frames[:, 51:54] = addresses[:, 13:]
        frames[:, 62:78] = addresses
        words = np.ascontiguousarray(addresses).view(">u2").reshape(-1, 8).astype(np.uint32)
        group = (words[:, 6] & np.uint32(0xFF)) + words[:, 7]
        frames[:, 56:58] = _checksum(words.sum(axis=1, dtype=np.uint32) + group + np.uint32(self._sum))
        return frames

    def read(self, frames: Bytes, sizes: NDArray[np.uint32]) -> Heard:
        """Return the owners that were named; a neighbour that leaves its MAC out is taken at its frame's word."""
        macs = frames[:, 6:12]
        if self._version == 4:  # noqa: PLR2004 - the IP version
            true = (sizes >= 42) & (_column(frames, 14, ">u4") == 0x00010800)  # noqa: PLR2004 - Ethernet, IPv4; RFC 826
            macs, addresses = frames[:, 22:28], frames[:, 28:32]
        else:
            # A hop limit of 255 proves that it came from this link: RFC 4861 7.1.2.
            true = (sizes >= 78) & (frames[:, 21] == 255)  # noqa: PLR2004
            named = (sizes >= 86) & (_column(frames, 78, ">u2") == 0x0201)  # noqa: PLR2004 - RFC 4861 4.6.1
            macs, addresses = np.where(named[:, None], frames[:, 80:86], macs), frames[:, 62:78]
        # A group's address, zeros and this machine's own are nobody's.
        true &= ((macs[:, 0] & 1) == 0) & macs.any(axis=1)
        true &= (macs != np.frombuffer(self._mac, dtype=np.uint8)).any(axis=1)
        count = len(frames)
        none = np.zeros(count, dtype=np.uint16)
        heard = Heard(
            np.ascontiguousarray(addresses), none, np.ones(count, dtype=np.bool_), macs, none.astype(np.uint32)
        )
        return heard.pick(true)

    def close(self, heard: Heard) -> Bytes | None:  # noqa: ARG002 - see Form
        """Return None."""
        return None


def siphash(words: Sequence[Numbers], key: tuple[int, int]) -> Numbers:
    """Return SipHash-1-3 of each row of 64-bit ``words``: Aumasson and Bernstein (2012), the rounds of Rust and Python.

    Keyed, so that nobody can make an answer to a question that was not put to him.
    """
    first, second = np.uint64(key[0]), np.uint64(key[1])
    count = len(words[0])
    state = [
        np.full(count, half ^ np.uint64(constant), dtype=np.uint64)
        for half, constant in (
            (first, 0x736F6D6570736575), (second, 0x646F72616E646F6D), (first, 0x6C7967656E657261),
            (second, 0x7465646279746573),
        )
    ]  # fmt: skip
    ending = np.full(count, (8 * len(words) & 0xFF) << 56, dtype=np.uint64)
    for word in (*words, ending):
        state[3] ^= word
        _round(state)
        state[0] ^= word
    state[2] ^= np.uint64(0xFF)
    for _ in range(3):
        _round(state)
    return state[0] ^ state[1] ^ state[2] ^ state[3]


def _round(state: list[Numbers]) -> None:
    a, b, c, d = state
    a += b
    b = _rotate(b, 13) ^ a
    a = _rotate(a, 32)
    c += d
    d = _rotate(d, 16) ^ c
    a += d
    d = _rotate(d, 21) ^ a
    c += b
    b = _rotate(b, 17) ^ c
    state[:] = a, b, _rotate(c, 32), d


def _rotate(words: Numbers, bits: int) -> Numbers:
    return (words << np.uint64(bits)) | (words >> np.uint64(64 - bits))


def _sum(data: bytes) -> int:
    """Return the sum of the 16-bit words of ``data``, whose length is even."""
    return sum(struct.unpack(f"!{len(data) // 2}H", data))


def _checksum(sums: NDArray[np.uint32]) -> Bytes:
    """Return the Internet checksum, RFC 1071, two bytes a row."""
    for _ in range(2):
        sums = (sums & np.uint32(0xFFFF)) + (sums >> np.uint32(16))
    return _bytes(~sums.astype(np.uint16), ">u2")


def _bytes(numbers: NDArray[np.uint16] | NDArray[np.uint32], form: str) -> Bytes:
    return numbers.astype(form).view(np.uint8).reshape(len(numbers), -1)


def _column(rows: Bytes, at: int, form: str) -> NDArray[np.uint64]:
    """Return the big-endian number at one offset of each row."""
    width = np.dtype(form).itemsize
    return np.ascontiguousarray(rows[:, at : at + width]).view(form).reshape(len(rows))
