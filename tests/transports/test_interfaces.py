from __future__ import annotations

import socket
from ipaddress import IPv4Interface

from scanner.transports.interfaces import interfaces


def test_loopback_is_there():
    found = {one.name: one for one in interfaces()}
    lo = next(one for one in found.values() if one.loopback)
    assert IPv4Interface("127.0.0.1/8") in lo.addresses
    assert lo.index == socket.if_nametoindex(lo.name)


def test_in_order_of_index():
    indexes = [one.index for one in interfaces()]
    assert indexes == sorted(indexes)
    assert indexes


def test_a_system_that_tells_nothing(monkeypatch):
    def fail():
        raise OSError("no")

    monkeypatch.setattr("ifaddr.get_adapters", fail)
    assert interfaces() == ()
