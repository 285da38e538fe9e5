from __future__ import annotations

import struct
from ipaddress import IPv6Address
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scapy.layers.inet6 import ICMPv6EchoReply, ICMPv6EchoRequest, ICMPv6ND_NS, ICMPv6NDOptSrcLLAddr, IPv6

from scanner.model.dialogue import Fact, Malformed
from scanner.protocols import ndp
from tests import strategies
from tests.drive import decoded
from tests.protocols import neighbours

TOKEN = UUID("13a888a9-f1b1-4020-ae9f-05607682d23b")


def told(packet: bytes) -> list[tuple[str | None, str]]:
    return [(fact.subject, fact.value) for fact in ndp.decode(packet)]


def test_scapy_reads_the_question_and_its_answer_is_known():
    asked = ICMPv6EchoRequest(ndp.encode(TOKEN, 3))
    assert (asked.id, asked.seq, asked.data) == (0xD23B, 3, TOKEN.bytes)
    answer = bytes(ICMPv6EchoReply(id=9, seq=3, data=TOKEN.bytes))
    assert ndp.is_echo(answer, TOKEN)
    assert not ndp.is_echo(answer, UUID(int=7))
    assert not ndp.is_echo(bytes(asked), TOKEN)
    assert not ndp.is_echo(b"", TOKEN)


@pytest.mark.parametrize(
    ("packet", "address", "mac"),
    [
        (neighbours.ROUTER_SOLICITATION, "fe80::ff:fe00:2", "02:00:00:00:00:02"),
        (neighbours.SOLICITATION, "fd00:99::1", "ce:33:79:81:4d:01"),
        (neighbours.ADVERTISEMENT, "fd00:99::2", "02:00:00:00:00:02"),
    ],
)
def test_what_the_kernel_of_linux_sends_is_read(packet, address, mac):
    assert list(ndp.decode(packet)) == [Fact(ndp.MAC, mac, subject=address)]


def test_padding_behind_the_packet_tells_nothing():
    assert told(neighbours.ADVERTISEMENT + bytes(range(60))) == told(neighbours.ADVERTISEMENT)


@pytest.mark.parametrize(
    ("sender", "mac"), [("::", "02:00:00:00:00:05"), ("fe80::5", "33:33:00:00:00:01"), ("fe80::5", "00:00:00:00:00:00")]
)
def test_nobodys_addresses_are_not_told(sender, mac):
    packet = IPv6(src=sender, dst="ff02::1", hlim=255) / ICMPv6ND_NS(tgt="fe80::9") / ICMPv6NDOptSrcLLAddr(lladdr=mac)
    assert told(bytes(packet)) == []


def test_an_echo_tells_nothing():
    assert told(bytes(IPv6(src="fe80::5", dst="fe80::6") / ICMPv6EchoRequest(ndp.encode(TOKEN, 1)))) == []


def test_what_a_router_passed_on_is_malformed():
    routed = neighbours.ADVERTISEMENT[:7] + b"\xfe" + neighbours.ADVERTISEMENT[8:]
    with pytest.raises(Malformed, match="not from this link"):
        told(routed)


@pytest.mark.parametrize("size", [0, 1, 7, 39, 40, 41, 63])
def test_what_stops_short_is_malformed(size: int):
    with pytest.raises(Malformed):
        told(neighbours.ADVERTISEMENT[:size])


@pytest.mark.parametrize("length", [0, 2, 255])
def test_an_option_of_no_length_or_too_long_is_malformed(length: int):
    at = 40 + 24 + 1
    with pytest.raises(Malformed, match="option"):
        told(neighbours.ADVERTISEMENT[:at] + bytes((length,)) + neighbours.ADVERTISEMENT[at + 1 :])


@given(st.ip_addresses(v=6), st.binary(min_size=6, max_size=6), st.lists(st.binary(min_size=6, max_size=6), max_size=4))
def test_any_advertisement_is_read(address: IPv6Address, mac: bytes, others: list[bytes]):
    options = b"".join(b"\x05\x01" + other for other in others) + b"\x02\x01" + mac
    message = b"\x88\0\0\0\x60\0\0\0" + address.packed + options
    head = struct.pack("!IHBB16s16s", 6 << 28, len(message), 58, 255, address.packed, bytes(16))
    one = not (address.is_multicast or address.is_unspecified or mac[0] & 1 or not any(mac))
    assert told(head + message) == ([(str(address), mac.hex(":"))] if one else [])


@settings(max_examples=100, deadline=None)
@given(strategies.hostile(neighbours.ALL))
def test_any_bytes_give_facts_or_malformed(raw: bytes):
    decoded(ndp.decode, raw, ndp.SPEC.fields)
