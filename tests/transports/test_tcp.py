from __future__ import annotations

import asyncio
import errno
import socket
import time

import pytest

from scanner.model.dialogue import Ask, Fact, Malformed
from scanner.model.observation import Field
from scanner.transports.limits import Limits
from scanner.transports.tcp import MAX_FACTS, converse
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
BANNER = Field("telnet.banner")


def ask(*asks):
    """A dialogue that yields each answer as a fact."""
    for one in asks:
        answer = yield one
        yield Fact(BANNER, answer.decode("latin-1"))


def hold(handler, dialogue, limits=QUICK, *, tls=None, host="127.0.0.1"):
    async def run():
        async with serve(handler, tls=tls, host=host) as endpoint:
            start = time.monotonic()
            exchange = await converse(endpoint, dialogue, limits, tls=tls is not None)
            assert time.monotonic() - start < limits.deadline + limits.connect + 2
            return exchange

    return asyncio.run(run())


async def hushed(reader, writer):
    """Answers the first question alone."""
    await reader.read(100)
    writer.write(b"a\n")
    await asyncio.sleep(60)


def values(exchange):
    return [fact.value for fact in exchange.facts]


def test_questions_and_answers_alternate():
    exchange = hold(say(b"one\r\n", b"two\r\n"), ask(Ask(b"1", until=b"\r\n"), Ask(b"2", until=b"\r\n")))
    assert values(exchange) == ["one\r\n", "two\r\n"]
    assert (exchange.kind, exchange.reason, exchange.transcript) == ("answered", None, b"one\r\ntwo\r\n")


def test_an_answer_ends_at_its_length_and_the_rest_waits_for_an_ask_without_payload():
    exchange = hold(say(b"\x03abcREST"), ask(Ask(b"?", length=lambda raw: 1 + raw[0]), Ask(b"")))
    assert values(exchange) == ["\x03abc", "REST"]


def test_a_question_drops_what_was_left_of_the_last_answer():
    exchange = hold(say(b"a;stale", b"b;"), ask(Ask(b"1", until=b";"), Ask(b"2", until=b";")))
    assert values(exchange) == ["a;", "b;"]


def test_a_greeting_ends_when_it_is_quiet():
    async def greet(reader, writer):
        writer.write(b"login: ")
        await asyncio.sleep(60)

    for greeting in (Ask(b""), Ask(b"", until=b"\n")):
        exchange = hold(greet, ask(greeting))
        assert (values(exchange), exchange.kind, exchange.short) == (["login: "], "answered", False)


def test_silence_is_timed_out():
    exchange = hold(silent, ask(Ask(b"?")))
    assert (exchange.kind, exchange.reason, values(exchange)) == ("timed-out", "no answer", [""])


def test_closing_without_a_word_is_closed():
    exchange = hold(close_at_once, ask(Ask(b"", until=b"\n"), Ask(b"more")))
    assert (exchange.kind, exchange.reason) == ("closed", "closed without an answer")


def test_closing_between_questions_keeps_the_facts():
    exchange = hold(say(b"a\n"), ask(Ask(b"1", until=b"\n"), Ask(b"2", until=b"\n"), Ask(b"3")))
    assert values(exchange)[0] == "a\n"
    assert exchange.kind == "closed"


def test_a_dripping_device_ends_at_the_deadline_with_what_came():
    exchange = hold(drip, ask(Ask(b"", until=b"\n"), Ask(b"never")))
    assert (exchange.kind, exchange.reason) == ("timed-out", "deadline passed in mid-answer")
    assert len(values(exchange)) == 1
    assert set(values(exchange)[0]) == {"x"}


def test_an_answer_whose_end_does_not_come_is_told():
    exchange = hold(hushed, ask(Ask(b"1", until=b"\n"), Ask(b"2", until=b"\n")))
    assert (values(exchange), exchange.kind, exchange.reason) == (["a\n", ""], "answered", "the answer stopped")
    assert exchange.short


def test_what_stopped_before_its_end_is_short_even_when_nothing_can_be_made_of_it():
    def dialogue():
        yield from ask(Ask(b"1", until=b"\n"))
        yield Ask(b"2", until=b"\n")
        raise Malformed("half a line")

    exchange = hold(hushed, dialogue())
    assert (exchange.kind, exchange.reason, exchange.short) == ("malformed", "half a line", True)


def test_a_flood_ends_at_the_cap_of_the_question():
    exchange = hold(flood, ask(Ask(b"?", until=b"\n", cap=1000)))
    assert (exchange.kind, len(values(exchange)[0])) == ("answered", 1000)


def test_a_flood_ends_at_the_cap_of_the_conversation():
    exchange = hold(flood, ask(Ask(b"?", until=b"\n", cap=10**9), Ask(b"?")))
    assert (exchange.kind, exchange.reason) == ("answered", "cut at the byte cap")
    assert len(exchange.transcript) == QUICK.cap


def test_a_device_that_does_not_read_ends_at_the_deadline():
    exchange = hold(silent, ask(Ask(b"x" * 50_000_000)))
    assert exchange.kind == "timed-out"


def test_malformed_keeps_earlier_facts():
    def dialogue():
        yield Fact(BANNER, (yield Ask(b"?", until=b"\n")).decode())
        raise Malformed("not what it should be")

    exchange = hold(say(b"a\n"), dialogue())
    assert (values(exchange), exchange.kind, exchange.reason) == (["a\n"], "malformed", "not what it should be")


def test_malformed_for_want_of_bytes_is_no_answer():
    def dialogue():
        if not (yield Ask(b"?")):
            raise Malformed("too short")

    assert hold(silent, dialogue()).kind == "timed-out"


def test_a_dialogue_that_never_stops_talking_is_stopped():
    closed = []

    def dialogue():
        try:
            yield Ask(b"?", until=b"\n")
            while True:
                yield Fact(BANNER, "again")
        finally:
            closed.append(True)

    assert len(hold(say(b"a\n"), dialogue()).facts) == MAX_FACTS
    assert closed


def test_a_reset_is_closed():
    async def reset(reader, writer):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    assert hold(reset, ask(Ask(b"?", until=b"\n"))).kind == "closed"


def test_a_closed_port_is_refused():
    exchange = asyncio.run(converse(permit("127.0.0.1", closed_port()), ask(Ask(b"")), QUICK))
    assert (exchange.kind, exchange.facts) == ("refused", ())


def test_a_full_backlog_times_out():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        fillers = []
        try:
            for _ in range(4):
                filler = socket.socket()
                filler.setblocking(False)
                filler.connect_ex(server.getsockname())
                fillers.append(filler)
            exchange = asyncio.run(converse(permit(*server.getsockname()), ask(Ask(b"")), QUICK))
        finally:
            for filler in fillers:
                filler.close()
    assert exchange.kind == "timed-out"


@pytest.mark.parametrize(
    ("address", "port", "reason"),
    [
        ("camera.example", 80, "not an address"),
        ("127.0.0.1", None, "no port"),
        ("fe80::1%nosuch0", 80, "no such interface"),
    ],
)
def test_what_cannot_be_addressed_is_skipped(address, port, reason):
    exchange = asyncio.run(converse(permit(address, port), ask(Ask(b"")), QUICK))
    assert (exchange.kind, exchange.reason) == ("skipped", reason)


def test_ipv6_with_a_scope_id():
    async def run():
        async with serve(say(b"six\n"), host="::1") as endpoint:
            return await converse(permit("::1%lo", endpoint.port), ask(Ask(b"?", until=b"\n")), QUICK)

    assert values(asyncio.run(run())) == ["six\n"]


def test_tls_carries_a_dialogue(tmp_path):
    exchange = hold(say(b"secret\n"), ask(Ask(b"?", until=b"\n")), tls=certificate(tmp_path))
    assert (values(exchange), exchange.kind) == (["secret\n"], "answered")


@pytest.mark.parametrize("handler", [say(b"HTTP/1.0 400 Bad Request\r\n\r\n"), close_at_once, silent, drip, flood])
def test_a_peer_without_tls_is_tls_failed(handler):
    async def run():
        async with serve(handler) as endpoint:
            return await converse(endpoint, ask(Ask(b"?")), QUICK, tls=True)

    exchange = asyncio.run(run())
    assert exchange.kind == "tls-failed"
    assert exchange.reason


def test_running_out_of_descriptors_backs_off_then_goes_on(monkeypatch):
    real, tries = socket.socket, []

    def scarce(*args, **kwargs):
        tries.append(args)
        if len(tries) < 3:
            raise OSError(errno.EMFILE, "Too many open files")
        return real(*args, **kwargs)

    async def run():
        async with serve(say(b"a\n")) as endpoint:
            monkeypatch.setattr(socket, "socket", scarce)
            exchange = await converse(endpoint, ask(Ask(b"?", until=b"\n")), QUICK)
            monkeypatch.undo()
            return exchange

    assert asyncio.run(run()).kind == "answered"
    assert len(tries) >= 3


def test_out_of_descriptors_for_good_is_skipped(monkeypatch):
    def none(*args, **kwargs):
        raise OSError(errno.EMFILE, "Too many open files")

    async def run():
        monkeypatch.setattr(socket, "socket", none)
        exchange = await converse(permit("127.0.0.1", 9), ask(Ask(b"?")), Limits(connect=0.1))
        monkeypatch.undo()
        return exchange

    assert asyncio.run(run()).kind == "skipped"


def test_cancelling_leaves_nothing_open():
    async def run():
        async with serve(silent) as endpoint:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await converse(endpoint, ask(Ask(b"?")), QUICK)

    asyncio.run(run())
