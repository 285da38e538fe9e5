from __future__ import annotations

import asyncio
import errno
import itertools
import math
import os
import select
import socket
import subprocess
import sys
import threading
import time
import tracemalloc
from collections import Counter

import pytest

from scanner.transports import sweep
from scanner.transports.manners import Manners
from scanner.transports.pace import Pace
from tests.transports.servers import closed_port, permit, serve, silent

pytestmark = pytest.mark.loopback


async def collect(endpoints, *, timeout=0.5, concurrency=100, pace=None):  # noqa: ASYNC109 - as the function under test
    return [
        result
        async for result in sweep.connect(
            endpoints, timeout=timeout, concurrency=concurrency, pace=pace or Pace(math.inf)
        )
    ]


def test_every_endpoint_is_told_once():
    async def run():
        async with serve(silent) as endpoint:
            asked = [permit(f"127.0.{n // 200}.{n % 200 + 1}", closed) for n in range(1000)]
            asked.append(endpoint)
            return endpoint, asked, await collect(asked)

    closed = closed_port()
    endpoint, asked, results = asyncio.run(run())
    assert sorted(map(repr, asked)) == sorted(repr(one) for one, _ in results)
    assert Counter(kind for _, kind in results) == {"refused": 1000, "answered": 1}
    assert (endpoint, "answered") in results


def test_what_accepts_is_closed_in_order():
    def hear(server):
        connection, _ = server.accept()
        with connection:
            return connection.recv(1)

    async def run():
        with socket.create_server(("127.0.0.1", 0)) as server:
            heard = asyncio.get_running_loop().run_in_executor(None, hear, server)
            await collect([permit("127.0.0.1", server.getsockname()[1])])
            return await heard

    assert asyncio.run(run()) == b""


def test_nothing_asked_nothing_told():
    assert asyncio.run(collect([])) == []


def test_ipv6_and_what_cannot_be_addressed():
    async def run():
        async with serve(silent, host="::1") as endpoint:
            return await collect(
                [endpoint, permit("::1%lo", endpoint.port), permit("name", 80), permit("127.0.0.1", None)]
            )

    assert sorted(kind for _, kind in asyncio.run(run())) == ["answered", "answered", "skipped", "skipped"]


@pytest.fixture
def full():
    """A port that neither accepts nor refuses: its backlog is full."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        fillers = []
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(server.getsockname())
            fillers.append(filler)
        yield server.getsockname()[1]
        for filler in fillers:
            filler.close()


def test_silence_is_timed_out_and_holds_up_nobody(full):
    closed = closed_port()
    asked = [permit("127.0.0.1", full)] + [permit(f"127.0.1.{n}", closed) for n in range(1, 200)]

    async def run():
        order = []
        start = time.monotonic()
        async for endpoint, kind in sweep.connect(asked, timeout=0.4, concurrency=10, pace=Pace(math.inf)):
            order.append((endpoint.port, kind, time.monotonic() - start))
        return order

    order = asyncio.run(run())
    assert order[-1][:2] == (full, "timed-out")
    assert 0.35 < order[-1][2] < 3


def test_two_at_a_time_to_one_address_without_spinning(full):
    asked = [permit("127.0.0.1", full)] * 5
    start, busy = time.monotonic(), time.process_time()
    results = asyncio.run(collect(asked, timeout=0.3))
    assert [kind for _, kind in results] == ["timed-out"] * 5
    assert 0.85 < time.monotonic() - start < 5
    assert time.process_time() - busy < 0.3


def test_the_pace_is_kept():
    asked = [permit(f"127.0.2.{n}", 9) for n in range(1, 51)]
    start = time.monotonic()
    assert len(asyncio.run(collect(asked, pace=Pace(100)))) == 50
    assert 0.4 < time.monotonic() - start < 5


def test_an_endless_iterable_is_read_a_little_ahead_in_flat_memory():
    taken = itertools.count()
    closed = closed_port()
    seen = 0

    def endless():
        while True:
            number = next(taken)
            yield permit(f"127.3.{number // 200 % 200}.{number % 200 + 1}", closed)

    async def run():
        nonlocal seen
        results = sweep.connect(endless(), timeout=0.5, concurrency=50, pace=Pace(math.inf))
        tracemalloc.start()
        early = late = 0
        async for _ in results:
            seen += 1
            if seen == 5_000:
                early = tracemalloc.get_traced_memory()[0]
            if seen == 20_000:
                late = tracemalloc.get_traced_memory()[0]
                break
        tracemalloc.stop()
        await results.aclose()
        return late - early

    # What is remembered of some thousand addresses comes and goes; 15,000 endpoints would be several megabytes.
    assert asyncio.run(run()) < 1_500_000
    assert next(taken) <= seen + 50 + sweep.LOOKAHEAD + 2 * sweep.CHUNK
    assert not [thread for thread in threading.enumerate() if thread.name == "sweep"]


def test_the_asyncio_loop_stays_free():
    closed = closed_port()

    async def run():
        worst = 0.0

        async def beat():
            nonlocal worst
            while True:
                start = time.perf_counter()
                await asyncio.sleep(0.001)
                worst = max(worst, time.perf_counter() - start)

        async with asyncio.TaskGroup() as group:
            task = group.create_task(beat())
            await collect((permit(f"127.4.{n // 200}.{n % 200 + 1}", closed) for n in range(10_000)), concurrency=500)
            task.cancel()
        return worst

    # Far above what is measured, far below what a blocking sweep of 10,000 would take: other tests run beside.
    assert asyncio.run(run()) < 2


def test_a_failing_iterable_is_not_swallowed_and_the_thread_ends():
    def broken():
        yield permit("127.0.0.1", 9)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(collect(broken()))
    assert not [thread for thread in threading.enumerate() if thread.name == "sweep"]


def test_a_failing_thread_is_not_swallowed():
    class Broken(Pace):
        def spend(self, now, most):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(collect([permit("127.0.0.1", 9)], pace=Broken(1)))


SHORT = """
import asyncio, math, resource, socket
resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
from scanner.transports import sweep
from scanner.transports.pace import Pace
from tests.transports.servers import permit
server = socket.socket(); server.bind(("127.0.0.1", 0)); server.listen(0)
fillers = [socket.socket() for _ in range(4)]
for filler in fillers:
    filler.setblocking(False); filler.connect_ex(server.getsockname())
asked = (permit(f"127.0.{n // 200}.{n % 200 + 1}", server.getsockname()[1]) for n in range(400))
async def run():
    return [kind async for _, kind in sweep.connect(asked, timeout=0.3, concurrency=5000, pace=Pace(math.inf))]
EXTRA
kinds = asyncio.run(run())
print(len(kinds), sorted(set(kinds)))
"""
HOG = "hogs = [socket.socket() for _ in range(200)]\nsweep._descriptors = lambda: 5000"


@pytest.mark.process
@pytest.mark.skipif(sys.platform == "win32", reason="no RLIMIT_NOFILE")
@pytest.mark.parametrize("extra", ["", HOG])
def test_it_works_with_256_descriptors(extra):
    code = SHORT.replace("EXTRA", extra)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False)
    assert done.stderr == ""
    assert done.stdout.startswith("400 ")
    assert "skipped" not in done.stdout


def test_a_machine_that_stays_exhausted_skips_and_ends(monkeypatch):
    asked = [permit("127.0.0.1", 9), permit("127.0.0.2", 9)]

    class Exhausted(socket.SocketType):
        def connect_ex(self, address):
            return errno.ENOBUFS if address[0] == "127.0.0.1" else super().connect_ex(address)

    monkeypatch.setattr(socket, "SocketType", Exhausted)
    results = asyncio.run(collect(asked, timeout=0.2))
    assert results == [(asked[0], "skipped"), (asked[1], "refused")]


def test_many_ports_of_one_silent_address_do_not_hold_up_the_others(full):
    closed = closed_port()
    slow = [permit("127.0.0.1", full)] * 500
    quick = [permit(f"127.0.3.{n}", closed) for n in range(1, 100)]

    async def run():
        results = sweep.connect([*slow, *quick], timeout=5, concurrency=20, pace=Pace(math.inf))
        first = [await anext(results) for _ in quick]
        await results.aclose()
        return first

    assert sorted(map(repr, asyncio.run(run()))) == sorted(repr((one, "refused")) for one in quick)


@pytest.fixture
def deaf():
    """A server that can be told to stop accepting: its port, and a function that fills its backlog."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        fillers = []

        def stop():
            for _ in range(4):
                filler = socket.socket()
                filler.setblocking(False)
                filler.connect_ex(server.getsockname())
                fillers.append(filler)

        yield server, stop
        for filler in fillers:
            filler.close()


def test_a_host_that_stops_answering_is_asked_slowly_and_then_left_alone(full, deaf):
    server, stop = deaf
    port = server.getsockname()[1]
    manners = Manners()

    async def run():
        kinds = []
        first = [permit("127.0.0.1", port)]
        async for _, kind in sweep.connect(first, timeout=0.2, concurrency=10, pace=Pace(math.inf), manners=manners):
            kinds.append(kind)
        stop()
        start, begun = time.monotonic(), 0
        rest = [permit("127.0.0.1", full)] * 60
        async for _, kind in sweep.connect(rest, timeout=0.2, concurrency=10, pace=Pace(math.inf), manners=manners):
            kinds.append(kind)
            begun += time.monotonic() - start < 1.5
        return kinds, begun

    kinds, begun = asyncio.run(run())
    assert kinds[0] == "answered"
    # Two at a time, a fifth of a second each, would have been some fifteen.
    assert begun <= 8
    assert Counter(kinds)["skipped"] > 30
    assert manners.left("127.0.0.1")
    assert list(manners.spared) == ["127.0.0.1 stopped answering while it was asked, and was asked more slowly"]


def test_ports_behind_a_firewall_are_all_asked(full):
    manners = Manners()

    async def run():
        async with serve(silent) as endpoint:
            asked = [endpoint, *[permit(endpoint.address, full)] * 12]
            return [
                kind
                async for _, kind in sweep.connect(
                    asked, timeout=0.2, concurrency=10, pace=Pace(math.inf), manners=manners
                )
            ]

    assert Counter(asyncio.run(run())) == {"answered": 1, "timed-out": 12}
    assert not manners.spared


def test_each_host_and_each_subnet_has_its_rate():
    closed = closed_port()
    asked = [permit(f"127.9.{subnet}.{host}", closed) for host in range(1, 11) for subnet in (1, 2) for _ in range(2)]

    async def run(manners):
        start = time.monotonic()
        async for _ in sweep.connect(asked, timeout=0.5, concurrency=50, pace=Pace(math.inf), manners=manners):
            pass
        return time.monotonic() - start

    assert 0.45 < asyncio.run(run(Manners(per_host=2))) < 3
    assert 0.9 < asyncio.run(run(Manners(per_subnet=20))) < 4
    assert asyncio.run(run(Manners())) < 0.4


@pytest.mark.parametrize("kind", [sweep._Selector, *([sweep._Epoll] if hasattr(select, "epoll") else [])])
def test_what_has_ended_is_closed_and_nothing_beside_it(kind):
    poll = kind()
    socks = [socket.socket() for _ in range(40)]
    for sock in socks:
        poll.watch(sock.fileno(), write=True)
    others = socks[3::7]
    ended = [sock for sock in socks if sock not in others]
    numbers = [sock.fileno() for sock in ended]
    poll.close_all(ended[::-1])
    for number in numbers:
        with pytest.raises(OSError, match="Bad file"):
            os.fstat(number)
    assert {number for number, _ in poll.wait(0)} <= {sock.fileno() for sock in others}
    for sock in others:
        assert sock.getsockname()
        sock.close()
    poll.close()
