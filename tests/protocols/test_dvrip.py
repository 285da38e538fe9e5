from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.dialogue import Malformed
from scanner.protocols import dvrip
from tests import strategies
from tests.drive import converse, decoded, values
from tests.protocols import discoveries


def test_the_question_is_the_published_one_with_nobody_in_it():
    facts, sent = converse(dvrip.ask("192.0.2.1", 37777), [])
    assert facts == []
    assert sent == [discoveries.DVRIP_QUESTION]
    assert len(sent[0]) == 32
    assert sent[0][8:24] == bytes(16)


@pytest.mark.parametrize(
    ("raw", "realm"),
    [
        (discoveries.DVRIP_16, "Login to 18038F6DBFE666A3"),
        (discoveries.DVRIP_32, "Login to 9599eea9d61d3245fb3ad2dce79fa2da"),
    ],
)
@pytest.mark.parametrize("step", [None, 1, 7, 33])
def test_published_answers_are_read(raw: bytes, realm: str, step: int | None):
    facts, sent = converse(dvrip.ask("192.0.2.1", 37777), [raw + b"more"], step)
    assert values(facts, "dvrip.realm") == [realm]
    assert len(sent) == 1


def test_the_length_has_two_bytes_whatever_follows_them():
    odd = bytearray(discoveries.DVRIP_32)
    odd[6:8] = b"\x01\x02"
    assert values(dvrip.decode(bytes(odd)), "dvrip.realm") == ["Login to 9599eea9d61d3245fb3ad2dce79fa2da"]
    assert discoveries.DVRIP_32[4] == 0x46


@pytest.mark.parametrize("text", [b"", b"Random:1\r\n", b"Realm:\r\n", b"Realm: \0\r\n"])
def test_no_realm_tells_nothing(text: bytes):
    assert list(dvrip.decode(discoveries.challenge(text))) == []


@given(st.integers(0, 70))
def test_text_beyond_the_length_is_not_read(length: int):
    whole = bytearray(discoveries.DVRIP_32)
    whole[4] = length
    told = values(dvrip.decode(bytes(whole)), "dvrip.realm")
    assert all("Login to 9599eea9d61d3245fb3ad2dce79fa2da".startswith(realm) for realm in told)


@pytest.mark.parametrize("raw", [b"\xb1\0\0\x58" + bytes(28), b"\xb0\x01", b"HTTP/1.1 400 Bad Request\r\n\r\n" * 2])
def test_what_is_none_is_malformed(raw: bytes):
    with pytest.raises(Malformed):
        list(dvrip.decode(raw))
    with pytest.raises(Malformed):
        converse(dvrip.ask("192.0.2.1", 37777), [raw], 1)


@settings(max_examples=100, deadline=None)
@given(strategies.hostile(discoveries.DVRIP))
def test_any_bytes_give_facts_or_malformed(raw: bytes):
    decoded(dvrip.decode, raw, dvrip.SPEC.fields)
