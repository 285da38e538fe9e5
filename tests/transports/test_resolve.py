from __future__ import annotations

import asyncio
import socket

import pytest

from scanner.transports import resolve as module
from scanner.transports.resolve import resolve


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1", "fe80::1%7"])
def test_an_address_is_itself(address):
    assert asyncio.run(resolve(address)) == (address,)


@pytest.mark.loopback
def test_localhost_is_loopback():
    assert set(asyncio.run(resolve("localhost"))) & {"127.0.0.1", "::1"}


@pytest.mark.parametrize("name", ["", "a" * 300, "a..b", "\udcff"])
def test_what_is_no_name_has_no_address(name):
    assert asyncio.run(resolve(name)) == ()


def test_each_address_once_with_its_scope(monkeypatch):
    async def answer(*args, **kwargs):
        lo = socket.if_nametoindex("lo")
        return [(0, 0, 0, "", ("192.0.2.1", 0)), (0, 0, 0, "", ("192.0.2.1", 0)), (0, 0, 0, "", ("fe80::1", 0, 0, lo))]

    async def run():
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", answer)
        return await resolve("camera.example")

    assert asyncio.run(run()) == ("192.0.2.1", "fe80::1%lo")


def test_a_resolver_that_never_answers(monkeypatch):
    async def answer(*args, **kwargs):
        await asyncio.sleep(60)

    async def run():
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", answer)
        return await resolve("camera.example")

    monkeypatch.setattr(module, "PATIENCE", 0.05)
    assert asyncio.run(run()) == ()
