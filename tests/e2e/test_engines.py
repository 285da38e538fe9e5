"""Whoever finds the open ports, the devices of the lab are told the same: raw frames, ordinary connections, nmap."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.transports.conftest import ip, lan  # noqa: F401 - a fixture

pytestmark = [pytest.mark.root, pytest.mark.slow]

COUNT = 12

LAB = """
import asyncio, json, sys
sys.path.insert(0, sys.argv[1])
import msgspec
from scanner.lab.device import load_devices
from scanner.lab.server import Lab
async def serve():
    devices = load_devices()[::2][: int(sys.argv[2])]
    placed = [msgspec.structs.replace(one, address=f"10.61.0.{n + 1}") for n, one in enumerate(devices)]
    async with Lab(placed, offset=0) as lab:
        print(json.dumps(lab.ports), flush=True)
        await asyncio.to_thread(sys.stdin.read)
asyncio.run(serve())
"""

SCAN = """
import asyncio, json, sys
sys.path.insert(0, sys.argv[1])
import msgspec
from datetime import date
from scanner.coverage.assess import Question
from scanner.coverage.policies import select
from scanner.database.load import load
from scanner.engine.scan import Request, Scan
from scanner.model.observation import Observation
from scanner.pipeline import Judge
database, seen = load(), []
job = json.loads(sys.argv[2])
request = Request(
    ("10.61.0.0/28",), never=(), wait=0.5, passes=1, discovery=("ws_discovery",), rate=5000, subnet_rate=2500, host_rate=500,
    ports=tuple(job["ports"]), engine=job["engine"],
)
take = lambda event: seen.append(event) if isinstance(event, Observation) else None
asyncio.run(Scan(request, take, rules=database.rule_for).run())
judge = Judge(database, Question(when=date(2026, 11, 21)), select("us-federal", database.measures))
told = [
    (one.host, one.identification, [(verdict.measure, verdict.verdict) for verdict in one.verdicts], one.open_ports)
    for one in judge.judge(seen)
]
sys.stdout.buffer.write(msgspec.json.encode(sorted(told, key=lambda one: one[0])))
"""


def scan(namespace, engine, ports):
    job = json.dumps({"engine": engine, "ports": ports})
    done = subprocess.run(
        ["ip", "netns", "exec", namespace, sys.executable, "-c", SCAN, str(Path.cwd()), job],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.skipif(shutil.which("nmap") is None, reason="nmap is not installed: see debian-packages.txt")
def test_every_engine_tells_the_same_of_the_lab(lan):  # noqa: F811 - the fixture
    for number in range(1, COUNT + 1):
        ip("-n", lan.camera, "route", "add", "local", f"10.61.0.{number}", "dev", "lo")
    ip("-n", lan.scanner, "route", "add", "10.61.0.0/24", "via", "10.99.0.2")
    with subprocess.Popen(
        ["ip", "netns", "exec", lan.camera, sys.executable, "-c", LAB, str(Path.cwd()), str(COUNT)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as devices:  # fmt: skip
        assert devices.stdin is not None
        assert devices.stdout is not None
        ports = json.loads(devices.stdout.readline())
        with ThreadPoolExecutor(3) as pool:
            raw, builtin, nmap = pool.map(lambda engine: scan(lan.scanner, engine, ports), ("raw", "builtin", "nmap"))
        devices.stdin.close()
    assert len(raw) == COUNT
    assert sum(who["manufacturer"] is not None for _, who, _, _ in raw) > COUNT / 2
    assert builtin == raw
    assert nmap == raw
