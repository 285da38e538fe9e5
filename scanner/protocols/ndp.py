"""IPv6 neighbours: who answers the group of all nodes (RFC 4443), and who has which hardware address (RFC 4861)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from ipaddress import IPv6Address
from typing import Final
from uuid import UUID

from scanner.model.dialogue import Fact, Malformed, RecordSpec
from scanner.model.observation import Field

MAC: Final = Field("link.mac")

ALL_NODES: Final = "ff02::1"
"""The group of every node on a link. RFC 4291 section 2.7.1."""
ICMPV6: Final = 58
ECHO_REPLY: Final = 129
"""Types below 128 are errors; 128 asks for an echo."""

_PACKET: Final = struct.Struct("!IHBB16s16s")
_ECHO: Final = struct.Struct("!BBHHH")
_ECHO_REQUEST: Final = 128
_OPTIONS_AT: Final = {133: 8, 134: 16, 135: 24, 136: 24}
"""Router solicitation, router advertisement, neighbour solicitation, neighbour advertisement → where options begin."""
_ADVERTISEMENT: Final = 136
_SOURCE, _TARGET = 1, 2
_VERSION: Final = 6
_UNROUTED: Final = 255
"""The hop limit of neighbour discovery: a router would have lowered it, so the sender is on the link."""
_ETHERNET_OPTION: Final = 8
_GROUP_BIT: Final = 1


def encode(token: UUID, sequence: int) -> bytes:
    """Return the ICMPv6 echo request whose data is ``token``, without the checksum, which kernels fill in.

    The identifier is cut from ``token`` too; kernels that lend sockets to everybody put their own in its place.
    """
    return _ECHO.pack(_ECHO_REQUEST, 0, 0, token.int & 0xFFFF, sequence & 0xFFFF) + token.bytes


def is_echo(message: bytes, token: UUID) -> bool:
    """True when the ICMPv6 ``message`` answers what ``encode`` made of ``token``."""
    return message[:1] == bytes((ECHO_REPLY,)) and message[_ECHO.size :] == token.bytes


def decode(packet: bytes) -> Iterator[Fact]:
    """Yield the hardware address that a neighbour discovery message tells, about the address it tells it of.

    ``packet`` is a whole IPv6 packet. An advertisement speaks of its target, the other messages of their sender.
    Other ICMPv6 messages say nothing. Malformed when it is no ICMPv6 in IPv6, or breaks off, or has come by a router.
    """
    try:
        first, size, following, hops, sender, _ = _PACKET.unpack_from(packet)
        if first >> 28 != _VERSION or following != ICMPV6:
            raise Malformed("not ICMPv6")
        message = packet[_PACKET.size : _PACKET.size + size]
        kind = message[0]
        if kind not in _OPTIONS_AT:
            return
        if len(message) < _OPTIONS_AT[kind]:
            raise Malformed("too short for neighbour discovery")
    except (struct.error, IndexError) as error:
        raise Malformed("too short for ICMPv6") from error
    if hops != _UNROUTED or message[1]:
        raise Malformed("not from this link")
    about = IPv6Address(message[8:24] if kind == _ADVERTISEMENT else sender)
    wanted = _TARGET if kind == _ADVERTISEMENT else _SOURCE
    for option, data in _read_options(message[_OPTIONS_AT[kind] :]):
        if option == wanted and len(data) == _ETHERNET_OPTION - 2 and _is_one(about, data):
            yield Fact(MAC, data.hex(":"), subject=str(about))
            return


def _read_options(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield type and data of each option; a frame has room for fewer than 190."""
    while len(raw) >= _ETHERNET_OPTION:
        size = raw[1] * 8
        if not size or size > len(raw):
            raise Malformed("an option breaks off")
        yield raw[0], raw[2:size]
        raw = raw[size:]


def _is_one(address: IPv6Address, mac: bytes) -> bool:
    """True when both are one device's: no group's, and not the empty address of a node that is still choosing."""
    return not (address.is_multicast or address.is_unspecified or mac[0] & _GROUP_BIT or not any(mac))


SPEC = RecordSpec(
    name="ndp",
    fields=(MAC,),
    decode=decode,
    about="Who is on the local link by IPv6, and with which hardware address.",
)
