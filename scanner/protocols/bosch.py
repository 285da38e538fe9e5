"""How cameras and encoders of Bosch are searched for.

Question and both forms of answer: julienblitte/UniversalScanner UniversalScanner/Bosch.cs, Bosch.bin.selftest,
Bosch.xml.selftest and doc/protocols.html.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import Final
from uuid import UUID

from scanner.model.dialogue import DatagramSpec, Fact, Malformed
from scanner.model.observation import Field
from scanner.protocols._text import fold
from scanner.protocols._xml import local_name, namespace, read_xml

MODEL: Final = Field("bosch.model")
SERIAL: Final = Field("bosch.serial")
MAC: Final = Field("bosch.mac")
ADDRESS: Final = Field("bosch.address")

_MAGIC: Final = bytes.fromhex("9939a427")
_ASKS: Final = bytes.fromhex("ff0006de")
_QUESTION: Final = struct.Struct("!4sI4s")
_ANSWER: Final = struct.Struct("!4sI6sH4s12x")
_NAMESPACE: Final = "OEMExt00:device-1-0"
_FIELDS: Final = (
    ("friendlyName", MODEL),
    ("serialNumber", SERIAL),
    ("physAddress", MAC),
    ("unitIPAddress", ADDRESS),
)


def encode(token: UUID) -> tuple[bytes, ...]:
    """Return the question; its number is cut from ``token``."""
    return (_QUESTION.pack(_MAGIC, token.int & 0xFFFFFFFF, _ASKS),)


def decode(datagram: bytes) -> Iterator[Fact]:
    """Yield what an answer of either form says; nothing for a question. Malformed when it is none of them."""
    if not datagram.startswith(_MAGIC):
        yield from _described(datagram)
    elif len(datagram) == _ANSWER.size:
        _, _, mac, _, address = _ANSWER.unpack(datagram)
        yield Fact(MAC, mac.hex(":"))
        yield Fact(ADDRESS, str(IPv4Address(address)))
    elif len(datagram) != _QUESTION.size:
        raise Malformed("no message of this protocol")


def _described(datagram: bytes) -> Iterator[Fact]:
    root = read_xml(datagram).root
    device = next((part for part in root if local_name(part) == "device"), None)
    if device is None or namespace(root) != _NAMESPACE:
        raise Malformed("no device description")
    said: dict[str, str] = {}
    for part in device:
        said.setdefault(local_name(part), fold(part.text or ""))
    yield from (Fact(field, said[name]) for name, field in _FIELDS if said.get(name))


SPEC = DatagramSpec(
    name="bosch",
    fields=(MODEL, SERIAL, MAC, ADDRESS),
    port=1757,
    groups=(),
    encode=encode,
    decode=decode,
    broadcast=True,
    source_port=1758,
    about="Cameras and encoders of Bosch: model, serial number, hardware address.",
)
