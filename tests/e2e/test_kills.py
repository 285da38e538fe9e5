"""Scans of the lab killed at random moments and resumed until they end, against one that was left alone.

``COVEREDSCAN_KILLS=50`` kills fifty instead of a few.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from scanner.model.finding import Finding
from scanner.model.outcome import Outcome
from scanner.store import Store, open_store
from tests.cli.command import ONE_LAB, Command

pytestmark = [
    pytest.mark.process,
    pytest.mark.loopback,
    pytest.mark.slow,
    pytest.mark.timeout(3600),
]

KILLS = int(os.environ.get("COVEREDSCAN_KILLS", "2"))


@pytest.fixture
def lab():
    with ONE_LAB:
        process = subprocess.Popen(
            [sys.executable, "-m", "scanner.cli.main", "lab", "up", "--json"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
        process.stdin.close()
        process.wait(20)
        process.stdout.close()


def plain(finding: Finding) -> Finding:
    """What is found, without when."""
    evidence = tuple(replace(piece, observed_at=None) for piece in finding.evidence)
    return replace(finding, evidence=evidence, last_seen=None)


def found(path: Path, scan: str) -> dict[str, Finding]:
    with open_store(str(path)) as store:
        return {finding.host: plain(finding) for finding in store.findings(scan)}


def test_killed_at_any_moment_a_scan_is_resumed_to_the_same_end(tmp_path, lab):
    command = Command(tmp_path)
    words = [
        "scan",
        *lab["addresses"],
        "-p",
        ",".join(map(str, lab["ports"])),
        "--discovery",
        "none",
        "--rate",
        "100",
        "-q",
    ]
    start = time.monotonic()
    alone = tmp_path / "alone.sqlite3"
    assert command(*words, "--db", str(alone), timeout=120).returncode == 0
    took = time.monotonic() - start
    with open_store(str(alone)) as store:
        whole = found(alone, next(store.scans()).id)
    assert set(whole) == set(lab["addresses"])
    chance = random.Random(20261121)
    resumed = done = 0
    for number in range(KILLS):
        path, out = tmp_path / f"killed{number}.sqlite3", tmp_path / f"killed{number}.json"
        lines = out.with_suffix(".jsonl")
        options = ["--db", str(path), "-o", str(out), "-o", str(lines)]
        process = command.start(*words, *options)
        try:
            process.wait(chance.uniform(0.3, took))
        except subprocess.TimeoutExpired:
            process.kill()
        process.communicate(timeout=30)
        assert not out.exists() or json.loads(out.read_text())["findings"]
        streamed = lines.with_name(f"{lines.name}.partial")
        for file in filter(Path.exists, (lines, streamed)):
            assert all(map(json.loads, file.read_text().splitlines()))
        with open_store(str(path)) as store:
            unfinished = [scan for scan in store.scans() if scan.ended_at is None]
            before = store.done(unfinished[0].id).alive if unfinished else ()
            asked = questions(store, unfinished[0].id, before) if unfinished else []
        again = command("scan", "--resume", "-q", "--db", str(path), timeout=120) if unfinished else None
        if again is None and not path_has_scan(path):
            again = command(*words, *options, timeout=120)
        elif again is None and not out.exists():
            # Killed between the scan's end in the store and the report of it, which can be had at any time.
            again = command("report", *options)
        assert again is None or again.returncode == 0, again.stderr.decode()
        with open_store(str(path)) as store:
            (scan,) = store.scans()
            assert list(store.upkeep.check()) == []
            # What was done when it was killed is asked nothing more.
            assert questions(store, scan.id, before) == asked
        resumed += bool(unfinished)
        done += len(before)
        resumed_to = found(path, scan.id)
        assert resumed_to == whole
        assert {each["host"] for each in json.loads(out.read_text())["findings"]} == set(whole)
        told = [json.loads(line) for line in lines.read_text().splitlines()]
        assert {each["host"] for each in told[:-1]} == set(whole)
        assert told[-1]["complete"]
    sys.stderr.write(f"{KILLS} killed within {took:.1f} s, {resumed} resumed, {done} addresses were done by then\n")
    assert resumed


def questions(store: Store, scan: str, addresses: tuple[str, ...]) -> list[Outcome]:
    return [outcome for outcome in store.outcomes(scan) if outcome.endpoint.address in addresses]


def path_has_scan(path: Path) -> bool:
    with open_store(str(path)) as store:
        return any(True for _ in store.scans())
