"""Matching: `identify` over generated observations beside a plain loop of Python's re over the same signatures.

Both read the same JSON lines. Ours also groups, weighs, judges and writes findings; the loop only matches. Of the
values three in ten are examples of signatures, two in ten occur once, the others repeat. COVEREDSCAN_BENCH_HOSTS, or
the argument of ``python -m benchmarks.identify``, sets the number of hosts (default 20,000; ten observations each).
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

from benchmarks.contest import Row
from scanner.database.load import Database, load
from scanner.model.signature import Match

HOSTS = int(os.environ.get("COVEREDSCAN_BENCH_HOSTS", "20000"))
PER_HOST = 10
COMMAND = str(Path(sys.executable).with_name("coveredscan"))
FLAGS_INSIDE = re.compile(r"(?<!^)\(\?([is]+)\)")


def run(hosts: int = HOSTS) -> list[Row]:
    database = load()
    count = hosts * PER_HOST
    task = f"identify {count:,} observations of {hosts:,} hosts"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "observations.jsonl"
        generate(path, database, hosts)
        rows = [
            ours(task, "--sorted: bounded memory", path, "--sorted"),
            ours(task, "any order: all hosts held", path),
            plain(task, path, database),
        ]
    peer = rows[-1].median
    for row in rows:
        memory = f"  peak {row.megabytes:5.0f} MB" if row.megabytes else ""
        print(f"{row.name:28} {count / row.median:9,.0f} observations/s {peer / row.median:6.1f} x the loop{memory}")
        if row.detail:
            print(f"{'':28} {row.detail}")
    return rows


def generate(path: Path, database: Database, hosts: int) -> None:
    """Write the observations, those of one host together."""
    examples = [
        (example.field or signature.fields[0], example.value)
        for signature in database.signatures
        for example in signature.examples
        if example.value is not None
    ]
    noise = [("http.server", f"nginx/1.{n}") for n in range(200)] + [("http.title", f"page {n}") for n in range(2000)]
    chance = random.Random(1)
    with path.open("w", encoding="utf-8") as out:
        for host in range(hosts):
            for one in range(PER_HOST):
                kind = chance.random()
                field, value = chance.choice(examples if kind < 0.3 else noise)
                if kind > 0.8:
                    field, value = (
                        "http.www_authenticate",
                        f'Digest realm="area {host}", nonce="{host * PER_HOST + one:x}"',
                    )
                out.write(json.dumps({"host": f"h{host}", "field": field, "value": value}) + "\n")


def ours(task: str, name: str, path: Path, *options: str) -> Row:
    start = time.perf_counter()
    process = subprocess.Popen([COMMAND, "identify", str(path), *options], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        raise SystemExit(f"identify failed: {status}")
    return Row(task=task, name=name, seconds=[seconds], megabytes=usage.ru_maxrss / 1024, ended=True)


def plain(task: str, path: Path, database: Database) -> Row:
    compiled: dict[str, list[re.Pattern[str]]] = {}
    left_out = 0
    for signature in database.signatures:
        try:
            pattern = re.compile(translated(signature.match), re.DOTALL)
            for field in signature.fields:
                compiled.setdefault(field, []).append(pattern)
        except re.error:
            left_out += 1
    start = time.perf_counter()
    hits = 0
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            hits += sum(pattern.fullmatch(row["value"]) is not None for pattern in compiled.get(row["field"], ()))
    if not hits:
        raise SystemExit("the plain loop matched nothing")
    detail = f"{len(database.signatures) - left_out} signatures, {left_out} left out"
    return Row(task=task, name="plain loop of re", seconds=[time.perf_counter() - start], ended=True, detail=detail)


def translated(match: Match) -> str:
    """The pattern as Python's re takes it: it knows flags for the rest of a pattern only at its start."""
    if match.regex is not None:
        return scoped(match.regex)
    if match.exact is not None:
        return "|".join(re.escape(value) for value in match.exact)
    if match.prefix is not None:
        return "(?:" + "|".join(re.escape(value) for value in match.prefix) + ").*"
    return ".*(?:" + "|".join(re.escape(value) for value in match.contains or ()) + ").*"


def scoped(regex: str) -> str:
    """Turn ``a(?i)b`` into ``a(?i:b)``: the flags hold until the group ends that they stand in."""
    found = FLAGS_INSIDE.search(regex)
    if found is None:
        return regex
    at, depth, inside = found.end(), 0, False
    while at < len(regex):
        character = regex[at]
        if character == "\\":
            at += 2
            continue
        if character in "[]":
            inside = character == "["
        elif not inside and character in "()":
            if character == ")" and depth == 0:
                break
            depth += 1 if character == "(" else -1
        at += 1
    return scoped(f"{regex[: found.start()]}(?{found[1]}:{regex[found.end() : at]}){regex[at:]}")


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else HOSTS)
