"""TCP connects by the thousand: which endpoints accept. Non-blocking sockets on one selector, no task per connection.

The selector runs in a thread of its own and hands batches over, so neither the asyncio loop nor the sweep waits for
the other. Connections are closed in the normal way: a reset (SO_LINGER 0) would save this machine a TIME_WAIT entry,
but it is the least tested path of an embedded server, and a camera that falls over is worse than a full table.
"""

from __future__ import annotations

import asyncio
import errno
import math
import selectors
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import AsyncGenerator, Iterable
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Final

from scanner.model.outcome import OutcomeKind
from scanner.model.permitted import Permitted
from scanner.transports.pace import Pace
from scanner.transports.stream import BACK_OFF, EXHAUSTED, Failed, explain, locate

PER_ADDRESS: Final = 2
"""Connections open to one address at a time: what a recorder of 2008 bears."""
RESERVE: Final = 64
"""File descriptors left to the rest of the program, beyond those open when the sweep starts."""
CHUNK: Final = 256
"""Endpoints taken, and results given, at a time: about a millisecond of the asyncio loop."""
LOOKAHEAD: Final = 4096
"""Endpoints taken ahead of the answers: where one address has many ports in a row, others still fill the sockets."""

_PENDING: Final = frozenset({0, errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EALREADY})

Result = tuple[Permitted, OutcomeKind]


async def connect(
    endpoints: Iterable[Permitted],
    *,
    timeout: float,  # noqa: ASYNC109 - of each connection, not of the sweep
    concurrency: int,
    pace: Pace,
) -> AsyncGenerator[Result, None]:
    """Connect to each endpoint once and yield it with ``answered`` (it accepted), ``refused``, ``timed-out`` or other.

    At most ``concurrency`` connections are open (fewer when RLIMIT_NOFILE is short), at most PER_ADDRESS of them to
    one address. ``timeout`` is in seconds and should exceed one, when Linux repeats a lost SYN. ``endpoints`` is read
    on the asyncio loop, LOOKAHEAD ahead of what has been yielded, and may be endless. Close the iterator to stop early.
    """
    source = iter(endpoints)
    width = max(1, min(concurrency, _descriptors()))
    sweep = _Sweep(timeout, width, pace, asyncio.get_running_loop())
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


class _Sweep:
    """The selector's thread. ``feed``, ``results`` and ``stop`` belong to the asyncio loop, the rest to the thread."""

    def __init__(self, timeout: float, width: int, pace: Pace, loop: asyncio.AbstractEventLoop) -> None:
        self._timeout = timeout
        self._width = width
        self._pace = pace
        self._loop = loop
        self._ready: list[Result] = []
        self._news = asyncio.Event()
        self._failure: BaseException | None = None
        self._stopped = False
        self._fed: deque[Permitted] = deque()
        self._next: tuple[float, Permitted] | None = None
        self._give_up = math.inf
        self._open: dict[socket.socket, tuple[float, Permitted]] = {}
        self._counts: dict[str, int] = {}
        self._deferred: dict[str, deque[Permitted]] = {}
        self._free: deque[Permitted] = deque()
        self._done: list[Result] = []
        self._rested = -math.inf
        self._bell, self._door = socket.socketpair()
        self._bell.setblocking(False)
        self._door.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._door, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, name="sweep", daemon=True)
        self._thread.start()

    def feed(self, endpoints: tuple[Permitted, ...]) -> None:
        self._fed.extend(endpoints)
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
                self._hand_over()
                for key, _ in self._selector.select(pause):
                    self._answer(key.fileobj)  # type: ignore[arg-type]  # only sockets are registered
                self._expire(time.monotonic())
        except BaseException as error:  # noqa: BLE001 - raised again on the asyncio loop: nobody looks at a thread
            self._failure = error
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._news.set)
        finally:
            for sock in self._open:
                sock.close()
            self._selector.close()
            self._door.close()

    def _hand_over(self) -> None:
        if self._done:
            done, self._done = self._done, []
            with suppress(RuntimeError):  # the loop was closed under us: nobody waits
                self._loop.call_soon_threadsafe(self._deliver, done)

    def _deliver(self, done: list[Result]) -> None:
        self._ready += done
        self._news.set()

    def _start(self, now: float) -> float | None:
        """Open what may be opened; return the seconds until there is something to do unasked, None for nothing."""
        due = math.inf
        while len(self._open) < self._width and len(self._done) < CHUNK:
            if self._next is None:
                endpoint = self._choose()
                if endpoint is None:
                    break
                start = now + self._pace.take(now)
                self._next = (start, endpoint)
                self._give_up = start + self._timeout
            start, endpoint = self._next
            start = max(start, self._rested)
            if start > now:
                due = start
                break
            self._next = None
            if not self._connect(endpoint, now):
                if now >= self._give_up:
                    self._finish(endpoint, "skipped")
                    continue
                self._next = (start, endpoint)
                due = self._rested = now + BACK_OFF
                break
        if self._done:
            return 0.0
        for deadline, _ in self._open.values():
            due = min(due, deadline)
            break  # all have the same timeout, so the first opened is the first to expire
        return None if due == math.inf else max(0.0, due - now)

    def _choose(self) -> Permitted | None:
        """Return the next endpoint whose address has room, and count it as open; park the others with their address."""
        while self._free or self._fed:
            endpoint = self._free.popleft() if self._free else self._fed.popleft()
            count = self._counts.get(endpoint.address, 0)
            if count < PER_ADDRESS:
                self._counts[endpoint.address] = count + 1
                return endpoint
            self._deferred.setdefault(endpoint.address, deque()).append(endpoint)
        return None

    def _connect(self, endpoint: Permitted, now: float) -> bool:
        """Begin one connection; False when this machine is out of descriptors and it must be tried again."""
        try:
            family, address = locate(endpoint)
        except Failed as failed:
            self._finish(endpoint, failed.kind)
            return True
        try:
            sock = socket.socket(family, socket.SOCK_STREAM | getattr(socket, "SOCK_NONBLOCK", 0))
        except OSError as error:
            if error.errno in EXHAUSTED:
                return False
            self._finish(endpoint, explain(error).kind)
            return True
        sock.setblocking(False)
        code = sock.connect_ex(address)
        if code not in _PENDING:
            sock.close()
            if code in EXHAUSTED:
                return False
            self._finish(endpoint, explain(OSError(code, "")).kind)
            return True
        self._open[sock] = (now + self._timeout, endpoint)
        self._selector.register(sock, selectors.EVENT_WRITE)
        return True

    def _answer(self, sock: socket.socket) -> None:
        if sock is self._door:
            self._door.recv(4096)
            return
        code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        self._end(sock, explain(OSError(code, "")).kind if code else "answered")

    def _expire(self, now: float) -> None:
        late = []
        for sock, (deadline, _) in self._open.items():
            if deadline > now:
                break
            late.append(sock)
        for sock in late:
            self._end(sock, "timed-out")

    def _end(self, sock: socket.socket, kind: OutcomeKind) -> None:
        self._selector.unregister(sock)
        sock.close()
        self._finish(self._open.pop(sock)[1], kind)

    def _finish(self, endpoint: Permitted, kind: OutcomeKind) -> None:
        self._done.append((endpoint, kind))
        address = endpoint.address
        count = self._counts[address] - 1
        if count:
            self._counts[address] = count
        else:
            del self._counts[address]
        waiting = self._deferred.get(address)
        if waiting:
            self._free.append(waiting.popleft())
            if not waiting:
                del self._deferred[address]
