"""The port that Hikvision's software development kit talks to: how its server refuses what is none of its commands.

No request of the kit's own protocol is published as harmless: the one that is known is the login. So none is written
here. What is sent is the plainest request for a web page, which every scanner and browser sends to this port, and which
the HTTP probe sends there too. It cannot be a command: it is shorter than the 32 bytes that a command begins with.
The answer to what it does not understand is a header of 16 bytes (nmap/nmap nmap-service-probes has it for probes of
other protocols, with the return values 13 and 30; jameshilliard/ipcDeviceVc DeviceCommProtocol.h names its parts).
Whether every firmware answers a text this short is not known; silence tells nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from scanner.model.dialogue import Ask, Dialogue, Fact, Malformed, StreamSpec
from scanner.model.observation import Field

CODE: Final = Field("hik_sdk.code")

HEADER: Final = struct.Struct("!IIII")
"""Length, sum of the bytes that follow, return value, zero."""
_SUMMED: Final = slice(8, 16)
_QUESTION: Final = b"GET / HTTP/1.0\r\n\r\n"


def decode(stream: bytes) -> Iterator[Fact]:
    """Yield the return value of a bare header whose checksum holds; Malformed when it is none.

    A return value of zero proves nothing: the sum of nothing is zero too.
    """
    if len(stream) < HEADER.size:
        raise Malformed("too short for a header")
    length, checksum, code, rest = HEADER.unpack_from(stream)
    if length != HEADER.size or rest or not code or checksum != sum(stream[_SUMMED]):
        raise Malformed("no header with a checksum that holds")
    yield Fact(CODE, str(code))


def ask(address: str, port: int) -> Dialogue:  # noqa: ARG001 - every dialogue takes them
    """Ask for a page and read how it is refused."""
    answer = yield Ask(_QUESTION, cap=HEADER.size)
    if answer:
        yield from decode(answer)


SPEC = StreamSpec(
    name="hik_sdk",
    fields=(CODE,),
    ports=(8000,),
    decode=decode,
    dialogue=ask,
    about="How the SDK server of Hikvision's equipment refuses a request for a web page.",
)
