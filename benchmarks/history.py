"""A store after years: a thousand scans of two thousand devices, judged by the real pipeline; size and times.

``python -m benchmarks.history [--scans N] [--devices N] [--db sqlite|postgresql]``
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import msgspec

from scanner.coverage.assess import Question
from scanner.coverage.policies import select
from scanner.database.load import load
from scanner.matching.changes import Look, Sighting, compare, known_by
from scanner.matching.hosts import merge
from scanner.model.finding import Coverage, Finding, Summary
from scanner.model.measure import LEVELS
from scanner.model.observation import Endpoint, Field, Observation, Provenance
from scanner.pipeline import Judge
from scanner.store import Done, Ending, Store, open_store
from tests.store.postgres import MISSING, serve

START = datetime(2024, 1, 1, 3, tzinfo=UTC)
CHURN = 0.005
"""Of the devices, each scan: moved, re-flashed or replaced."""
KINDS = (
    ("HIKVISION", "DS-2CD2042WD-I", "App-webs/", "2857bea1"),
    ("Dahua", "IPC-HFW2431S", "Webs", "3ca308f2"),
    ("AXIS", "M1014", "Apache/2.4.41 (Axis)", "accc8e27"),
    ("Hanwha Techwin", "XNV-6080R", "lighttpd/1.4.54", "00091862"),
    ("LTS", "CMIP8442W-M", "DNVRS-Webs", "4419b623"),
)


class Device:
    """One camera: where it is, what it says."""

    def __init__(self, number: int) -> None:
        self.address = f"10.{20 + number // 65025}.{number // 255 % 255}.{number % 255 or 255}"
        self.maker, self.model, self.server, self.oui = KINDS[number % len(KINDS)]
        self.serial = f"{self.model}20200101CCWR{number:09}"
        self.firmware = "V5.5.0 build 170725"
        self.number = number

    def facts(self) -> Iterator[tuple[str, str, int | None]]:
        yield "open.tcp", "80", 80
        yield "open.tcp", "554", 554
        yield "open.tcp", "8000", 8000
        yield "http.server", self.server, 80
        yield "http.status", "200", 80
        yield "http.title", "index", 80
        yield "rtsp.server", "Rtsp Server/2.0", 554
        yield "rtsp.www_authenticate", f'Digest realm="{self.serial[-6:]}", nonce="{self.number:032x}"', 554
        yield "onvif.manufacturer", self.maker, 80
        yield "onvif.model", self.model, 80
        yield "onvif.firmware", self.firmware, 80
        yield "onvif.serial", self.serial, 80
        yield "wsd.endpoint", f"urn:uuid:{self.number:08x}-0000-1000-8000-{self.oui}{self.number:04x}", 3702
        yield "link.mac", ":".join(f"{self.oui[:6]}{self.number:06x}"[at : at + 2] for at in range(0, 12, 2)), None

    def observations(self, times: Callable[[str], datetime]) -> list[Observation]:
        return [
            Observation(
                Endpoint(self.address, None if port is None else "tcp", port), Field(field), value,
                Provenance(source(field), None, times(source(field))),
            )
            for field, value, port in self.facts()
        ]  # fmt: skip


def source(field: str) -> str:
    return field.partition(".")[0]


class Generator:
    """Scans of a site that changes a little each time; a device is judged anew when it has changed."""

    def __init__(self, devices: int) -> None:
        database = load()
        self._judge = Judge(database, Question(when=date(2026, 11, 21)), select("us-federal", database.measures))
        self._devices = [Device(number) for number in range(devices)]
        self._judged: dict[tuple[int, str, str], tuple[Finding, tuple[tuple[str, str], ...]]] = {}
        self._chance = random.Random(1)
        self._next = devices
        self.judged = 0

    def change(self) -> None:
        for _ in range(max(int(len(self._devices) * CHURN), 1)):
            at = self._chance.randrange(len(self._devices))
            device = self._devices[at]
            kind = self._chance.choice(("moved", "re-flashed", "replaced"))
            self._next += 1
            if kind == "moved":
                device.address = Device(self._next).address
            elif kind == "re-flashed":
                device.firmware = f"V5.6.{self._next} build 190601"
            else:
                self._devices[at] = Device(self._next)

    def _moment(self) -> timedelta:
        return timedelta(microseconds=self._chance.randrange(2_000_000))

    def scan(self, store: Store, at: datetime) -> None:
        # Each exchange has a moment of its own, to the microsecond, as in a real scan.
        times = [
            cache(lambda _, moment=at + timedelta(seconds=0.5 * number): moment + self._moment())
            for number in range(len(self._devices))
        ]
        observations = [
            each for device, when in zip(self._devices, times, strict=True) for each in device.observations(when)
        ]
        findings, known = [], {}
        size = len(observations) // len(self._devices)
        for position, device in enumerate(self._devices):
            key = (device.number, device.address, device.firmware)
            if key not in self._judged:
                (host,) = merge(observations[position * size : (position + 1) * size])
                (finding,) = self._judge.judge(observations[position * size : (position + 1) * size])
                self._judged[key] = finding, known_by(host)
                self.judged += 1
            finding, identities = self._judged[key]
            when = times[position]
            evidence = tuple(
                msgspec.structs.replace(piece, observed_at=when(source(piece.field))) for piece in finding.evidence
            )
            last = max(each.provenance.observed_at or at for each in observations[position * size :][:size])
            findings.append(msgspec.structs.replace(finding, evidence=evidence, last_seen=last))
            known[finding.host] = identities
        scan = store.begin(["10.20.0.0/16"], {}, at, database="2026", program="1", site="north")
        alive = tuple(device.address for device in self._devices)
        store.add(observations, done=Done(alive, coverage=Coverage(addresses=65536)))
        verdicts: dict[str, int] = {}
        for finding in findings:
            worst = max((each.verdict for each in finding.verdicts), key=LEVELS.index)
            verdicts[worst] = verdicts.get(worst, 0) + 1
        summary = Summary(
            scan=scan, started_at=at, ended_at=at + timedelta(minutes=20), complete=True, interrupted=False,
            hosts=len(findings), verdicts=verdicts, coverage=Coverage(addresses=65536, alive=len(alive)), site="north",
        )  # fmt: skip
        store.finish(summary, findings, Ending(known))


@contextmanager
def database(kind: str) -> Iterator[str]:
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield str(Path(folder) / "scans.sqlite3")
    else:
        if MISSING is not None:
            sys.exit(MISSING)
        with serve() as server:
            yield server.database()


def timed(name: str, work: object) -> None:
    assert callable(work)
    best = min(_seconds(work) for _ in range(3))
    print(f"  {name:44} {best * 1000:9.1f} ms", flush=True)


def _seconds(work: object) -> float:
    assert callable(work)
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def diff(store: Store) -> None:
    after, before = (scan for scan, _ in zip(store.scans(), range(2), strict=False))
    looks = []
    for scan in (before, after):
        done = store.done(scan.id)
        looks.append(Look(scan.id, scan.site, scan.started_at, {*done.alive, *done.silent}.__contains__))
    seen = [[Sighting(each.finding, each.identities) for each in store.judged(scan.id)] for scan in (before, after)]
    assert compare(seen[0], seen[1], looks[0], looks[1]).changes


def run(kind: str, scans: int, devices: int) -> None:
    with database(kind) as url, open_store(url) as store:
        generator = Generator(devices)
        start = time.perf_counter()
        for number in range(scans):
            generator.change()
            generator.scan(store, START + timedelta(days=number))
            if number % 100 == 99:
                print(f"  {number + 1} scans, {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
        took = time.perf_counter() - start
        size = store.upkeep.size()
        print(f"{kind}: {scans:,} scans of {devices:,} devices")
        print(
            f"  {'generated, judged and stored':44} {took / scans * 1000:9.1f} ms a scan; {generator.judged:,} judged"
        )
        print(f"  {'on disk':44} {size / 2**20:9.1f} MiB, {size / scans / 1024:.0f} KiB a scan")
        timed("history (every scan with its summary)", lambda: sum(1 for _ in store.summaries()))
        timed("diff of the last two", lambda: diff(store))
        timed("findings of the last", lambda: sum(1 for _ in store.findings(next(store.scans()).id)))
        timed("observations of the last", lambda: sum(1 for _ in store.observations(next(store.scans()).id)))
        timed("one device over time", lambda: store.changes(device=store.devices("north")[0].id))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--scans", type=int, default=1000)
    parser.add_argument("--devices", type=int, default=2000)
    parser.add_argument("--db", choices=("sqlite", "postgresql"), action="append")
    options = parser.parse_args()
    for kind in options.db or ("sqlite", "postgresql"):
        run(kind, options.scans, options.devices)


if __name__ == "__main__":
    main()
