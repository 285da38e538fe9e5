"""Matching: `identify` over generated observations beside a plain loop of Python's re over the same signatures.

Both read the same JSON lines. Ours also groups, weighs, judges and writes findings; the loop only matches.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scanner.database.load import Database, load

HOSTS = 20_000
PER_HOST = 10
COMMAND = str(Path(sys.executable).with_name("coveredscan"))


def run() -> None:
    database = load()
    values = [
        (signature.field, example.value)
        for signature in database.signatures
        for example in signature.examples
        if example.value is not None
    ]
    noise = [("http.server", f"nginx/1.{n}") for n in range(200)] + [("http.title", f"page {n}") for n in range(2000)]
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "observations.jsonl"
        with path.open("w", encoding="utf-8") as out:
            for host in range(HOSTS):
                for _ in range(PER_HOST):
                    field, value = chance.choice(values if chance.random() < 0.3 else noise)
                    out.write(json.dumps({"host": f"h{host}", "field": field, "value": value}) + "\n")
        ours = _ours(path, "--sorted")
        whole = _ours(path)
        plain = _plain(path, database)
    count = HOSTS * PER_HOST
    for name, seconds, peak in (("identify --sorted", *ours), ("identify", *whole), ("plain re loop", plain, None)):
        memory = f"  peak {peak:4.0f} MB" if peak else ""
        print(f"{name:20} {count / seconds:10,.0f} observations/s  {plain / seconds:5.1f} x plain loop{memory}")


def _ours(path: Path, *options: str) -> tuple[float, float]:
    start = time.perf_counter()
    process = subprocess.Popen([COMMAND, "identify", str(path), *options], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        raise SystemExit(f"identify failed: {status}")
    return seconds, usage.ru_maxrss / 1024


def _plain(path: Path, database: Database) -> float:
    compiled: dict[str, list[re.Pattern[str]]] = {}
    for signature in database.signatures:
        match = signature.match
        if match.regex is not None:
            pattern = match.regex
        elif match.exact is not None:
            pattern = "|".join(re.escape(value) for value in match.exact)
        elif match.prefix is not None:
            pattern = "(?:" + "|".join(re.escape(value) for value in match.prefix) + ").*"
        else:
            pattern = ".*(?:" + "|".join(re.escape(value) for value in match.contains or ()) + ").*"
        compiled.setdefault(signature.field, []).append(re.compile(pattern, re.DOTALL))
    start = time.perf_counter()
    hits = 0
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            hits += sum(pattern.fullmatch(row["value"]) is not None for pattern in compiled.get(row["field"], ()))
    if not hits:
        raise SystemExit("the plain loop matched nothing")
    return time.perf_counter() - start
