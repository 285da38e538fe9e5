"""Where conversations wait until one more question may be put to an address."""

from __future__ import annotations

import asyncio
import math
import time
from typing import Final
from weakref import WeakValueDictionary

from scanner.transports.manners import Manners, subnet_of
from scanner.transports.pace import Pace
from scanner.transports.stream import Failed

WHO: Final = "conversations"
"""The name under which turns are taken."""
LEFT_ALONE: Final = "it stopped answering and was left alone"


class Gate:
    """Keeps conversations to what ``manners`` and ``pace`` allow; who waits for the same subnet stands in line."""

    def __init__(self, manners: Manners, pace: Pace) -> None:
        self._manners = manners
        self._pace = pace
        self._lines: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def shut(self, address: str) -> bool:
        """True when ``address`` has stopped answering and is left alone for good."""
        return self._manners.left(address)

    async def enter(self, address: str) -> None:
        """Return when one question may be put to ``address``, which is to be done at once.

        Raises Failed when the address is left alone for good.
        """
        line = self._lines.setdefault(subnet_of(address), asyncio.Lock())
        while True:
            async with line:
                until = await self._stand(address)
            if until is None:
                return
            if until == math.inf:
                raise Failed("skipped", LEFT_ALONE)
            await asyncio.sleep(max(0.0, until - time.monotonic()))

    async def _stand(self, address: str) -> float | None:
        """Wait at the head of the line; return None with the turn taken, or the time at which the host may be asked."""
        while True:
            with self._manners.turn(address, WHO, self._pace) as wait:
                pass
            if wait is None:
                return None
            if wait.cause == "host":
                return wait.until
            await asyncio.sleep(max(0.0, wait.until - time.monotonic()))
