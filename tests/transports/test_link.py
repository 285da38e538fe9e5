from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from ipaddress import IPv4Interface, IPv6Interface
from pathlib import Path

import pytest
import scapy.layers.l2  # noqa: F401 - sets conf.L2socket, which must not happen after the test has
from hypothesis import given, settings
from hypothesis import strategies as st
from scapy.config import conf

from scanner.transports import link
from scanner.transports.interfaces import Interface
from scanner.transports.link import NotPrivileged, arp, neighbours, privileged
from scanner.transports.pace import Pace
from tests.transports.servers import permit

TABLE = """IP address       HW type     Flags       HW address            Mask     Device
10.0.0.2         0x1         0x2         02:00:00:00:00:0A     *        eth0
10.0.0.3         0x1         0x0         00:00:00:00:00:00     *        eth0
10.0.0.4         0x1         0x6         02:00:00:00:00:04     *        eth0
broken line
"""
ROWS = [
    {"dst": "10.0.0.2", "dev": "eth0", "lladdr": "02:00:00:00:00:0a", "state": ["STALE"]},
    {"dst": "10.0.0.3", "dev": "eth0", "state": ["FAILED"]},
    {"dst": "10.0.0.4", "dev": "eth0", "lladdr": "02:00:00:00:00:04", "state": ["INCOMPLETE"]},
    {"dst": "fe80::2", "dev": "eth0", "lladdr": "02:00:00:00:00:0a", "router": None, "state": ["REACHABLE"]},
    {"dst": "2001:db8::2", "dev": "eth0", "lladdr": "02:00:00:00:00:0a", "state": ["DELAY"]},
    {"dst": "224.0.0.251", "dev": "eth0", "lladdr": "01:00:5e:00:00:fb", "state": ["NOARP"]},
]
MACOS = """? (10.0.0.2) at 2:0:0:0:0:a on en0 ifscope [ethernet]
? (10.0.0.3) at (incomplete) on en0 ifscope [ethernet]
gate (10.0.0.1) at 02:00:00:00:00:01 on en0 ifscope [ethernet]
? (224.0.0.251) at 1:0:5e:0:0:fb on en0 ifscope permanent [ethernet]
"""
WINDOWS = """
Interface: 10.0.0.9 --- 0x4
  Internet Address      Physical Address      Type
  10.0.0.2              02-00-00-00-00-0a     dynamic
  10.0.0.255            ff-ff-ff-ff-ff-ff     static
"""


def test_the_kernels_tables():
    assert link._read_table(TABLE) == {"10.0.0.2": "02:00:00:00:00:0a", "10.0.0.4": "02:00:00:00:00:04"}
    assert link._read_ip(json.dumps(ROWS)) == {
        "10.0.0.2": "02:00:00:00:00:0a",
        "fe80::2%eth0": "02:00:00:00:00:0a",
        "2001:db8::2": "02:00:00:00:00:0a",
    }
    assert link._read_arp(MACOS) == {"10.0.0.2": "02:00:00:00:00:0a", "10.0.0.1": "02:00:00:00:00:01"}
    assert link._read_arp(WINDOWS) == {"10.0.0.2": "02:00:00:00:00:0a"}


@given(
    st.one_of(st.text(max_size=200), st.sampled_from(["1", "[1]", "[[]]", '[{"dst": 1, "lladdr": []}]', '{"a": 1}']))
)
@settings(max_examples=100, deadline=None)
def test_no_table_breaks_it(text):
    assert isinstance(link._read_arp(text), dict)
    assert isinstance(link._read_table(f"head\n{text}"), dict)
    assert isinstance(link._read_ip(text), dict)


def test_this_machines_table_can_be_read():
    for address, mac in neighbours().items():
        assert address
        assert len(mac) == 17


def test_without_the_ip_command_the_proc_table_is_read(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: TABLE)
    assert neighbours() == {"10.0.0.2": "02:00:00:00:00:0a", "10.0.0.4": "02:00:00:00:00:04"}


def test_privileged_is_a_plain_answer(monkeypatch):
    assert privileged() in {True, False}

    def deny(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("socket.socket", deny)
    assert privileged() is False


def test_the_request_is_what_rfc_826_says():
    wire = link._Wire.__new__(link._Wire)
    wire._mac = bytes.fromhex("020000000001")
    own = Interface("eth0", 2, (IPv6Interface("fe80::1/64"), IPv4Interface("10.0.0.1/24")), loopback=False)
    frame = wire.request("10.0.0.9", own)
    assert frame is not None
    assert len(frame) == 60
    assert frame[:42].hex() == "ffffffffffff020000000001080600010800060400010200000000010a0000010000000000000a000009"
    assert [wire.request(other, own) for other in ("10.0.1.9", "10.0.0.1", "fe80::9", "name")] == [None] * 4


@pytest.mark.loopback
def test_an_unknown_interface_yields_nothing():
    async def run():
        return [pair async for pair in arp([permit("10.0.0.1", None)], "nosuch0", wait=5, pace=Pace(100))]

    assert asyncio.run(run()) == []


@pytest.mark.loopback
def test_without_privilege_it_says_so(monkeypatch):
    def deny(*_, **__):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(conf, "L2socket", deny)

    async def run():
        return [pair async for pair in arp([permit("127.0.0.1", None)], "lo", wait=0.1, pace=Pace(100))]

    with pytest.raises(NotPrivileged):
        asyncio.run(run())


def test_scapy_is_not_loaded_before_it_is_needed():
    code = "import sys, scanner.transports.link as l; l.neighbours(); l.privileged(); assert 'scapy' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=30).returncode == 0


SCAN = """
import asyncio, json, sys, time
sys.path.insert(0, sys.argv[1])
from scanner.transports.link import arp, neighbours
from scanner.transports.pace import Pace
from tests.transports.servers import permit
async def run():
    asked = (permit(f"10.99.0.{n}", None) for n in range(256))
    start = time.monotonic()
    found = [pair async for pair in arp(asked, "scan0", wait=0.3, pace=Pace(5000))]
    return found, time.monotonic() - start
print(json.dumps([*asyncio.run(run()), neighbours()]))
"""


@pytest.mark.root
def test_arp_over_a_real_link(lan):
    subprocess.run(["ip", "-n", lan.camera, "address", "add", "10.99.0.77/24", "dev", "cam0"], check=True)
    scan = ["ip", "netns", "exec", lan.scanner, sys.executable, "-c", SCAN, str(Path.cwd())]
    done = subprocess.run(scan, capture_output=True, text=True, timeout=30, check=False)
    assert done.stderr == ""
    found, took, known = json.loads(done.stdout)
    assert sorted(found) == [["10.99.0.2", "02:00:00:00:00:02"], ["10.99.0.77", "02:00:00:00:00:02"]]
    assert 0.6 < took < 6
    assert isinstance(known, dict)


@pytest.mark.loopback
def test_an_interface_that_is_down_yields_nothing(monkeypatch):
    def down(*_, **__):
        raise OSError(100, "Network is down")

    monkeypatch.setattr(conf, "L2socket", down)

    async def run():
        return [pair async for pair in arp([permit("127.0.0.2", None)], "lo", wait=5, pace=Pace(100))]

    assert asyncio.run(run()) == []
