"""Cisco Discovery Protocol, overheard: what network equipment says of itself to the next device.

Layout: Wireshark wiki CDP; net-snmp and tcpdump read it the same way (the-tcpdump-group/tcpdump print-cdp.c).
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import Final

from scanner.model.dialogue import Fact, Malformed, RecordSpec
from scanner.model.observation import Field
from scanner.protocols._text import fold, read_text

DEVICE: Final = Field("cdp.device")
VERSION: Final = Field("cdp.version")
PLATFORM: Final = Field("cdp.platform")

MAX_ELEMENTS: Final = 128
"""Elements of one message: a switch sends some twenty."""
MAX_ADDRESSES: Final = 16
"""Addresses of one device that are looked at for the first that can be used."""

_HEAD: Final = 4
_VERSIONS: Final = (1, 2)
_DEVICE, _ADDRESSES, _VERSION, _PLATFORM, _MANAGEMENT = 1, 2, 5, 6, 0x16
_TOLD: Final = {_DEVICE: DEVICE, _VERSION: VERSION, _PLATFORM: PLATFORM}
_IPV4: Final = b"\x01\x01\xcc\x00\x04"
"""Protocol type NLPID, of one byte, IP; an address of four bytes."""


def decode(payload: bytes) -> Iterator[Fact]:
    """Yield device ID, software version and platform, about the device's first IPv4 address where one is told.

    ``payload`` begins with the protocol's version, after LLC and SNAP. A message of lifetime 0 says nothing. Malformed
    when it is of no known version or has no element.
    """
    if len(payload) <= _HEAD or payload[0] not in _VERSIONS:
        raise Malformed("not CDP")
    elements = list(_read_elements(payload))
    if not elements:
        raise Malformed("no element")
    if not payload[1]:
        return
    addresses = (
        _read_address(value) for wanted in (_MANAGEMENT, _ADDRESSES) for kind, value in elements if kind == wanted
    )
    subject = next((address for address in addresses if address is not None), None)
    for kind, value in elements:
        if kind in _TOLD and (text := fold(read_text(value.rstrip(b"\0")))):
            yield Fact(_TOLD[kind], text, subject)


def _read_elements(payload: bytes) -> Iterator[tuple[int, bytes]]:
    at = _HEAD
    for _ in range(MAX_ELEMENTS):
        if at + _HEAD > len(payload):
            return
        kind, size = int.from_bytes(payload[at : at + 2], "big"), int.from_bytes(payload[at + 2 : at + 4], "big")
        if size < _HEAD:
            return
        yield kind, payload[at + _HEAD : at + size]
        at += size


def _read_address(value: bytes) -> str | None:
    at = value.find(_IPV4, 4)
    for _ in range(MAX_ADDRESSES):
        raw = value[at + len(_IPV4) : at + len(_IPV4) + 4]
        if at < 0 or len(raw) < 4:  # noqa: PLR2004 - bytes of an IPv4 address
            return None
        address = IPv4Address(raw)
        if not (address.is_unspecified or address.is_multicast or address.is_loopback):
            return str(address)
        at = value.find(_IPV4, at + 1)
    return None


SPEC = RecordSpec(
    name="cdp",
    fields=(DEVICE, VERSION, PLATFORM),
    decode=decode,
    about="What network equipment on the link calls itself by CDP.",
)
