from __future__ import annotations

import asyncio
import os
import signal

import pytest

from scanner.cli.interrupt import Interrupted, until_interrupted


async def wait_for_ever(ended: list[str]) -> None:
    try:
        await asyncio.sleep(60)
    finally:
        ended.append("ended")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_work_in_order(number):
    ended: list[str] = []

    async def scenario() -> None:
        asyncio.get_running_loop().call_later(0.05, os.kill, os.getpid(), number)
        await until_interrupted(wait_for_ever(ended))

    with pytest.raises(Interrupted):
        asyncio.run(scenario())
    assert ended == ["ended"]


def test_work_that_ends_is_returned():
    async def work() -> int:
        return 7

    assert asyncio.run(until_interrupted(work())) == 7
