"""The rate at which questions leave: a token bucket."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Final

BURST_SECONDS: Final = 0.02
"""What may be caught up after a pause: timers wake milliseconds late, and a long burst would fill device queues."""


class Pace:
    """At most ``per_second`` questions a second; one Pace may be shared by many transports and threads.

    In any span of T seconds at most ``per_second * (T + BURST_SECONDS) + 1`` are let through.
    ``math.inf`` lets everything through; zero, negative or NaN is a ValueError.
    """

    def __init__(self, per_second: float) -> None:
        if not per_second > 0:
            raise ValueError("the rate must be above zero")
        self._interval = 1 / per_second
        self._due = float("-inf")
        self._lock = threading.Lock()

    def take(self, now: float) -> float:
        """Take the next token; return the seconds from ``now`` (monotonic) until it may be spent."""
        with self._lock:
            due = max(self._due, now - BURST_SECONDS)
            self._due = due + self._interval
        return max(0.0, due - now)

    async def wait(self) -> None:
        """Take the next token and sleep until it may be spent."""
        delay = self.take(time.monotonic())
        if delay > 0:
            await asyncio.sleep(delay)
