"""Text files line by line, whatever encoding the program that wrote them used."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, Final

from scanner.importers.importer import BadPart, Item

MAX_LINE: Final = 1_048_576
"""Bytes: a line of a lease file or a table has a hundred; a longer one would only fill the memory."""
_CHUNK: Final = 1 << 18
_SAMPLE: Final = 512
"""Bytes by which UTF-16 is told: at least half of the letters of a table are ASCII, each with a zero."""
_COMMAS: Final = ",;\t"
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def read_lines(stream: BinaryIO) -> Iterator[tuple[int, str] | BadPart]:
    """Yield (number from 1, text without its line end) of each line; a line longer than MAX_LINE is a bad part.

    UTF-16 is told by its byte-order mark (PowerShell writes it) or by its zeros (``cmd /u`` writes none); all else is
    UTF-8, with what is none of it replaced: in tables of Windows' code pages that is an accent of a heading.
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


def read_rows(stream: BinaryIO, read_row: Callable[[str, str], Iterator[Item]]) -> Iterator[Item]:
    """Yield what ``read_row`` makes of each line that is not blank, given where it is and its text."""
    for line in read_lines(stream):
        if isinstance(line, BadPart):
            yield line
        elif line[1].strip():
            yield from read_row(f"line {line[0]}", line[1])


def read_table(
    stream: BinaryIO,
    columns: Callable[[list[str]], Sequence[str | None]],
    read_row: Callable[[str, list[tuple[str, str]]], Iterator[Item]],
    *,
    quoted: bool = True,
) -> Iterator[Item]:
    """Yield what ``read_row`` makes of each row of comma-separated values, given where it is and its cells.

    ``columns`` names the columns by the cells of the heading, None for those that are not wanted. Lines that begin with
    # are comments.
    """
    names: Sequence[str | None] | None = None
    comma = ","

    def read_line(where: str, text: str) -> Iterator[Item]:
        nonlocal names, comma
        if names is None:
            if not text.startswith("#"):
                comma = comma_of(text)
                names = columns(split(text))
            return
        try:
            cells = next(csv.reader([text], delimiter=comma)) if quoted else text.split(comma)
        except csv.Error as error:
            yield BadPart(where, str(error))
            return
        yield from read_row(where, [(name, cell.strip()) for name, cell in zip(names, cells, strict=False) if name])

    yield from read_rows(stream, read_line)


def comma_of(heading: str) -> str:
    """Return what divides the cells of a table that begins with ``heading``: a comma, a semicolon or a tab."""
    return max(_COMMAS, key=heading.count)


def split(heading: str) -> list[str]:
    """Return the cells of a heading, stripped; none when it cannot be divided."""
    try:
        return [cell.strip() for cell in next(csv.reader([heading], delimiter=comma_of(heading)), [])]
    except csv.Error:
        return []


def head_lines(head: bytes) -> list[str]:
    """Return the whole lines that ``head`` begins with, at most 64 of them, the last maybe cut."""
    chunk, decoder = _begin(head)
    return [line.rstrip("\r") for line in decoder.decode(chunk).split("\n", 64)[:64]]


def _begin(chunk: bytes) -> tuple[bytes, codecs.IncrementalDecoder]:
    for bom, name in _BOMS:
        if chunk.startswith(bom):
            return chunk[len(bom) :], codecs.getincrementaldecoder(name)("replace")
    first = chunk[:_SAMPLE]
    if first[1::2].count(0) > len(first) // 4 and 0 not in first[::2]:
        return chunk, codecs.getincrementaldecoder("utf-16-le")("replace")
    return chunk, codecs.getincrementaldecoder("utf-8")("replace")
