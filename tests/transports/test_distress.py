from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.transports.distress import SLOTS, Watch
from scanner.transports.manners import LONGEST_REST, MOST, PATIENCE, REST_SECONDS, STRIKES

WAIT = 0.3
HOST = 77


def hosts(*numbers):
    return np.array(numbers, dtype=np.uint64)


def hear(watch, host, port=80, *, accepts=True):
    watch.hear(hosts(host), np.array([port], dtype=np.uint16), np.array([accepts]))


def silent(watch, host, times, now=0.0):
    for _ in range(times):
        watch.ask(hosts(host), now)


def look(watch, now, loss=0.0):
    asked, ports, fallen = watch.test(now, loss)
    return list(zip(asked.tolist(), ports.tolist(), strict=True)), fallen.tolist()


def suffering(host=HOST):
    """A watch whose one host has been asked what it answered, at 1.0."""
    watch = Watch(WAIT)
    hear(watch, host)
    silent(watch, host, STRIKES)
    assert look(watch, 1.0) == ([(host, 80)], [])
    return watch


def test_strangers_may_be_silent():
    watch = Watch(WAIT)
    silent(watch, HOST, 100)
    assert look(watch, 10.0) == ([], [])
    assert watch.calm


def test_who_answered_and_falls_silent_is_asked_that_and_nothing_else():
    watch = Watch(WAIT)
    hear(watch, HOST)
    silent(watch, HOST, STRIKES)
    assert look(watch, WAIT / 2) == ([], [])
    assert not watch.spared(hosts(HOST)).any()
    assert look(watch, 1.0) == ([(HOST, 80)], [])
    assert watch.spared(hosts(HOST, HOST + 1)).tolist() == [True, False]


def test_an_answer_in_between_is_health():
    watch = Watch(WAIT)
    hear(watch, HOST)
    for _ in range(5):
        silent(watch, HOST, STRIKES - 1)
        hear(watch, HOST, 81)
    assert look(watch, 10.0) == ([], [])


def test_behind_a_firewall_it_is_asked_on():
    watch = suffering()
    hear(watch, HOST)
    assert watch.calm
    silent(watch, HOST, 100, 1.1)
    assert look(watch, 10.0) == ([], [])


def test_what_accepts_is_rather_asked_again():
    watch = Watch(WAIT)
    hear(watch, HOST, 81, accepts=False)
    hear(watch, HOST, 554)
    hear(watch, HOST, 82, accepts=False)
    silent(watch, HOST, STRIKES)
    assert look(watch, 1.0) == ([(HOST, 554)], [])


def test_refusing_what_it_accepted_is_distress():
    watch = suffering()
    hear(watch, HOST, 80, accepts=False)
    assert look(watch, 1.0 + 2 * WAIT) == ([], [HOST])


def test_it_rests_longer_each_time_and_is_left_alone_in_the_end():
    watch, now = suffering(), 1.0
    rests = []
    while True:
        now += 2 * WAIT
        asked, fallen = look(watch, now)
        assert (asked, fallen) == ([], [HOST])
        assert watch.spared(hosts(HOST)).all()
        if watch.left(hosts(HOST)).all():
            break
        began = now
        while not look(watch, now)[0]:
            now += 0.01
        rests.append(now - began)
    assert rests == pytest.approx([min(LONGEST_REST, REST_SECONDS * 2**turn) for turn in range(PATIENCE)], abs=0.02)
    assert look(watch, now + 100) == ([], [])
    assert not watch.calm


def test_after_its_rest_it_is_well_again_when_it_answers():
    watch = suffering()
    look(watch, 2.0)
    assert look(watch, 2.1 + REST_SECONDS)[0] == [(HOST, 80)]
    hear(watch, HOST)
    assert watch.calm
    silent(watch, HOST, STRIKES, 3.0)
    assert look(watch, 4.0)[0] == [(HOST, 80)]


def test_where_much_is_lost_more_silences_are_borne():
    watch = Watch(WAIT)
    hear(watch, HOST)
    silent(watch, HOST, STRIKES)
    assert look(watch, 1.0, loss=0.5) == ([], [])
    silent(watch, HOST, MOST)
    assert look(watch, 1.0, loss=0.5)[0] == [(HOST, 80)]
    again = 0
    now = 1.0
    while look(watch, now := now + 2 * WAIT, loss=0.5)[1] == []:
        again += 1
    assert again == 6


def test_one_in_need_keeps_its_slot():
    watch = suffering()
    hear(watch, HOST + SLOTS)
    assert watch.spared(hosts(HOST, HOST + SLOTS)).tolist() == [True, False]
    hear(watch, HOST)
    hear(watch, HOST + SLOTS)
    silent(watch, HOST + SLOTS, STRIKES, 2.0)
    assert look(watch, 3.0)[0] == [(HOST + SLOTS, 80)]


@given(
    st.lists(
        st.tuples(st.sampled_from(["ask", "hear", "refuse", "test"]), st.integers(0, 5).map(lambda n: n * SLOTS // 2))
    )
)
@settings(max_examples=100, deadline=None)
def test_whatever_happens_the_count_of_those_in_need_holds(steps):
    watch, now = Watch(WAIT), 0.0
    for what, host in steps:
        now += 0.2
        if what == "ask":
            silent(watch, host, 2, now)
        elif what == "test":
            look(watch, now)
        else:
            hear(watch, host, accepts=what == "hear")
        everybody = hosts(*(n * SLOTS // 2 for n in range(6)))
        assert watch.calm == (not watch.spared(everybody).any())
        assert not (watch.left(everybody) & ~watch.spared(everybody)).any()
