from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.dialogue import Malformed
from scanner.protocols import rtsp
from tests import strategies
from tests.drive import converse, decoded, values
from tests.protocols import answers


def test_a_refusal_names_its_realm():
    assert values(rtsp.decode(answers.RTSP_LOGIN_TO), "rtsp.www_authenticate") == [
        'Digest realm="Login to 4K01FD2PAJ6E3FF", nonce="203c8d27b595204504dfa65fd22586bd"'
    ]


def test_each_challenge_is_one_fact():
    assert values(rtsp.decode(answers.RTSP_TWO_CHALLENGES), "rtsp.www_authenticate") == [
        'Digest realm="Hikvision", nonce="0a4f113b06b0b1b8bce08bdb7f4d5b3e", stale="FALSE"',
        'Basic realm="/"',
    ]


def test_options_and_description():
    facts = list(rtsp.decode(answers.RTSP_OPTIONS + answers.RTSP_DESCRIPTION))
    assert values(facts, "rtsp.public") == [
        "OPTIONS, DESCRIBE, PLAY, PAUSE, SETUP, TEARDOWN, SET_PARAMETER, GET_PARAMETER"
    ]
    assert values(facts, "rtsp.server") == ["Rtsp Server/3.0"]
    assert values(facts, "rtsp.sdp")[:4] == [
        "s=Media Server", "a=control:*", "a=packetization-supported:DH", "a=rtppayload-supported:DH",
    ]  # fmt: skip
    assert not any("fmtp" in line for line in values(facts, "rtsp.sdp"))


def test_header_names_match_without_case():
    assert values(
        rtsp.decode(b"RTSP/1.0 200 OK\r\ncseq: 1\r\nSERVER: GStreamer RTSP server\r\n\r\n"), "rtsp.server"
    ) == ["GStreamer RTSP server"]


def test_description_lines_are_capped():
    body = b"".join(b"a=x-line:%d\r\n" % number for number in range(1000))
    reply = answers.lines("RTSP/1.0 200 OK", f"Content-Length: {len(body)}", body=body)
    assert len(list(rtsp.decode(reply))) == rtsp.MAX_SDP


@pytest.mark.parametrize("raw", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"OPTIONS * RTSP/1.0\r\n\r\n", b"\r\n\r\n"])
def test_what_is_no_reply_is_malformed(raw: bytes):
    with pytest.raises(Malformed):
        list(rtsp.decode(raw))


def test_the_dialogue_asks_twice_without_credentials():
    facts, sent = converse(rtsp.ask("192.0.2.1", 554), [answers.RTSP_LOGIN_TO, answers.RTSP_LOGIN_TO])
    assert sent == [
        b"OPTIONS rtsp://192.0.2.1:554/ RTSP/1.0\r\nCSeq: 1\r\n\r\n",
        b"DESCRIBE rtsp://192.0.2.1:554/ RTSP/1.0\r\nCSeq: 2\r\nAccept: application/sdp\r\n\r\n",
    ]
    assert len(facts) == 1
    assert not any(b"uthorization" in request for request in sent)


def test_ipv6_addresses_stand_in_brackets():
    assert rtsp.question("OPTIONS", "2001:db8::1", 8554, 1).startswith(
        b"OPTIONS rtsp://[2001:db8::1]:8554/ RTSP/1.0\r\n"
    )


def test_a_peer_that_closes_after_the_first_answer_is_not_asked_again():
    facts, sent = converse(rtsp.ask("192.0.2.1", 554), [answers.RTSP_OPTIONS])
    assert values(facts, "rtsp.public")
    assert len(sent) == 2


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(answers.RTSP[:4]), min_size=2, max_size=2), st.integers(1, 7))
def test_pieces_give_what_the_whole_gives(replies: list[bytes], step: int):
    whole = converse(rtsp.ask("192.0.2.1", 554), replies)
    assert whole[0]
    assert converse(rtsp.ask("192.0.2.1", 554), replies, step) == whole


@settings(max_examples=100, deadline=None)
@given(strategies.hostile(answers.RTSP))
def test_any_bytes_give_facts_or_malformed(raw: bytes):
    decoded(rtsp.decode, raw, rtsp.SPEC.fields)


@settings(max_examples=100, deadline=None)
@given(strategies.hostile(answers.RTSP))
def test_any_bytes_in_a_dialogue_give_the_same_whole_or_in_pieces(raw: bytes):
    outcomes = []
    for step in (None, 1):
        try:
            outcomes.append(converse(rtsp.ask("192.0.2.1", 554), [raw], step))
        except Malformed as error:
            outcomes.append(([], [str(error).encode()]))
    assert outcomes[0] == outcomes[1]
