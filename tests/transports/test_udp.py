from __future__ import annotations

import asyncio
import itertools
import math
import socket
import time
from contextlib import asynccontextmanager

import pytest

from scanner.transports import udp
from scanner.transports.manners import REST_SECONDS, STRIKES, Manners
from scanner.transports.pace import Pace
from scanner.transports.udp import Datagram, ask
from tests.transports.servers import permit

pytestmark = pytest.mark.loopback


@asynccontextmanager
async def responder(answer=lambda payload: (b"re:" + payload,), host="127.0.0.1"):
    got = []

    class Responder(asyncio.DatagramProtocol):
        def connection_made(self, transport):
            self.transport = transport

        def datagram_received(self, data, addr):
            got.append((time.monotonic(), addr, data))
            for payload in answer(data):
                self.transport.sendto(payload, addr)

    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Responder, local_addr=(host, 0))
    try:
        yield permit(host, transport.get_extra_info("sockname")[1]), got
    finally:
        transport.close()


def questions():
    return (b"first", b"second")


async def collect(endpoints, asked=questions, *, wait=0.15, passes=1, spacing=0.1, pace=None, source_port=None):
    found = ask(
        endpoints,
        asked,
        wait=wait,
        passes=passes,
        spacing=spacing,
        pace=pace or Pace(math.inf),
        source_port=source_port,
    )
    return [datagram async for datagram in found]


def test_every_question_to_every_endpoint():
    async def run():
        async with responder() as (one, _), responder(host="127.0.0.2") as (two, _), responder(host="::1") as (six, _):
            return (one, two, six), await collect([one, two, six])

    endpoints, found = asyncio.run(run())
    expected = [Datagram(e.address, e.port or 0, b"re:" + q, None) for e in endpoints for q in questions()]
    assert sorted(map(repr, found)) == sorted(map(repr, expected))


def test_passes_are_spaced_and_ask_anew():
    count = itertools.count()

    async def run():
        async with responder() as (one, got):
            await collect([one], lambda: (b"%d" % next(count),), passes=3, spacing=0.1)
            return got

    got = asyncio.run(run())
    assert [data for _, _, data in got] == [b"0", b"1", b"2"]
    assert all(0.08 < later[0] - earlier[0] < 2 for earlier, later in itertools.pairwise(got))


def test_it_ends_after_the_wait_and_hears_to_the_end():
    async def run():
        start = time.monotonic()
        assert await collect([permit("127.0.0.1", 9)], wait=0.2) == []
        return time.monotonic() - start

    assert 0.18 < asyncio.run(run()) < 3


def test_an_endless_iterable_is_read_lazily_and_yields_on_the_way():
    taken = []

    async def run():
        async with responder() as (one, _):

            def endless():
                while True:
                    taken.append(1)
                    yield one

            found = ask(endless(), questions, wait=1, passes=2, spacing=0.2, pace=Pace(2000))
            heard = 0
            async for _ in found:
                heard += 1
                if heard == 200:
                    break
            await found.aclose()

    asyncio.run(run())
    assert 10 < len(taken) < 1000


def test_the_pace_counts_datagrams():
    async def run():
        start = time.monotonic()
        await collect([permit("127.0.0.1", 9)] * 25, pace=Pace(100), wait=0.01)
        return time.monotonic() - start

    assert 0.4 < asyncio.run(run()) < 5


def test_a_flood_does_not_hold_up_the_end():
    async def run():
        async with responder(lambda _: [b"x" * 1000] * 500) as (one, _):
            return await collect([one])

    found = asyncio.run(run())
    assert 92 < len(found) <= 1000


def test_the_source_port_is_used_and_given_up_when_taken():
    async def run():
        async with responder() as (one, got):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                sock.bind(("127.0.0.1", 0))
                port = sock.getsockname()[1]
                taken = len(await collect([one], source_port=port))
            free = len(await collect([one], source_port=port))
            return port, taken, free, {addr[1] for _, addr, _ in got}

    port, taken, free, ports = asyncio.run(run())
    assert (taken, free) == (2, 2)
    assert port in ports
    assert len(ports) == 2


def test_a_program_of_one_address_may_have_the_port_meanwhile_another_scan_not():
    with udp._bound(socket.AF_INET, None) as first:
        port = first.getsockname()[1]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
            device.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            device.bind(("127.0.0.9", port))
        with udp._bound(socket.AF_INET, port) as second:
            assert second.getsockname()[1] != port


def test_what_cannot_be_addressed_or_sent_is_passed_over():
    async def run():
        async with responder() as (one, _):
            asked = [permit("name", 1), permit("127.0.0.1", None), permit("fe80::1%nosuch0", 1), one]
            huge = await collect([one], lambda: (b"x" * 70_000,))
            return huge, await collect(asked)

    huge, found = asyncio.run(run())
    assert huge == []
    assert len(found) == 2


def test_nothing_asked():
    assert asyncio.run(collect([], wait=0.01)) == []
    assert asyncio.run(collect([permit("127.0.0.1", 9)], passes=0, wait=0.01)) == []


def test_our_own_question_coming_back_is_no_answer():
    async def run():
        async with responder(lambda payload: (payload, b"re:" + payload)) as (endpoint, _):
            questions = lambda: (b"q",)  # noqa: E731 - as short as it can be said
            found = ask([endpoint], questions, wait=0.3, passes=1, spacing=0.1, pace=Pace(math.inf))
            return [datagram.payload async for datagram in found]

    assert asyncio.run(run()) == [b"re:q"]


def sent_to(got, address):
    return [when for when, _, asked in got if asked == address]


@asynccontextmanager
async def listeners(*hosts):
    """Hosts that hear and never answer: their endpoints, and when each was asked what."""
    got, opened = [], []

    def hear(host):
        class Ear(asyncio.DatagramProtocol):
            def datagram_received(self, data, addr):
                got.append((time.monotonic(), data, host))

        return Ear

    try:
        endpoints = []
        for host in hosts:
            transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(hear(host), local_addr=(host, 0))
            opened.append(transport)
            endpoints.append(permit(host, transport.get_extra_info("sockname")[1]))
        yield endpoints, got
    finally:
        for transport in opened:
            transport.close()


async def asked_with(manners, endpoints, *, passes=1, pace=math.inf):
    found = ask(
        endpoints, questions, wait=0.05, passes=passes, spacing=0.05, pace=Pace(pace), manners=manners
    )  # fmt: skip
    async for _ in found:
        pass


def test_who_waits_for_its_turn_holds_up_no_other():
    hosts = ["127.0.1.1", "127.0.1.2", "127.0.2.1"]

    async def run():
        async with listeners(*hosts) as (endpoints, got):
            await asked_with(Manners(per_host=5), endpoints, passes=2)
            return got

    got = asyncio.run(run())
    for host in hosts:
        times = sent_to(got, host)
        assert len(times) == 4
        assert all(later - earlier > 0.19 for earlier, later in itertools.pairwise(times))
    assert [host for _, _, host in got[:3]] == hosts


def test_subnets_do_not_wait_for_each_other():
    hosts = [*(f"127.0.1.{n}" for n in range(1, 11)), "127.0.2.1"]

    async def run():
        async with listeners(*hosts) as (endpoints, got):
            start = time.monotonic()
            await asked_with(Manners(per_subnet=20), endpoints)
            return got, start

    got, start = asyncio.run(run())
    assert len(got) == 22
    assert {(data, host) for _, data, host in got} == {(data, host) for data in questions() for host in hosts}
    assert sent_to(got, "127.0.2.1")[0] - start < 0.4
    slow = [when for when, _, host in got if host != "127.0.2.1"]
    assert slow[-1] - slow[0] > 0.7


def test_who_is_left_alone_is_not_asked():
    async def run():
        manners = Manners()
        manners.leave("127.0.1.1")
        async with listeners("127.0.1.1", "127.0.1.2") as (endpoints, got):
            await asked_with(manners, endpoints, passes=2)
            return got

    assert [host for _, _, host in asyncio.run(run())] == ["127.0.1.2"] * 4


def test_who_rests_is_asked_afterwards():
    async def run():
        manners = Manners()
        manners.answer(permit("127.0.1.1", 80))
        for _ in range(STRIKES):
            manners.silence("127.0.1.1", time.monotonic())
        start = time.monotonic()
        manners.silence("127.0.1.1", start, again=True)
        async with listeners("127.0.1.1") as (endpoints, got):
            await asked_with(manners, endpoints)
            return [when - start for when, _, _ in got]

    times = asyncio.run(run())
    assert len(times) == 2
    assert times[0] >= REST_SECONDS


def test_a_slow_whole_loses_no_question():
    hosts = [f"127.0.1.{n}" for n in range(1, 21)]

    async def run():
        async with listeners(*hosts) as (endpoints, got):
            await asked_with(Manners(per_subnet=1000), endpoints, pace=200)
            return got

    assert len(asyncio.run(run())) == 40
