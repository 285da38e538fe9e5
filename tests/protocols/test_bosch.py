from __future__ import annotations

import uuid

import pytest
from hypothesis import given, settings

from scanner.model.dialogue import Malformed
from scanner.protocols import bosch
from tests import strategies
from tests.drive import decoded
from tests.protocols import discoveries


def said(raw: bytes) -> dict[str, str]:
    facts = list(bosch.decode(raw))
    assert len({fact.field for fact in facts}) == len(facts)
    return {fact.field.removeprefix("bosch."): fact.value for fact in facts}


def test_the_question_is_the_documented_one():
    (question,) = bosch.encode(uuid.UUID(int=0x6008AD0A))
    assert question == bytes.fromhex("9939a4276008ad0aff0006de")


def test_both_published_answers_are_read():
    assert said(discoveries.BOSCH_BINARY) == {"mac": "00:11:22:33:44:55", "address": "240.0.7.0"}
    assert said(discoveries.BOSCH_XML) == {
        "model": "Virtual (XML)",
        "serial": "12345678:12345678",
        "mac": "00-11-22-33-44-55",
        "address": "240.0.7.1",
    }


def test_a_question_tells_nothing():
    assert list(bosch.decode(bosch.encode(uuid.uuid4())[0])) == []


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        discoveries.BOSCH_BINARY[:31],
        discoveries.BOSCH_BINARY + b"x",
        discoveries.BOSCH_XML[:400],
        discoveries.BOSCH_XML.replace(b"OEMExt00:device-1-0", b"urn:schemas-upnp-org:device-1-0"),
        b'<root xmlns="OEMExt00:device-1-0"/>',
    ],
)
def test_what_is_none_is_malformed(raw: bytes):
    with pytest.raises(Malformed):
        list(bosch.decode(raw))


@settings(max_examples=100, deadline=None)
@given(strategies.hostile(discoveries.BOSCH))
def test_any_bytes_give_facts_or_malformed(raw: bytes):
    decoded(bosch.decode, raw, bosch.SPEC.fields)
