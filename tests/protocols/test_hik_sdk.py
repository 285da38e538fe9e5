from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.dialogue import Malformed
from scanner.protocols import hik_sdk
from tests import strategies
from tests.drive import converse, decoded, values
from tests.protocols import answers, discoveries


def test_what_is_sent_is_no_command():
    facts, sent = converse(hik_sdk.ask("192.0.2.1", 8000), [])
    assert facts == []
    assert sent == [b"GET / HTTP/1.0\r\n\r\n"]
    assert len(sent[0]) < 32


@pytest.mark.parametrize(("raw", "code"), [(discoveries.SDK_NO_USER, "30"), (discoveries.SDK_NO_SUPPORT, "13")])
@pytest.mark.parametrize("step", [None, 1])
def test_published_refusals_are_read(raw: bytes, code: str, step: int | None):
    facts, sent = converse(hik_sdk.ask("192.0.2.1", 8000), [raw + b"more"], step)
    assert values(facts, "hik_sdk.code") == [code]
    assert len(sent) == 1


@given(st.integers(1, 2**32 - 1))
def test_a_checksum_that_holds_is_believed_and_no_other(code: int):
    tail = struct.pack("!II", code, 0)
    assert values(hik_sdk.decode(struct.pack("!II", 16, sum(tail)) + tail), "hik_sdk.code") == [str(code)]
    with pytest.raises(Malformed):
        list(hik_sdk.decode(struct.pack("!II", 16, sum(tail) + 1) + tail))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        discoveries.SDK_NO_USER[:15],
        bytes(16),
        bytes.fromhex("00000010000000000000000000000000"),
        bytes.fromhex("000000200000001e0000001e00000000"),
        bytes.fromhex("000000100000001f0000001e00000001"),
        answers.APPWEBS_ROOT,
    ],
)
def test_what_is_none_is_malformed(raw: bytes):
    with pytest.raises(Malformed):
        list(hik_sdk.decode(raw))


@settings(max_examples=100, deadline=None)
@given(strategies.hostile(discoveries.SDK))
def test_any_bytes_give_facts_or_malformed(raw: bytes):
    decoded(hik_sdk.decode, raw, hik_sdk.SPEC.fields)
