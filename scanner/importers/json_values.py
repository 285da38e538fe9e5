"""JSON that other programs wrote, object by object: JSON lines, or one array or object; in memory for one of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Final

import msgspec

from scanner.importers.importer import BadPart, Item

Record = tuple[str, dict[str, Any]]
"""Where the object begins, for messages, and the object."""

MAX_RECORD: Final = 16 << 20
"""Bytes of one object: a host with all its services and pages takes a few megabytes."""
MAX_LIST: Final = 65_536
"""Entries of one list that are read: a host has as many ports, a page of search results some hundred hosts."""

_CHUNK: Final = 1 << 18
_decode: Final = msgspec.json.Decoder().decode
_TOKEN: Final = re.compile(rb'[{}]|"(?:[^"\\]|\\.)*(?:"|\\?$)', re.DOTALL)
_BOM: Final = b"\xef\xbb\xbf"


def read_records(stream: BinaryIO) -> Iterator[Record | BadPart]:
    """Yield every outermost object of ``stream``; what is between objects is passed over.

    When the first line that holds an object holds all of it, each line is one object; a bad line costs only itself.
    Otherwise objects may span lines, and one that is damaged costs the rest of the file.
    """
    number = 0
    while line := stream.readline(MAX_RECORD):
        number += 1
        text = _bare(line)
        if not text.startswith(b"{"):
            brace = line.find(b"{")
            if brace < 0:
                continue
            yield from _by_braces(stream, line)
            return
        value, reason = _parse(text)
        if value is None and not _is_whole(text):
            yield from _by_braces(stream, line)
            return
        yield _told(f"line {number}", value, reason)
        yield from _by_lines(stream, number)
        return


def read_rows(stream: BinaryIO, read_row: Callable[[str, dict[str, Any]], Iterator[Item]]) -> Iterator[Item]:
    """Yield what ``read_row`` makes of each object and where it begins, and what was no object as a bad part."""
    for record in read_records(stream):
        if isinstance(record, BadPart):
            yield record
        else:
            yield from read_row(*record)


def as_list(value: object) -> list[Any]:
    """Return ``value`` when it is a list, cut to MAX_LIST, else an empty one."""
    return value[:MAX_LIST] if isinstance(value, list) else []


def as_dict(value: object) -> dict[str, Any]:
    """Return ``value`` when it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_text(value: object) -> str:
    """Return ``value`` stripped when it is text, else nothing."""
    return value.strip() if isinstance(value, str) else ""


def _by_lines(stream: BinaryIO, number: int) -> Iterator[Record | BadPart]:
    while line := stream.readline(MAX_RECORD):
        number += 1
        if len(line) == MAX_RECORD and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_RECORD)
            yield BadPart(f"line {number}", f"longer than {MAX_RECORD} bytes")
            continue
        text = _bare(line)
        if not text.strip(b"[],"):
            continue
        if not text.startswith(b"{") or text == b"{finished: 1}":
            # masscan ends its list with this line, which is no JSON.
            if text != b"{finished: 1}":
                yield BadPart(f"line {number}", "no JSON object")
            continue
        value, reason = _parse(text)
        yield _told(f"line {number}", value, reason)


def _told(where: str, value: dict[str, Any] | None, reason: str | None) -> Record | BadPart:
    return BadPart(where, reason or "no JSON object") if value is None else (where, value)


def _by_braces(stream: BinaryIO, begun: bytes) -> Iterator[Record | BadPart]:  # noqa: C901 - one scanner, one loop
    data, base = bytearray(begun), 0
    at, start, depth = 0, -1, 0
    while True:
        while (token := _TOKEN.search(data, at)) is not None:
            if token[0][:1] == b'"':
                if len(token[0]) < 2 or (token.end() == len(data) and not _closed(token[0])):  # noqa: PLR2004 - two quotes
                    break
            elif token[0] == b"{":
                start = token.start() if not depth else start
                depth += 1
            elif depth:
                depth -= 1
                if not depth:
                    value, reason = _parse(bytes(data[start : token.end()]))
                    yield _told(f"byte {base + start}", value, reason)
                    start = -1
            at = token.end()
        else:
            at = len(data)
        keep = start if start >= 0 else at
        if len(data) - keep > MAX_RECORD:
            yield BadPart(f"byte {base + keep}", f"an object of more than {MAX_RECORD} bytes; the rest was not read")
            return
        del data[:keep]
        base, at, start = base + keep, at - keep, 0 if start >= 0 else -1
        chunk = stream.read(_CHUNK)
        if not chunk:
            if depth:
                yield BadPart(f"byte {base}", "the file breaks off inside an object")
            return
        data += chunk


def _closed(token: bytes) -> bool:
    """True when a string token ends with a quote that is not escaped."""
    return token.endswith(b'"') and (len(token) - 1 - len(token[:-1].rstrip(b"\\"))) % 2 == 0


def _bare(line: bytes) -> bytes:
    return line.removeprefix(_BOM).strip().strip(b",").strip()


def _is_whole(text: bytes) -> bool:
    return text.endswith(b"}") and text.count(b"{") == text.count(b"}")


def _parse(text: bytes) -> tuple[dict[str, Any] | None, str | None]:
    try:
        value = _decode(text)
    except RecursionError:
        return None, "nested too deeply"
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return None, str(error)
    return (value, None) if isinstance(value, dict) else (None, "no JSON object")
