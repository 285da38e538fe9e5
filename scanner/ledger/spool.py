"""Findings on disk: as many as come, in memory for one of them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from typing import Final

import msgspec

from scanner.model.finding import Finding

_PIECE: Final = 1 << 18
_LENGTH: Final = 4


class Spool:
    """Findings in the order in which they were appended, as often as they are asked for."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the object
        self._count = 0

    def __del__(self) -> None:
        self._file.close()

    def append(self, finding: Finding) -> None:
        """Take one more."""
        record = msgspec.msgpack.encode(finding)
        self._file.write(len(record).to_bytes(_LENGTH, "big") + record)
        self._count += 1

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Finding]:
        self._file.flush()
        decode = msgspec.msgpack.Decoder(Finding).decode
        place, held, at = 0, b"", 0
        for _ in range(self._count):
            while len(held) - at < _LENGTH or len(held) - at - _LENGTH < int.from_bytes(held[at : at + _LENGTH], "big"):
                more = os.pread(self._file.fileno(), _PIECE, place)
                place += len(more)
                held, at = held[at:] + more, 0
            end = at + _LENGTH + int.from_bytes(held[at : at + _LENGTH], "big")
            yield decode(memoryview(held)[at + _LENGTH : end])
            at = end
