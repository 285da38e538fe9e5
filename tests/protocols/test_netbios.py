from __future__ import annotations

import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scapy.layers.netbios import NBNSHeader, NBNSNodeStatusRequest

from scanner.model.dialogue import Malformed
from scanner.protocols import netbios
from tests import strategies
from tests.drive import decoded, values
from tests.protocols import discoveries


def test_the_question_is_the_one_of_rfc_1002():
    (question,) = netbios.encode(uuid.UUID(int=0xABCD))
    # RFC 1002 4.2.17; the name is the one of section 4.1 for an asterisk.
    assert question == bytes.fromhex("abcd0000000100000000000020") + b"CK" + b"A" * 30 + bytes.fromhex("0000210001")


def test_scapy_reads_the_question():
    read = NBNSHeader(netbios.encode(uuid.UUID(int=7))[0])
    assert read.NAME_TRN_ID == 7
    assert read.payload.QUESTION_TYPE == 0x21
    assert isinstance(read.payload, NBNSNodeStatusRequest)


def test_the_machines_own_name_is_told():
    assert values(netbios.decode(discoveries.NETBIOS_ANSWER), "name.netbios") == ["DISKSTATION"]


def test_a_name_by_pointer_is_passed_over():
    assert values(netbios.decode(discoveries.NETBIOS[1]), "name.netbios") == ["NVR"]


def test_services_and_groups_are_no_names():
    answer = discoveries.node_status((b"WORKGROUP", 0x00, 0x8400), (b"FILES", 0x20, 0x0400), (b"", 0x00, 0x0400))
    assert list(netbios.decode(answer)) == []


@given(st.lists(st.tuples(st.binary(max_size=15), st.integers(0, 255), st.integers(0, 0xFFFF)), max_size=255))
def test_any_list_of_names_is_read(names):
    decoded(netbios.decode, discoveries.node_status(*names), netbios.SPEC.fields)


def test_a_question_tells_nothing():
    assert list(netbios.decode(netbios.encode(uuid.uuid4())[0])) == []


@pytest.mark.parametrize("size", [0, 1, 11, 12, 13, 40, 55, 57, 80, 110])
def test_what_stops_short_is_malformed(size: int):
    with pytest.raises(Malformed):
        list(netbios.decode(discoveries.NETBIOS_ANSWER[:size]))


def test_another_answer_is_malformed():
    with pytest.raises(Malformed):
        list(netbios.decode(discoveries.NETBIOS_ANSWER.replace(b"\0\x21\0\x01", b"\0\x20\0\x01")))


@settings(max_examples=100, deadline=None)
@given(strategies.hostile(discoveries.NETBIOS))
def test_any_bytes_give_facts_or_malformed(raw: bytes):
    decoded(netbios.decode, raw, netbios.SPEC.fields)
