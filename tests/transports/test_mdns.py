from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from zeroconf import ServiceInfo, ServiceStateChange
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from scanner.model.dialogue import Fact
from scanner.protocols.mdns import HOST, INSTANCE, SERVICE, TXT
from scanner.transports import mdns
from scanner.transports.mdns import browse

TYPE = "_axis-video._tcp.local."
ODD = "_made-up._tcp.local."


def service(kind, name, address, **properties):
    return AsyncServiceInfo(
        kind,
        f"{name}.{kind}",
        addresses=[socket.inet_aton(address)],
        port=80,
        properties=properties,
        server="axis-0.local.",
    )


async def collect(interfaces, wait):
    return [found async for found in browse(interfaces, wait=wait)]


@pytest.mark.loopback
@pytest.mark.slow
def test_listed_types_and_types_found_are_both_browsed():
    async def run():
        device = AsyncZeroconf(interfaces=["127.0.0.1"])
        try:
            for kind in (TYPE, ODD):
                await (
                    await device.async_register_service(
                        service(kind, "AXIS P1 ünï", "192.0.2.7", macaddress="00408C000001")
                    )
                )
            return await collect(["127.0.0.1"], 4.0)
        finally:
            await device.async_close()

    found = [(address, facts) for address, facts in asyncio.run(run()) if address == "192.0.2.7"]
    assert len(found) == 2
    assert {fact.value for _, facts in found for fact in facts if fact.field == SERVICE} == {TYPE, ODD}
    facts = next(facts for _, facts in found if facts[0].value == TYPE)
    assert Fact(HOST, "axis-0.local.") in facts
    assert Fact(TXT, "macaddress=00408C000001") in facts
    assert Fact(INSTANCE, "AXIS P1 ünï") in facts


def test_nothing_to_ask_from_yields_nothing():
    assert asyncio.run(collect(["nosuch0"], 5)) == []
    assert asyncio.run(collect([], 5)) == []


@pytest.mark.loopback
def test_a_quiet_network_ends_after_the_wait():
    async def run():
        start = asyncio.get_running_loop().time()
        await collect(["lo"], 0.2)
        return asyncio.get_running_loop().time() - start

    assert 0.2 <= asyncio.run(run()) < 8


def test_no_multicast_is_no_error(monkeypatch):
    def fail(**_):
        raise OSError("no multicast")

    monkeypatch.setattr("zeroconf.asyncio.AsyncZeroconf", fail)
    assert asyncio.run(collect(["lo"], 5)) == []


def test_a_stranger_cannot_grow_it(monkeypatch):
    monkeypatch.setattr(mdns, "MAX_TYPES", 3)
    monkeypatch.setattr(mdns, "MAX_INSTANCES", 2)
    monkeypatch.setattr("zeroconf.asyncio.AsyncServiceBrowser", lambda *_, **__: "browser")
    asked = []

    async def run():
        search = mdns._Search(None, None, asyncio.get_running_loop().time() + 5)  # type: ignore[arg-type]

        async def ask(*names):
            asked.append(names)

        async with asyncio.TaskGroup() as group:
            search._group = group
            monkeypatch.setattr(search, "_ask", ask)
            for n in range(10):
                search.hear(None, mdns.ALL_TYPES, f"_t{n}._tcp.local.", ServiceStateChange.Added)  # type: ignore[arg-type]
                search.hear(None, TYPE, f"n{n}.{TYPE}", ServiceStateChange.Added)  # type: ignore[arg-type]
                search.hear(None, TYPE, f"gone{n}.{TYPE}", ServiceStateChange.Removed)  # type: ignore[arg-type]
        return search

    assert asyncio.run(run()).browsers == ["browser"] * 3
    assert asked == [(TYPE, f"n0.{TYPE}"), (TYPE, f"n1.{TYPE}")]


def test_facts_of_an_instance_without_details():
    bare = ServiceInfo(TYPE, f"x.{TYPE}", properties={b"flag": None, b"\xff": b"\x00"})
    facts = list(mdns._facts(bare))  # type: ignore[arg-type]
    assert facts[:2] == [Fact(SERVICE, TYPE), Fact(INSTANCE, "x")]
    assert Fact(TXT, "flag") in facts


DEVICE = """
import asyncio, socket
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf
async def run():
    device = AsyncZeroconf(interfaces=["10.99.0.2"])
    info = AsyncServiceInfo("_axis-video._tcp.local.", "AXIS - 1._axis-video._tcp.local.", addresses=[socket.inet_aton("10.99.0.2")], port=80, properties={"a": "b"})
    await (await device.async_register_service(info))
    print("up", flush=True)
    await asyncio.sleep(60)
asyncio.run(run())
"""
SCAN = """
import asyncio, json, sys
sys.path.insert(0, sys.argv[1])
from scanner.transports.mdns import browse
async def run():
    return [[address, [[fact.field, fact.value] for fact in facts]] async for address, facts in browse(["scan0"], wait=1.5)]
print(json.dumps(asyncio.run(run())))
"""


@pytest.mark.root
def test_mdns_over_a_real_link(lan):
    for name, interface in ((lan.camera, "cam0"), (lan.scanner, "scan0")):
        subprocess.run(["ip", "-n", name, "route", "add", "224.0.0.0/4", "dev", interface], check=True)
    camera = subprocess.Popen(["ip", "netns", "exec", lan.camera, sys.executable, "-c", DEVICE], stdout=subprocess.PIPE)
    assert camera.stdout is not None
    try:
        assert camera.stdout.readline() == b"up\n"
        scan = ["ip", "netns", "exec", lan.scanner, sys.executable, "-c", SCAN, str(Path.cwd())]
        done = subprocess.run(scan, capture_output=True, text=True, timeout=30, check=False)
    finally:
        camera.kill()
        camera.wait()
        camera.stdout.close()
    assert done.stderr == ""
    found = json.loads(done.stdout)
    assert [address for address, _ in found] == ["10.99.0.2"]
    assert ["mdns.instance", "AXIS - 1"] in found[0][1]
