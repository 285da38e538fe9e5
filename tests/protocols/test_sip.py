from __future__ import annotations

import uuid

import pytest
from hypothesis import given, settings

from scanner.model.dialogue import Malformed
from scanner.protocols import sip
from tests import strategies
from tests.drive import decoded
from tests.protocols import discoveries

TOKEN = uuid.UUID("13a888a9-f1b1-4020-ae9f-05607682d23b")


def test_the_question_has_all_that_rfc_3261_wants():
    (question,) = sip.encode(TOKEN)
    head, _, body = question.partition(b"\r\n\r\n")
    assert body == b""
    start, *lines = head.decode("ascii").split("\r\n")
    assert start == "OPTIONS sip:coveredscan.invalid SIP/2.0"
    headers = dict(line.split(": ", 1) for line in lines)
    assert {"Via", "Max-Forwards", "From", "To", "Call-ID", "CSeq"} <= set(headers)
    assert headers["Via"].startswith("SIP/2.0/UDP ")
    assert f"branch=z9hG4bK{TOKEN.hex};rport" in headers["Via"]
    assert headers["CSeq"] == "1 OPTIONS"
    assert headers["Max-Forwards"] == "0"
    assert headers["Content-Length"] == "0"


def test_answers_name_their_sender():
    assert [(fact.field, fact.value) for fact in sip.decode(discoveries.SIP[0])] == [
        ("sip.user_agent", "Embedded Net DVR/NVR/DVS")
    ]
    assert [(fact.field, fact.value) for fact in sip.decode(discoveries.SIP[1])] == [
        ("sip.server", "Embedded Net DVR/NVR/DVS")
    ]


def test_requests_tell_nothing():
    assert list(sip.decode(sip.encode(TOKEN)[0])) == []
    assert list(sip.decode(b"REGISTER sip:x SIP/2.0\r\nUser-Agent: y\r\n\r\n")) == []


@pytest.mark.parametrize("raw", [b"", b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n", b"SIP/2.0 ok\r\n\r\n", b"\0\0\0\0"])
def test_what_is_none_is_malformed(raw: bytes):
    with pytest.raises(Malformed):
        list(sip.decode(raw))


@settings(max_examples=100, deadline=None)
@given(strategies.hostile(discoveries.SIP))
def test_any_bytes_give_facts_or_malformed(raw: bytes):
    decoded(sip.decode, raw, sip.SPEC.fields)
