"""How cameras and recorders of Hanwha (Wisenet, once Samsung Techwin) are searched for.

Question and answer: julienblitte/UniversalScanner UniversalScanner/Hanwha.cs, Hanwha.selftest and doc/protocols.html.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from scanner.model.dialogue import DatagramSpec, Fact, Malformed
from scanner.model.observation import Field
from scanner.protocols._text import clean, read_text

MODEL: Final = Field("hanwha.model")
MAC: Final = Field("hanwha.mac")
ADDRESS: Final = Field("hanwha.address")

SIZE: Final = 262
"""Bytes of a question, and at least of an answer."""
MAX_SIZE: Final = 2048
"""Bytes of one answer: it fits in an unfragmented datagram."""

_ASKS: Final = 0x01
_ANSWERS: Final = 0x0B
_PLACES: Final = ((MAC, slice(0x13, 0x25)), (ADDRESS, slice(0x25, 0x35)), (MODEL, slice(0x6D, 0x77)))


def encode(token: UUID) -> tuple[bytes, ...]:  # noqa: ARG001 - the question has no place for an id
    """Return the question, the same whatever the token."""
    return (bytes((_ASKS,)).ljust(SIZE, b"\0"),)


def decode(datagram: bytes) -> Iterator[Fact]:
    """Yield hardware address, claimed address and model; nothing for a question. Malformed when it is neither."""
    kind = datagram[0] if SIZE <= len(datagram) <= MAX_SIZE else 0
    if kind not in {_ASKS, _ANSWERS}:
        raise Malformed("no message of this protocol")
    if kind == _ANSWERS:
        for field, place in _PLACES:
            if value := clean(read_text(datagram[place].partition(b"\0")[0])):
                yield Fact(field, value)


SPEC = DatagramSpec(
    name="hanwha",
    fields=(MODEL, MAC, ADDRESS),
    port=7701,
    groups=(),
    encode=encode,
    decode=decode,
    broadcast=True,
    source_port=7711,
    about="Cameras and recorders of Hanwha: model and hardware address.",
)
