"""Messages with a start line and header lines, as HTTP, RTSP and SSDP send them.

Letter case, order and repetition of headers are evidence, and embedded servers break every rule of
RFC 9112 section 5 (bare LF, blanks before the colon, no blank line at the end), so a strict library
would refuse the very answers that tell devices apart.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Final

import msgspec

from scanner.model.dialogue import Malformed, WebReply
from scanner.protocols._text import clean, read_text

MAX_HEAD: Final = 65_536
"""Bytes: four times what common servers allow a head to be."""
MAX_HEADERS: Final = 128
"""Common servers refuse more than 100."""
MAX_BODY: Final = 262_144
"""Bytes of decoded body: the cap of one request."""
MAX_CHALLENGES: Final = 16
"""Real answers offer two or three; a hostile one could offer thousands."""
MAX_CHUNKS: Final = 4096
"""An embedded server that flushes every line of a page stays under it."""

_END_OF_HEAD: Final = re.compile(rb"\r?\n\r?\n")
_STATUS_LINE: Final = re.compile(r"HTTP/[0-9](?:\.[0-9])? +([0-9]{3})(?: |$)")
_SCHEME: Final = re.compile(r"(?:^|,)\s*(?=[A-Za-z][A-Za-z0-9_-]*(?:\s+[A-Za-z0-9_-]+\s*=|\s*(?:,|$)))")
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*(?:"|$)', re.DOTALL)


class Head(msgspec.Struct, frozen=True):
    """Start line and headers of one message."""

    start: str
    headers: tuple[tuple[str, str], ...]
    size: int
    """Bytes up to the body, the blank line included."""
    whole: bool
    """False when the blank line was not there."""

    def all(self, name: str) -> Iterator[str]:
        """Yield the value of each header called ``name``, whatever its letter case."""
        return (value for key, value in self.headers if key.lower() == name)


def read_head(raw: bytes) -> Head:
    """Return the head that ``raw`` begins with, as far as it is there; Malformed when it has no start line."""
    found = _END_OF_HEAD.search(raw, 0, MAX_HEAD)
    lines = raw[: found.start() if found else MAX_HEAD].split(b"\n", MAX_HEADERS + 1)
    start = clean(read_text(lines[0]))
    if not start:
        raise Malformed("no start line")
    headers = []
    for line in lines[1 : MAX_HEADERS + 1]:
        name, colon, value = line.partition(b":")
        if colon and name.strip():
            headers.append((clean(read_text(name)), clean(read_text(value))))
    return Head(start, tuple(headers), found.end() if found else len(raw), found is not None)


def read_reply(raw: bytes) -> WebReply:
    """Return the HTTP response in ``raw``, maybe cut short: transfer and content encodings undone, body capped."""
    head = read_head(raw)
    status = _STATUS_LINE.match(head.start)
    if status is None:
        raise Malformed("no HTTP status line")
    body = raw[head.size :]
    if any("chunked" in value.lower() for value in head.all("transfer-encoding")):
        body = _unchunk(body)
    else:
        length = content_length(head)
        body = body if length is None else body[:length]
    if any(value.lower() in {"gzip", "x-gzip", "deflate"} for value in head.all("content-encoding")):
        body = _inflate(body)
    return WebReply(int(status[1]), head.headers, body[:MAX_BODY])


def content_length(head: Head) -> int | None:
    """Return the Content-Length in bytes; None when it is absent or no number."""
    for value in head.all("content-length"):
        # Nine digits: longer ones are nonsense, and int() is quadratic in them.
        return int(value) if value.isascii() and value.isdigit() and len(value) <= 9 else None  # noqa: PLR2004
    return None


def message_length(raw: bytes) -> int | None:
    """Return the total length in bytes of the message that ``raw`` begins with; None while its head is not whole."""
    blank = len(raw) - len(raw.lstrip(b"\r\n"))
    found = _END_OF_HEAD.search(raw, blank, blank + MAX_HEAD)
    if found is None:
        return None
    try:
        return found.end() + (content_length(read_head(raw[blank : found.end()])) or 0)
    except Malformed:
        return found.end()


def challenges(value: str) -> tuple[str, ...]:
    """Return each challenge of one WWW-Authenticate value, as sent.

    RFC 9110 11.6.1 lets one header carry several, divided by the comma that also divides parameters.
    """
    shadow = _QUOTED.sub(lambda quoted: "_" * len(quoted[0]), value)
    starts = [found.end() for found in _SCHEME.finditer(shadow)][:MAX_CHALLENGES]
    if not starts:
        return (value,) if value else ()
    parts = (value[begin:end].strip(" ,") for begin, end in zip(starts, [*starts[1:], len(value)], strict=True))
    return tuple(part for part in parts if part)


def _unchunk(raw: bytes) -> bytes:
    parts: list[bytes] = []
    at = 0
    for _ in range(MAX_CHUNKS):
        end = raw.find(b"\n", at, at + 64)
        size = raw[at:end].split(b";")[0].strip() if end >= 0 else b""
        if not re.fullmatch(rb"[0-9A-Fa-f]{1,8}", size) or not int(size, 16):
            break
        at = end + 1 + int(size, 16)
        parts.append(raw[end + 1 : at])
        at += 2 if raw[at : at + 2] == b"\r\n" else 1
    # A body that only claims to be chunked is common on embedded servers.
    return b"".join(parts) if parts else raw


def _inflate(raw: bytes) -> bytes:
    for window in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS):
        try:
            page = zlib.decompressobj(window).decompress(raw, MAX_BODY)
        except zlib.error:
            continue
        if page:
            return page
    return raw
