"""Capture files: classic pcap and pcapng become frames, one after the other, in memory for one of them.

Formats: draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, Final

from scanner.importers.importer import BadPart, Unreadable

Frame = tuple[float, int, bytes]
"""Seconds since 1970, link type, bytes as captured. A plain tuple: a capture has millions."""

MAX_FRAME: Final = 1 << 20
"""Bytes of one packet: the largest snap length in use is 262144; a longer packet is a damaged file."""
MAX_BLOCK: Final = 16 << 20
"""Bytes of one pcapng block: name and secret blocks reach some megabytes."""
MAX_INTERFACES: Final = 4096
"""Interfaces of one pcapng section; a capture on every port of a large router has some hundreds."""

MAX_EMPTY: Final = 65_536
"""Packets of which nothing was captured: real captures have none, zeros at the end of a file are read as such."""

_CHUNK: Final = 1 << 20
_PCAP: Final[dict[bytes, tuple[str, float]]] = {
    b"\xd4\xc3\xb2\xa1": ("<", 1e-6),
    b"\xa1\xb2\xc3\xd4": (">", 1e-6),
    b"\x4d\x3c\xb2\xa1": ("<", 1e-9),
    b"\xa1\xb2\x3c\x4d": (">", 1e-9),
}
_PCAPNG: Final = b"\x0a\x0d\x0d\x0a"
_ORDERS: Final = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
_HEAD: Final = 24
_SECTION, _INTERFACE, _SIMPLE, _ENHANCED = 0x0A0D0D0A, 1, 3, 6
_OBSOLETE: Final = 2
_TIME_RESOLUTION: Final = 9


def is_capture(head: bytes) -> bool:
    """True when a file that begins with ``head`` is a pcap or pcapng file."""
    return head[:4] in _PCAP or (head[:4] == _PCAPNG and head[8:12] in _ORDERS)


def read_frames(stream: BinaryIO) -> Iterator[Frame | BadPart]:
    """Yield every frame; where the file breaks off or is damaged a BadPart says so and ends it.

    Raises Unreadable when it does not begin as a capture file.
    """
    source = _Source(stream)
    source.refill(0, _HEAD)
    head = source.data
    if head[:4] in _PCAP and len(head) == _HEAD:
        source.refill(_HEAD)
        yield from _read_pcap(source, head)
    elif head[:4] == _PCAPNG and head[8:12] in _ORDERS:
        yield from _read_pcapng(source)
    else:
        raise Unreadable("neither a pcap nor a pcapng file, or cut within its first 24 bytes")


class _Source:
    """A file's bytes from ``base`` on, as far as they are in memory."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.data = b""
        self.base = 0

    def refill(self, used: int, count: int = _CHUNK) -> bool:
        """Drop the first ``used`` bytes and read more; False when there are none."""
        more = self._stream.read(count)
        self.data, self.base = self.data[used:] + more, self.base + used
        return bool(more)

    def end(self, packet: int) -> Iterator[BadPart]:
        """Yield what is wrong with the end, where ``packet`` would begin: nothing when the file was whole."""
        if self.data:
            yield BadPart(f"packet {packet} (byte {self.base})", "the file breaks off here")


def _read_pcap(source: _Source, head: bytes) -> Iterator[Frame | BadPart]:
    order, unit = _PCAP[head[:4]]
    link = struct.unpack_from(order + "I", head, 20)[0] & 0x0FFFFFFF
    unpack = struct.Struct(order + "IIII").unpack_from
    number = empty = 0
    while True:
        data, at, base = source.data, 0, source.base
        size = len(data)
        while size - at >= 16:  # noqa: PLR2004 - the record header
            seconds, fraction, captured, _ = unpack(data, at)
            if captured > MAX_FRAME:
                where = f"packet {number + 1} (byte {base + at})"
                yield BadPart(where, f"its length {captured} makes no sense; the rest of the file was not read")
                return
            end = at + 16 + captured
            if end > size:
                break
            if not captured:
                empty += 1
                if empty > MAX_EMPTY:
                    where = f"packet {number + 1} (byte {base + at})"
                    yield BadPart(where, f"more than {MAX_EMPTY} empty packets; the rest of the file was not read")
                    return
            number += 1
            yield seconds + fraction * unit, link, data[at + 16 : end]
            at = end
        if not source.refill(at):
            yield from source.end(number + 1)
            return


class _Section:
    """What a pcapng section's header and its interfaces say."""

    def __init__(self, order: str) -> None:
        self.order = order
        self.links: list[tuple[int, float, int]] = []
        """Link type, seconds of one tick, bytes kept of each packet (0: all)."""

    def add(self, body: bytes) -> None:
        if len(self.links) < MAX_INTERFACES and len(body) >= 8:  # noqa: PLR2004 - type, reserved, snap length
            link, _, kept = struct.unpack_from(self.order + "HHI", body)
            self.links.append((link, _resolution(body[8:], self.order), kept))

    def packet(self, kind: int, body: bytes) -> Frame | None:
        if kind == _SIMPLE and len(body) >= 4 and self.links:  # noqa: PLR2004 - the original length
            link, _, kept = self.links[0]
            length = struct.unpack_from(self.order + "I", body)[0]
            return 0.0, link, body[4 : 4 + min(length, kept or length)]
        if kind not in (_ENHANCED, _OBSOLETE) or len(body) < 20:  # noqa: PLR2004 - interface, time, lengths
            return None
        shape = "IIIII" if kind == _ENHANCED else "HHIIII"
        interface, *_, high, low, captured, _ = struct.unpack_from(self.order + shape, body)
        if interface >= len(self.links):
            return None
        link, tick, _ = self.links[interface]
        return ((high << 32) | low) * tick, link, body[20 : 20 + captured]


def _read_pcapng(source: _Source) -> Iterator[Frame | BadPart]:
    section = _Section("<")
    number = 0
    packets = {_SIMPLE, _ENHANCED, _OBSOLETE}
    while True:
        data, at, base = source.data, 0, source.base
        size = len(data)
        while size - at >= 12:  # noqa: PLR2004 - type, length and the byte order that a section header has
            if data[at : at + 4] == _PCAPNG:
                order = _ORDERS.get(data[at + 8 : at + 12])
                if order is None:
                    yield BadPart(f"byte {base + at}", "a section without a byte order; the rest was not read")
                    return
                section = _Section(order)
            kind, length = struct.unpack_from(section.order + "II", data, at)
            if not 12 <= length <= MAX_BLOCK or length % 4:  # noqa: PLR2004 - the shortest block
                where = f"packet {number + 1} (byte {base + at})"
                yield BadPart(where, f"a block of {length} bytes makes no sense; the rest of the file was not read")
                return
            end = at + length
            if end > size:
                break
            if kind in packets:
                number += 1
                frame = section.packet(kind, data[at + 8 : end - 4])
                yield BadPart(f"packet {number}", "it names an unknown interface") if frame is None else frame
            elif kind == _INTERFACE:
                section.add(data[at + 8 : end - 4])
            at = end
        if not source.refill(at):
            yield from source.end(number + 1)
            return


def _resolution(options: bytes, order: str) -> float:
    at = 0
    while at + 4 <= len(options):
        code, size = struct.unpack_from(order + "HH", options, at)
        if code == _TIME_RESOLUTION and size == 1 and at + 4 < len(options):
            value = options[at + 4]
            exponent = value & 0x7F
            return 2.0**-exponent if value & 0x80 else 10.0**-exponent
        if not code:
            break
        at += 4 + size + (-size) % 4
    return 1e-6
