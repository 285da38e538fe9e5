"""Questions to single endpoints by UDP, and whatever comes back."""

from __future__ import annotations

import asyncio
import math
import socket
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import suppress
from heapq import heappop, heappush
from itertools import count
from typing import Final

from scanner.model.permitted import Permitted
from scanner.transports.loss import Loss
from scanner.transports.mailbox import Datagram, Mailbox, Questions
from scanner.transports.manners import Manners, Wait, subnet_of
from scanner.transports.pace import Pace
from scanner.transports.stream import Address, Failed, locate

__all__ = ["Datagram", "ask"]

BREATH: Final = 64
"""Questions sent before the asyncio loop gets its turn."""
LOOKAHEAD: Final = 1024
"""Endpoints that may wait for their time while others are asked."""
WHO: Final = "datagrams"
"""The name under which turns are taken."""


async def ask(  # noqa: C901 - sending, listening and repeating are one loop
    endpoints: Iterable[Permitted],
    questions: Callable[[], tuple[bytes, ...]],
    *,
    wait: float,
    passes: int,
    spacing: float,
    pace: Pace,
    manners: Manners | None = None,
    source_port: int | None = None,
    loss: Loss | None = None,
) -> AsyncGenerator[Datagram, None]:
    """Send each endpoint all ``questions()``, ``passes`` times ``spacing`` seconds apart; yield all that is received.

    Ends ``wait`` seconds after the last question. ``questions`` is called anew for each endpoint and pass; ``pace``
    counts every datagram, and so does ``manners``, which bounds those to each host and subnet (None: nothing does): who
    has to wait for that holds up no other, and who is left alone is not asked. ``loss`` is told who answered the first
    pass, and who a later one only. ``endpoints`` is read lazily and may be endless. Answers are not matched to
    questions, and may come from addresses that were not asked: the caller checks. Our own questions coming back are
    dropped. An endpoint that cannot be addressed is passed over; with ``source_port`` taken by another program the
    questions leave from any port.
    """
    box = Mailbox()
    echoes = Questions()
    waiting: dict[str, bool] = {}
    """Who was asked and has not answered → whether it was asked again."""
    try:
        post = _Post(box, source_port, echoes, manners or Manners(), pace)
        schedule = _Schedule(endpoints, questions, passes, spacing)
        sent = 0
        until = time.monotonic() + wait
        while True:
            while (datagram := box.take()) is not None:
                if datagram.payload in echoes:
                    continue
                again = waiting.pop(datagram.address, None)
                if loss is not None and again is not None:
                    loss.note(early=not again, total=1)
                yield datagram
            now = time.monotonic()
            due = schedule.due(now)
            if due is None and now >= until:
                return
            if due is None or due > now:
                await box.wait((until if due is None else due) - now)
                continue
            asking = schedule.take(now)
            if asking is None:
                continue
            if not schedule.settle(asking, await post.send(asking), now):
                continue
            address = asking.endpoint.address
            if loss is not None and asking.fresh and (asking.first or address in waiting):
                waiting[address] = not asking.first
            asking.fresh = False
            until = time.monotonic() + wait
            sent += 1
            if sent % BREATH == 0:
                await asyncio.sleep(0)
    finally:
        box.close()


class _Asking:
    """One endpoint in one pass."""

    __slots__ = ("endpoint", "first", "fresh", "left", "payloads", "subnet")

    def __init__(self, endpoint: Permitted, payloads: Iterable[bytes], left: int, *, first: bool) -> None:
        self.endpoint = endpoint
        self.subnet = subnet_of(endpoint.address)
        self.payloads = deque(payloads)
        """Still to be sent."""
        self.left = left
        """Passes, this one included."""
        self.first = first
        """True in the first pass."""
        self.fresh = True
        """True until the first payload is sent."""


class _Schedule:
    """Which endpoint is asked next, and when: repeats as they fall due, new endpoints otherwise.

    Who has to wait for its host waits for itself alone; who waits for its subnet stands in line, and only the first
    tries.
    """

    def __init__(
        self, endpoints: Iterable[Permitted], questions: Callable[[], tuple[bytes, ...]], passes: int, spacing: float
    ) -> None:
        self._source = iter(endpoints) if passes > 0 else iter(())
        self._questions = questions
        self._passes = passes
        self._spacing = spacing
        self._ahead: Permitted | None = next(self._source, None)
        self._current: deque[_Asking] = deque()
        """To be tried before all others."""
        self._repeats: deque[tuple[float, Permitted, int]] = deque()
        self._wakes: list[tuple[float, int, _Asking | str]] = []
        """A heap of when who waits, or the first in line for a subnet, is to be tried again."""
        self._numbers = count()
        self._lines: dict[str, deque[_Asking]] = {}
        self._heads: set[str] = set()
        """Subnets whose first in line is in the heap."""
        self._parked = 0
        self._paused = -math.inf

    def due(self, now: float) -> float | None:
        """Return when ``take`` is to be called next, None for no more."""
        due = math.inf
        if self._current or (self._ahead is not None and self._parked < LOOKAHEAD):
            due = now
        if self._repeats:
            due = min(due, self._repeats[0][0])
        if self._wakes:
            due = min(due, self._wakes[0][0])
        return None if due == math.inf else max(due, self._paused)

    def take(self, now: float) -> _Asking | None:
        """Return who is to be tried, which ``settle`` must follow; None to ask ``due`` again."""
        if self._current:
            return self._current.popleft()
        if self._wakes and self._wakes[0][0] <= now:
            one = heappop(self._wakes)[2]
            if isinstance(one, str):
                self._heads.discard(one)
                one = self._lines[one].popleft()
            self._parked -= 1
            return one
        if self._repeats and (self._ahead is None or self._repeats[0][0] <= now):
            _, endpoint, left = self._repeats.popleft()
        else:
            assert self._ahead is not None
            endpoint, left = self._ahead, self._passes
            self._ahead = next(self._source, None)
        asking = _Asking(endpoint, self._questions(), left, first=left == self._passes)
        if not asking.payloads:
            return None
        if asking.subnet in self._lines:
            self._lines[asking.subnet].append(asking)
            self._parked += 1
            return None
        return asking

    def settle(self, asking: _Asking, wait: Wait | None, now: float) -> bool:
        """Take note that it was asked, or what is in its way; return whether it was asked."""
        again = -math.inf
        if wait is None:
            if asking.payloads:
                self._current.append(asking)
            elif asking.left > 1:
                self._repeats.append((now + self._spacing, asking.endpoint, asking.left - 1))
        elif wait.cause == "all":
            self._paused = again = wait.until
            self._current.append(asking)
        elif wait.cause == "subnet":
            again = wait.until
            self._parked += 1
            self._lines.setdefault(asking.subnet, deque()).appendleft(asking)
        elif wait.until < math.inf:  # who is left alone is dropped
            self._parked += 1
            heappush(self._wakes, (wait.until, next(self._numbers), asking))
        self._move_up(asking.subnet, again)
        return wait is None

    def _move_up(self, subnet: str, when: float) -> None:
        """Have the first in line tried then."""
        line = self._lines.get(subnet)
        if line is None or subnet in self._heads:
            return
        if line:
            self._heads.add(subnet)
            heappush(self._wakes, (when, next(self._numbers), subnet))
        else:
            del self._lines[subnet]


class _Post:
    """One socket per address family, opened when first needed."""

    def __init__(self, box: Mailbox, source_port: int | None, echoes: Questions, manners: Manners, pace: Pace) -> None:
        self._box = box
        self._source_port = source_port
        self._echoes = echoes
        self._manners = manners
        self._pace = pace
        self._by_family: dict[socket.AddressFamily, asyncio.DatagramTransport] = {}

    async def send(self, asking: _Asking) -> Wait | None:
        """Send the next payload; return what is in the way, for ever where the endpoint cannot be addressed."""
        try:
            family, address = locate(asking.endpoint)
            transport = self._by_family.get(family)
            if transport is None:
                transport = self._by_family[family] = await self._box.add(_bound(family, self._source_port), None)
        except (Failed, OSError):
            return Wait(math.inf, "host")
        with self._manners.turn(asking.endpoint.address, WHO, self._pace) as wait:
            if wait is None:
                payload = asking.payloads.popleft()
                self._echoes.sent(payload)
                with suppress(OSError):
                    transport.sendto(payload, address)
        return wait


def _bound(family: socket.AddressFamily, port: int | None) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_DGRAM)
    anywhere: Address = ("", port or 0)
    try:
        sock.bind(anywhere)
        # Set after binding: another scan is told that the port is taken, and a program of one address may have it.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    except OSError:
        sock.close()
        if port is None:
            raise
        return _bound(family, None)
    return sock
