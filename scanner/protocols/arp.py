"""ARP over Ethernet for IPv4. RFC 826."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import Final

from scanner.model.dialogue import Fact, Malformed, RecordSpec
from scanner.model.observation import Field

MAC: Final = Field("link.mac")

_PACKET: Final = struct.Struct("!HHBBH6s4s6s4s")
_ETHERNET_IPV4: Final = (1, 0x0800, 6, 4)
_OPERATIONS: Final = (1, 2)
_GROUP_BIT: Final = 1


def decode(payload: bytes) -> Iterator[Fact]:
    """Yield the sender's hardware address, about the sender's protocol address.

    ``payload`` is the frame's payload, padding allowed. Nothing is said by an address probe (RFC 5227: sender
    0.0.0.0) or by a sender that no host can be. Malformed when it is not ARP for IPv4 over Ethernet.
    """
    if len(payload) < _PACKET.size:
        raise Malformed("too short for ARP")
    *kind, operation, mac, sender, _, _ = _PACKET.unpack_from(payload)
    if tuple(kind) != _ETHERNET_IPV4 or operation not in _OPERATIONS:
        raise Malformed("not ARP for IPv4 over Ethernet")
    address = IPv4Address(sender)
    if mac[0] & _GROUP_BIT or not any(mac) or address.is_unspecified or address.is_multicast or sender == b"\xff" * 4:
        return
    yield Fact(MAC, mac.hex(":"), subject=str(address))


SPEC = RecordSpec(
    name="arp",
    fields=(MAC,),
    decode=decode,
    about="Who has which hardware address on the local link.",
)
