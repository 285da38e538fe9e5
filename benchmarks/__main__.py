"""`make bench`: each benchmark prints a ratio against a named peer measured in the same run; build/bench.json has all.

`python -m benchmarks sweeps` runs one of them. All take some twenty minutes, most of it nmap's: sweeps and devices.
"""

from __future__ import annotations

import json
import platform
import sys
import time
from dataclasses import asdict
from pathlib import Path

from benchmarks import browser, devices, identify, importing, memory, reports, startup, sweeps
from benchmarks.contest import load_average

ALL = {
    "startup": startup,
    "sweeps": sweeps,
    "devices": devices,
    "memory": memory,
    "identify": identify,
    "importing": importing,
    "reports": reports,
    "browser": browser,
}


def main() -> None:
    results = {"python": platform.python_version(), "kernel": platform.release(), "parts": [], "rows": []}
    for name in sys.argv[1:] or ALL:
        benchmark, start, before = ALL[name], time.perf_counter(), load_average()
        print(f"# {benchmark.__doc__.splitlines()[0]}", flush=True)
        results["rows"] += [asdict(row) for row in benchmark.run() or ()]
        took = time.perf_counter() - start
        print(
            f"({name} took {took:.0f} s; the machine's load was {before} before and {load_average()} after)\n",
            flush=True,
        )
        results["parts"].append({"name": name, "seconds": took, "load": [before, load_average()]})
    path = Path("build/bench.json")
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(results, indent=1))
    print(f"wrote {path}")


if __name__ == "__main__":
    main()
