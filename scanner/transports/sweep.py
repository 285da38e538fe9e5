"""TCP connects by the thousand: which endpoints accept. Non-blocking sockets on one epoll, no task per connection.

What stays silent is tried again: first for as long as answers have been seen to take, then for longer, and as often as
loss shows. So a lost SYN is repeated here, where it is paced, before the kernel would, which nobody paces.

The selector runs in a thread of its own and hands batches over, so neither the asyncio loop nor the sweep waits for
the other; but one interpreter runs both, so they wake each other seldom, and what has ended is closed many at a time,
in system calls during which the loop is free. Connections are closed in the normal way: a reset (SO_LINGER 0), as nmap
sends it, would save packets and this machine a TIME_WAIT entry, but it is the least tested path of an embedded server,
and no faster where it was tried.
"""

from __future__ import annotations

import asyncio
import errno
import functools
import math
import os
import re
import select
import selectors
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import AsyncGenerator, Iterable
from contextlib import suppress
from heapq import heappop, heappush
from itertools import islice
from pathlib import Path
from typing import Final

from scanner.model.outcome import OutcomeKind
from scanner.model.permitted import Permitted
from scanner.transports.loss import LEAST, Loss
from scanner.transports.manners import Manners, subnet_of
from scanner.transports.pace import Pace
from scanner.transports.stream import BACK_OFF, EXHAUSTED, Failed, explain, locate

PER_ADDRESS: Final = 2
"""Connections open to one address at a time: what a recorder of 2008 bears."""
RESERVE: Final = 64
"""File descriptors left to the rest of the program, beyond those open when the sweep starts."""
CHUNK: Final = 256
"""Endpoints taken, and results given, at a time: about half a millisecond of the asyncio loop."""
LOOKAHEAD: Final = 4096
"""Endpoints taken ahead of the answers: where one address has many ports in a row, others still fill the sockets."""

LEAST_TIMEOUT: Final = 0.2
"""Seconds of a first try at least: an idle device on Wi-Fi wakes for a packet within two beacons of 102 ms."""
LONG_TIMEOUT: Final = 0.95
"""Seconds of a second try at least, until its address has answered or let one pass, and of every try while nothing at
all has answered: Linux repeats a SYN after one second."""
MAX_BRIEF: Final = 4096
"""Addresses remembered that need no long try; all are forgotten beyond it, which only costs time."""
FIRST_WIDTH: Final = 256
"""Connections open at first; one more for each silence. Where all answer, more only crowd the processor's caches."""
MAX_TRIES: Final = 8
"""With three packets in ten lost each way, one try in two fails; eight fail once in 200 times."""

HAND_OVER: Final = 2048
HAND_OVER_SECONDS: Final = 0.02
"""Results are held back until there are so many, or so long: each time that the asyncio loop is woken, it and the
sweep wait for each other."""

WHO: Final = "sweep"
"""The name under which turns are taken."""

_IPV4: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}").fullmatch
_PENDING: Final = frozenset({0, errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EALREADY})
_NONBLOCK: Final[int] = getattr(socket, "SOCK_NONBLOCK", 0)
_FAILED: Final = 0x18
"""EPOLLERR and EPOLLHUP."""
_KIND: Final = socket.SOCK_STREAM | _NONBLOCK

Result = tuple[Permitted, OutcomeKind]


async def connect(
    endpoints: Iterable[Permitted],
    *,
    timeout: float,  # noqa: ASYNC109 - of each connection, not of the sweep
    concurrency: int,
    pace: Pace,
    manners: Manners | None = None,
) -> AsyncGenerator[Result, None]:
    """Connect to each endpoint and yield it once, with ``answered`` (it accepted), ``refused``, ``timed-out`` or other.

    At most ``concurrency`` connections are open (fewer when RLIMIT_NOFILE is short), at most PER_ADDRESS of them to
    one address. No try takes longer than ``timeout`` seconds; how long it does take, and how often what is silent is
    tried, follows from the answers. ``manners``, which may be shared, bounds the questions to each host and subnet, and
    says in ``spared`` who suffered; whom it leaves alone ends as ``skipped``. ``endpoints``
    is read on the asyncio loop, LOOKAHEAD ahead of what has been yielded, and may be endless; ports in the outer loop
    treat hosts best. Close the iterator to stop early.
    """
    source = iter(endpoints)
    width = max(1, min(concurrency, _descriptors()))
    sweep = _Sweep(timeout, width, pace, manners or Manners(), asyncio.get_running_loop())
    outstanding = 0
    exhausted = False
    try:
        while True:
            while not exhausted and outstanding < width + LOOKAHEAD:
                chunk = tuple(islice(source, CHUNK))
                exhausted = len(chunk) < CHUNK
                outstanding += len(chunk)
                sweep.feed(chunk)
                await asyncio.sleep(0)
            if outstanding == 0:
                return
            for number, result in enumerate(await sweep.results(), 1):
                outstanding -= 1
                yield result
                if number % CHUNK == 0:
                    await asyncio.sleep(0)
    finally:
        sweep.stop()


def _descriptors() -> int:
    """Return how many sockets this process can still open, RESERVE set aside."""
    if sys.platform == "win32":  # select() takes 512
        return 512 - RESERVE
    import resource  # noqa: PLC0415 - POSIX only

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return sys.maxsize
    try:
        used = sum(1 for _ in Path("/dev/fd").iterdir())
    except OSError:
        used = RESERVE
    return soft - used - RESERVE


class _Flight:
    """One connection under way."""

    __slots__ = ("canary", "endpoint", "line", "since", "sock", "turn")

    def __init__(self, endpoint: Permitted, turn: int, *, canary: bool) -> None:
        self.endpoint = endpoint
        self.turn = turn
        """How often it was tried before."""
        self.canary = canary
        """True when it has answered before and is only asked whether it still does."""
        self.line = 0
        """The line of those with the same time-out that it waits in."""
        self.sock: socket.SocketType | None = None
        self.since = 0.0


class _Sweep:
    """The poll's thread. ``feed``, ``results`` and ``stop`` belong to the asyncio loop, the rest to the thread."""

    def __init__(
        self, timeout: float, width: int, pace: Pace, manners: Manners, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._timeout = timeout
        self._most = width
        self._width = min(width, FIRST_WIDTH)
        self._pace = pace
        self._paced = pace.bounded
        self._manners = manners
        self._loop = loop
        self._loss = Loss()
        self._smooth = self._spread = 0.0
        self._measured = False
        self._ready: list[Result] = []
        self._news = asyncio.Event()
        self._failure: BaseException | None = None
        self._stopped = False
        self._hungry = False
        """True when the thread may be waiting for endpoints, and has to be told of them."""
        self._fed: deque[Permitted] = deque()
        self._again: deque[_Flight] = deque()
        self._next: _Flight | None = None
        self._give_up = math.inf
        """When it is given up, for this machine is out of descriptors."""
        self._open: dict[int, _Flight] = {}
        self._ended: list[socket.SocketType] = []
        """To be closed before the next is opened."""
        self._lines: list[deque[_Flight]] = [deque() for _ in range(MAX_TRIES)]
        """The oldest first; those of one line have the same time-out, twice that of the line before."""
        self._brief: set[str] = set()
        self._counts: dict[str, int] = {}
        self._deferred: dict[str, deque[_Flight]] = {}
        self._free: deque[_Flight] = deque()
        self._wakes: list[tuple[float, str]] = []
        """A heap of when addresses and subnets that wait for their time may be asked."""
        self._waking: set[str] = set()
        self._queues: dict[str, deque[str]] = {}
        """Subnet → its addresses that wait for it alone."""
        self._queued: set[str] = set()
        self._done: list[Result] = []
        self._rested = self._handed = -math.inf
        self._bell, self._door = socket.socketpair()
        self._bell.setblocking(False)
        self._door.setblocking(False)
        self._poll = _Epoll() if hasattr(select, "epoll") else _Selector()
        self._doorstep = self._door.fileno()
        self._poll.watch(self._doorstep, write=False)
        self._thread = threading.Thread(target=self._run, name="sweep", daemon=True)
        self._thread.start()

    def feed(self, endpoints: tuple[Permitted, ...]) -> None:
        self._fed.extend(endpoints)
        if self._hungry:
            self._hungry = False
            self._ring()

    async def results(self) -> list[Result]:
        await self._news.wait()
        self._news.clear()
        if self._failure is not None:
            raise self._failure
        batch, self._ready = self._ready, []
        return batch

    def stop(self) -> None:
        self._stopped = True
        self._ring()
        self._thread.join()
        self._bell.close()

    def _ring(self) -> None:
        with suppress(OSError):  # it is ringing already, or the thread has failed and told so
            self._bell.send(b"\0")

    def _run(self) -> None:
        try:
            while not self._stopped:
                pause = self._start(time.monotonic())
                if self._hungry and self._fed:  # fed a moment before that was set
                    self._hungry, pause = False, 0.0
                ready = self._poll.wait(pause)
                now = time.monotonic()
                self._hear(ready, now)
                self._expire(now)
                self._hand_over(now)
                self._poll.close_all(self._ended)
                self._ended.clear()
        except BaseException as error:  # noqa: BLE001 - raised again on the asyncio loop: nobody looks at a thread
            self._failure = error
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._news.set)
        finally:
            for flight in self._open.values():
                assert flight.sock is not None
                flight.sock.close()
            for sock in self._ended:
                sock.close()
            self._poll.close()
            self._door.close()

    def _hand_over(self, now: float) -> None:
        if len(self._done) >= HAND_OVER or (self._done and now >= self._handed + HAND_OVER_SECONDS):
            self._handed = now
            done, self._done = self._done, []
            with suppress(RuntimeError):  # the loop was closed under us: nobody waits
                self._loop.call_soon_threadsafe(self._deliver, done)

    def _deliver(self, done: list[Result]) -> None:
        self._ready += done
        self._news.set()

    def _start(self, now: float) -> float | None:
        """Open what may be opened; return the seconds until there is something to do unasked, None for nothing."""
        due = math.inf
        while len(self._open) < self._width and len(self._done) < HAND_OVER:
            if self._next is None:
                self._next = self._choose(now)
                self._give_up = math.inf
            if self._next is None:
                if self._wakes:
                    due = self._wakes[0][0]
                break
            if (again := self._try(self._next, now)) > now:
                due = again
                break
        due = min(due, self._next_expiry())
        if len(self._done) >= HAND_OVER:
            return 0.0
        if self._done:
            due = min(due, self._handed + HAND_OVER_SECONDS)
        return None if due == math.inf else max(0.0, due - now)

    def _try(self, flight: _Flight, now: float) -> float:
        """Open what is next; return when to try again, in the past for at once, with what is next by then."""
        if self._rested > now:
            return self._rested
        wait = None
        if self._paced or not self._manners.free:
            with self._manners.turn(flight.endpoint.address, WHO, self._pace) as wait:
                begun = wait is None and self._connect(flight, now)
        else:
            begun = self._connect(flight, now)
        if wait is not None and wait.cause == "all":
            return wait.until
        if wait is None and not begun:
            self._give_up = min(self._give_up, now + self._timeout)
            if now < self._give_up:
                self._rested = now + BACK_OFF
                return self._rested
            self._finish(flight, "skipped")
        elif wait is not None:  # others have asked its host or subnet meanwhile
            self._deferred.setdefault(flight.endpoint.address, deque()).appendleft(flight)
            self._settle(flight.endpoint.address)
        self._next = None
        return -math.inf

    def _choose(self, now: float) -> _Flight | None:
        """Return what to ask next, and count it as open; park with their address those that have to wait."""
        self._wake(now)
        while True:
            if self._free:
                flight = self._free.popleft()
            elif self._fed:
                flight = _Flight(self._fed.popleft(), 0, canary=False)
            elif self._again:
                flight = self._again.popleft()
            else:
                self._hungry = True
                return None
            address = flight.endpoint.address
            count = self._counts.get(address, 0)
            if count < PER_ADDRESS and (self._manners.free or self._manners.wait(address, WHO) is None):
                self._counts[address] = count + 1
                return flight
            parked = self._deferred.setdefault(address, deque())
            if flight.canary:
                parked.appendleft(flight)
            else:
                parked.append(flight)
            if count < PER_ADDRESS:
                self._release(address)

    def _wake(self, now: float) -> None:
        """Let go on whose time has come: of each subnet one address."""
        rest = []
        while self._wakes and self._wakes[0][0] <= now:
            name = heappop(self._wakes)[1]
            self._waking.discard(name)
            queue = self._queues.get(name)
            if queue is None:
                self._release(name)
                continue
            address = queue.popleft()
            self._queued.discard(address)
            if queue:
                rest.append(name)
            else:
                del self._queues[name]
            self._release(address)
        for name in rest:
            self._wake_at(now, name)

    def _wake_at(self, when: float, name: str) -> None:
        if name not in self._waking:
            self._waking.add(name)
            heappush(self._wakes, (when, name))

    def _release(self, address: str) -> None:
        """Let the first that is parked with ``address`` go on as soon as its time has come."""
        parked = self._deferred.get(address)
        if not parked:
            return
        wait = self._manners.wait(address, WHO)
        if wait is None:
            self._free.append(parked.popleft())
        elif wait.until == math.inf:
            while parked:
                self._counts[address] = self._counts.get(address, 0) + 1
                self._finish(parked.popleft(), "skipped")
        elif wait.cause == "host":
            self._wake_at(wait.until, address)
        elif address not in self._queued:
            subnet = subnet_of(address)
            self._queued.add(address)
            self._queues.setdefault(subnet, deque()).append(address)
            self._wake_at(wait.until, subnet)
        if not parked:
            self._deferred.pop(address, None)

    def _connect(self, flight: _Flight, now: float) -> bool:
        """Begin one connection; False when this machine is out of descriptors and it must be tried again."""
        try:
            family, address = _locate(flight.endpoint)
        except Failed as failed:
            self._finish(flight, failed.kind)
            return True
        try:
            sock = socket.SocketType(family, _KIND)
        except OSError as error:
            if error.errno in EXHAUSTED:
                return False
            self._finish(flight, explain(error).kind)
            return True
        if not _NONBLOCK:
            sock.setblocking(False)
        code = sock.connect_ex(address)
        if code not in _PENDING:
            sock.close()
            if code in EXHAUSTED:
                return False
            self._finish(flight, _explain(code))
            return True
        flight.sock, flight.since = sock, now
        flight.line = 0 if flight.endpoint.address in self._brief else flight.turn
        self._lines[flight.line].append(flight)
        number = sock.fileno()
        self._open[number] = flight
        self._poll.watch(number, write=True)
        return True

    def _hear(self, ready: list[tuple[int, int]], now: float) -> None:
        """Take in what the poll tells; one round trip of a batch is measured."""
        early = total = 0
        took = 0.0
        for number, events in ready:
            if number == self._doorstep:
                self._door.recv(4096)
                continue
            flight = self._open.pop(number)
            assert flight.sock is not None
            code = flight.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) if events & _FAILED else 0
            self._close(flight)
            kind = _explain(code) if code else "answered"
            if kind in {"answered", "refused"}:
                took = now - flight.since
                total += 1
                early += not flight.turn
                self._manners.answer(flight.endpoint, late=flight.turn > 0)
                self._understand(flight.endpoint.address)
            self._finish(flight, kind)
        if total:
            self._measure(took)
            self._loss.note(early=early, total=total)

    def _measure(self, took: float) -> None:
        """Take in one round trip: RFC 6298 2."""
        if self._measured:
            self._spread += (abs(took - self._smooth) - self._spread) / 4
            self._smooth += (took - self._smooth) / 8
        else:
            self._smooth, self._spread, self._measured = took, took / 2, True

    def _understand(self, address: str) -> None:
        """Remember that no answer of ``address`` will take long: it has answered, or did not when there was time."""
        if len(self._brief) >= MAX_BRIEF:
            self._brief.clear()
        self._brief.add(address)

    def _patience(self, line: int) -> float:
        """Return the seconds of a try: those in the first line follow the round trips, each further have twice that."""
        if not self._measured:
            return min(self._timeout, LONG_TIMEOUT)
        least = LONG_TIMEOUT if line else LEAST_TIMEOUT
        return min(self._timeout, max(least, (self._smooth + 4 * self._spread) * (1 << line)))

    def _next_expiry(self) -> float:
        """Return when the next connection times out, and forget those that have ended."""
        due = math.inf
        for number, line in enumerate(self._lines):
            while line and line[0].sock is None:
                line.popleft()
            if line:
                due = min(due, line[0].since + self._patience(number))
        return due

    def _expire(self, now: float) -> None:
        for number, line in enumerate(self._lines):
            if not line:
                continue
            oldest = now - self._patience(number)
            while line and (line[0].sock is None or line[0].since <= oldest):
                flight = line.popleft()
                if flight.sock is not None:
                    del self._open[flight.sock.fileno()]
                    self._close(flight)
                    self._silent(flight, now)

    def _silent(self, flight: _Flight, now: float) -> None:
        """Try again what has not answered, or give it up; ask one that did whether it still does."""
        self._width = min(self._width + 1, self._most)
        if flight.turn:
            self._understand(flight.endpoint.address)
        known = self._manners.silence(flight.endpoint.address, now, again=flight.canary)
        if known is not None:
            self._park(_Flight(known, 0, canary=True))
        turn = flight.turn + 1
        if flight.canary or turn >= self._loss.askings(LEAST, MAX_TRIES):
            self._finish(flight, "timed-out")
            return
        self._settle(flight.endpoint.address)
        self._again.append(_Flight(flight.endpoint, turn, canary=False))

    def _park(self, flight: _Flight) -> None:
        """Ask this of its address before anything else."""
        address = flight.endpoint.address
        parked = self._deferred.setdefault(address, deque())
        if not parked or not parked[0].canary:
            parked.appendleft(flight)
        self._release(address)

    def _close(self, flight: _Flight) -> None:
        assert flight.sock is not None
        self._ended.append(flight.sock)
        flight.sock = None

    def _finish(self, flight: _Flight, kind: OutcomeKind) -> None:
        if not flight.canary:
            self._done.append((flight.endpoint, kind))
        self._settle(flight.endpoint.address)

    def _settle(self, address: str) -> None:
        """Give back the place of one connection to ``address``, and let the next go on."""
        count = self._counts[address] - 1
        if count:
            self._counts[address] = count
        else:
            del self._counts[address]
        if self._deferred:
            self._release(address)


class _Epoll:
    """Linux's poll."""

    def __init__(self) -> None:
        self._epoll = select.epoll()

    def watch(self, number: int, *, write: bool) -> None:
        self._epoll.register(number, select.EPOLLOUT if write else select.EPOLLIN)

    def close_all(self, socks: list[socket.SocketType]) -> None:
        """Close ``socks``, which so leave the poll, neighbours together."""
        numbers = sorted([sock.detach() for sock in socks])
        while numbers:
            first = last = numbers.pop()
            while numbers and numbers[-1] == first - 1:
                first = numbers.pop()
            os.closerange(first, last + 1)

    def wait(self, seconds: float | None) -> list[tuple[int, int]]:
        """Return descriptors and what happened to each: with a bit of _FAILED, perhaps a failure."""
        # Rounded up to the millisecond by epoll; an early wake would spin.
        return self._epoll.poll(-1 if seconds is None else seconds, 512)

    def close(self) -> None:
        self._epoll.close()


class _Selector:
    """The same elsewhere."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()

    def watch(self, number: int, *, write: bool) -> None:
        self._selector.register(number, selectors.EVENT_WRITE if write else selectors.EVENT_READ)

    def close_all(self, socks: list[socket.SocketType]) -> None:
        for sock in socks:
            self._selector.unregister(sock)
            sock.close()

    def wait(self, seconds: float | None) -> list[tuple[int, int]]:
        return [(key.fd, _FAILED) for key, _ in self._selector.select(seconds)]

    def close(self) -> None:
        self._selector.close()


@functools.cache
def _explain(code: int) -> OutcomeKind:
    return explain(OSError(code, "")).kind


def _locate(endpoint: Permitted) -> tuple[socket.AddressFamily, tuple[str, int] | tuple[str, int, int, int]]:
    """Return family and socket address; that of IPv4, as the scope writes it, is not taken apart."""
    if endpoint.port is not None and _IPV4(endpoint.address):
        return socket.AF_INET, (endpoint.address, endpoint.port)
    return locate(endpoint)
