from __future__ import annotations

import asyncio
import socket

import dns.message
import dns.rcode
import dns.resolver
import dns.reversename
import dns.rrset
import pytest

from scanner.transports import resolve as module
from scanner.transports.resolve import resolve, reverse


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


class NameServer(asyncio.DatagramProtocol):
    """Knows 10.0.0.5, knows that 10.0.0.6 has no name, cannot tell of 10.0.0.7, and is silent on all else."""

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        query = dns.message.from_wire(data)
        (question,) = query.question
        address = dns.reversename.to_address(question.name)
        answer = dns.message.make_response(query)
        if address == "10.0.0.5":
            names = [f"name{number}.example." for number in range(40)]
            answer.answer = [dns.rrset.from_text(question.name, 9, "IN", "PTR", *names)]
        elif address == "10.0.0.6":
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif address == "10.0.0.7":
            answer.set_rcode(dns.rcode.SERVFAIL)
        else:
            return
        self.transport.sendto(answer.to_wire(), addr)


@pytest.mark.loopback
def test_name_servers_are_asked_for_the_names_of_an_address(monkeypatch):
    async def run():
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(NameServer, local_addr=("127.0.0.1", 0))
        port = transport.get_extra_info("sockname")[1]

        def set_up(self, **words):
            self.reset()
            self.nameservers, self.port = ["127.0.0.1"], port

        monkeypatch.setattr(dns.resolver.BaseResolver, "__init__", set_up)
        try:
            return [await reverse(f"10.0.0.{number}") for number in (5, 6, 7, 8)]
        finally:
            transport.close()

    monkeypatch.setattr(module, "PATIENCE", 0.5)
    known, nameless, unable, silent = asyncio.run(run())
    assert (known[0], known[1]) == ("answered", "127.0.0.1")
    assert known[2][:2] == ("name0.example", "name1.example")
    assert len(known[2]) == module.MAX_NAMES
    assert nameless == ("answered", "", ())
    assert unable == ("refused", "", ())
    assert silent == ("timed-out", "", ())
