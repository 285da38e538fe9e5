from __future__ import annotations

import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.dialogue import Malformed
from scanner.protocols import dhip
from tests import strategies
from tests.drive import decoded
from tests.protocols import discoveries


def said(raw: bytes) -> dict[str, str]:
    facts = list(dhip.decode(raw))
    assert len({fact.field for fact in facts}) == len(facts)
    return {fact.field.removeprefix("dhip."): fact.value for fact in facts}


def test_the_question_is_byte_for_byte_a_real_clients():
    assert dhip.encode(uuid.uuid4()) == (discoveries.DHIP_QUESTION,)
    assert len(discoveries.DHIP_QUESTION) == 105


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (
            discoveries.DHIP_2015,
            {
                "mac": "4c:11:bf:c2:0b:9d", "vendor": "Dahua", "manufacturer": "Private",
                "device_type": "IPC-HDW5421S", "device_class": "IPC", "serial": "1F006E4PAX00075",
                "version": "2.400.0.8", "http_port": "80", "port": "37777", "address": "x.x.x.140",
            },
        ),
        (
            discoveries.DHIP_PRIVATE,
            {
                "mac": "08:ed:ed:87:42:7a", "vendor": "Private", "manufacturer": "Private",
                "device_type": "IPC-HDW1431T1-S4", "device_class": "IPC", "serial": "6C01E93PAG69A7D",
                "version": "2.800.0000000.13.R", "init": "2714", "http_port": "80", "port": "37777",
                "address": "192.168.124.17",
            },
        ),
        (
            discoveries.DHIP_LOREX,
            {
                "mac": "00:1f:54:a9:2e:58", "vendor": "Lorex", "manufacturer": "Private", "device_type": "W461ASC",
                "device_class": "IPC", "serial": "**************", "version": "2.800.030000000.3.R", "init": "1162",
                "http_port": "80", "port": "35000", "address": "192.168.86.81",
            },
        ),
        (
            discoveries.DHIP_INTELBRAS,
            {
                "mac": "b4:4c:3b:f4:e3:01", "vendor": "Intelbras", "manufacturer": "Intelbras",
                "device_type": "SS 3530 MF FACE W", "device_class": "BSC", "serial": "K3LJ3400209RH",
                "version": "2.000.00IB004.0.R", "init": "2198", "http_port": "80", "port": "37777",
                "address": "192.168.3.175",
            },
        ),
        (
            discoveries.DHIP_VALUES[0],
            {
                "mac": "98:f9:cc:af:59:0d", "device_type": "IPC-B54IR-Z4E-S3", "device_class": "IPC",
                "serial": "CC10BD8PAGCF779", "version": "3.142.0000000.8.R", "init": "3733", "http_port": "80",
                "port": "37777", "address": "192.168.1.108",
            },
        ),
        (
            discoveries.DHIP_VALUES[1],
            {
                "mac": "3c:ef:8c:41:6c:ce", "vendor": "General", "manufacturer": "General", "device_type": "VTO2000A",
                "device_class": "VTO", "serial": "3C06520PAN00001", "version": "3.120.0000.0.R", "init": "150",
                "port": "37777",
            },
        ),
        (
            discoveries.DHIP_VALUES[2],
            {
                "mac": "38:c4:e8:03:b3:e2", "vendor": "General", "device_type": "BCS-TIP3401IR-E-V",
                "serial": "6J0E022PAG35073", "version": "2.800.106F004.0.R",
            },
        ),
        (
            discoveries.DHIP_VALUES[3],
            {
                "mac": "3c:ef:8c:18:a5:07", "vendor": "Private", "device_type": "HCVR", "serial": "2K0488CPAGS0ND6",
                "version": "3.210.1.4",
            },
        ),
        (
            discoveries.DHIP_VALUES[4],
            {
                "mac": "38:c4:e8:02:74:da", "vendor": "General", "device_type": "BCS-XVR0401-IV",
                "device_class": "HCVR", "serial": "5L034FAPAZA0E30", "version": "4.000.0000002.11",
            },
        ),
        (
            discoveries.DHIP_RANDOM,
            {
                "mac": "00:11:22:33:44:55", "vendor": "General", "device_type": "Virtual (JSON)", "device_class": "V",
                "serial": "123456789", "version": "1.0000,", "http_port": "80", "port": "37777",
                "address": "240.0.4.0",
            },
        ),
    ],
)  # fmt: skip
def test_every_published_answer_is_read(raw, told):
    assert said(raw) == told


@given(st.binary(max_size=48).filter(lambda head: b"{" not in head), st.sampled_from([b"", b"\n", b"\0\0", b"\n\0{x"]))
def test_headers_of_any_length_and_any_end(head: bytes, tail: bytes):
    assert said(head + discoveries.DHIP_PRIVATE[32:] + tail) == said(discoveries.DHIP_PRIVATE)


@given(st.integers(0, 600))
def test_a_length_that_looks_like_a_brace_is_none(padding: int):
    # 0x7b, the brace, is the low byte of the length of one answer in 256.
    told = said(discoveries.notified("", Vendor="General", MachineName="x" * padding))
    assert told == {"vendor": "General"}


def test_a_question_tells_nothing():
    assert list(dhip.decode(discoveries.DHIP_QUESTION)) == []
    other = discoveries.DHIP_PRIVATE.replace(b"client.notifyDevInfo", b"client.notifyOther")
    assert list(dhip.decode(other)) == []


@pytest.mark.parametrize(
    "device",
    [
        {"Vendor": None, "SerialNo": True, "Init": 1.5, "IPv4Address": "10.0.0.1", "Version": ["1"]},
        {"Vendor": "", "IPv4Address": {"IPAddress": None}},
    ],
)
def test_values_of_another_kind_tell_nothing(device):
    assert said(discoveries.notified("", **device)) == {}


def test_names_in_an_old_encoding_do_not_hide_the_rest():
    raw = discoveries.DHIP_PRIVATE.replace(b'"MachineName":"6C01E93PAG69A7D"', b'"MachineName":"\xb4\xf3\xbb\xaa"')
    assert said(raw) == said(discoveries.DHIP_PRIVATE)


@pytest.mark.parametrize(
    "raw", [b"", b"DHIP", b"{", b"{]", b"[" * 9000, b'{"a":' * 3000, b'{"a":' + b"9" * 9000, b"{" * 20000]
)
def test_what_is_none_is_malformed(raw: bytes):
    with pytest.raises(Malformed):
        list(dhip.decode(raw))


@settings(max_examples=100, deadline=None)
@given(strategies.hostile(discoveries.DHIP))
def test_any_bytes_give_facts_or_malformed(raw: bytes):
    decoded(dhip.decode, raw, dhip.SPEC.fields)
