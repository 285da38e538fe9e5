from __future__ import annotations

import uuid

import pytest
from hypothesis import given, settings

from scanner.model.dialogue import Malformed
from scanner.protocols import vivotek
from tests import strategies
from tests.drive import decoded
from tests.protocols import discoveries


def said(raw: bytes) -> dict[str, str]:
    facts = list(vivotek.decode(raw))
    assert len({fact.field for fact in facts}) == len(facts)
    return {fact.field.removeprefix("vivotek."): fact.value for fact in facts}


def test_the_question_is_the_documented_one():
    assert vivotek.encode(uuid.UUID(int=2)) == (discoveries.VIVOTEK_ANSWER[:5],)


def test_the_published_answer_is_read():
    assert said(discoveries.VIVOTEK_ANSWER) == {"mac": "00:11:22:33:44:55", "address": "240.0.10.0", "model": "Virtual"}


@pytest.mark.parametrize("size", range(5, len(discoveries.VIVOTEK_ANSWER)))
def test_an_answer_that_stops_tells_what_came(size: int):
    told, whole = said(discoveries.VIVOTEK_ANSWER[:size]), said(discoveries.VIVOTEK_ANSWER)
    assert all(whole[name].startswith(value) for name, value in told.items())


def test_entries_of_another_size_or_again_tell_nothing():
    head = discoveries.VIVOTEK_ANSWER[:5]
    assert said(head + b"\x02\x01\x00\x03\x01\x00\x09\x00") == {}
    assert said(discoveries.VIVOTEK_ANSWER + b"\x09\x01X") == said(discoveries.VIVOTEK_ANSWER)


def test_a_question_tells_nothing():
    assert list(vivotek.decode(vivotek.encode(uuid.uuid4())[0])) == []


@pytest.mark.parametrize(
    "raw", [b"", b"\x02", bytes(40), discoveries.VIVOTEK_ANSWER[1:], discoveries.VIVOTEK_ANSWER * 40]
)
def test_what_is_none_is_malformed(raw: bytes):
    with pytest.raises(Malformed):
        list(vivotek.decode(raw))


@settings(max_examples=100, deadline=None)
@given(strategies.hostile(discoveries.VIVOTEK))
def test_any_bytes_give_facts_or_malformed(raw: bytes):
    decoded(vivotek.decode, raw, vivotek.SPEC.fields)
