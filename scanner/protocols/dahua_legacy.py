"""The discovery that Dahua's equipment had before DHIP, and that much of it still answers, on UDP 5050.

Question: mcw0/DahuaConsole net.py. Answer: julienblitte/UniversalScanner UniversalScanner/Dahua1.selftest (a real
answer with its values replaced): a fixed part, then hardware address and model, then lines of ``key:value``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import Final
from uuid import UUID

from scanner.model.dialogue import DatagramSpec, Fact, Malformed
from scanner.model.observation import Field
from scanner.protocols._text import clean, read_text

DEVICE_TYPE: Final = Field("dahua_legacy.device_type")
DEVICE_CLASS: Final = Field("dahua_legacy.device_class")
SERIAL: Final = Field("dahua_legacy.serial")
VERSION: Final = Field("dahua_legacy.version")
MAC: Final = Field("dahua_legacy.mac")
ADDRESS: Final = Field("dahua_legacy.address")

MAX_SIZE: Final = 4096
"""Bytes of one answer: the lengths in it cannot describe more than fits in an unfragmented datagram."""

_QUESTION: Final = b"\xa3\x01\0\x01" + bytes(12) + b"\x02" + bytes(15)
_ASKS: Final = 0xA3
_ANSWERS: Final = 0xB3
_FIXED: Final = 120
"""Bytes before the hardware address."""
_NAMED_AT: Final = 2
_ADDRESS: Final = slice(56, 60)
_MAC: Final = re.compile(r"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}")
_ENDS: Final = re.compile(r"[;\x00-\x1f]+")
_PAIR: Final = re.compile(r"(Device|SerialNo|Version)\s*[:=](.*)")
_FIELDS: Final = {"Device": DEVICE_CLASS, "SerialNo": SERIAL, "Version": VERSION}


def encode(token: UUID) -> tuple[bytes, ...]:  # noqa: ARG001 - the question has no place for an id
    """Return the question, the same whatever the token."""
    return (_QUESTION,)


def decode(datagram: bytes) -> Iterator[Fact]:
    """Yield hardware address, model, claimed address and what the lines say; nothing for a question.

    Malformed when it is no message of this protocol or stops in its fixed part.
    """
    kind = datagram[0] if datagram else 0
    if kind == _ASKS and len(datagram) == len(_QUESTION):
        return
    if kind != _ANSWERS or not _FIXED <= len(datagram) <= MAX_SIZE:
        raise Malformed("no discovery message of this kind")
    address = IPv4Address(datagram[_ADDRESS])
    if not address.is_unspecified:
        yield Fact(ADDRESS, str(address))
    split = _FIXED + datagram[_NAMED_AT]
    named = read_text(datagram[_FIXED:split])
    mac = _MAC.match(named)
    if mac is not None:
        yield Fact(MAC, mac[0])
        if model := clean(named[mac.end() :].partition("\0")[0]):
            yield Fact(DEVICE_TYPE, model)
    said: set[Field] = set()
    for line in _ENDS.split(read_text(datagram[split:])):
        pair = _PAIR.fullmatch(line.strip())
        if pair is not None and (value := clean(pair[2])) and _FIELDS[pair[1]] not in said:
            said.add(_FIELDS[pair[1]])
            yield Fact(_FIELDS[pair[1]], value)


SPEC = DatagramSpec(
    name="dahua_legacy",
    fields=(DEVICE_TYPE, DEVICE_CLASS, SERIAL, VERSION, MAC, ADDRESS),
    port=5050,
    groups=(),
    encode=encode,
    decode=decode,
    broadcast=True,
    about="Older equipment of Dahua's make: model, serial number, hardware address.",
)
