"""Identify 50 and 250 lab devices in a /24, cold start to last finding, beside `nmap -sV` with scripts. Needs root.

Two network namespaces and a cable: the devices (copies of the lab's, each with serial numbers, UUIDs and hardware
addresses of its own) answer from two processes on one side. Not like for like: nmap guesses among thousands of services
and tells neither maker nor verdict; this program also asks over UDP; all share the machine.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import string
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from benchmarks.contest import Row, load_average
from benchmarks.lab import missing, spaces
from benchmarks.lab import run as command
from scanner.lab.device import Device, Service, load_devices
from scanner.lab.server import Lab

COMMAND = str(Path(sys.executable).with_name("coveredscan"))
SCRIPTS = "http-title,http-server-header,http-auth,ssl-cert,rtsp-methods,banner"
NETWORK = "10.66.1"
OWN = 254
SERVERS = 2
"""Processes that the devices are spread over."""
LEAST_RATIO = {50: 15, 250: 30}
"""nmap is ended when it has taken so many times as long as ours, and told as not finished."""
_DIGITS = string.digits + string.ascii_lowercase
_HEX = set(string.hexdigits)
_IDENTITY = re.compile(
    r"(?P<uuid>\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{8})(?P<node>[0-9a-fA-F]{4})\b"
    r"|(?P<mac>\b[0-9a-fA-F]{2}([:-])(?:[0-9a-fA-F]{2}\4){3})(?P<tail>[0-9a-fA-F]{2}\4[0-9a-fA-F]{2})\b"
    r"|(?P<serial>\b(?=[A-Za-z]*\d[A-Za-z]*\d)(?:[0-9A-Z]{7,}|[0-9a-f]{7,}))(?P<last>[0-9A-Z]{3}|[0-9a-f]{3})\b"
)
"""What looks like one device's own: the ends of these differ from copy to copy."""


def copies(count: int) -> list[Device]:
    """``count`` devices of the /24: those of the lab over and over, no two with one identity."""
    known = load_devices()
    return [copied(known[number % len(known)], number // len(known), number + 1) for number in range(count)]


def copied(device: Device, copy: int, last: int) -> Device:
    address = f"{NETWORK}.{last}"
    services = tuple(_service(service, copy) for service in device.services)
    return msgspec.structs.replace(device, address=address, services=services)


def _service(service: Service, copy: int) -> Service:
    exchanges = tuple(
        msgspec.structs.replace(
            exchange,
            answer=tuple(
                line if line.mark == "<x" else msgspec.structs.replace(line, text=renamed(line.text, copy))
                for line in exchange.answer
            ),
        )
        for exchange in service.transcript.exchanges
    )
    transcript = msgspec.structs.replace(service.transcript, exchanges=exchanges)
    # Groups are not joined: the far side would have to route them, and the scan asks each address as well.
    return msgspec.structs.replace(service, transcript=transcript, group=None)


def renamed(text: str, copy: int) -> str:
    """Give what looks like an identity in ``text`` the end of another; its length and its letters' case stay."""

    def one(found: re.Match[str]) -> str:
        if found["uuid"]:
            return found["uuid"] + _shifted(found["node"], copy)
        if found["mac"]:
            tail = found["tail"]
            return found["mac"] + _shifted(tail[:2], copy // 256) + tail[2] + _shifted(tail[3:], copy)
        return found["serial"] + _shifted(found["last"], copy)

    return _IDENTITY.sub(one, text) if copy else text


def _shifted(digits: str, by: int) -> str:
    """Add ``by`` to a number of as many digits, in the base that its digits look like."""
    base = 10 if digits.isdecimal() else 16 if _HEX.issuperset(digits) else 36
    number, made = int(digits, base) + by, ""
    for _ in digits:
        number, digit = divmod(number, base)
        made = _DIGITS[digit] + made
    return made.upper() if digits.isupper() else made


async def serve(count: int, part: int) -> None:
    async with Lab(copies(count)[part::SERVERS], offset=0) as lab:
        print(json.dumps(lab.ports), flush=True)
        await asyncio.to_thread(sys.stdin.read)


@contextmanager
def raised(count: int) -> Iterator[tuple[list[str], list[int]]]:
    """Yield the words that run a command beside the devices, and the TCP ports that any of them has."""
    with ExitStack() as stack:
        scanner, target = stack.enter_context(spaces("csdev"))
        near = [f"address add {NETWORK}.{OWN}/24 dev v0", "link set v0 up"]
        far = ["link set v1 up"]
        for number, device in enumerate(copies(count)):
            mac = renamed(device.mac, number) or f"02:00:5e:00:53:{number:02x}"
            far.append(f"link add link v1 name d{number} address {mac} type macvlan mode private")
            far += [f"address add {device.address}/32 dev d{number}", f"link set d{number} up"]
        far.append(f"route add {NETWORK}.{OWN}/32 dev d0")
        for key in ("arp_ignore=1", "rp_filter=0"):
            command("ip", "netns", "exec", target, "sysctl", "-qw", f"net.ipv4.conf.all.{key}")
        for side, lines in ((scanner, near), (target, far)):
            command("ip", "-n", side, "-batch", "-", text="\n".join(lines))
        ports: set[int] = set()
        for part in range(SERVERS):
            words = ["ip", "netns", "exec", target, sys.executable, "-m", "benchmarks.devices", "serve", str(count)]
            server = subprocess.Popen([*words, str(part)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            stack.enter_context(server)
            stack.callback(server.stdin.close)
            ports.update(json.loads(server.stdout.readline()))
        yield ["ip", "netns", "exec", scanner], sorted(ports)


def run() -> list[Row]:
    if os.geteuid() != 0:
        print("  needs root (network namespaces): left out")
        return []
    return [row for count in LEAST_RATIO for row in measure(count)]


def measure(count: int) -> list[Row]:
    task = f"identify {count} devices in a /24"
    with raised(count) as (inside, numbers):
        ports = ",".join(map(str, numbers))
        base = [*inside, COMMAND, "scan", f"{NETWORK}.0/24", "-p", ports, "--no-store", "-q", "-f", "jsonl"]
        rows = [Row(task, f"coveredscan --speed {speed}", there=(count, 0)) for speed in ("fast", "gentle")]
        for turn in range(5):
            for row in rows if turn < 2 else rows[:1]:
                seconds, text = timed([*base, "--speed", row.name.split()[-1]])
                row.seconds.append(seconds)
                row.found.append(_counted(text))
        rows[0].detail = shares(inside, ports)
        if not missing(["nmap"]):
            row = Row(task, f"nmap -sV --script {SCRIPTS}", there=(count, 0))
            limit = LEAST_RATIO[count] * 1.05 * rows[0].median
            seconds, text = timed(
                [*inside, "nmap", "-n", "-T4", "-sV", "--script", SCRIPTS, "-oG", "-", "-p", ports, f"{NETWORK}.0/24"],
                limit,
            )
            row.seconds.append(seconds)
            row.ended = seconds >= limit
            row.found.append((text.count("Ports:") - text.count(f"{NETWORK}.{OWN} ()\tPorts:"), 0))
            rows.append(row)
    for row in rows:
        least = min(row.found)
        print(
            f"  {row.task:30} {row.name:40.40} {row.median:8.2f} s  n={len(row.seconds)}"
            f" [{min(row.seconds):.2f}-{max(row.seconds):.2f}]  hosts {least[0]}/{count}, with a maker {least[1]}"
            f"  {row.median / rows[0].median:6.1f} x fast{'  ENDED AT THE LIMIT' if row.ended else ''}",
            flush=True,
        )
    print(f"  {'':30} share of time: {rows[0].detail}; load {load_average()}", flush=True)
    return rows


def _counted(text: str) -> tuple[int, int]:
    """Of findings as JSON lines: hosts, and those with a maker."""
    findings = [one for line in text.splitlines() if "identification" in (one := json.loads(line))]
    makers = {one["host"]: one["identification"]["manufacturer"] for one in findings}
    return len(makers), sum(maker is not None for maker in makers.values())


def timed(words: list[str], limit: float = 200.0) -> tuple[float, str]:
    start = time.perf_counter()
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            text, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            process.kill()
            text, _ = process.communicate()
    return time.perf_counter() - start, text


def shares(inside: list[str], ports: str) -> str:
    """Return the seconds of each stage of one scan at full speed."""
    _, text = timed([*inside, sys.executable, "-m", "benchmarks.devices", "stages", ports])
    told = json.loads(text)
    return ", ".join(f"{name} {seconds:.2f} s" for name, seconds in told.items() if seconds >= 0.005)


def stages(ports: str) -> None:
    """One scan as the command does it, with a look at the clock where a stage begins."""
    start = time.perf_counter()
    from scanner.coverage.assess import Question  # noqa: PLC0415 - the time of all these is what is measured
    from scanner.coverage.policies import select  # noqa: PLC0415
    from scanner.database.load import load  # noqa: PLC0415
    from scanner.engine import clock  # noqa: PLC0415
    from scanner.engine.events import Progress  # noqa: PLC0415
    from scanner.engine.request import Request  # noqa: PLC0415
    from scanner.engine.scan import Scan  # noqa: PLC0415
    from scanner.engine.speeds import SPEEDS  # noqa: PLC0415
    from scanner.matching.gathering import Gathering  # noqa: PLC0415
    from scanner.model.observation import Observation  # noqa: PLC0415
    from scanner.pipeline import Judge  # noqa: PLC0415

    spent: Counter[str] = Counter()
    stage, since = "imports", start

    def turn(name: str) -> None:
        nonlocal stage, since
        now = time.perf_counter()
        spent[stage] += now - since
        stage, since = name, now

    turn("data")
    database = load()
    judge = Judge(database, Question(when=clock.now().date()), select("us-federal", database.measures))
    gathering = Gathering()
    speed = SPEEDS["fast"]
    request = Request(
        targets=(f"{NETWORK}.0/24",), ports=tuple(map(int, ports.split(","))),
        rate=speed.rate, subnet_rate=speed.per_subnet, host_rate=speed.per_host,
    )  # fmt: skip

    def take(event: object) -> None:
        if isinstance(event, Observation):
            gathering.add(event)
        elif isinstance(event, Progress) and event.stage and event.stage != stage:
            turn(event.stage)

    turn("scope")
    asyncio.run(Scan(request, take, rules=database.rule_for).run())
    turn("judging")
    list(judge.judge(gathering.all()))
    turn("")
    print(json.dumps(spent))


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        asyncio.run(serve(int(sys.argv[2]), int(sys.argv[3])))
    else:
        stages(sys.argv[2])
