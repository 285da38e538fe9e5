from __future__ import annotations

import pytest
from hypothesis import given, settings
from scapy.layers.l2 import Ether

from scanner.model.dialogue import Fact, Malformed
from scanner.model.observation import Field
from scanner.protocols import lldp
from tests import strategies
from tests.drive import decoded
from tests.protocols import announcements
from tests.protocols.announcements import LLDP_CAMERA


def test_a_camera_tells_of_itself():
    assert list(lldp.decode(LLDP_CAMERA)) == [
        Fact(Field("lldp.system_name"), "axis-accc8e000001", "10.0.0.5"),
        Fact(Field("lldp.system_description"), "AXIS M1014 Network Camera", "10.0.0.5"),
    ]


def test_scapy_writes_what_is_read():
    from scapy.contrib import lldp as theirs  # noqa: PLC0415 - registers its layers on import

    raw = bytes(
        Ether()
        / theirs.LLDPDUChassisID(subtype=4, id="58:50:ed:1f:e3:85")
        / theirs.LLDPDUPortID(subtype=3, id="58:50:ed:1f:e3:85")
        / theirs.LLDPDUTimeToLive(ttl=60)
        / theirs.LLDPDUSystemName(system_name="cam")
        / theirs.LLDPDUEndOfLLDPDU()
    )[14:]
    assert list(lldp.decode(raw)) == [Fact(Field("lldp.system_name"), "cam", None)]


@pytest.mark.parametrize(
    "address", [b"\x05\x01\0\0\0\0", b"\x05\x02\x0a\0\0\x05", b"\x05\x01\x0a", b"", b"\x05\x01\xe0\0\0\1"]
)
def test_what_is_no_address_is_left_out(address: bytes):
    (fact,) = lldp.decode(announcements.lldp((5, b"x"), (8, address)))
    assert fact.subject is None


def test_a_sender_that_leaves_says_nothing():
    assert list(lldp.decode(announcements.lldp((5, b"x"), lifetime=0))) == []


@pytest.mark.parametrize("raw", [b"", LLDP_CAMERA[9:], b"\0\0", LLDP_CAMERA[:12]])
def test_what_does_not_begin_as_lldp_is_malformed(raw: bytes):
    with pytest.raises(Malformed):
        list(lldp.decode(raw))


@settings(max_examples=100, deadline=None)
@given(strategies.hostile(announcements.LLDP))
def test_any_bytes_give_facts_or_malformed(raw: bytes):
    decoded(lldp.decode, raw, lldp.SPEC.fields)
