from __future__ import annotations

import pytest
from hypothesis import given, settings
from scapy.layers.l2 import ARP

from scanner.model.dialogue import Fact, Malformed
from scanner.model.observation import Field
from scanner.protocols import arp
from tests import strategies
from tests.drive import decoded
from tests.protocols import answers


def test_a_reply_tells_its_senders_hardware_address():
    assert list(arp.decode(answers.ARP_REPLY)) == [Fact(Field("link.mac"), "58:50:ed:1f:e3:85", "192.168.124.40")]


def test_padding_changes_nothing():
    assert list(arp.decode(answers.ARP_REPLY + bytes(18))) == list(arp.decode(answers.ARP_REPLY))


def test_scapy_writes_what_is_read():
    packet = bytes(ARP(op="is-at", hwsrc="00:40:8c:12:34:56", psrc="192.0.2.9", pdst="192.0.2.1"))
    assert list(arp.decode(packet)) == [Fact(Field("link.mac"), "00:40:8c:12:34:56", "192.0.2.9")]


@pytest.mark.parametrize(
    ("mac", "sender"),
    [
        ("5850ed1fe385", "00000000"),
        ("ffffffffffff", "c0a87c28"),
        ("000000000000", "c0a87c28"),
        ("5850ed1fe385", "e00000fb"),
    ],
)
def test_a_sender_that_no_host_can_be_tells_nothing(mac: str, sender: str):
    packet = bytes.fromhex(f"0001080006040001{mac}{sender}000000000000c0a87c28")
    assert list(arp.decode(packet)) == []


@pytest.mark.parametrize("at", [0, 2, 4, 5, 7])
def test_other_hardware_protocols_and_operations_are_malformed(at: int):
    packet = bytearray(answers.ARP_REPLY)
    packet[at] = 9
    with pytest.raises(Malformed):
        list(arp.decode(bytes(packet)))


@settings(max_examples=100, deadline=None)
@given(strategies.hostile(answers.ARP))
def test_any_bytes_give_facts_or_malformed(raw: bytes):
    decoded(arp.decode, raw, arp.SPEC.fields)
