from __future__ import annotations

from itertools import pairwise

from scanner.engine.request import Request
from scanner.engine.speeds import SPEEDS


def test_each_speed_is_faster_in_every_way():
    assert list(SPEEDS) == ["gentle", "normal", "fast"]
    for slow, quick in pairwise(SPEEDS.values()):
        assert slow.rate < quick.rate
        assert slow.per_subnet < quick.per_subnet
        assert slow.per_host < quick.per_host


def test_gentle_is_the_default():
    gentle = SPEEDS["gentle"]
    request = Request(("10.0.0.1",))
    assert (request.rate, request.subnet_rate, request.host_rate) == (gentle.rate, gentle.per_subnet, gentle.per_host)


def test_a_switch_carries_gentle_on_its_slowest_port():
    # A frame of 64 bytes takes 84 with preamble and gap: the rate must be a small part of 10 Mbit/s.
    assert SPEEDS["gentle"].rate * 84 * 8 < 0.1 * 10_000_000
