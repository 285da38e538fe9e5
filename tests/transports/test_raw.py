from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address, ip_network
from pathlib import Path

import numpy as np
import pytest

from scanner.engine import clock
from scanner.model.permitted import PermittedSpan
from scanner.transports.pace import WINDOW_SECONDS, Pace
from scanner.transports.raw import Batch, Way, sweep
from tests.transports.conftest import ip


@pytest.mark.parametrize("address", ["10.0.0.7", "fd00::7"])
def test_a_batch_reads_as_places(address):
    packed = np.frombuffer(ip_address(address).packed, dtype=np.uint8)
    batch = Batch(
        np.stack([packed, packed]),
        np.array([80, 81], dtype=np.uint16),
        np.array([True, False]),
        np.zeros((2, 6), np.uint8),
    )
    assert len(batch) == 2
    assert list(batch) == [(address, 80, "answered"), (address, 81, "refused")]


def test_neighbours_are_not_asked_without_their_macs():
    async def ask():
        one = PermittedSpan((4, 0x0A000001, 0x0A000001))
        return [batch async for batch in sweep([one], [80], Way("lo", "127.0.0.1"), pace=Pace(1))]

    with pytest.raises(ValueError, match="MACs"):
        asyncio.run(ask())


SCAN = """
import asyncio, json, math, sys
from ipaddress import ip_network
sys.path.insert(0, sys.argv[1])
from scanner.engine.ranges import Ranges, span
from scanner.engine.scope import Scope
from scanner.engine.targets import Targets
from scanner.transports import raw
from scanner.transports.pace import Pace
job = json.loads(sys.argv[2])
scope = Scope(
    Targets(Ranges(span(ip_network(one)) for one in job["targets"])),
    exclude=Ranges(span(ip_network(one)) for one in job.get("exclude", ())),
)
told = raw.Sweep()
pace = Pace(job.get("rate", math.inf))
spans = scope.permit_spans(scope.swept)
way = raw.Way("scan0", job["source"], job.get("hop"))
async def scan():
    hops = None
    if "hop" not in job:
        hops = {}
        async for batch in raw.neighbours(spans, way, pace=pace):
            for (address, _, _), mac in zip(batch, batch.macs):
                hops[address] = mac.tobytes().hex(":")
    found = []
    async for batch in raw.sweep(
        spans, job["ports"], way, pace=pace, hops=hops, told=told, wait=0.5, per_host=job.get("per_host", math.inf)
    ):
        found += batch
    return hops, sorted(found)
hops, found = asyncio.run(scan())
counts = {"sent": told.sent, "passes": told.passes, "loss": told.loss, "done": told.done}
print(json.dumps({"hops": hops, "found": found, "spared": list(told.spared), "left": list(told.left), **counts}))
"""

LISTEN = """
import socket, sys, time
kept = [socket.create_server(("::", int(port)), family=socket.AF_INET6, dualstack_ipv6=True) for port in sys.argv[1:]]
print("ready", flush=True)
time.sleep(60)
"""

# Of every SYN, RST and ARP request that arrives: when, and for whom.
CAPTURE = """
import json, socket, struct, sys, time
tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
tap.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)
tap.setsockopt(socket.SOL_SOCKET, 35, 1)  # SO_TIMESTAMPNS
tap.bind(("cam0", 0x0003))
tap.settimeout(0.2)
print("ready", flush=True)
seen = []
while True:
    try:
        frame, extra, _, sender = tap.recvmsg(128, 64)
    except TimeoutError:
        if select_stdin():
            break
        continue
    if sender[2] == 4 or frame[12:14] != b"\\x08\\x00" or frame[23] != 6:
        continue
    seconds, nanoseconds = struct.unpack("=qq", extra[0][2][:16])
    seen.append((seconds * 10**9 + nanoseconds, frame[30:34].hex()))
print(json.dumps(seen))
""".replace("select_stdin()", "__import__('select').select([sys.stdin], [], [], 0)[0]")


def start(namespace, script, *words):
    process = subprocess.Popen(
        ["ip", "netns", "exec", namespace, sys.executable, "-c", script, *words],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def scan(lan, **job):
    done = subprocess.run(
        ["ip", "netns", "exec", lan.scanner, sys.executable, "-c", SCAN, str(Path.cwd()), json.dumps(job)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def resets(namespace):
    text = subprocess.run(
        ["ip", "netns", "exec", namespace, "cat", "/proc/net/snmp"], check=True, capture_output=True, text=True
    ).stdout
    names, values = (line.split() for line in text.splitlines() if line.startswith("Tcp:"))
    return int(values[names.index("OutRsts")])


@pytest.mark.root
@pytest.mark.slow
@pytest.mark.parametrize(("source", "target", "network"), [
    ("10.99.0.1", "10.99.0.2", "10.99.0.0/28"), ("fd99::1", "fd99::2", "fd99::/124"),
])  # fmt: skip
def test_the_ports_of_a_neighbour(lan, source, target, network):
    for name, interface, address in ((lan.scanner, "scan0", "fd99::1"), (lan.camera, "cam0", "fd99::2")):
        ip("-n", name, "address", "add", f"{address}/64", "dev", interface, "nodad")
    with start(lan.camera, LISTEN, "80", "554") as camera:
        told = scan(lan, targets=[network], ports=[80, 81, 554], source=source)
        waiting = subprocess.run(
            ["ip", "netns", "exec", lan.camera, "ss", "-Htn", "state", "syn-recv"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        camera.kill()
    assert told["hops"] == {target: "02:00:00:00:00:02"}
    assert told["found"] == [[target, 80, "answered"], [target, 81, "refused"], [target, 554, "answered"]]
    assert (told["loss"], told["done"]) == (0, 3)
    # What was half-open has been closed, by the sweep and not by the kernel, which would have to know the neighbour.
    assert waiting == ""
    assert resets(lan.scanner) == 0


@pytest.mark.root
@pytest.mark.slow
def test_nothing_leaves_for_the_excluded_nor_faster_than_allowed(lan):
    chosen = np.random.default_rng(1).choice(65_536, 499, replace=False)
    exclude = [f"10.50.{number >> 8}.{number & 255}" for number in chosen.tolist()] + ["10.50.7.0/24"]
    capture = start(lan.camera, CAPTURE)
    told = scan(
        lan,
        targets=["10.50.0.0/16"],
        exclude=exclude,
        ports=[80],
        source="10.99.0.1",
        hop="02:00:00:00:00:02",
        rate=40_000,
    )
    seen, _ = capture.communicate("\n", timeout=30)
    seen = json.loads(seen)
    asked = {ip_address(bytes.fromhex(address)) for _, address in seen}
    barred = {one for word in exclude for one in ip_network(word)}
    assert not asked & barred
    assert len(asked) == 65_536 - len(barred)
    assert len(seen) == told["sent"] == 2 * len(asked)
    assert most_in_a_window(when for when, _ in seen) <= 40_000 * WINDOW_SECONDS
    # And no subnet gets more than its share by much: 40,000 a second are 16 a subnet in a tenth of a second.
    for begin in range(0, len(seen), 2000):
        subnets = [address[:6] for _, address in seen[begin : begin + 2000]]
        assert max(map(subnets.count, set(subnets))) < 40


def tcp_counter(space, name):
    """Return one of the counters that Linux keeps of its TCP (proc(5), /proc/net/netstat)."""
    table = subprocess.run(
        ["ip", "netns", "exec", space, "cat", "/proc/net/netstat"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    names, values = (line.split() for line in table if line.startswith("TcpExt:"))
    return int(values[names.index(name)])


@pytest.mark.root
@pytest.mark.slow
@pytest.mark.parametrize("percent", [30])
def test_what_is_lost_is_asked_again(lan, percent):
    rules = "\n".join(
        f"add chain netdev loss {hook} {{ type filter hook {hook} device cam0 priority 0; }}\n"
        f"add rule netdev loss {hook} numgen random mod 100 < {percent} drop"
        for hook in ("ingress", "egress")
    )
    nft = ["ip", "netns", "exec", lan.camera, "nft", "-f", "-"]
    try:
        made = subprocess.run(
            nft, input=f"add table netdev loss\n{rules}\n", text=True, capture_output=True, check=False
        )
    except FileNotFoundError:
        made = None
    if made is None or made.returncode:
        pytest.skip("no nft, or it cannot lose packets here")
    ip("-n", lan.camera, "route", "add", "local", "10.60.0.0/24", "dev", "lo")
    ip("-n", lan.scanner, "route", "add", "10.60.0.0/24", "via", "10.99.0.2")
    ip("-n", lan.camera, "neigh", "replace", "10.99.0.1", "lladdr", mac_of(lan.scanner), "dev", "cam0")
    with start(lan.camera, LISTEN, "80") as camera:
        told = scan(lan, targets=["10.60.0.0/24"], ports=[80, 81], source="10.99.0.1", hop="02:00:00:00:00:02")
        skipped = tcp_counter(lan.camera, "TCPACKSkippedSynRecv")
        camera.kill()
    assert len(told["found"]) == 512
    assert skipped == 0, "asked again before the camera's system answers again"
    # Half-open connections whose reset was lost crowd out some questions too.
    assert 0.8 * (1 - (1 - percent / 100) ** 2) < told["loss"] < 0.8


@pytest.mark.root
@pytest.mark.slow
def test_a_host_that_stops_answering_is_spared_within_a_second_and_asked_on_when_it_answers_again(lan):
    nft = ["ip", "netns", "exec", lan.camera, "nft"]
    drop = "add table netdev deaf; add chain netdev deaf in { type filter hook ingress device cam0 priority 0; }"
    job = {"targets": ["10.99.0.2/32"], "ports": list(range(1000, 1150)), "source": "10.99.0.1", "per_host": 100}
    try:
        made = subprocess.run([*nft, f"{drop}; add rule netdev deaf in ip protocol tcp counter"], check=False)
    except FileNotFoundError:
        made = None
    if made is None or made.returncode:
        pytest.skip("no nft, or it cannot count packets here")
    capture = start(lan.camera, CAPTURE)
    with start(lan.camera, LISTEN, "1000", "1001") as camera, ThreadPoolExecutor(1) as pool:
        scanning = pool.submit(scan, lan, hop="02:00:00:00:00:02", **job)
        while "packets 0 " in subprocess.run([*nft, "list", "table", "netdev", "deaf"], check=True, capture_output=True, text=True).stdout:  # fmt: skip
            time.sleep(0.05)
        time.sleep(0.5)
        subprocess.run([*nft, "add rule netdev deaf in ip protocol tcp drop"], check=True)
        deaf = clock.now().timestamp()
        time.sleep(2)
        subprocess.run([*nft, "delete table netdev deaf"], check=True)
        told = scanning.result()
        camera.kill()
    seen = [when / 1e9 - deaf for when, _ in json.loads(capture.communicate("\n", timeout=30)[0])]
    assert sum(-0.5 < when < 0 for when in seen) > 5
    assert sum(1 < when < 2 for when in seen) <= 3
    assert told["spared"] == ["10.99.0.2 stopped answering while it was asked, and was asked more slowly"]
    assert told["left"] == []
    assert len(told["found"]) == 150


def mac_of(namespace):
    return json.loads(ip("-n", namespace, "-j", "link", "show", "scan0"))[0]["address"]


CONNECT = """
import asyncio, json, sys
from ipaddress import ip_network
sys.path.insert(0, sys.argv[1])
from scanner.engine.ranges import Ranges, span
from scanner.engine.scope import Scope
from scanner.engine.targets import Targets
from scanner.transports import sweep
from scanner.transports.manners import Manners
from scanner.transports.pace import Pace
scope = Scope(Targets(Ranges([span(ip_network("10.50.0.0/23"))])))
async def scan():
    kinds = []
    asked = scope.permit_ports(scope.swept, [80])
    async for _, kind in sweep.connect(
        asked, timeout=3, concurrency=2000, pace=Pace(1000), manners=Manners(per_host=20, per_subnet=500)
    ):
        kinds.append(kind)
    return kinds
print(len(asyncio.run(scan())))
"""


def most_in_a_window(times):
    times = np.array(sorted(times))
    after = np.searchsorted(times, times + int(WINDOW_SECONDS * 1e9))
    return int((after - np.arange(len(times))).max())


@pytest.mark.root
@pytest.mark.slow
def test_connections_are_paced_on_the_link_and_the_kernel_repeats_none(lan):
    ip("-n", lan.scanner, "route", "add", "10.50.0.0/16", "via", "10.99.0.2")
    ip("-n", lan.camera, "route", "add", "blackhole", "10.50.0.0/16")
    capture = start(lan.camera, CAPTURE)
    done = subprocess.run(
        ["ip", "netns", "exec", lan.scanner, sys.executable, "-c", CONNECT, str(Path.cwd())],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    seen = json.loads(capture.communicate("\n", timeout=30)[0])
    assert int(done.stdout) == 512
    # Twice each, for nothing answered; a SYN that the kernel repeats would be one more.
    assert len(seen) == 2 * 512
    assert most_in_a_window(when for when, _ in seen) <= 100
    for prefix in ("0a3200", "0a3201"):
        assert most_in_a_window(when for when, address in seen if address.startswith(prefix)) <= 50
    for address in {address for _, address in seen}:
        assert most_in_a_window(when for when, one in seen if one == address) <= 2
