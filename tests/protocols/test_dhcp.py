from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from scapy.layers.dhcp import BOOTP, DHCP

from scanner.model.dialogue import Fact, Malformed
from scanner.model.observation import Field
from scanner.protocols import dhcp
from tests import strategies
from tests.drive import decoded
from tests.protocols.dhcp_messages import ACK, MESSAGES, REQUEST, message

HOST = "10.0.0.5"


def test_a_request_tells_of_the_address_it_asks_for():
    assert list(dhcp.decode(REQUEST)) == [
        Fact(Field("link.mac"), "58:50:ed:1f:e3:85", HOST),
        Fact(Field("dhcp.vendor_class"), "udhcp 1.20.2", HOST),
        Fact(Field("dhcp.hostname"), "cam-5", HOST),
    ]


def test_an_acknowledgement_tells_the_hardware_address_alone():
    assert list(dhcp.decode(ACK)) == [Fact(Field("link.mac"), "58:50:ed:1f:e3:85", HOST)]


def test_scapy_writes_what_is_read():
    mac = bytes.fromhex("00408c123456")
    raw = bytes(
        BOOTP(op=1, chaddr=mac, ciaddr="192.0.2.9")
        / DHCP(
            options=[
                ("message-type", "request"),
                ("hostname", "axis"),
                ("vendor_class_id", "AXIS,Network Camera"),
                "end",
            ]
        )
    )
    assert [(fact.value, fact.subject) for fact in dhcp.decode(raw)] == [
        ("00:40:8c:12:34:56", "192.0.2.9"), ("AXIS,Network Camera", "192.0.2.9"), ("axis", "192.0.2.9")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "raw",
    [
        message(kind=1, options=((12, b"cam"),)),
        message(kind=4, options=((50, bytes((10, 0, 0, 5))), (12, b"cam"))),
        message(operation=2, kind=2, your=HOST),
        message(operation=2, kind=6, your=HOST),
        message(kind=3, options=((50, bytes(4)),)),
        message(kind=3, options=((50, b"\xff" * 4),)),
    ],
    ids=["no address yet", "declined", "offered only", "refused", "nowhere", "everybody"],
)
def test_what_is_nobodys_address_tells_nothing(raw: bytes):
    assert list(dhcp.decode(raw)) == []


@pytest.mark.parametrize(
    ("option", "name"),
    [(b"\x00\xff\xffcam.example.com", "cam.example.com"), (b"\x05\x00\x00\x03cam\x07example\x00", "cam.example")],
)
def test_a_full_name_stands_in_for_a_missing_host_name(option: bytes, name: str):
    raw = message(client=HOST, options=((81, option),))
    assert [fact.value for fact in dhcp.decode(raw)][1:] == [name]


def test_an_option_in_pieces_is_one():
    raw = message(client=HOST, options=((12, b"cam"), (0x3D, b"x"), (12, b"-5\0")))
    assert [fact.value for fact in dhcp.decode(raw)][1:] == ["cam-5"]


@pytest.mark.parametrize(
    ("at", "value"),
    [(0, b"\x03"), (1, b"\x06"), (2, b"\x10"), (236, b"\0"), (0, b"")],
    ids=["op", "htype", "hlen", "cookie", "cut"],
)
def test_what_is_no_dhcp_over_ethernet_is_malformed(at: int, value: bytes):
    raw = REQUEST[:at] + value + REQUEST[at + 1 :] if value else REQUEST[:200]
    with pytest.raises(Malformed):
        list(dhcp.decode(raw))


def test_options_are_capped():
    many = b"".join(struct.pack("!BB", 224, 0) for _ in range(500))
    assert [fact.field for fact in dhcp.decode(message(client=HOST, options=())[:-1] + many + b"\x0c\x03cam")] == [
        "link.mac"
    ]


@settings(max_examples=100, deadline=None)
@given(strategies.hostile(MESSAGES))
def test_any_bytes_give_facts_or_malformed(raw: bytes):
    decoded(dhcp.decode, raw, dhcp.SPEC.fields)
