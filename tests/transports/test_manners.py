from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.transports import manners as module
from scanner.transports.manners import (
    GRACE_SECONDS,
    MAX_HOSTS,
    MOST,
    PATIENCE,
    REST_SECONDS,
    STRIKES,
    SUFFERERS,
    Manners,
    Wait,
)  # fmt: skip
from scanner.transports.pace import WINDOW_SECONDS, Pace
from tests.transports.servers import permit

FREE = Pace(math.inf)


class Clock:
    def __init__(self, now=0.0):
        self.now = now

    def __call__(self):
        return self.now


def ask(manners, address, who="a", pace=FREE):
    """Ask if it may be; return what was in the way."""
    with manners.turn(address, who, pace) as wait:
        pass
    return wait


def due(manners, address):
    wait = manners.wait(address, "a")
    return -math.inf if wait is None else wait.until


def silent(manners, address, times, now=0.0):
    return [manners.silence(address, now) for _ in range(times)]


def test_strangers_may_be_silent():
    manners = Manners()
    assert silent(manners, "10.0.0.1", 100) == [None] * 100
    assert due(manners, "10.0.0.1") == -math.inf


def test_a_host_that_answered_and_goes_silent_is_asked_what_it_answered():
    manners = Manners()
    known = permit("10.0.0.1", 80)
    manners.answer(known)
    assert silent(manners, "10.0.0.1", STRIKES) == [None] * (STRIKES - 1) + [known]
    assert due(manners, "10.0.0.1") == -math.inf
    manners.answer(known)
    # It answers: so the silence was a firewall's, and is not looked at again.
    assert silent(manners, "10.0.0.1", 100) == [None] * 100
    assert not manners.spared


def test_in_distress_it_rests_longer_each_time_and_then_for_good():
    clock = Clock(-1.0)
    manners = Manners(clock=clock)
    known = permit("10.0.0.1", 80)
    manners.answer(known)
    silent(manners, "10.0.0.1", STRIKES)
    now = 0.0
    for rest in range(PATIENCE):
        assert manners.silence("10.0.0.1", now, again=True) == known
        assert due(manners, "10.0.0.1") == now + REST_SECONDS * 2**rest
        now = due(manners, "10.0.0.1")
    assert manners.silence("10.0.0.1", now, again=True) is None
    assert due(manners, "10.0.0.1") == math.inf
    assert manners.left("10.0.0.1")
    assert [line.split(", ")[1] for line in manners.spared] == ["and was asked more slowly"]


def test_what_else_is_silent_meanwhile_does_not_count():
    manners = Manners(clock=Clock())
    manners.answer(permit("10.0.0.1", 80))
    assert silent(manners, "10.0.0.1", STRIKES + 5)[STRIKES:] == [None] * 5
    assert manners.free
    manners.silence("10.0.0.1", 0.0, again=True)
    assert due(manners, "10.0.0.1") == REST_SECONDS
    assert not manners.free


def test_an_answer_ends_the_distress():
    manners = Manners()
    known = permit("10.0.0.1", 80)
    manners.answer(known)
    silent(manners, "10.0.0.1", STRIKES)
    manners.silence("10.0.0.1", 0.0, again=True)
    manners.answer(known)
    assert due(manners, "10.0.0.1") == -math.inf
    assert silent(manners, "10.0.0.1", STRIKES) == [None] * (STRIKES - 1) + [known]


@pytest.mark.parametrize(("prefix", "subnet"), [("10.0.0.", "10.0.0.0/24"), ("fd00:1:2:3::", "fd00:1:2:3::/64")])
def test_several_in_distress_slow_their_subnet(prefix, subnet):
    clock = Clock()
    manners = Manners(per_subnet=100, clock=clock)
    stranger = f"{prefix}99"
    assert [ask(manners, stranger) for _ in range(3)] == [None] * 3
    assert 0 < due(manners, stranger) <= 0.01
    for host in range(1, SUFFERERS + 1):
        manners.answer(permit(f"{prefix}{host}", 80))
        silent(manners, f"{prefix}{host}", STRIKES)
        manners.silence(f"{prefix}{host}", 0.0, again=True)
    clock.now = 1.0
    assert ask(manners, stranger) is None
    assert due(manners, stranger) == pytest.approx(1.04)
    assert f"several hosts of {subnet} stopped answering: the subnet was asked more slowly" in manners.spared
    assert due(manners, "10.7.0.1") == -math.inf


def test_rates_hold_for_each():
    clock = Clock()
    manners = Manners(per_host=10, per_subnet=100, clock=clock)
    assert not manners.free
    assert ask(manners, "10.0.0.1") is None
    assert due(manners, "10.0.0.1") == pytest.approx(0.102)
    while (wait := ask(manners, "10.0.0.2")) is None:
        clock.now += 0.0001
    assert wait.cause == "host"
    assert due(manners, "10.0.1.1") == -math.inf


@given(
    st.sampled_from([(20, 200, 400), (100, 750, 1000), (500, 500, 10_000)]),
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 7), st.floats(0, 0.004), st.floats(0, 0.03)),
        min_size=50, max_size=400,
    ),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_whoever_asks_no_window_holds_more_than_the_limits(limits, tries):
    per_host, per_subnet, whole = limits
    clock, pace = Clock(), Pace(whole)
    manners = Manners(per_host, per_subnet, clock=clock)
    asked = []
    for who, number, later, taking in tries:
        clock.now += later
        address = f"10.0.{number // 4}.{number % 4}"
        with manners.turn(address, who, pace) as wait:
            if wait is None:
                clock.now += taking if number == 3 else 0.0
                asked.append((clock.now, address))
            else:
                assert wait.until >= clock.now
    assert asked

    def hold(per_second, names):
        times = [when for when, address in asked if address.startswith(names)]
        for at, first in enumerate(times):
            assert sum(when < first + WINDOW_SECONDS for when in times[at:]) <= per_second * WINDOW_SECONDS

    hold(whole, "10.")
    for subnet in ("10.0.0.", "10.0.1."):
        hold(per_subnet, subnet)
    for address in {address for _, address in asked}:
        hold(per_host, (address,))


def wanting(manners, pace, names, seconds, clock):
    """Let each of ``names``, in that order, ask another host of the subnet whenever it may; count who did how often."""
    turns: Counter[str] = Counter()
    due = dict.fromkeys(names, 0.0)
    number = 0
    while clock.now < seconds:
        clock.now = max(clock.now, min(due.values()))
        for who in names:
            while due[who] <= clock.now:
                number = (number + 1) % 200
                wait = ask(manners, f"10.0.0.{number}", who, pace)
                if wait is None:
                    turns[who] += 1
                else:
                    due[who] = math.nextafter(wait.until, math.inf)
    return turns


@pytest.mark.parametrize("pace", [math.inf, 100])
def test_nobody_starves_however_greedy_the_others_are(pace):
    clock = Clock()
    manners = Manners(per_subnet=200, clock=clock)
    turns = wanting(manners, Pace(pace), ["first", "second", "third"], 10, clock)
    assert sum(turns.values()) == pytest.approx(10 * min(200, pace), rel=0.1)
    assert min(turns.values()) > 0.8 * max(turns.values())


def test_who_does_not_come_when_told_is_not_waited_for():
    clock = Clock()
    manners = Manners(per_subnet=200, clock=clock)
    while ask(manners, "10.0.0.1", "there") is None:
        pass
    assert ask(manners, "10.0.0.2", "gone") is not None
    clock.now = due(manners, "10.0.0.1") + 2 * GRACE_SECONDS
    assert ask(manners, "10.0.0.1", "there") is None


def test_whom_others_found_in_distress_is_left_alone():
    manners = Manners()
    manners.leave("10.0.0.1")
    assert ask(manners, "10.0.0.1") == Wait(math.inf, "host")
    assert not manners.free
    manners.forgive("10.0.0.1")
    assert ask(manners, "10.0.0.1") is None


def test_accounts_of_subnets_that_are_no_longer_asked_are_forgotten(monkeypatch):
    monkeypatch.setattr(module, "MAX_SUBNETS", 10)
    clock = Clock()
    manners = Manners(per_subnet=100, clock=clock)
    for number in range(100):
        clock.now += 0.05
        assert ask(manners, f"10.0.{number}.1") is None
    assert len(manners._subnets) <= 10


def test_memory_is_bounded():
    manners = Manners()
    hosts = [permit(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", 80) for number in range(MAX_HOSTS)]
    for host in hosts * 2:
        manners.answer(host)
        manners.silence(host.address, 1.0)
    assert len(manners._known) == len(manners._states) == MAX_HOSTS
    manners.answer(permit("10.1.0.0", 80))
    assert len(manners._known) == 1
    assert not manners._states


def test_who_was_left_alone_can_be_forgiven():
    manners = Manners()
    known = permit("10.0.0.1", 80)
    manners.answer(known)
    silent(manners, "10.0.0.1", STRIKES)
    for _ in range(PATIENCE + 1):
        manners.silence("10.0.0.1", 0.0, again=True)
    assert manners.left("10.0.0.1")
    manners.forgive("10.0.0.1")
    manners.forgive("10.0.0.2")
    assert not manners.left("10.0.0.1")
    assert due(manners, "10.0.0.1") == -math.inf
    assert manners.free


@pytest.mark.parametrize(("late", "strikes"), [(0, STRIKES), (10, STRIKES), (50, 6), (95, MOST)])
def test_more_silences_are_borne_where_questions_get_lost(late, strikes):
    manners = Manners()
    for number in range(100):
        manners.answer(permit(f"10.0.1.{number}", 80), late=number < late)
    known = permit("10.0.0.1", 80)
    manners.answer(known)
    assert silent(manners, "10.0.0.1", strikes) == [None] * (strikes - 1) + [known]


def test_one_host_in_need_is_not_a_lossy_way():
    manners = Manners()
    known = permit("10.0.0.1", 80)
    for _ in range(2):
        manners.answer(known, late=True)
    assert silent(manners, "10.0.0.1", STRIKES) == [None] * (STRIKES - 1) + [known]
