from __future__ import annotations

import asyncio
import gzip
import time
from typing import Any

import pytest

from scanner.model.dialogue import Fact, Malformed, WebAsk
from scanner.model.observation import Field
from scanner.transports.http import MAX_ASKS, USER_AGENT, Web
from scanner.transports.limits import Limits
from tests.transports.servers import (
    QUICK,
    certificate,
    close_at_once,
    closed_port,
    drip,
    flood,
    permit,
    say,
    serve,
    silent,
)

pytestmark = pytest.mark.loopback
TITLE = Field("http.title")


class Talk:
    """A dialogue that asks for paths and keeps what it is sent."""

    def __init__(self, *asks):
        self.asks = asks
        self.replies = []

    def __call__(self):
        for ask in self.asks:
            reply = yield ask
            self.replies.append(reply)
            if reply is not None:
                yield Fact(TITLE, reply.body.decode("latin-1")[:50])


def hold(handler, *asks, tls=None, limits=QUICK, host="127.0.0.1", dialogue=None):
    talk = Talk(*asks)

    async def run():
        async with serve(handler, tls=tls, host=host) as endpoint, Web() as web:
            start = time.monotonic()
            exchange = await web.converse(endpoint, dialogue or talk(), limits, tls=tls is not None)
            assert time.monotonic() - start < limits.deadline + 2
            return exchange

    return asyncio.run(run()), talk.replies


def pages(*answers, seen=None):
    """A server that keeps the connection and answers each request; None closes."""
    left = list(answers)

    async def handler(reader, writer):
        while left:
            head = await reader.readuntil(b"\r\n\r\n")
            length = 0
            for line in head.lower().split(b"\r\n"):
                if line.startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            body = await reader.readexactly(length)
            if seen is not None:
                seen.append((id(writer), head, body))
            answer = left.pop(0)
            if answer is None:
                return
            writer.write(answer)
            await writer.drain()

    return handler


OK = b"HTTP/1.1 200 OK\r\nServer: App-webs/\r\nX-ODD-case: 1\r\nserver: again\r\nContent-Length: 4\r\n\r\npage"


def test_headers_keep_order_and_letter_case():
    exchange, replies = hold(pages(OK), WebAsk())
    assert exchange.kind == "answered"
    assert replies[0].status == 200
    assert replies[0].headers == (
        ("Server", "App-webs/"),
        ("X-ODD-case", "1"),
        ("server", "again"),
        ("Content-Length", "4"),
    )
    assert (replies[0].body, replies[0].path, replies[0].scheme) == (b"page", "/", "http")
    assert exchange.transcript == OK


def test_one_connection_serves_the_dialogue_and_the_request_is_honest():
    seen: list[Any] = []
    asks = (WebAsk("/a?b=c&d=%20"), WebAsk("/soap", "POST", (("Content-Type", "application/soap+xml"),), b"<x/>"))
    exchange, replies = hold(pages(OK, OK, seen=seen), *asks)
    assert exchange.kind == "answered"
    assert len(replies) == 2
    assert seen[0][0] == seen[1][0]
    assert seen[0][1].startswith(b"GET /a?b=c&d=%20 HTTP/1.1\r\nHost: 127.0.0.1:")
    assert f"User-Agent: {USER_AGENT}\r\n".encode() in seen[0][1]
    assert b"Accept-Encoding: identity\r\n" in seen[0][1]
    assert b"Cookie" not in seen[1][1]
    assert seen[1][1].startswith(b"POST /soap ")
    assert seen[1][2] == b"<x/>"


def test_redirects_are_not_followed():
    seen: list[Any] = []
    moved = b"HTTP/1.1 302 Found\r\nLocation: /login\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"
    exchange, replies = hold(pages(moved, OK, seen=seen), WebAsk("/"))
    assert (exchange.kind, replies[0].status, len(seen)) == ("answered", 302, 1)


def test_a_kept_connection_that_was_closed_is_opened_again():
    exchange, replies = hold(pages(OK, None, OK), WebAsk("/1"), WebAsk("/2"))
    assert exchange.kind == "answered"
    assert [reply.body for reply in replies] == [b"page", b"page"]


def test_a_server_that_closes_after_a_broken_answer_is_asked_once_more_for_the_next_page_only():
    seen: list[Any] = []
    broken = b"HTTP/1.1 200 OK\r\nbroken\r\nContent-Length: 4\r\n\r\npage"
    exchange, replies = hold(pages(broken, None, OK, seen=seen), WebAsk("/1"), WebAsk("/2"))
    assert exchange.kind == "malformed"
    assert [reply and reply.body for reply in replies] == [b"page", None]
    assert len(seen) == 2


def test_a_page_without_length_or_close_ends_when_it_is_quiet():
    async def handler(reader, writer):
        await reader.read(4096)
        writer.write(b"HTTP/1.0 200 OK\r\n\r\n<title>x</title>")
        await asyncio.sleep(60)

    exchange, replies = hold(handler, WebAsk())
    assert (exchange.kind, replies[0].body) == ("answered", b"<title>x</title>")


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nServer : bad blank\r\nContent-Length: 4\r\n\r\npage",
        b"HTTP/1.1 200 OK\r\nno colon here\r\nServer: x\r\n\r\npage",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4, 5\r\n\r\npage",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\nServer: \x01x\r\n\r\npage",
    ],
)
def test_broken_http_is_malformed_but_read(raw):
    exchange, replies = hold(say(raw), WebAsk())
    assert exchange.kind == "malformed"
    assert exchange.reason
    assert replies[0].status == 200
    assert replies[0].body.startswith(b"page")
    assert exchange.transcript == raw


@pytest.mark.parametrize("raw", [b"SSH-2.0-dropbear\r\n", b"\x00" * 100, b"\xff\xfb\x01login: \r\n\r\n"])
def test_what_is_no_http_is_malformed(raw):
    exchange, replies = hold(say(raw), WebAsk(), WebAsk("/2"))
    assert (exchange.kind, replies) == ("malformed", [None, None])
    assert exchange.reason


@pytest.mark.parametrize(
    ("head", "reason"), [(b"Content-Length: 100\r\n", "the answer stopped"), (b"Server: x\r\n", None)]
)
def test_silence_ends_a_body_that_has_no_other_end(head, reason):
    async def hush(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n" + head + b"\r\nhalf")
        await asyncio.sleep(60)

    exchange, replies = hold(hush, WebAsk())
    assert (exchange.kind, exchange.reason) == ("answered", reason)
    assert exchange.short is (reason is not None)
    assert replies[0].body == b"half"


def test_a_body_that_stops_short_is_short_even_when_nothing_can_be_made_of_it():
    def dialogue():
        yield WebAsk()
        raise Malformed("half a page")

    exchange, _ = hold(say(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), dialogue=dialogue())
    assert (exchange.kind, exchange.reason, exchange.short) == ("malformed", "half a page", True)


def test_a_body_that_stops_short_is_passed_on():
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"
    exchange, replies = hold(say(raw), WebAsk())
    assert (exchange.kind, exchange.reason) == ("answered", "closed in mid-answer")
    assert replies[0].body == b"half"


def test_content_encoding_is_undone_and_a_bomb_is_cut():
    bomb = gzip.compress(b"A" * 50_000_000)
    raw = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    exchange, replies = hold(say(raw + bomb), WebAsk(cap=1000))
    assert exchange.kind == "answered"
    assert replies[0].body == b"A" * 1000


def test_a_flood_of_body_is_cut_at_the_cap():
    async def handler(reader, writer):
        await reader.read(4096)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await flood(reader, writer)

    exchange, replies = hold(handler, WebAsk(cap=5000))
    assert (exchange.kind, len(replies[0].body)) == ("answered", 5000)
    exchange, replies = hold(handler, WebAsk(cap=10**9), WebAsk("/never"))
    assert (exchange.kind, exchange.reason) == ("answered", "cut at the byte cap")
    assert len(exchange.transcript) == QUICK.cap
    assert len(replies) == 1


def test_a_flood_of_headers_is_malformed():
    async def handler(reader, writer):
        await reader.read(4096)
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"X: " + b"a" * 1000 + b"\r\n")
            await writer.drain()

    exchange, _ = hold(handler, WebAsk())
    assert exchange.kind == "malformed"
    assert len(exchange.transcript) <= QUICK.cap


def test_a_dripping_server_ends_at_the_deadline():
    exchange, replies = hold(drip, WebAsk(), WebAsk("/never"))
    assert (exchange.kind, exchange.reason, replies) == ("timed-out", "deadline passed", [None])


def test_a_dripping_body_is_passed_on_at_the_deadline():
    async def handler(reader, writer):
        await reader.read(4096)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await drip(reader, writer)

    exchange, replies = hold(handler, WebAsk(), WebAsk("/never"))
    assert (exchange.kind, exchange.reason) == ("answered", "deadline passed")
    assert set(replies[0].body) == {ord("x")}


def test_silence_and_closing():
    assert hold(silent, WebAsk())[0].kind == "timed-out"
    exchange, replies = hold(close_at_once, WebAsk("/1"), WebAsk("/2"))
    assert (exchange.kind, replies) == ("closed", [None, None])


def test_nobody_there_is_asked_once():
    talk = Talk(WebAsk("/1"), WebAsk("/2"))

    async def run():
        async with Web() as web:
            return await web.converse(permit("127.0.0.1", closed_port()), talk(), QUICK, tls=False)

    assert asyncio.run(run()).kind == "refused"
    assert talk.replies == [None]


def test_https_from_an_old_camera(tmp_path):
    seen: list[Any] = []
    exchange, replies = hold(pages(OK, OK, seen=seen), WebAsk("/1"), WebAsk("/2"), tls=certificate(tmp_path))
    assert exchange.kind == "answered"
    assert [reply.scheme for reply in replies] == ["https", "https"]
    assert seen[0][0] == seen[1][0]


def test_https_to_a_plain_server_is_tls_failed():
    async def run():
        async with serve(say(OK)) as endpoint, Web() as web:
            return await web.converse(endpoint, Talk(WebAsk())(), QUICK, tls=True)

    assert asyncio.run(run()).kind == "tls-failed"


def test_ipv6():
    seen: list[Any] = []
    exchange, _ = hold(pages(OK, seen=seen), WebAsk(), host="::1")
    assert exchange.kind == "answered"
    assert b"Host: [::1]:" in seen[0][1]


@pytest.mark.parametrize(
    "path", ["/a\r\nX: y", "/ünï", "no-slash", "/a b#c", "//other.example/x", "http://other.example/", "/%zz", ""]
)
def test_a_strange_path_stays_a_path_of_this_endpoint(path):
    seen: list[Any] = []
    exchange, _ = hold(pages(OK, seen=seen), WebAsk(path))
    assert exchange.kind == "answered"
    lines = seen[0][1].split(b"\r\n")
    assert lines[0].startswith(b"GET /")
    assert lines[0].count(b" ") == 2
    assert lines[1].startswith(b"Host: 127.0.0.1:")


@pytest.mark.parametrize(
    "ask", [WebAsk("/" + "a" * 5000), WebAsk(headers=(("X", "a\r\nY: b"),)), WebAsk(headers=(("Ü", "ü"),))]
)
def test_a_request_that_cannot_be_written_is_skipped(ask):
    seen: list[Any] = []
    exchange, replies = hold(pages(OK, seen=seen), ask)
    assert (exchange.kind, replies, seen) == ("skipped", [None], [])


def test_malformed_from_the_dialogue_keeps_facts():
    def dialogue():
        yield WebAsk()
        yield Fact(TITLE, "kept")
        raise Malformed("odd")

    exchange, _ = hold(pages(OK), dialogue=dialogue())
    assert (exchange.kind, exchange.reason, exchange.facts) == ("malformed", "odd", (Fact(TITLE, "kept"),))


def test_a_dialogue_led_in_circles_is_stopped():
    asked = []

    def dialogue():
        while True:
            asked.append((yield WebAsk()))

    hold(pages(*[OK] * 100), dialogue=dialogue(), limits=Limits(deadline=5.0))
    assert len(asked) == MAX_ASKS


def test_proxies_of_the_environment_are_not_used(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert hold(pages(OK), WebAsk())[0].kind == "answered"
