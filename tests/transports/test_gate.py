from __future__ import annotations

import asyncio
import gc
import math
import time

import pytest

from scanner.transports.gate import LEFT_ALONE, Gate
from scanner.transports.manners import Manners
from scanner.transports.pace import Pace
from scanner.transports.stream import Failed


def passed(manners, addresses, pace=math.inf):
    """Return who passed, and after how many seconds, when all want to at once."""

    async def run():
        gate = Gate(manners, Pace(pace))
        start, order = time.monotonic(), []

        async def enter(address):
            await gate.enter(address)
            order.append((address, time.monotonic() - start))

        await asyncio.gather(*map(enter, addresses))
        gc.collect()
        assert not gate._lines
        return order

    return asyncio.run(run())


def test_without_limits_nobody_waits():
    assert passed(Manners(), ["10.0.0.1"] * 100)[-1][1] < 1


@pytest.mark.parametrize(("limits", "pace"), [({"per_host": 50}, math.inf), ({"per_subnet": 50}, math.inf), ({}, 50)])
def test_each_limit_is_kept(limits, pace):
    assert 0.15 < passed(Manners(**limits), ["10.0.0.1"] * 12, pace)[-1][1] < 3


def test_who_waits_for_its_host_holds_up_no_other():
    order = passed(Manners(per_host=5, per_subnet=10_000), ["10.0.0.1"] * 3 + [f"10.0.0.{n}" for n in range(2, 22)])
    assert [address for address, _ in order[-2:]] == ["10.0.0.1"] * 2


def test_who_is_left_alone_is_not_asked():
    manners = Manners()
    manners.leave("10.0.0.1")
    gate = Gate(manners, Pace(math.inf))
    assert gate.shut("10.0.0.1")
    assert not gate.shut("10.0.0.2")
    with pytest.raises(Failed) as failed:
        asyncio.run(gate.enter("10.0.0.1"))
    assert (failed.value.kind, failed.value.reason) == ("skipped", LEFT_ALONE)
