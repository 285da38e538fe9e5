"""Questions to single endpoints by UDP, and whatever comes back."""

from __future__ import annotations

import asyncio
import socket
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable
from typing import Final

from scanner.model.permitted import Permitted
from scanner.transports.loss import Loss
from scanner.transports.mailbox import Datagram, Mailbox, Questions
from scanner.transports.pace import Pace
from scanner.transports.stream import Address, Failed, locate

__all__ = ["Datagram", "ask"]

BREATH: Final = 64
"""Questions sent before the asyncio loop gets its turn."""


async def ask(  # noqa: C901 - sending, listening and repeating are one loop
    endpoints: Iterable[Permitted],
    questions: Callable[[], tuple[bytes, ...]],
    *,
    wait: float,
    passes: int,
    spacing: float,
    pace: Pace,
    source_port: int | None = None,
    loss: Loss | None = None,
) -> AsyncGenerator[Datagram, None]:
    """Send each endpoint all ``questions()``, ``passes`` times ``spacing`` seconds apart; yield all that is received.

    Ends ``wait`` seconds after the last question. ``questions`` is called anew for each endpoint and pass; ``pace``
    counts every datagram; ``loss`` is told who answered the first pass, and who a later one only. ``endpoints`` is read
    lazily and may be endless. Answers are not matched to questions, and may come from addresses that were not asked:
    the caller checks. Our own questions coming back are dropped. An endpoint that cannot be addressed is passed over;
    with ``source_port`` taken by another program the questions leave from any port.
    """
    box = Mailbox()
    echoes = Questions()
    waiting: dict[str, bool] = {}
    """Who was asked and has not answered → whether it was asked again."""
    try:
        post = _Post(box, source_port)
        schedule = _Schedule(endpoints, passes, spacing)
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
            if due is None:
                if now >= until:
                    return
                await box.wait(until - now)
            elif due > now:
                await box.wait(due - now)
            else:
                endpoint, first = schedule.take(now)
                if loss is not None and (first or endpoint.address in waiting):
                    waiting[endpoint.address] = not first
                for question in questions():
                    await pace.wait()
                    echoes.sent(question)
                    await post.send(endpoint, question)
                    sent += 1
                until = time.monotonic() + wait
                if sent % BREATH == 0:
                    await asyncio.sleep(0)
    finally:
        box.close()


class _Schedule:
    """Which endpoint is asked next, and when: repeats as they fall due, new endpoints otherwise."""

    def __init__(self, endpoints: Iterable[Permitted], passes: int, spacing: float) -> None:
        self._source = iter(endpoints) if passes > 0 else iter(())
        self._passes = passes
        self._spacing = spacing
        self._ahead: Permitted | None = next(self._source, None)
        self._repeats: deque[tuple[float, Permitted, int]] = deque()

    def due(self, now: float) -> float | None:
        if self._ahead is not None:
            return now
        return self._repeats[0][0] if self._repeats else None

    def take(self, now: float) -> tuple[Permitted, bool]:
        """Return who is to be asked, and whether for the first time."""
        if self._repeats and (self._ahead is None or self._repeats[0][0] <= now):
            _, endpoint, left = self._repeats.popleft()
        else:
            assert self._ahead is not None
            endpoint, left = self._ahead, self._passes
            self._ahead = next(self._source, None)
        if left > 1:
            self._repeats.append((now + self._spacing, endpoint, left - 1))
        return endpoint, left == self._passes


class _Post:
    """One socket per address family, opened when first needed."""

    def __init__(self, box: Mailbox, source_port: int | None) -> None:
        self._box = box
        self._source_port = source_port
        self._by_family: dict[socket.AddressFamily, asyncio.DatagramTransport] = {}

    async def send(self, endpoint: Permitted, payload: bytes) -> None:
        try:
            family, address = locate(endpoint)
            transport = self._by_family.get(family)
            if transport is None:
                transport = self._by_family[family] = await self._box.add(_bound(family, self._source_port), None)
            transport.sendto(payload, address)
        except (Failed, OSError):
            return


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
