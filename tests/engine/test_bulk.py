from __future__ import annotations

import json
import shutil
import subprocess
import sys
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.engine.bulk import _middle, _own, _split
from scanner.engine.ranges import Ranges, Span, span
from scanner.transports.routes import Route
from tests.transports.conftest import ip, lan  # noqa: F401 - a fixture

TABLE = (
    Route(ip_network("10.0.0.128/25"), "eth1", None),
    Route(ip_network("10.0.0.0/24"), "eth0", None),
    Route(ip_network("10.0.0.0/8"), "eth0", "10.0.0.1"),
)


@given(
    st.lists(
        st.builds(
            lambda first, size: Span(4, first, first + size),
            st.integers(0x0A000000 - 300, 0x0A000200),
            st.integers(0, 300),
        )
    )
)
@settings(max_examples=100, deadline=None)
def test_each_address_takes_one_way(spans):
    asked = Ranges(spans)
    parts = _split(asked, TABLE)
    assert Ranges(one for part, _, _ in parts for one in part.spans()) == asked
    assert sum(part.count for part, _, _ in parts) == asked.count


def test_the_most_specific_way_is_taken():
    parts = _split(Ranges([span(ip_network("10.0.0.0/23")), span(ip_network("192.0.2.0/30"))]), TABLE)
    assert [(part.count, interface, gateway) for part, interface, gateway in parts] == [
        (128, "eth1", None), (128, "eth0", None), (256, "eth0", "10.0.0.1"), (4, "", None),
    ]  # fmt: skip


def test_the_loopback_never_leaves():
    assert ip_address("127.66.0.1") in _own()


def test_the_middle_is_nobody_special():
    assert _middle(Ranges([span(ip_network("10.0.0.0/24"))])) == "10.0.0.127"
    assert _middle(Ranges([span(ip_network("fd00::/120"))])) == "fd00::7f"


SCAN = """
import asyncio, json, sys
sys.path.insert(0, sys.argv[1])
from scanner.engine.scan import HostDone, Request, Scan
from scanner.model.observation import Observation
from scanner.transports.limits import Limits
events, job = [], json.loads(sys.argv[2])
request = Request(
    tuple(job.pop("targets", ("10.99.0.0/29", "10.60.0.0/23"))), exclude=("10.60.0.9",), never=(), wait=0.5, discovery=("arp",), passes=1,
    ports=(80, 81, 554), limits=Limits(0.5, 0.2, 1.0), rate=20000, subnet_rate=10000, host_rate=1000, **job,
)
coverage = asyncio.run(Scan(request, events.append, rules=lambda field: None).run())
print(json.dumps({
    "open": sorted((one.subject.address, one.value) for one in events if isinstance(one, Observation) and one.field == "open.tcp"),
    "macs": sorted((one.subject.address, one.value) for one in events if isinstance(one, Observation) and one.field == "link.mac"),
    "done": sorted(one.address for one in events if isinstance(one, HostDone)),
    "alive": coverage.alive, "addresses": coverage.addresses, "not_reached": coverage.not_reached,
}))
"""

# Whatever is asked, it hangs up: what is spoken there is no matter here.
LISTEN = """
import select, socket
kept = [socket.create_server(("0.0.0.0", port)) for port in (80, 554)]
print("ready", flush=True)
while True:
    for one in select.select(kept, [], [])[0]:
        one.accept()[0].close()
"""


@pytest.fixture
def far(lan):  # noqa: F811 - the fixture
    """Behind the camera: two devices of its own, one excluded address, and silence."""
    for address in ("10.60.0.7", "10.60.0.9", "10.60.1.200"):
        ip("-n", lan.camera, "route", "add", "local", address, "dev", "lo")
    ip("-n", lan.camera, "route", "add", "blackhole", "10.60.0.0/16")
    ip("-n", lan.scanner, "route", "add", "10.60.0.0/16", "via", "10.99.0.2")
    with subprocess.Popen(
        ["ip", "netns", "exec", lan.camera, sys.executable, "-c", LISTEN], stdout=subprocess.PIPE, text=True
    ) as devices:
        assert devices.stdout is not None
        assert devices.stdout.readline() == "ready\n"
        yield lan.scanner
        devices.kill()


def scan(namespace, **request):
    done = subprocess.run(
        ["ip", "netns", "exec", namespace, sys.executable, "-c", SCAN, str(Path.cwd()), json.dumps(request)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.root
@pytest.mark.slow
def test_every_engine_finds_the_same(far):
    raw = scan(far, engine="raw")
    assert raw["open"] == [
        [address, port] for address in ("10.60.0.7", "10.60.1.200", "10.99.0.2") for port in ("554", "80")
    ]
    assert raw["macs"] == [["10.99.0.2", "02:00:00:00:00:02"]]
    assert raw["addresses"] == 8 + 512 - 1
    assert raw["not_reached"] == []
    builtin = scan(far, engine="builtin")
    assert builtin == raw
    if shutil.which("nmap"):
        few = ("10.99.0.0/29", "10.60.0.4/30", "10.60.1.200")
        assert scan(far, engine="nmap", targets=few)["open"] == raw["open"]
    sampled = scan(far, engine="raw", sample=True, targets=("10.60.0.0/23",))
    assert sampled["open"] == [["10.60.1.200", "554"], ["10.60.1.200", "80"]]
    assert sampled["not_reached"] == ["255 addresses: in a /24 where none of 9 sampled addresses answered"]
