"""Identify lab devices end to end, cold start to last finding, beside `nmap -sV` with scripts for the same fields.

Not like for like: nmap guesses what speaks on a port out of thousands of services, this program asks what surveillance
equipment speaks; nmap's scripts tell neither maker nor verdict; both sides and the lab share the machine.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import msgspec

from benchmarks.contest import Row
from benchmarks.lab import missing
from scanner.lab.device import load_devices
from scanner.lab.server import Lab

COMMAND = str(Path(sys.executable).with_name("coveredscan"))
SCRIPTS = "http-title,http-server-header,http-auth,ssl-cert,rtsp-methods,banner"
LIMIT = 200.0
"""Seconds for one run of nmap."""


async def serve(count: int) -> None:
    every = itertools.cycle(load_devices())
    devices = [
        msgspec.structs.replace(next(every), address=f"127.67.{number // 250}.{number % 250 + 1}")
        for number in range(count)
    ]
    async with Lab(devices) as lab:
        print(json.dumps({"addresses": lab.addresses, "ports": lab.ports}), flush=True)
        await asyncio.to_thread(sys.stdin.read)


def run() -> list[Row]:
    return [row for count in (50, 250) for row in measure(count, nmap=count == 50)]


def measure(count: int, *, nmap: bool) -> list[Row]:
    words = [sys.executable, "-m", "benchmarks.devices", str(count)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as lab:
        told = json.loads(lab.stdout.readline())
        ports = ",".join(map(str, told["ports"]))
        base = [COMMAND, "scan", *told["addresses"], "-p", ports, "--no-store", "-q", "-f", "jsonl"]
        rows = []
        for speed, more, runs in (("gentle", (), 3), ("fast", ("--speed", "fast"), 5)):
            row = Row(f"identify {count} devices", f"coveredscan --speed {speed}", there=(count, 0))
            for _ in range(runs):
                seconds, text = timed([*base, *more])
                row.seconds.append(seconds)
                findings = [one for line in text.splitlines() if "identification" in (one := json.loads(line))]
                makers = {one["host"]: one["identification"]["manufacturer"] for one in findings}
                row.found.append((len(makers), sum(maker is not None for maker in makers.values())))
            rows.append(row)
        if nmap and not missing(["nmap"]):
            row = Row(f"identify {count} devices", f"nmap -sV --script {SCRIPTS}", there=(count, 0))
            seconds, text = timed(
                ["nmap", "-n", "-Pn", "-T4", "-sV", "--script", SCRIPTS, "-oG", "-", "-p", ports, *told["addresses"]]
            )
            row.seconds.append(seconds)
            row.ended = seconds >= LIMIT
            row.found.append((text.count("Ports:"), 0))
            rows.append(row)
        lab.stdin.close()
    for row in rows:
        least = min(row.found)
        print(
            f"  {row.task:24} {row.name:40.40} {row.median:8.2f} s  n={len(row.seconds)}"
            f" [{min(row.seconds):.2f}-{max(row.seconds):.2f}]  hosts {least[0]}/{count}, with a maker {least[1]}"
            f"  {row.median / rows[1].median:6.1f} x fast{'  ENDED AT THE LIMIT' if row.ended else ''}",
            flush=True,
        )
    return rows


def timed(words: list[str]) -> tuple[float, str]:
    start = time.perf_counter()
    try:
        text = subprocess.run(
            words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=LIMIT, check=False
        ).stdout
    except subprocess.TimeoutExpired as error:
        text = (error.stdout or b"").decode()
    return time.perf_counter() - start, text


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    asyncio.run(serve(int(sys.argv[1])))
