from __future__ import annotations

import asyncio
import math
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.transports.pace import BURST_SECONDS, MAX_KEYS, WINDOW_SECONDS, Pace, Spacing

RATES = st.one_of(st.floats(1, 10_000), st.integers(1, 10_000).map(float))
STEPS = st.lists(st.one_of(st.floats(0, 0.5), st.floats(0, 0.001)), min_size=1, max_size=60)


def hold(rate, spent):
    """Assert that no window holds more than a tenth of the rate."""
    for first in range(len(spent)):
        within = sum(count for when, count in spent[first:] if when < spent[first][0] + WINDOW_SECONDS)
        assert within <= max(1, int(rate * WINDOW_SECONDS))


@given(rate=RATES, steps=STEPS, most=st.integers(1, 500), data=st.data())
@settings(max_examples=100, deadline=None)
def test_no_window_holds_more_than_the_rate_allows(rate, steps, most, data):
    pace, now, spent = Pace(rate), 0.0, []
    for step in steps:
        now += step
        granted = pace.spend(now, most)
        assert 0 <= granted <= most
        if granted:
            now += data.draw(st.floats(0, 0.05))
            pace.spent(now)
        spent.append((now, granted))
        if not granted and data.draw(st.booleans()):
            wait = pace.delay(now, 1)
            assert wait > 0
            now = math.nextafter(now + wait, math.inf)
    hold(rate, spent)


def test_who_comes_when_it_is_ready_gets_the_whole_rate():
    pace, now, total = Pace(100), 0.0, 0
    while now < 10:
        total += pace.spend(now, 1)
        now += max(0.001, pace.delay(now, 1))
    assert total == pytest.approx(1000, rel=0.06)


@pytest.mark.parametrize("rate", [200, 1000, 100_000])
def test_a_steady_spender_gets_the_whole_rate(rate):
    pace, total = Pace(rate), 0
    for tick in range(10_000):
        total += pace.spend(tick / 1000, 10_000)
    assert total == pytest.approx(10 * rate, rel=0.06)


@given(rate=RATES, steps=STEPS, count=st.integers(1, 500))
@settings(max_examples=100, deadline=None)
def test_the_delay_is_as_long_as_it_must_be(rate, steps, count):
    pace, now, spent = Pace(rate), 0.0, []
    for step in steps:
        now += step
        delay = pace.delay(now, count)
        now += delay + 1e-9
        assert pace.delay(now, count) == 0
        granted = pace.spend(now, count)
        assert granted == count or granted >= min(int(rate * BURST_SECONDS), int(rate * WINDOW_SECONDS))
        spent.append((now, granted))
    hold(rate, spent)


def test_who_wakes_a_little_late_each_time_gets_the_whole_rate():
    late = random.Random(1)
    pace, now, total = Pace(16_129), 0.0, 0
    while now < 10:
        now += pace.delay(now, 16) + late.uniform(0.000_05, 0.000_15)
        total += pace.spend(now, 2048)
        pace.spent(now)
    assert total == pytest.approx(161_290, rel=0.004)


def test_infinite_never_waits():
    pace = Pace(math.inf)
    assert pace.delay(0.0, 1) == 0.0
    assert pace.spend(0.0, 12_345) == 12_345
    assert pace.delay(0.0, 12_345) == 0.0


def test_each_host_is_spaced():
    spacing = Spacing(20)
    assert spacing.due("a") == -math.inf
    spacing.note("a", 1.0)
    assert spacing.due("a") == pytest.approx(1.05)
    assert spacing.due("b") == -math.inf
    free = Spacing(math.inf)
    free.note("a", 1.0)
    assert free.due("a") == -math.inf


@given(st.integers(20, 20_000), st.lists(st.floats(0, 0.02), max_size=300))
@settings(max_examples=50, deadline=None)
def test_with_slack_no_window_holds_more_than_the_rate_allows(rate, late):
    spacing, now, asked = Spacing(rate, 0.005), 0.0, []
    for delay in late:
        now += delay
        while spacing.due("a") <= now:
            spacing.note("a", now)
            asked.append(now)
    for number, first in enumerate(asked):
        inside = sum(1 for one in asked[number:] if one < first + WINDOW_SECONDS)
        assert inside <= rate * WINDOW_SECONDS + 1e-6


def test_who_is_no_longer_bound_is_forgotten():
    spacing = Spacing(1)
    for number in range(MAX_KEYS):
        spacing.note(number, 0.0)
    spacing.note("late", 0.5)
    assert spacing.due(1) == 1.0
    spacing.note("later", 2.0)
    assert spacing.due(1) == -math.inf
    assert spacing.due("later") == 3.0


@pytest.mark.parametrize("rate", [0, -1, math.nan])
def test_a_rate_that_lets_nothing_through_is_refused(rate):
    with pytest.raises(ValueError, match="above zero"):
        Pace(rate)
    with pytest.raises(ValueError, match="above zero"):
        Spacing(rate)


def test_wait_sleeps():
    async def spend():
        pace = Pace(100)
        start = time.monotonic()
        for _ in range(12):
            await pace.wait()
        return time.monotonic() - start

    assert 0.08 < asyncio.run(spend()) < 3
