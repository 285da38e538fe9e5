"""Contenders at one task, in turn: time, what was found of what is there, peak memory, and the ratio to ours."""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.lab import Lab, missing

ROOT = Path(__file__).parents[1]
LIMIT = 100.0
"""Seconds after which a run is ended and told as such."""


@dataclass
class Contender:
    name: str
    words: Sequence[str]
    count: Callable[[str], tuple[int, int]]
    """Standard output → hosts and ports found."""
    runs: int = 5
    trickle: bool = False
    """masscan's receiver looks at its clock only when a packet arrives: something must arrive."""


@dataclass
class Row:
    task: str
    name: str
    seconds: list[float] = field(default_factory=list)
    found: list[tuple[int, int]] = field(default_factory=list)
    there: tuple[int, int] = (0, 0)
    megabytes: float = 0.0
    ended: bool = False
    detail: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


@dataclass
class Programme:
    """The tasks of one lab, of which ``only`` some are run (by name; none: all), ``runs`` times where that is told."""

    lab: Lab
    only: Sequence[str] = ()
    runs: int | None = None
    rows: list[Row] = field(default_factory=list)

    def hold(self, name: str, task: str, there: tuple[int, int], contenders: Sequence[Contender]) -> None:
        """Run each contender, in rounds so that all meet the same weather, and print the table."""
        if not self.only or name in self.only:
            chosen = [replace(one, runs=self.runs or one.runs) for one in contenders]
            self.rows += _hold(self.lab, f"{name}: {task}", there, chosen)


def _hold(lab: Lab, task: str, there: tuple[int, int], contenders: Sequence[Contender]) -> list[Row]:
    present = [one for one in contenders if not missing([one.words[0]])]
    for one in contenders:
        if one not in present:
            print(f"  {one.name}: not installed, left out")
    results = {one.name: Row(task, one.name, there=there) for one in present}
    for turn in range(max(one.runs for one in present)):
        for one in present:
            if turn < one.runs:
                _run(lab, one, results[one.name])
    ours = next(iter(results.values()))
    print(f"{task}  (there: {there[0]:,} hosts, {there[1]:,} ports; load {load_average()})")
    for row in results.values():
        least = min(found[1] or found[0] for found in row.found)
        whole = there[1] or there[0]
        ended = "  ENDED AT THE LIMIT" if row.ended else ""
        print(
            f"  {row.name:44} {row.median:8.2f} s  n={len(row.seconds)} [{min(row.seconds):.2f}-{max(row.seconds):.2f}]"
            f"  found {least:,}/{whole:,} ({100 * least / whole:.1f} %)  {row.megabytes:5.0f} MB"
            f"  {row.median / ours.median:6.2f} x ours  {row.detail}{ended}"
        )
    sys.stdout.flush()
    return list(results.values())


def _run(lab: Lab, one: Contender, row: Row) -> None:
    trickle = None
    if one.trickle:
        trickle = subprocess.Popen(
            lab.inside("fping", "-q", "-l", "-p", "250", "10.99.0.2"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    try:
        with tempfile.TemporaryFile("w+") as out:
            start = time.perf_counter()
            process = subprocess.Popen(
                lab.inside(*one.words), stdout=out, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, cwd=ROOT
            )
            usage = peak(process.pid, start + LIMIT)
            row.seconds.append(time.perf_counter() - start)
            if usage is None:
                process.kill()
                process.wait()
                row.ended = True
            else:
                process.returncode = 0
                row.megabytes = max(row.megabytes, usage / 1024)
            out.seek(0)
            text = out.read()
            row.found.append(one.count(text))
            if text.startswith("{"):
                told = json.loads(text)
                row.detail = " ".join(f"{key} {told[key]}" for key in ("passes", "sent", "dropped") if key in told)
    finally:
        if trickle is not None:
            trickle.kill()
            trickle.wait()


def peak(pid: int, until: float) -> int | None:
    """Return the peak memory in KiB, or None when the time is up.

    Read while it runs: what the kernel tells at the end counts this program's own memory before the exec.
    """
    peak = 0
    status = Path(f"/proc/{pid}/status")
    while time.perf_counter() < until:
        found, _, _ = os.wait4(pid, os.WNOHANG)
        if found:
            return peak
        told = re.search(r"VmHWM:\s+(\d+)", status.read_text())
        peak = int(told[1]) if told else peak
        time.sleep(0.004)
    return None


def load_average() -> str:
    """How busy the machine is, as the kernel tells it of the last minute."""
    return f"{os.getloadavg()[0]:.1f}"


def python(*words: str) -> list[str]:
    return [sys.executable, "-m", "benchmarks.sweep", *words]


def ours(text: str) -> tuple[int, int]:
    told = json.loads(text) if text else {"hosts": 0, "kinds": {}}
    return told["hosts"], told["kinds"].get("answered", 0)


def nmap(text: str) -> tuple[int, int]:
    """Of ``-oG -``."""
    return text.count("Status: Up"), len(re.findall(r"\d+/open/", text))


def masscan(text: str) -> tuple[int, int]:
    """Of ``-oL -``."""
    found = {tuple(line.split()[2:4]) for line in text.splitlines() if line.startswith("open")}
    return len({address for _, address in found}), len(found)


def lines(text: str) -> tuple[int, int]:
    return len({line.split()[0] for line in text.splitlines() if re.match(r"\d+\.", line)}), 0
