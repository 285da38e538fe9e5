from __future__ import annotations

import uuid

import pytest
from hypothesis import given, settings

from scanner.model.dialogue import Malformed
from scanner.protocols import hanwha
from tests import strategies
from tests.drive import decoded
from tests.protocols import discoveries


def said(raw: bytes) -> dict[str, str]:
    facts = list(hanwha.decode(raw))
    assert len({fact.field for fact in facts}) == len(facts)
    return {fact.field.removeprefix("hanwha."): fact.value for fact in facts}


def test_the_question_is_the_documented_one():
    assert hanwha.encode(uuid.uuid4()) == (discoveries.HANWHA_QUESTION,)
    assert len(discoveries.HANWHA_QUESTION) == len(discoveries.HANWHA_ANSWER) == 262


def test_the_published_answer_is_read():
    assert said(discoveries.HANWHA_ANSWER) == {"mac": "00:11:22:33:44:55", "address": "240.0.9.0", "model": "Virtual"}
    assert said(discoveries.HANWHA_ANSWER + bytes(72)) == said(discoveries.HANWHA_ANSWER)


def test_a_model_may_fill_its_place():
    assert said(discoveries.HANWHA_ANSWER.replace(b"Virtual\0\0\0", b"PNM-9000VQ"))["model"] == "PNM-9000VQ"


def test_a_question_tells_nothing():
    assert list(hanwha.decode(discoveries.HANWHA_QUESTION)) == []


@pytest.mark.parametrize("raw", [b"", b"\x0b", bytes(262), discoveries.HANWHA_ANSWER[:261], b"\x0b" + bytes(3000)])
def test_what_is_none_is_malformed(raw: bytes):
    with pytest.raises(Malformed):
        list(hanwha.decode(raw))


@settings(max_examples=100, deadline=None)
@given(strategies.hostile(discoveries.HANWHA))
def test_any_bytes_give_facts_or_malformed(raw: bytes):
    decoded(hanwha.decode, raw, hanwha.SPEC.fields)
