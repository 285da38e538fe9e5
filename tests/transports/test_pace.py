from __future__ import annotations

import asyncio
import math
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.transports.pace import BURST_SECONDS, Pace


@given(
    rate=st.floats(1, 10_000),
    steps=st.lists(st.floats(0, 0.5), min_size=1, max_size=60),
)
@settings(max_examples=100, deadline=None)
def test_no_span_holds_more_than_the_rate_allows(rate, steps):
    pace, now, spent = Pace(rate), 0.0, []
    for step in steps:
        now += step
        wait = pace.take(now)
        assert wait >= 0
        spent.append(now + wait)
    assert spent == sorted(spent)
    for first in range(len(spent)):
        for last in range(first, len(spent)):
            span = spent[last] - spent[first]
            assert last - first + 1 <= rate * (span + BURST_SECONDS) + 1 + 1e-6


def test_a_steady_asker_gets_the_whole_rate():
    pace, now = Pace(100), 0.0
    for _ in range(1000):
        now += pace.take(now)
    assert now == pytest.approx(10, abs=0.1)


def test_infinite_never_waits():
    pace = Pace(math.inf)
    assert [pace.take(0.0) for _ in range(100)] == [0.0] * 100


@pytest.mark.parametrize("rate", [0, -1, math.nan])
def test_a_rate_that_lets_nothing_through_is_refused(rate):
    with pytest.raises(ValueError, match="above zero"):
        Pace(rate)


def test_wait_sleeps():
    async def spend():
        pace = Pace(100)
        start = time.monotonic()
        for _ in range(12):
            await pace.wait()
        return time.monotonic() - start

    assert 0.08 < asyncio.run(spend()) < 3
