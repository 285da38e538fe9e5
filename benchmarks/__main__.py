"""`make bench`: each benchmark prints a ratio against a named peer measured in the same run; build/bench.json has all.

`python -m benchmarks sweeps` runs one of them, and `python -m benchmarks sweeps --only sparse-16 --runs 5` one task of
the sweeps so often. All take some twenty minutes, most of it nmap's: sweeps and devices.
"""

from __future__ import annotations

import argparse
import json
import platform
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
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(ALL)}; all without one")
    parser.add_argument("--only", nargs="+", choices=sweeps.NAMES, help="tasks of the sweeps")
    parser.add_argument("--runs", type=int, help="runs of each contender in the sweeps")
    options = parser.parse_args()
    chosen = {key: value for key, value in (("only", options.only), ("runs", options.runs)) if value}
    if chosen and options.parts != ["sweeps"]:
        parser.error("--only and --runs choose among the sweeps")
    if unknown := set(options.parts) - set(ALL):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    results = {"python": platform.python_version(), "kernel": platform.release(), "parts": [], "rows": []}
    for name in options.parts or ALL:
        benchmark, start, before = ALL[name], time.perf_counter(), load_average()
        print(f"# {benchmark.__doc__.splitlines()[0]}", flush=True)
        results["rows"] += [asdict(row) for row in benchmark.run(**chosen) or ()]
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
