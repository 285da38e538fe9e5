from __future__ import annotations

import uuid

import pytest
from hypothesis import given, settings

from scanner.model.dialogue import Malformed
from scanner.protocols import xiongmai
from tests import strategies
from tests.drive import decoded
from tests.protocols import discoveries


def said(raw: bytes) -> dict[str, str]:
    facts = list(xiongmai.decode(raw))
    assert len({fact.field for fact in facts}) == len(facts)
    return {fact.field.removeprefix("xiongmai."): fact.value for fact in facts}


def test_the_question_is_byte_for_byte_a_real_clients():
    assert xiongmai.encode(uuid.uuid4()) == (discoveries.XIONGMAI_QUESTION,)


def test_published_answers_are_read():
    assert said(discoveries.XIONGMAI_2019) == {
        "serial": "41e6853ada5e9323",
        "mac": "00:12:31:08:bb:97",
        "address": "192.168.11.109",
    }
    assert said(discoveries.XIONGMAI_NEWER) == {
        "serial": "a44d13007be81c4d",
        "product": "A9A022913235C00M",
        "version": "V5.11.R02.000809V1.10010.346837.0000010",
        "mac": "5c:4e:ee:72:07:c3",
        "address": "192.168.1.100",
    }


def test_values_of_another_kind_tell_nothing():
    assert said(discoveries.wrapped(b'{"NetWork.NetCommon":{"SN":1,"MAC":null,"HostIP":"10.0.0.1","Pid":""}}')) == {}
    assert said(discoveries.wrapped(b'{"NetWork.NetCommon":{"HostIP":0,"Version":["x"]}}')) == {}


def test_a_question_tells_nothing():
    assert list(xiongmai.decode(discoveries.XIONGMAI_QUESTION)) == []


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff" * 19,
        bytes(20),
        discoveries.wrapped(b"{"),
        discoveries.wrapped(b"[]"),
        discoveries.wrapped(b"{}"),
        discoveries.wrapped(b'{"NetWork.NetCommon":[]}'),
        discoveries.wrapped(b'{"Ret":100}'),
        discoveries.wrapped(b"[" * 5000),
        discoveries.wrapped(b"9" * 8000),
        discoveries.wrapped(b" " * 9000),
    ],
)
def test_what_is_none_is_malformed(raw: bytes):
    with pytest.raises(Malformed):
        list(xiongmai.decode(raw))


@settings(max_examples=100, deadline=None)
@given(strategies.hostile(discoveries.XIONGMAI))
def test_any_bytes_give_facts_or_malformed(raw: bytes):
    decoded(xiongmai.decode, raw, xiongmai.SPEC.fields)
