"""`make bench`: each benchmark prints a ratio against a named peer measured in the same run; build/bench.json has all.

`python -m benchmarks sweeps` runs one of them. The sweeps take some ten minutes, most of it nmap's.
"""

from __future__ import annotations

import json
import platform
import sys
from dataclasses import asdict
from pathlib import Path

from benchmarks import browser, identify, importing, reports, startup, sweeps

ALL = {
    "startup": startup,
    "identify": identify,
    "importing": importing,
    "reports": reports,
    "browser": browser,
    "sweeps": sweeps,
}


def main() -> None:
    results = {"python": platform.python_version(), "kernel": platform.release(), "rows": []}
    for name in sys.argv[1:] or ALL:
        benchmark = ALL[name]
        print(f"# {benchmark.__doc__.splitlines()[0]}", flush=True)
        results["rows"] += [asdict(row) for row in benchmark.run() or ()]
        print()
    path = Path("build/bench.json")
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(results, indent=1))
    print(f"wrote {path}")


if __name__ == "__main__":
    main()
