"""Reports: 10,000 generated devices in each format, beside json.dumps of the same findings.

Time and bytes each, as ratios to the peer's, and peak memory. `python -m benchmarks.reports 1000 pdf html` chooses
devices and formats.
"""

from __future__ import annotations

import json
import multiprocessing
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec

from benchmarks.contest import Row, load_average
from scanner.coverage.assess import Question
from scanner.coverage.policies import select
from scanner.database.load import load
from scanner.matching.hosts import group
from scanner.model.finding import Coverage, Finding, Summary
from scanner.model.observation import Endpoint, Field, Observation, Provenance
from scanner.pipeline import Judge
from scanner.reports import FORMATS, Context

DEVICES = 10_000
TIMES = 3
SEEN = datetime(2026, 11, 21, 2, tzinfo=UTC)
HIKVISION = (
    ("http.server", "App-webs/"),
    ("rtsp.www_authenticate", 'Digest realm="IP Camera(C2183)"'),
    ("onvif.model", "DS-2CD2042WD-I"),
)
RECORDER = (
    ("http.server", "DNVRS-Webs"),
    ("link.mac", "44:19:b6:{0:02x}:{1:02x}:01"),
    ("onvif.serial", "DS-7604NI{0:04d}{1:08d}"),
)
DAHUA = (
    ("rtsp.www_authenticate", 'Digest realm="Login to ND02{0:04d}{1:08d}"'),
    ("link.mac", "3c:ef:8c:{0:02x}:{1:02x}:02"),
)
AXIS = (("onvif.manufacturer", "AXIS"), ("onvif.model", "P3245-LV"), ("link.mac", "00:40:8c:{0:02x}:{1:02x}:03"))
UNKNOWN = (("http.server", "nginx"), ("http.title", "Welcome"), ("open.tcp", "554"))
KINDS = (HIKVISION, RECORDER, DAHUA, AXIS, UNKNOWN)


def observations(devices: int) -> Iterator[Observation]:
    for number in range(devices):
        high, low = divmod(number, 256)
        address = f"10.{high // 256}.{high % 256}.{low}"
        for field, value in KINDS[number % len(KINDS)]:
            text = value.format(high % 256, low)
            yield Observation(Endpoint(address, "tcp", 80), Field(field), text, Provenance("http", None, SEEN))


def generated(devices: int) -> tuple[list[Finding], Context]:
    database = load()
    measures = select("us-federal", database.measures)
    judge = Judge(database, Question(when=date(2026, 11, 21), use=None), measures)
    findings = list(judge.judge(observations(devices), group))
    summary = Summary(
        scan="generated", started_at=SEEN, ended_at=SEEN, complete=True, interrupted=False, hosts=devices, verdicts={},
        coverage=Coverage(devices, 0, devices, (80, 554)), targets=("10.0.0.0/8",), date="2026-11-21",
    )  # fmt: skip
    context = Context(
        summary,
        database.version,
        {measure.id: measure for measure in measures},
        database.companies,
        {signature.id: signature for signature in database.signatures},
        database.sources,
        policy="us-federal",
        day="2026-11-21",
    )
    return findings, context


def measure(name: str, findings: list[Finding], context: Context) -> tuple[float, float, float]:
    """Seconds, megabytes written, and megabytes of memory beyond what the findings take, in a process of its own."""
    answer, ask = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=_encode, args=(name, findings, context, ask))
    process.start()
    told: tuple[float, float, float] = answer.recv()
    process.join()
    return told


def _encode(name: str, findings: list[Finding], context: Context, told: Connection) -> None:
    before = _resident("VmRSS")
    started = time.perf_counter()
    size = sum(len(piece) for piece in FORMATS[name].encode(findings, context))
    told.send((time.perf_counter() - started, size / 1e6, _resident("VmHWM") - before))


def _resident(what: str) -> float:
    line = next(each for each in Path("/proc/self/status").read_text().splitlines() if each.startswith(what))
    return int(line.split()[1]) / 1e3


def run(devices: int = DEVICES, names: Sequence[str] = ()) -> list[Row]:
    findings, context = generated(devices)
    started = time.perf_counter()
    peer_size = len(json.dumps([msgspec.to_builtins(finding) for finding in findings]).encode()) / 1e6
    peer = time.perf_counter() - started
    task = f"report of {devices:,} devices"
    rows = [Row(task, "json.dumps", [peer], megabytes=peer_size, detail="megabytes are the file's")]
    print(f"{devices:,} devices; json.dumps of the findings: {peer:.2f} s, {peer_size:.1f} MB; load {load_average()}")
    for name in names or FORMATS:
        runs = [measure(name, findings, context) for _ in range(TIMES)]
        taken = [each[0] for each in runs]
        size, memory = runs[0][1], max(each[2] for each in runs)
        median = statistics.median(taken)
        told = f"{median / peer:5.1f} x time, {size / peer_size:4.2f} x size, {memory:4.0f} MB more memory"
        print(f"{name:12} {median:7.2f} s {size:8.2f} MB  {told}", flush=True)
        rows.append(Row(task, name, taken, megabytes=size, detail=" ".join(told.split())))
    return rows


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else DEVICES, sys.argv[2:])
