from __future__ import annotations

import pytest
from hypothesis import given, settings

from scanner.model.dialogue import Fact, Malformed
from scanner.model.observation import Field
from scanner.protocols import cdp
from tests import strategies
from tests.drive import decoded
from tests.protocols import announcements
from tests.protocols.announcements import CDP_PHONE


def test_a_phone_tells_of_itself():
    assert list(cdp.decode(CDP_PHONE)) == [
        Fact(Field("cdp.device"), "SEP5850ED1FE385", "10.0.0.5"),
        Fact(Field("cdp.version"), "1.2", "10.0.0.5"),
        Fact(Field("cdp.platform"), "Cisco IP Phone 7960", "10.0.0.5"),
    ]


def test_scapy_writes_what_is_read():
    from scapy.contrib import cdp as theirs  # noqa: PLC0415 - registers its layers on import

    raw = bytes(
        theirs.CDPv2_HDR(vers=2, ttl=180, msg=[theirs.CDPMsgDeviceID(val="sw1"), theirs.CDPMsgPlatform(val="x")])
    )
    assert [(fact.field, fact.value) for fact in cdp.decode(raw)] == [("cdp.device", "sw1"), ("cdp.platform", "x")]


@pytest.mark.parametrize(
    "address", [b"\0\0\0\x01\x01\x01\xcc\x00\x04\0\0\0\0", b"\0\0\0\x01\x01\x01\xcc\x00\x04\x0a", b""]
)
def test_what_is_no_address_is_left_out(address: bytes):
    (fact,) = cdp.decode(announcements.cdp((1, b"x"), (2, address)))
    assert fact.subject is None


def test_a_sender_that_leaves_says_nothing():
    assert list(cdp.decode(announcements.cdp((1, b"x"), lifetime=0))) == []


@pytest.mark.parametrize("raw", [b"", b"\x09" + CDP_PHONE[1:], CDP_PHONE[:6], b"\x02\xb4\0\0\0\1\0\0"])
def test_what_is_no_cdp_is_malformed(raw: bytes):
    with pytest.raises(Malformed):
        list(cdp.decode(raw))


@settings(max_examples=100, deadline=None)
@given(strategies.hostile(announcements.CDP))
def test_any_bytes_give_facts_or_malformed(raw: bytes):
    decoded(cdp.decode, raw, cdp.SPEC.fields)
