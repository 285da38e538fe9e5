from __future__ import annotations

import gzip
import time
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.dialogue import Malformed
from scanner.protocols._message import (
    MAX_BODY,
    MAX_CHALLENGES,
    MAX_HEADERS,
    challenges,
    message_length,
    read_head,
    read_reply,
)
from tests import strategies
from tests.protocols import answers


def test_order_and_letter_case_of_headers_are_kept():
    head = read_head(b"HTTP/1.1 200 OK\r\nCONTENT-length: 1\r\nServer : a\r\nserver:b\r\nbroken\r\n\r\nx")
    assert head.headers == (("CONTENT-length", "1"), ("Server", "a"), ("server", "b"))
    assert list(head.all("server")) == ["a", "b"]
    assert head.whole


def test_bare_line_ends_are_understood():
    reply = read_reply(b"HTTP/1.0 200 OK\nServer: a\n\nbody")
    assert (reply.headers, reply.body) == ((("Server", "a"),), b"body")


def test_a_head_cut_short_is_read_as_far_as_it_goes():
    head = read_head(b"HTTP/1.1 200 OK\r\nServer: a\r\nX-Po")
    assert (head.headers, head.whole) == ((("Server", "a"),), False)


def test_headers_are_capped():
    assert len(read_head(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 10_000 + b"\r\n").headers) == MAX_HEADERS


@pytest.mark.parametrize(
    "raw", [b"", b"\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 20 OK\r\n\r\n", b"RTSP/1.0 200 OK\r\n\r\n"]
)
def test_what_is_no_response_is_malformed(raw: bytes):
    with pytest.raises(Malformed):
        read_reply(raw)


@pytest.mark.parametrize(
    "encoded",
    [
        (b"Content-Encoding: gzip", gzip.compress(b"page")),
        (b"Content-Encoding: deflate", zlib.compress(b"page")),
        (b"Content-Encoding: deflate", zlib.compress(b"page")[2:-4]),
        (b"Content-Encoding: gzip", b"page"),
        (b"Transfer-Encoding: chunked", b"2\r\npa\r\n2;x\r\nge\r\n0\r\n\r\n"),
        (b"Transfer-Encoding: chunked", b"4\npage\n0\n\n"),
        (b"Transfer-Encoding: chunked", b"ff\r\npage"),
        (b"Transfer-Encoding: chunked", b"page"),
        (b"Content-Length: 4", b"pageHTTP/1.1 200 OK\r\n\r\n"),
        (b"Content-Length: 400", b"page"),
        (b"Content-Length: -4", b"page"),
        (b"Content-Length: " + "४".encode(), b"page"),
    ],
)
def test_the_body_is_what_the_server_meant(encoded: tuple[bytes, bytes]):
    assert read_reply(b"HTTP/1.1 200 OK\r\n%b\r\n\r\n%b" % encoded).body == b"page"


def test_a_compressed_bomb_is_cut():
    bomb = gzip.compress(bytes(50_000_000))
    assert len(read_reply(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + bomb).body) == MAX_BODY


def test_the_length_is_known_when_the_head_is_whole():
    reply = answers.RTSP_DESCRIPTION
    assert message_length(reply[:20]) is None
    assert message_length(reply) == len(reply)
    assert message_length(b"\r\n" + reply) == len(reply) + 2
    assert message_length(b"\0\r\n\r\n") == 5


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ('Basic realm="x"', ['Basic realm="x"']),
        ('Digest realm="a, Basic b=c", nonce="1", stale=FALSE', ['Digest realm="a, Basic b=c", nonce="1", stale=FALSE']),
        ('Digest realm="a", nonce="1", Basic realm="b"', ['Digest realm="a", nonce="1"', 'Basic realm="b"']),
        ('Newauth realm="apps", type=1, title="Login to \\"apps\\"", Basic realm="simple"',
         ['Newauth realm="apps", type=1, title="Login to \\"apps\\""', 'Basic realm="simple"']),
        ("Negotiate, NTLM", ["Negotiate", "NTLM"]),
        ('Digest  qop="auth", realm="IP Camera(76475)"', ['Digest  qop="auth", realm="IP Camera(76475)"']),
        ('Basic realm="open', ['Basic realm="open']),
        ('"?"', ['"?"']),
        ("", []),
    ],
)  # fmt: skip
def test_challenges_are_told_apart(value: str, parts: list[str]):
    # RFC 9110 11.6.1 and the forms in answers.py
    assert list(challenges(value)) == parts


def test_challenges_are_capped():
    assert len(challenges("Basic, " * 500)) == MAX_CHALLENGES


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_challenges_lose_nothing_but_commas(value: str):
    assert all(part in value for part in challenges(value))


@settings(max_examples=100, deadline=None)
@given(strategies.hostile((*answers.HTTP, *answers.RTSP)))
def test_any_bytes_have_a_length_that_more_bytes_do_not_change(raw: bytes):
    lengths = [message_length(raw[:end]) for end in range(0, len(raw) + 1, 7)]
    known = [length for length in lengths if length is not None]
    assert len(set(known)) <= 1


def test_hostile_values_take_no_time():
    began = time.perf_counter()
    for hostile in ("," * 4000, "a " * 2000, ", a" * 1300, '"' * 4001, 'a="\\' * 800, "a" * 4000, ",a  " * 1000):
        challenges(hostile)
    assert time.perf_counter() - began < 1
