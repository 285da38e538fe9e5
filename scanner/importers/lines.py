"""Text files line by line, whatever encoding the program that wrote them used."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO, Final

from scanner.importers.importer import BadPart

MAX_LINE: Final = 1_048_576
"""Bytes: a line of a lease file or a table has a hundred; a longer one would only fill the memory."""
_CHUNK: Final = 1 << 18
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def read_lines(stream: BinaryIO) -> Iterator[tuple[int, str] | BadPart]:
    """Yield (number from 1, text without its line end) of each line; a line longer than MAX_LINE is a bad part.

    UTF-16 is told by its byte-order mark (PowerShell writes it); all else is UTF-8, with what is none of it replaced.
    """
    number, rest, skipping = 0, "", False
    decoder: codecs.IncrementalDecoder | None = None
    while True:
        chunk = stream.read(_CHUNK)
        if decoder is None:
            chunk, decoder = _begin(chunk)
        pieces = (rest + decoder.decode(chunk, final=not chunk)).split("\n")
        rest = pieces.pop() if chunk else ""
        for piece in pieces:
            number += 1
            if skipping or len(piece) > MAX_LINE:
                skipping = False
                yield BadPart(f"line {number}", f"longer than {MAX_LINE} bytes")
            elif chunk or piece:
                yield number, piece.rstrip("\r")
        if len(rest) > MAX_LINE:
            rest, skipping = "", True
        if not chunk:
            return


def head_lines(head: bytes) -> list[str]:
    """Return the whole lines that ``head`` begins with, at most 64 of them, the last maybe cut."""
    chunk, decoder = _begin(head)
    return [line.rstrip("\r") for line in decoder.decode(chunk).split("\n", 64)[:64]]


def _begin(chunk: bytes) -> tuple[bytes, codecs.IncrementalDecoder]:
    for bom, name in _BOMS:
        if chunk.startswith(bom):
            return chunk[len(bom) :], codecs.getincrementaldecoder(name)("replace")
    return chunk, codecs.getincrementaldecoder("utf-8")("replace")
