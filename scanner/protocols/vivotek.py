"""How cameras and recorders of VIVOTEK are searched for.

Question and answer: julienblitte/UniversalScanner UniversalScanner/Vivotek.cs, Vivotek.selftest and doc/protocols.html.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import Final
from uuid import UUID

from scanner.model.dialogue import DatagramSpec, Fact, Malformed
from scanner.model.observation import Field
from scanner.protocols._text import clean, read_text

MODEL: Final = Field("vivotek.model")
MAC: Final = Field("vivotek.mac")
ADDRESS: Final = Field("vivotek.address")

MAX_SIZE: Final = 2048
"""Bytes of one answer: it fits in an unfragmented datagram."""

_MAGIC: Final = bytes.fromhex("4a5d8f1c")
_START: Final = 5
_MAC: Final = (2, 6)
_ADDRESS: Final = (3, 4)
_BARE: Final = 4
"""Kind of entry that is one byte without a length."""
_SHORT_NAME: Final = 9


def encode(token: UUID) -> tuple[bytes, ...]:
    """Return the question; its number is cut from ``token``."""
    return (bytes((token.int & 0xFF,)) + _MAGIC,)


def decode(datagram: bytes) -> Iterator[Fact]:
    """Yield hardware address, claimed address and model, up to where the answer stops; nothing for a question.

    Malformed when it is no message of this protocol.
    """
    if datagram[1:_START] != _MAGIC or len(datagram) > MAX_SIZE:
        raise Malformed("no message of this protocol")
    said: set[Field] = set()
    for kind, value in _entries(datagram):
        fact = _fact(kind, value)
        if fact is not None and fact.value and fact.field not in said:
            said.add(fact.field)
            yield fact


def _entries(datagram: bytes) -> Iterator[tuple[int, bytes]]:
    at = _START
    while at + 2 <= len(datagram):
        kind, size = datagram[at], datagram[at + 1]
        at += 2
        if kind != _BARE:
            yield kind, datagram[at : at + size]
            at += size


def _fact(kind: int, value: bytes) -> Fact | None:
    if (kind, len(value)) == _MAC:
        return Fact(MAC, value.hex(":"))
    if (kind, len(value)) == _ADDRESS:
        return Fact(ADDRESS, str(IPv4Address(value)))
    return Fact(MODEL, clean(read_text(value))) if kind == _SHORT_NAME else None


SPEC = DatagramSpec(
    name="vivotek",
    fields=(MODEL, MAC, ADDRESS),
    port=10000,
    groups=(),
    encode=encode,
    decode=decode,
    broadcast=True,
    about="Cameras and recorders of VIVOTEK: model and hardware address.",
)
