from __future__ import annotations

from uuid import UUID

import dns.flags
import dns.message
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scapy.layers.llmnr import LLMNRQuery, LLMNRResponse

from scanner.model.dialogue import Fact, Malformed
from scanner.protocols import llmnr
from tests import strategies
from tests.drive import decoded
from tests.protocols import names

TOKEN = UUID(int=0xDB62)


def answer(owner: str, *targets: str, flags: int = 0x8000) -> bytes:
    message = dns.message.Message(id=7)
    message.flags = dns.flags.Flag(flags)
    if targets:
        message.answer = [dns.rrset.from_text(owner, 30, "IN", "PTR", *targets)]
    return message.to_wire()


OWNER = "20.0.88.10.in-addr.arpa."


@pytest.mark.parametrize(("answered", "address"), [(names.LLMNR_FOUR, "10.88.0.20"), (names.LLMNR_SIX, "fd00:88::20")])
def test_a_real_answer_tells_the_name_of_the_address_asked_about(answered, address):
    assert list(llmnr.decode(answered)) == [Fact(llmnr.NAME, "DOORSTATION", subject=address)]


@pytest.mark.parametrize(("answered", "address"), [(names.LLMNR_FOUR, "10.88.0.20"), (names.LLMNR_SIX, "fd00:88::20")])
def test_the_question_is_the_one_that_a_real_answer_repeats(answered, address):
    asked = llmnr.encode(TOKEN, address)
    assert asked[:2] == b"\xdb\x62"
    assert asked[2:12] == b"\0\0\0\1" + bytes(6)
    assert asked[12:] == answered[12 : len(asked)]


def test_scapy_reads_the_question_and_takes_the_answer_for_one():
    asked = LLMNRQuery(llmnr.encode(TOKEN, "10.88.0.20"))
    assert (asked.qd[0].qname, asked.qd[0].qtype) == (b"20.0.88.10.in-addr.arpa.", 12)
    assert LLMNRResponse(names.LLMNR_FOUR).answers(asked)


@given(st.uuids(), st.ip_addresses())
def test_a_question_tells_nothing_and_changes_with_the_address(token, address):
    assert list(llmnr.decode(llmnr.encode(token, str(address)))) == []
    assert llmnr.encode(token, str(address)) != llmnr.encode(token, "192.0.2.77") or str(address) == "192.0.2.77"


def test_each_name_is_told_once():
    told = list(llmnr.decode(answer(OWNER, "NVR.", "nvr.lan.", "NVR.")))
    assert sorted(fact.value for fact in told) == ["NVR", "nvr.lan"]


def test_names_are_utf_8():
    told = list(llmnr.decode(answer(OWNER, "X123456.").replace(b"\x07X123456", b"\x07T\xc3\xbcr 22")))
    assert [fact.value for fact in told] == ["Tür 22"]


@pytest.mark.parametrize(
    "raw",
    [
        answer(OWNER),
        answer("camera.example.", "NVR."),
        answer("1.in-addr.arpa.", "NVR."),
        answer(OWNER, "."),
        answer(OWNER, "NVR.", flags=0x8400),
        answer(OWNER, "NVR.", flags=0x8100),
    ],
    ids=["empty", "another name", "half an address", "the root", "conflict", "tentative"],
)
def test_what_is_no_sure_name_of_an_address_tells_nothing(raw):
    assert list(llmnr.decode(raw)) == []


@pytest.mark.parametrize("raw", [b"", b"\0" * 11, names.LLMNR_FOUR[:-3], names.LLMNR_FOUR[:30], bytes(9217)])
def test_what_stops_short_or_is_too_large_is_malformed(raw):
    with pytest.raises(Malformed):
        list(llmnr.decode(raw))


@settings(max_examples=100, deadline=None)
@given(strategies.hostile(names.LLMNR))
def test_any_bytes_give_facts_or_malformed(raw: bytes):
    decoded(llmnr.decode, raw, llmnr.SPEC.fields)
