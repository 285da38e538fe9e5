"""Ctrl-C and SIGTERM end a scan in order: partial results are kept and reported."""

from __future__ import annotations

import signal
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


class Interrupted(Exception):  # noqa: N818 - an event, not an error
    """The operator, or the system, asked to stop."""


async def until_interrupted(work: Coroutine[object, object, T]) -> T:
    """Return what ``work`` returns; Interrupted, with ``work`` cancelled and ended, on SIGINT or SIGTERM."""
    import asyncio

    loop = asyncio.get_running_loop()
    task = loop.create_task(work)
    asked = False

    def stop() -> None:
        nonlocal asked
        asked = True
        task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    try:
        return await task
    except asyncio.CancelledError:
        if asked:
            raise Interrupted from None
        raise
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
