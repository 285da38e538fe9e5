"""DHCP for IPv4, overheard. RFC 2131 section 2; options RFC 2132, client names RFC 4702.

What a client says of itself is about the address it asks for or has; what a server acknowledges is about the
client's new address.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import Final

from scanner.model.dialogue import Fact, Malformed, RecordSpec
from scanner.model.observation import Field
from scanner.protocols._text import clean, read_text

MAC: Final = Field("link.mac")
VENDOR_CLASS: Final = Field("dhcp.vendor_class")
HOSTNAME: Final = Field("dhcp.hostname")

MAX_OPTIONS: Final = 128
"""Options of one message: a client sends about ten, a server about twenty."""

_HEAD: Final = struct.Struct("!BBBBIHH4s4s4s4s16s64s128s4s")
_COOKIE: Final = b"\x63\x82\x53\x63"
_REQUEST, _REPLY = 1, 2
_ETHERNET: Final = (1, 6)
_PAD, _END = 0, 255
_HOST_NAME, _REQUESTED, _MESSAGE_TYPE, _CLASS, _CLIENT_NAME = 12, 50, 53, 60, 81
_DECLINE, _ACK = 4, 5
_NOWHERE: Final = bytes(4)
_NAME_FLAGS: Final = 3
_WIRE_NAME: Final = 0x04
"""E bit of RFC 4702 section 2.1: the name is in DNS wire form."""


def decode(message: bytes) -> Iterator[Fact]:
    """Yield hardware address, vendor class and host name, each about the client's address, as far as it shows.

    Of a server only the acknowledgement says anything; a message without a client's address, or one that declines an
    address, says nothing. Malformed when it is not DHCP over Ethernet.
    """
    if len(message) < _HEAD.size:
        raise Malformed("too short for DHCP")
    operation, kind, size, _, _, _, _, client, your, _, _, hardware, _, _, cookie = _HEAD.unpack_from(message)
    if (kind, size) != _ETHERNET or operation not in (_REQUEST, _REPLY) or cookie != _COOKIE:
        raise Malformed("not DHCP over Ethernet")
    options = _read_options(message[_HEAD.size :])
    told = options.get(_MESSAGE_TYPE, b"")[:1]
    if operation == _REQUEST:
        address = b"" if told == bytes((_DECLINE,)) else client if client != _NOWHERE else options.get(_REQUESTED, b"")
    else:
        address = your if told == bytes((_ACK,)) else b""
    if len(address) != len(_NOWHERE) or not _is_host(address):
        return
    subject = str(IPv4Address(address))
    mac = hardware[:6]
    if any(mac) and not mac[0] & 1:
        yield Fact(MAC, mac.hex(":"), subject)
    if operation == _REQUEST:
        if vendor := clean(read_text(options.get(_CLASS, b""))):
            yield Fact(VENDOR_CLASS, vendor, subject)
        if name := clean(read_text(options.get(_HOST_NAME, b"").rstrip(b"\0"))) or _client_name(options):
            yield Fact(HOSTNAME, name, subject)


def _read_options(raw: bytes) -> dict[int, bytes]:
    options: dict[int, bytes] = {}
    at = 0
    for _ in range(MAX_OPTIONS):
        while at < len(raw) and raw[at] == _PAD:
            at += 1
        if at + 1 >= len(raw) or raw[at] == _END:
            break
        code, size = raw[at], raw[at + 1]
        # An option given in several pieces is one (RFC 3396).
        options[code] = options.get(code, b"") + raw[at + 2 : at + 2 + size]
        at += 2 + size
    return options


def _client_name(options: dict[int, bytes]) -> str:
    raw = options.get(_CLIENT_NAME, b"")
    if len(raw) <= _NAME_FLAGS:
        return ""
    if not raw[0] & _WIRE_NAME:
        return clean(read_text(raw[_NAME_FLAGS:]))
    labels, at = [], _NAME_FLAGS
    while at < len(raw) and 0 < raw[at] < 64:  # noqa: PLR2004 - the longest label of RFC 1035
        labels.append(raw[at + 1 : at + 1 + raw[at]])
        at += 1 + raw[at]
    return clean(read_text(b".".join(labels)))


def _is_host(address: bytes) -> bool:
    value = IPv4Address(address)
    return not (value.is_unspecified or value.is_multicast or value.is_loopback or address == b"\xff" * 4)


SPEC = RecordSpec(
    name="dhcp",
    fields=(MAC, VENDOR_CLASS, HOSTNAME),
    decode=decode,
    about="Hardware address, vendor class and name that a DHCP client gives.",
)
