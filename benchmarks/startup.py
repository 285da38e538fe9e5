"""Start-up: `coveredscan --help` and a one-line `identify` beside `python -c pass`.

Medians of whole processes, wall clock; the file cache is warm.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 15
COMMAND = str(Path(sys.executable).with_name("coveredscan"))
LINE = b'{"host":"10.0.0.5","field":"http.server","value":"DNVRS-Webs"}\n'


def median_ms(words: list[str], line: bytes = b"") -> float:
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        subprocess.run(words, input=line, check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def run() -> None:
    bare = median_ms([sys.executable, "-c", "pass"])
    rows = [
        ("python -c pass", bare),
        ("python -c 'import typer'", median_ms([sys.executable, "-c", "import typer"])),
        ("coveredscan --help", median_ms([COMMAND, "--help"])),
        ("coveredscan identify, one line", median_ms([COMMAND, "identify"], LINE)),
    ]
    for name, milliseconds in rows:
        print(f"{name:32} {milliseconds:7.1f} ms  {milliseconds / bare:5.1f} x python -c pass")
