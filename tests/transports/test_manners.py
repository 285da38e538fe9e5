from __future__ import annotations

import math

import pytest

from scanner.transports.manners import MAX_HOSTS, MOST, PATIENCE, REST_SECONDS, STRIKES, SUFFERERS, Manners
from tests.transports.servers import permit


def silent(manners, address, times, now=0.0):
    return [manners.silence(address, now) for _ in range(times)]


def test_strangers_may_be_silent():
    manners = Manners()
    assert silent(manners, "10.0.0.1", 100) == [None] * 100
    assert manners.due("10.0.0.1") == -math.inf


def test_a_host_that_answered_and_goes_silent_is_asked_what_it_answered():
    manners = Manners()
    known = permit("10.0.0.1", 80)
    manners.answer(known)
    assert silent(manners, "10.0.0.1", STRIKES) == [None] * (STRIKES - 1) + [known]
    assert manners.due("10.0.0.1") == -math.inf
    manners.answer(known)
    # It answers: so the silence was a firewall's, and is not looked at again.
    assert silent(manners, "10.0.0.1", 100) == [None] * 100
    assert not manners.spared


def test_in_distress_it_rests_longer_each_time_and_then_for_good():
    manners = Manners()
    known = permit("10.0.0.1", 80)
    manners.answer(known)
    silent(manners, "10.0.0.1", STRIKES)
    now = 0.0
    for rest in range(PATIENCE):
        assert manners.silence("10.0.0.1", now, again=True) == known
        assert manners.due("10.0.0.1") == now + REST_SECONDS * 2**rest
        now = manners.due("10.0.0.1")
    assert manners.silence("10.0.0.1", now, again=True) is None
    assert manners.due("10.0.0.1") == math.inf
    assert manners.left("10.0.0.1")
    assert [line.split(", ")[1] for line in manners.spared] == ["and was asked more slowly"]


def test_what_else_is_silent_meanwhile_does_not_count():
    manners = Manners()
    manners.answer(permit("10.0.0.1", 80))
    assert silent(manners, "10.0.0.1", STRIKES + 5)[STRIKES:] == [None] * 5
    assert manners.free
    manners.silence("10.0.0.1", 0.0, again=True)
    assert manners.due("10.0.0.1") == REST_SECONDS
    assert not manners.free


def test_an_answer_ends_the_distress():
    manners = Manners()
    known = permit("10.0.0.1", 80)
    manners.answer(known)
    silent(manners, "10.0.0.1", STRIKES)
    manners.silence("10.0.0.1", 0.0, again=True)
    manners.answer(known)
    assert manners.due("10.0.0.1") == -math.inf
    assert silent(manners, "10.0.0.1", STRIKES) == [None] * (STRIKES - 1) + [known]


@pytest.mark.parametrize(("prefix", "subnet"), [("10.0.0.", "10.0.0.0/24"), ("fd00:1:2:3::", "fd00:1:2:3::/64")])
def test_several_in_distress_slow_their_subnet(prefix, subnet):
    manners = Manners(per_subnet=100)
    stranger = f"{prefix}99"
    manners.ask(stranger, 0.0)
    assert 0 < manners.due(stranger) < 0.01
    for host in range(1, SUFFERERS + 1):
        manners.answer(permit(f"{prefix}{host}", 80))
        silent(manners, f"{prefix}{host}", STRIKES)
        manners.silence(f"{prefix}{host}", 0.0, again=True)
    manners.ask(stranger, 1.0)
    assert manners.due(stranger) == pytest.approx(1.05, abs=0.005)
    assert f"several hosts of {subnet} stopped answering: the subnet was asked more slowly" in manners.spared
    assert manners.due("10.7.0.1") == -math.inf


def test_rates_hold_for_each():
    manners = Manners(per_host=10, per_subnet=100)
    assert not manners.free
    manners.ask("10.0.0.1", 0.0)
    assert manners.due("10.0.0.1") == pytest.approx(0.1)
    assert 0 < manners.due("10.0.0.2") < 0.01
    assert manners.due("10.0.1.1") == -math.inf


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
    assert manners.due("10.0.0.1") == -math.inf
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


def test_who_waits_for_one_subnet_stands_in_line():
    manners = Manners(per_subnet=1000)
    for number in range(20):
        manners.ask(f"10.0.0.{number}", 0.0)
    times = [manners.queue(f"10.0.0.{number}") for number in range(100, 200)]
    assert times == sorted(set(times))
    assert times[-1] - times[0] == pytest.approx(0.1, rel=0.1)
    assert manners.queue("10.0.1.1") == -math.inf


def test_who_waits_for_itself_is_told_its_own_time():
    manners = Manners(per_host=10, per_subnet=1000)
    manners.ask("10.0.0.1", 0.0)
    assert manners.queue("10.0.0.1") == pytest.approx(0.1)
