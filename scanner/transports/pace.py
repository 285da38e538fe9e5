"""The rate at which questions leave: a token bucket for all, and a spacing for each host and each subnet."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections import deque
from collections.abc import Hashable
from typing import Final

BURST_SECONDS: Final = 0.02
"""What may be caught up after a pause: timers wake milliseconds late, and a long burst would fill device queues."""
WINDOW_SECONDS: Final = 0.1
"""The rate holds in every window of this length, not on average: the queue of a small switch is a few milliseconds."""
GUARD_SECONDS: Final = 0.001
"""Added to the window of single questions, which may leave a moment late, closer to what follows."""
MAX_KEYS: Final = 65_536
"""Hosts or subnets remembered before those whose time has passed are forgotten."""


class Pace:
    """At most ``per_second`` questions a second; one Pace may be shared by many transports and threads.

    Any WINDOW_SECONDS hold at most a tenth of ``per_second``, rounded down, but one at least; and questions are spread
    within it, with no more than BURST_SECONDS of them at once. ``math.inf`` lets everything through; zero, negative
    or NaN is a ValueError.
    """

    def __init__(self, per_second: float) -> None:
        if not per_second > 0:
            raise ValueError("the rate must be above zero")
        self.per_second: Final = per_second
        self._interval = 1 / per_second
        self._most = max(1, int(per_second * WINDOW_SECONDS)) if per_second < math.inf else 0
        self._due = float("-inf")
        self._recent: deque[list[float]] = deque()
        """When and how many were let through, the last ``_most`` of them."""
        self._spent: list[float] | None = None
        self._count = 0
        self._lock = threading.Lock()

    @property
    def bounded(self) -> bool:
        """False when everything is let through."""
        return self._most > 0

    def delay(self, now: float, count: int) -> float:
        """Return the seconds until ``count`` tokens, or as many as ever may be, can be spent at once."""
        if not self._most:
            return 0.0
        with self._lock:
            count = min(count, self._most, int(BURST_SECONDS / self._interval) + 1)
            due = self._due + (count - 1) * self._interval
            room = self._most - self._count
            for when, number in self._recent:
                if room >= count:
                    break
                room += int(number)
                due = max(due, when + WINDOW_SECONDS)
        return max(0.0, due - now)

    def spend(self, now: float, most: int) -> int:
        """Take as many tokens, ``most`` at most, as may be spent at once; return how many.

        Tell ``spent`` when they have been, for the machine may have taken its time: the window is counted from then.
        """
        if not self._most:
            return most
        with self._lock:
            due = max(self._due, now - BURST_SECONDS)
            if due > now:
                return 0
            room = self._most - self._count
            for when, count in self._recent:
                if room >= most or when > now - WINDOW_SECONDS:
                    break
                room += int(count)
            granted = min(most, int((now - due) / self._interval) + 1, room)
            if granted > 0:
                self._due = due + granted * self._interval
                self._note(now, granted)
                self._spent = self._recent[-1]
            return max(0, granted)

    def spent(self, now: float) -> None:
        """Tell that what ``spend`` gave last had left by ``now``."""
        with self._lock:
            if self._spent is not None:
                self._spent[0] = now

    async def wait(self) -> None:
        """Sleep until the next token may be spent, and take it: it is to be spent at once."""
        while not self.spend(now := time.monotonic(), 1):  # noqa: ASYNC110 - time passes without an event
            await asyncio.sleep(self.delay(now, 1))
        self.spent(now + GUARD_SECONDS)

    def _note(self, when: float, count: int) -> None:
        """Remember what was let through, and forget what no longer bounds anything."""
        if not self._most:
            return
        self._recent.append([when, count])
        self._count += count
        while self._count > self._most:
            first = self._recent[0]
            gone = min(int(first[1]), self._count - self._most)
            self._count -= gone
            first[1] -= gone
            if not first[1]:
                self._recent.popleft()


class Spacing:
    """At most ``per_second`` questions a second to each of many, evenly spaced.

    With ``slack`` seconds, so much may be caught up, for timers wake milliseconds late; then any WINDOW_SECONDS hold a
    tenth of ``per_second`` at most, where that is two at least. ``math.inf`` lets everything through; zero, negative or
    NaN is a ValueError. For one thread.
    """

    def __init__(self, per_second: float, slack: float = 0.0) -> None:
        if not per_second > 0:
            raise ValueError("the rate must be above zero")
        window = per_second * WINDOW_SECONDS
        self._slack = slack if 2 <= window < math.inf else 0.0  # noqa: PLR2004 - fewer have nothing to catch up
        # In a window of W seconds there is room for (W + slack) / interval, and for the one that opens it.
        self.interval = (WINDOW_SECONDS + slack) / (window - 1) if self._slack else 1 / per_second
        """Seconds between two questions."""
        self._next: dict[Hashable, float] = {}

    def due(self, key: Hashable) -> float:
        """Return the monotonic time from which ``key`` may be asked again."""
        return self._next.get(key, -math.inf)

    def note(self, key: Hashable, now: float) -> None:
        """Remember that ``key`` is asked at ``now``."""
        if not self.interval:
            return
        if len(self._next) >= MAX_KEYS:
            self._next = {one: due for one, due in self._next.items() if due > now}
        self._next[key] = max(self._next.get(key, -math.inf), now - self._slack) + self.interval
