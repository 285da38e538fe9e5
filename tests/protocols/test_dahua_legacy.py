from __future__ import annotations

import uuid

import pytest
from hypothesis import given, settings

from scanner.model.dialogue import Malformed
from scanner.protocols import dahua_legacy
from tests import strategies
from tests.drive import decoded
from tests.protocols import discoveries


def said(raw: bytes) -> dict[str, str]:
    facts = list(dahua_legacy.decode(raw))
    assert len({fact.field for fact in facts}) == len(facts)
    return {fact.field.removeprefix("dahua_legacy."): fact.value for fact in facts}


def test_the_question_is_byte_for_byte_the_published_one():
    assert dahua_legacy.encode(uuid.uuid4()) == (discoveries.LEGACY_QUESTION,)
    assert len(discoveries.LEGACY_QUESTION) == 32


def test_the_published_answer_is_read():
    assert said(discoveries.LEGACY_ANSWER) == {
        "address": "240.0.3.0",
        "mac": "00:11:22:33:44:55",
        "device_type": "Virtual",
        "device_class": "Virtual",
        "serial": "123456789",
    }


@pytest.mark.parametrize("between", [b"\r\n", b";", b"\n", b"\0", b"\x01"])
@pytest.mark.parametrize("sign", [b":", b"="])
def test_lines_may_end_and_divide_otherwise(between: bytes, sign: bytes):
    lines = between.join((b"Name:x", b"Device" + sign + b"NVR", b"SerialNo" + sign + b"1", b"Version" + sign + b"4.0"))
    told = said(discoveries.LEGACY_ANSWER[:144] + lines)
    assert (told["device_class"], told["serial"], told["version"]) == ("NVR", "1", "4.0")


def test_the_first_of_two_lines_counts():
    assert said(discoveries.LEGACY_ANSWER + b"SerialNo:2\r\n")["serial"] == "123456789"


def test_without_a_name_the_rest_is_told():
    assert said(discoveries.LEGACY_ANSWER[:120]) == {"address": "240.0.3.0"}
    unnamed = discoveries.LEGACY_ANSWER.replace(b"00:11:22:33:44:55", b"00?11?22?33?44?55")
    assert set(said(unnamed)) == {"address", "device_class", "serial"}


def test_no_address_is_no_claim():
    answer = bytearray(discoveries.LEGACY_ANSWER)
    answer[56:60] = bytes(4)
    assert "address" not in said(bytes(answer))


def test_a_question_tells_nothing():
    assert list(dahua_legacy.decode(discoveries.LEGACY_QUESTION)) == []


@pytest.mark.parametrize("raw", [b"", b"\xb3", bytes(200), discoveries.LEGACY_ANSWER[:119], b"\xb3" + bytes(5000)])
def test_what_is_none_is_malformed(raw: bytes):
    with pytest.raises(Malformed):
        list(dahua_legacy.decode(raw))


@settings(max_examples=100, deadline=None)
@given(strategies.hostile(discoveries.LEGACY))
def test_any_bytes_give_facts_or_malformed(raw: bytes):
    decoded(dahua_legacy.decode, raw, dahua_legacy.SPEC.fields)
