from __future__ import annotations

import asyncio
import itertools
import json
import socket
import subprocess
import sys
import time
from contextlib import asynccontextmanager
from ipaddress import IPv4Interface, IPv6Interface
from pathlib import Path

import pytest

from scanner.transports import multicast
from scanner.transports.interfaces import Interface, interfaces
from scanner.transports.mailbox import Datagram
from tests.transports.servers import permit

GROUP = "239.255.77.77"


def loopback():
    return next(one for one in interfaces() if one.loopback)


@asynccontextmanager
async def device(group=GROUP, answer=lambda payload: b"re:" + payload, to_group=None):
    """A device on loopback: member of a group, answers each question to its asker, or to the group at a port."""
    got = []
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("", 0))
    sock.setsockopt(
        socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(group) + socket.inet_aton("127.0.0.1")
    )
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
    sock.setblocking(False)

    class Device(asyncio.DatagramProtocol):
        def connection_made(self, transport):
            self.transport = transport

        def datagram_received(self, data, addr):
            got.append((data, addr))
            self.transport.sendto(answer(data), to_group or addr)

    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Device, sock=sock)
    try:
        yield transport.get_extra_info("sockname")[1], got
    finally:
        transport.close()


async def collect(
    groups,
    questions=lambda: (b"q",),
    *,
    on=None,
    wait=0.2,
    passes=1,
    spacing=0.1,
    source_port=None,
    broadcast=False,
    on_skip=None,
    **more,
):
    found = multicast.ask(
        groups,
        questions,
        interfaces=on if on is not None else [loopback()],
        wait=wait,
        passes=passes,
        spacing=spacing,
        source_port=source_port,
        broadcast=broadcast,
        on_skip=on_skip,
        **more,
    )
    return [datagram async for datagram in found]


@pytest.mark.loopback
def test_a_group_is_asked_and_answers_by_unicast():
    async def run():
        async with device() as (port, got):
            return port, got, await collect([permit(GROUP, port)], lambda: (b"one", b"two"))

    port, got, found = asyncio.run(run())
    assert found == [Datagram("127.0.0.1", port, b"re:one", "lo"), Datagram("127.0.0.1", port, b"re:two", "lo")]
    assert len(got) == 2


@pytest.mark.loopback
def test_each_pass_asks_anew():
    count = itertools.count()

    async def run():
        async with device() as (port, _):
            start = time.monotonic()
            found = await collect([permit(GROUP, port)], lambda: (b"%d" % next(count),), passes=3, spacing=0.1)
            return found, time.monotonic() - start

    found, took = asyncio.run(run())
    assert [datagram.payload for datagram in found] == [b"re:0", b"re:1", b"re:2"]
    assert 0.38 < took < 3


@pytest.mark.loopback
@pytest.mark.parametrize(("apart", "rounds"), [(False, 5), (True, 2)])
def test_late_answers_show_loss_unless_they_may_be_to_another_question(apart, rounds):
    count = itertools.count()

    async def run():
        # The first question comes back as it is, which is an echo and no answer.
        async with device(answer=lambda payload: payload if payload == b"0" else b"re:" + payload) as (port, got):
            await collect(
                [permit(GROUP, port)],
                lambda: (b"%d" % next(count),),
                passes=2,
                spacing=0.3,
                wait=0.3,
                most=5,
                apart=lambda _: apart,
            )
            return len(got)

    assert asyncio.run(run()) == rounds


@pytest.mark.loopback
def test_answers_to_the_group_are_heard_on_the_source_port_and_our_echo_is_not():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("", 0))
        shared = sock.getsockname()[1]

    async def run():
        async with device(to_group=(GROUP, shared)) as (port, _):
            # The second group endpoint sends our own question to the port we listen on.
            return port, await collect([permit(GROUP, port), permit(GROUP, shared)], source_port=shared)

    port, found = asyncio.run(run())
    # Asked from both ports, the device answers the group twice.
    assert found == [Datagram("127.0.0.1", port, b"re:q", "lo")] * 2


@pytest.mark.loopback
def test_a_source_port_that_another_program_holds_is_given_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("", 0))
        taken = sock.getsockname()[1]

        async def run():
            async with device() as (port, got):
                return await collect([permit(GROUP, port)], source_port=taken), got

        found, got = asyncio.run(run())
    assert [datagram.payload for datagram in found] == [b"re:q"]
    assert got[0][1][1] != taken


@pytest.mark.loopback
def test_an_interface_that_cannot_be_used_is_told_and_the_others_go_on():
    skipped = []
    broken = [
        Interface("gone0", 9999, (IPv4Interface("203.0.113.9/24"),), loopback=False),
        Interface("six0", 9998, (IPv6Interface("fe80::1/64"),), loopback=False),
    ]

    async def run():
        async with device() as (port, _):
            return await collect(
                [permit(GROUP, port)], on=[*broken, loopback()], on_skip=lambda *what: skipped.append(what)
            )

    assert len(asyncio.run(run())) == 1
    assert [(interface.name, bool(reason)) for interface, reason in skipped] == [("gone0", True), ("six0", True)]


@pytest.mark.loopback
def test_no_usable_interface_ends_at_once():
    start = time.monotonic()
    assert asyncio.run(collect([permit(GROUP, 9)], on=[], wait=5, passes=3)) == []
    assert time.monotonic() - start < 0.5


def test_each_address_is_sent_to_once():
    asker = multicast._Asker(lambda *_: None, IPv4Interface("192.0.2.5/24"), 2)
    groups = (permit("239.255.255.250", 3702), permit("255.255.255.255", 3702), permit("ff02::c", 3702))
    assert multicast._addresses(asker, groups, broadcast=True) == (
        ("239.255.255.250", 3702),
        ("192.0.2.255", 3702),
        ("255.255.255.255", 3702),
    )
    assert multicast._addresses(asker, groups, broadcast=False) == (("239.255.255.250", 3702),)
    six = multicast._Asker(lambda *_: None, IPv6Interface("fe80::5/64"), 2)
    assert multicast._addresses(six, groups, broadcast=True) == (("ff02::c", 3702, 0, 2),)
    point = multicast._Asker(lambda *_: None, IPv4Interface("192.0.2.5/32"), 2)
    assert multicast._addresses(point, groups[:1], broadcast=True) == (("239.255.255.250", 3702),)


def test_of_ipv6_the_link_local_address_asks():
    addresses = (
        IPv6Interface("2001:db8::5/64"),
        IPv6Interface("fe80::5/64"),
        IPv4Interface("192.0.2.5/24"),
        IPv4Interface("198.51.100.5/24"),
    )
    interface = Interface("eth0", 2, addresses, loopback=False)
    assert [str(own.ip) for own in multicast._sources(interface, {4, 6})] == ["192.0.2.5", "198.51.100.5", "fe80::5"]
    assert [str(own.ip) for own in multicast._sources(interface, {6})] == ["fe80::5"]


DEVICE = """
import socket, struct, sys
index = socket.if_nametoindex("cam0")
four = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); four.bind(("", 3702))
four.setsockopt(0, socket.IP_ADD_MEMBERSHIP, socket.inet_aton("239.255.255.250") + socket.inet_aton("10.99.0.2"))
six = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); six.setsockopt(41, socket.IPV6_V6ONLY, 1); six.bind(("::", 3702))
six.setsockopt(41, socket.IPV6_JOIN_GROUP, socket.inet_pton(socket.AF_INET6, "ff02::c") + struct.pack("@I", index))
cast = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); cast.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
cast.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"cam0"); cast.bind(("", 37810))
print("up", flush=True)
import select
while True:
    for sock in select.select([four, six, cast], [], [])[0]:
        data, peer = sock.recvfrom(4096)
        if sock is cast:
            sock.sendto(b"cast:" + data, ("255.255.255.255", peer[1]))
        sock.sendto(b"re:" + data, peer)
"""
SCAN = """
import asyncio, json, sys
sys.path.insert(0, sys.argv[1])
from scanner.transports import multicast
from scanner.transports.interfaces import interfaces
from tests.transports.servers import permit
async def run():
    lan = [one for one in interfaces() if one.name == "scan0"]
    out = []
    for groups, port, broadcast in (
        ([permit("239.255.255.250", 3702), permit("ff02::c", 3702)], None, False),
        ([permit("255.255.255.255", 37810)], 37810, True),
    ):
        found = multicast.ask(groups, lambda: (b"q",), interfaces=lan, wait=0.4, passes=1, spacing=0, source_port=port, broadcast=broadcast)
        out.append([[one.address, one.payload.decode(), one.interface] async for one in found])
    print(json.dumps(out))
asyncio.run(run())
"""


@pytest.mark.root
def test_multicast_and_broadcast_over_a_real_link(lan):
    camera = subprocess.Popen(["ip", "netns", "exec", lan.camera, sys.executable, "-c", DEVICE], stdout=subprocess.PIPE)
    assert camera.stdout is not None
    try:
        assert camera.stdout.readline() == b"up\n"
        done = subprocess.run(
            ["ip", "netns", "exec", lan.scanner, sys.executable, "-c", SCAN, Path.cwd()],
            capture_output=True,
            timeout=30,
            check=True,
        )
    finally:
        camera.kill()
        camera.wait()
        camera.stdout.close()
    grouped, cast = json.loads(done.stdout)
    assert ["10.99.0.2", "re:q", "scan0"] in grouped
    assert any(address.startswith("fe80::") and address.endswith("%scan0") for address, _, _ in grouped)
    assert len(grouped) == 2
    assert ["10.99.0.2", "cast:q", "scan0"] in cast
    assert ["10.99.0.2", "re:q", "scan0"] in cast
