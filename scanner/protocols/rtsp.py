"""RTSP OPTIONS and DESCRIBE without credentials. RFC 2326 sections 10.1 and 10.2; descriptions are RFC 4566."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from scanner.model.dialogue import Ask, Dialogue, Fact, Malformed, StreamSpec
from scanner.model.observation import Field
from scanner.protocols._message import Head, challenges, content_length, message_length, read_head
from scanner.protocols._text import clean, read_text

SERVER: Final = Field("rtsp.server")
AUTHENTICATE: Final = Field("rtsp.www_authenticate")
PUBLIC: Final = Field("rtsp.public")
SDP: Final = Field("rtsp.sdp")

MAX_REPLY: Final = 65_536
"""Bytes of one reply: descriptions with inline parameter sets reach 4 KiB."""
MAX_REPLIES: Final = 16
"""Replies read from one byte stream: a dialogue makes two."""
MAX_SDP: Final = 32
"""Description lines kept: a recorder with many channels repeats the same attributes."""

_STATUS_LINE: Final = re.compile(r"RTSP/[0-9]\.[0-9] +[0-9]{3}(?: |$)")
_TELLING: Final = ("s=", "e=", "i=", "a=")
_VARYING: Final = ("a=fmtp:",)
"""Parameter sets: they describe the picture, not the device."""


def decode(stream: bytes) -> Iterator[Fact]:
    """Yield the facts of each reply in ``stream``, the last maybe cut short; Malformed when it begins with none."""
    for index in range(MAX_REPLIES):
        stream = stream.lstrip(b"\r\n")
        if index and not stream.startswith(b"RTSP/"):
            return
        head = read_head(stream)
        if _STATUS_LINE.match(head.start) is None:
            raise Malformed("no RTSP status line")
        end = head.size + (content_length(head) or 0)
        yield from _head_facts(head)
        yield from _description_facts(stream[head.size : end])
        stream = stream[end:]


def question(method: str, address: str, port: int, sequence: int, *headers: str) -> bytes:
    """Return a request without credentials for the server's root."""
    host = f"[{address}]" if ":" in address else address
    lines = (f"{method} rtsp://{host}:{port}/ RTSP/1.0", f"CSeq: {sequence}", *headers, "", "")
    return "\r\n".join(lines).encode("ascii", "replace")


def ask(address: str, port: int) -> Dialogue:
    """Ask for the options, then for a description; whatever the device refuses, its refusal names its realm."""
    said: set[Fact] = set()
    for sequence, (method, *headers) in enumerate((("OPTIONS",), ("DESCRIBE", "Accept: application/sdp")), start=1):
        reply = yield Ask(question(method, address, port, sequence, *headers), length=message_length, cap=MAX_REPLY)
        if not reply:
            return
        for fact in decode(reply):
            if fact not in said:
                said.add(fact)
                yield fact


def _head_facts(head: Head) -> Iterator[Fact]:
    for field, name in ((SERVER, "server"), (PUBLIC, "public")):
        yield from (Fact(field, value) for value in head.all(name) if value)
    for value in head.all("www-authenticate"):
        yield from (Fact(AUTHENTICATE, challenge) for challenge in challenges(value))


def _description_facts(body: bytes) -> Iterator[Fact]:
    lines = (clean(read_text(line)) for line in body[:MAX_REPLY].split(b"\n"))
    telling = dict.fromkeys(line for line in lines if line.startswith(_TELLING) and not line.startswith(_VARYING))
    yield from (Fact(SDP, line) for line in list(telling)[:MAX_SDP] if len(line) > len("s="))


SPEC = StreamSpec(
    name="rtsp",
    fields=(SERVER, AUTHENTICATE, PUBLIC, SDP),
    ports=(554, 8554, 10554),
    decode=decode,
    dialogue=ask,
    about="What an RTSP server calls itself, allows and describes without credentials.",
)
