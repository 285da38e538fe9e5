"""LLDP, overheard: what switches, phones and cameras say of themselves to the next device. IEEE 802.1AB clause 8."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final

from scanner.model.dialogue import Fact, Malformed, RecordSpec
from scanner.model.observation import Field
from scanner.protocols._text import fold, read_text

NAME: Final = Field("lldp.system_name")
DESCRIPTION: Final = Field("lldp.system_description")

MAX_ELEMENTS: Final = 128
"""Elements of one message: a device sends ten to thirty."""

_CHASSIS, _PORT, _LIFETIME = 1, 2, 3
_SYSTEM_NAME, _SYSTEM_DESCRIPTION, _ADDRESS = 5, 6, 8
_FAMILIES: Final = {1: 4, 2: 16}
"""IANA address family → bytes of an address."""


def decode(payload: bytes) -> Iterator[Fact]:
    """Yield system name and description, about the management address where one is told.

    ``payload`` is the frame's, after the EtherType 0x88CC. A message of lifetime 0 (its sender leaves) says nothing.
    Malformed when it does not begin with chassis, port and lifetime, as every message must.
    """
    elements = list(_read_elements(payload))
    if [kind for kind, _ in elements[:3]] != [_CHASSIS, _PORT, _LIFETIME]:
        raise Malformed("not LLDP")
    if not any(elements[2][1]):
        return
    addresses = (_read_address(value) for kind, value in elements if kind == _ADDRESS)
    subject = next((address for address in addresses if address is not None), None)
    for wanted, field in ((_SYSTEM_NAME, NAME), (_SYSTEM_DESCRIPTION, DESCRIPTION)):
        for kind, value in elements:
            if kind == wanted and (text := fold(read_text(value))):
                yield Fact(field, text, subject)


def _read_elements(payload: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    for _ in range(MAX_ELEMENTS):
        if at + 2 > len(payload):
            return
        head = int.from_bytes(payload[at : at + 2], "big")
        kind, size = head >> 9, head & 0x1FF
        if not kind:
            return
        yield kind, payload[at + 2 : at + 2 + size]
        at += 2 + size


def _read_address(value: bytes) -> str | None:
    if len(value) < 2 or _FAMILIES.get(value[1]) != value[0] - 1 or len(value) < 1 + value[0]:  # noqa: PLR2004 - length, family
        return None
    address = ip_address(value[2 : 1 + value[0]])
    if address.is_unspecified or address.is_multicast or address.is_loopback:
        return None
    return str(address)


SPEC = RecordSpec(
    name="lldp",
    fields=(NAME, DESCRIPTION),
    decode=decode,
    about="What devices on the link call themselves by LLDP.",
)
