from __future__ import annotations

import re
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.dialogue import Malformed
from scanner.protocols import sadp
from tests import strategies
from tests.drive import decoded, values
from tests.protocols import discoveries

TOKEN = uuid.UUID("13a888a9-f1b1-4020-ae9f-05607682d23b")


def said(raw: bytes) -> dict[str, str]:
    facts = list(sadp.decode(raw))
    assert len({fact.field for fact in facts}) == len(facts)
    return {fact.field.removeprefix("sadp."): fact.value for fact in facts}


def test_the_question_is_the_one_that_clients_send():
    inquiry, newer = sadp.encode(TOKEN)
    assert inquiry == (
        b'<?xml version="1.0" encoding="utf-8"?><Probe><Uuid>13A888A9-F1B1-4020-AE9F-05607682D23B</Uuid>'
        b"<Types>inquiry</Types></Probe>"
    )
    assert re.fullmatch(
        rb'<\?xml version="1\.0" encoding="utf-8"\?><Probe><Uuid>[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}</Uuid>'
        rb"<Types>inquiry_v32</Types></Probe>",
        newer,
    )
    assert newer[:60] != inquiry[:60]


@given(st.uuids(), st.uuids())
def test_ids_are_fresh_with_the_token(one, other):
    assert (sadp.encode(one) == sadp.encode(other)) == (one == other)


def test_a_camera_tells_everything():
    assert said(discoveries.SADP_CAMERA) == {
        "device_description": "DS-2CD2385G1-I",
        "device_type": "141945",
        "serial": "DS-2CD2385G1-I20200414AAWRE33842150",
        "software_version": "V5.6.2build 190701",
        "mac": "58-50-ed-1f-e3-85",
        "oem_code": "1",
        "activated": "true",
        "address": "192.168.124.40",
        "http_port": "80",
        "command_port": "8000",
    }


def test_elements_may_stand_on_lines():
    assert said(discoveries.SADP_LINES) == {
        "device_description": "Virtual",
        "device_type": "123456",
        "serial": "Virtual-123456789",
        "software_version": "V1.0build 200101",
        "mac": "00-11-22-33-44-55",
        "activated": "true",
        "address": "240.0.5.0",
        "http_port": "80",
        "command_port": "8000",
    }


@pytest.mark.parametrize(
    ("raw", "values"),
    [
        (discoveries.SADP_OTHERS[0], ("DS-2CD2320D-I", "142378", "DS-2CD2320D-I20180919AACHC52932642",
         "44-47-cc-37-ce-81", "V5.5.6build 180326")),
        (discoveries.SADP_OTHERS[1], ("DS-7804HQH-K1", "44322", "DS-7804HQH-K10420190822CCCHD53257168WCVU",
         "68-6d-bc-ee-f8-f0", "V3.5.38build 191215")),
        (discoveries.SADP_OTHERS[2], ("DS-KH6210-L", "57397", "DS-KH6210-serial_number",
         None, "V1.5.0build 181114")),
        (discoveries.SADP_OTHERS[3], ("DS-2CD2T47G1-L", "155650", "DS-2CD2T47G1-L20190522AAWRD22374804",
         "68-6d-bc-3b-52-dd", "V5.6.5build 200316")),
        (discoveries.SADP_OTHERS[4], ("DS-TCG406-E", None, "DS-TCG406-E 20250322AIFX8693470",
         "e8-a0-ed-30-57-1b", "V5.4.5build 260429")),
        (discoveries.SADP_OTHERS[5], ("CS-C6TC-32WFR", None, "CS-C6TC-32WFR0120170327CCCH738231995",
         "54-c4-15-9a-38-74", "V5.2.3build 180804")),
    ],
)  # fmt: skip
def test_every_published_answer_is_read(raw, values):
    told = said(raw)
    names = ("device_description", "device_type", "serial", "mac", "software_version")
    assert tuple(told.get(name) for name in names) == values


def test_what_an_answer_adds_is_read():
    assert said(discoveries.SADP_OTHERS[1])["oem_info"] == "N/A"
    assert "oem_code" not in said(discoveries.SADP_OTHERS[1])
    assert said(discoveries.SADP_OTHERS[4])["http_port"] == "88"
    both = list(sadp.decode(discoveries.changed(OEMCode="2")))
    assert sorted(values(both, "sadp.oem_code")) == ["1", "2"]


def test_a_hello_is_read_like_an_answer():
    assert said(discoveries.SADP_HELLO) == said(discoveries.SADP_CAMERA)


@pytest.mark.parametrize(
    ("sent", "meant"),
    [("true", "true"), ("TRUE", "true"), ("1", "true"), ("false", "false"), ("flase", "false"), ("0", "false"),
     ("maybe", "maybe")],
)  # fmt: skip
def test_whether_it_has_been_set_up_is_read_in_every_spelling(sent, meant):
    assert said(discoveries.changed(Activated=sent))["activated"] == meant


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: b"\0\0" + raw + b"\0",
        lambda raw: b"\x01\xffjunk<" + raw[38:] + b"\0\0<x>",
        lambda raw: raw.replace(b"</ProbeMatch>", b""),
        lambda raw: raw.replace(b"<Salt>", b"<Salt>&\x01\x02"),
        lambda raw: raw.replace(b"ProbeMatch", b"Probematch"),
    ],
)
def test_junk_and_damage_elsewhere_change_nothing(damage):
    assert said(damage(discoveries.SADP_CAMERA)) == said(discoveries.SADP_CAMERA)


def test_entities_are_characters():
    assert said(discoveries.changed(DeviceDescription="A &amp; B"))["device_description"] == "A & B"


def test_a_probe_tells_nothing():
    assert [list(sadp.decode(probe)) for probe in sadp.encode(TOKEN)] == [[], []]


@pytest.mark.parametrize("raw", [b"", b"HTTP/1.1 200 OK\r\n\r\n", b"<Envelope/>", b"<Probes>", b"<ProbeMatch>" * 2000])
def test_what_is_none_is_malformed(raw: bytes):
    with pytest.raises(Malformed):
        list(sadp.decode(raw))


@pytest.mark.parametrize("order", [">", "<"])
def test_a_frame_tells_the_same(order: str):
    facts = list(sadp.decode_frame(discoveries.frame(4, discoveries.frame_body(order))))
    told = {fact.field.removeprefix("sadp."): fact.value for fact in facts}
    datagram = said(discoveries.SADP_CAMERA)
    assert told == {name: datagram[name] for name in told}
    assert set(told) == {"serial", "device_type", "software_version", "mac", "address", "command_port"}


def test_a_frame_with_padding_or_cut_short_tells_what_is_there():
    whole = discoveries.frame(4, discoveries.frame_body(">"))
    assert list(sadp.decode_frame(whole + bytes(20))) == list(sadp.decode_frame(whole))
    short = list(sadp.decode_frame(whole[: 38 + 48]))
    assert values(short, "sadp.serial") == ["DS-2CD2385G1-I20200414AAWRE33842150"]
    assert values(short, "sadp.command_port") == values(short, "sadp.device_type") == []


@pytest.mark.parametrize("kind", [2, 3, 6, 7, 10, 12, 16])
def test_other_frames_tell_nothing(kind: int):
    assert list(sadp.decode_frame(discoveries.frame(kind, bytes(28)))) == []


@pytest.mark.parametrize("raw", [b"", bytes(60), b"\x21" + bytes(36), b"\x21" + bytes(60)])
def test_a_frame_of_another_protocol_is_malformed(raw: bytes):
    with pytest.raises(Malformed):
        list(sadp.decode_frame(raw))


@settings(max_examples=100, deadline=None)
@given(strategies.hostile(discoveries.SADP))
def test_any_bytes_give_facts_or_malformed(raw: bytes):
    decoded(sadp.decode, raw, sadp.SPEC.fields)


@settings(max_examples=100, deadline=None)
@given(strategies.hostile([discoveries.frame(4, discoveries.frame_body(">"))]))
def test_any_frame_gives_facts_or_malformed(raw: bytes):
    decoded(sadp.decode_frame, raw, sadp.SPEC.fields)
