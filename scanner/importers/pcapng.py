"""Frames written as pcapng, as Wireshark reads it. draft-ietf-opsawg-pcapng."""

from __future__ import annotations

import struct
from typing import BinaryIO, Final

from scanner.importers.frames import Frame

_SECTION: Final = 0x0A0D0D0A
_INTERFACE: Final = 1
_ENHANCED: Final = 6
_BYTE_ORDER: Final = 0x1A2B3C4D
_UNKNOWN_LENGTH: Final = 0xFFFFFFFFFFFFFFFF
_NAME: Final = 2
_RESOLUTION: Final = 9
_MICROSECONDS: Final = 1_000_000


class Writer:
    """Writes one section with one interface; each frame is flushed, so that a kill loses none."""

    def __init__(self, stream: BinaryIO, interface: str, link: int, program: str) -> None:
        self._stream = stream
        self._block(
            _SECTION, struct.pack("<IHHQ", _BYTE_ORDER, 1, 0, _UNKNOWN_LENGTH) + _option(4, program.encode()) + _END
        )
        options = _option(_NAME, interface.encode("utf-8", "replace")) + _option(_RESOLUTION, b"\x06") + _END
        self._block(_INTERFACE, struct.pack("<HHI", link, 0, 0) + options)

    def write(self, frame: Frame) -> None:
        """Append one frame; its link type is the writer's."""
        when, _, data = frame
        ticks = round(when * _MICROSECONDS)
        head = struct.pack("<IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, len(data), len(data))
        self._block(_ENHANCED, head + data)

    def _block(self, kind: int, body: bytes) -> None:
        body += bytes(-len(body) % 4)
        length = struct.pack("<I", len(body) + 12)
        self._stream.write(struct.pack("<I", kind) + length + body + length)
        self._stream.flush()


def _option(code: int, value: bytes) -> bytes:
    return struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)


_END: Final = bytes(4)
