"""Pictures of the report and of every page of the dashboard, for a person to look at before a release.

`python -m tests.browser.screens FOLDER`: the lab's devices and 10,000 generated ones, at 1280 and 390 pixels, light and
dark. Nothing is checked here: what a program can check, the tests of this folder do.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from benchmarks.browser import find, summarise
from scanner.cli.judging import Judging
from scanner.cli.outputs import context_for
from scanner.reports import html
from scanner.reports.rows import rows
from scanner.store import Ending, open_store
from tests.browser.chromium import Browser, opened

PROGRAM = (sys.executable, "-m", "scanner.cli.main")
WIDTHS = (1280, 390)
TALL = 6000
"""Pixels of a page that are drawn; beyond it, it repeats itself."""
STARTED = datetime(2026, 11, 1, 3, tzinfo=UTC)
LAB_DEVICES = {
    "covered": "127.66.0.11",
    "label": "127.66.0.34",
    "likely": "127.66.0.35",
    "unknown": "127.66.0.75",
    "other": "127.66.0.51",
}


def draw(browser: Browser, folder: Path, name: str, address: str, script: str = "") -> None:
    for width in WIDTHS:
        for dark in (False, True):
            browser.open(address, width=width, dark=dark)
            if script:
                browser.run(script)
                browser.wait(lambda: browser.run("return document.readyState") == "complete")
            path = folder / f"{name}-{width}-{'dark' if dark else 'light'}.png"
            path.write_bytes(browser.picture(width, TALL))


@contextmanager
def serving(url: str, *more: str) -> Iterator[str]:
    command = [*PROGRAM, "serve", "--port", "0", "--db", url, *more]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        found = re.search(r"http://[^\s/;]+", process.stderr.readline())
        assert found is not None
        yield found[0]
        process.terminate()


def dashboard(browser: Browser, folder: Path, kind: str, url: str, devices: dict[str, str]) -> None:
    with serving(url, "--allow", "127.77.0.0/24", "--allow", "127.66.0.0/24") as address:
        browser.open(address + "/scans")
        scan = browser.run("return document.querySelector('main a[href^=\"/scans/\"]').getAttribute('href')")
        paths = {
            "inventory": "/", "inventory-all": "/?scan=all", "inventory-none": "/?q=nothing+like+this",
            "changes": "/changes", "scans": "/scans", "scan": scan, "start": "/start", "progress": "/progress",
            "law": "/law", "measure": "/law/us-ndaa-889", "trouble": "/nothing",
            **{f"device-{name}": f"/device?host={host}" for name, host in devices.items()},
        }  # fmt: skip
        for name, path in paths.items():
            draw(browser, folder, f"{kind}-{name}", address + path)


def report(browser: Browser, folder: Path, kind: str, path: Path) -> None:
    draw(browser, folder, f"{kind}-report", path.as_uri())
    sheet = "document.querySelector('#devices tbody a').click()"
    draw(browser, folder, f"{kind}-report-sheet", path.as_uri(), sheet)


def lab(browser: Browser, folder: Path, home: Path) -> None:
    url = str(home / "lab.sqlite3")
    for _ in range(2):
        subprocess.run([*PROGRAM, "demo", "--into", str(home), "--db", url], check=True, capture_output=True)
    report(browser, folder, "lab", home / "report.html")
    dashboard(browser, folder, "lab", url, LAB_DEVICES)


def many(browser: Browser, folder: Path, home: Path) -> None:
    judging = Judging(None, "us-federal", None, None)
    findings = find(judging)
    url = str(home / "many.sqlite3")
    summary = summarise("", judging)
    with open_store(url) as store:
        # The second scan misses some devices and has others anew, so that there is something to tell.
        for day, kept in enumerate((findings[100:], findings[:-150])):
            started = STARTED + timedelta(days=day)
            scan = store.begin(("10.0.0.0/16",), {}, started)
            ended = started + timedelta(minutes=9)
            levels = Counter(row.level for row in rows(kept, judging.database.companies))
            summary = msgspec.structs.replace(
                summary, scan=scan, started_at=started, ended_at=ended, hosts=len(kept), verdicts=dict(levels)
            )
            store.finish(summary, kept, Ending())
    path = home / "many.html"
    path.write_bytes("".join(html.render(findings, context_for(summary, judging))).encode())
    report(browser, folder, "many", path)
    dashboard(browser, folder, "many", url, {"covered": findings[200].host})


def bare(browser: Browser, folder: Path, home: Path) -> None:
    with serving(str(home / "empty.sqlite3")) as address:
        draw(browser, folder, "empty-inventory", address + "/")
        draw(browser, folder, "empty-changes", address + "/changes")
        draw(browser, folder, "empty-scans", address + "/scans")
        draw(browser, folder, "empty-start", address + "/start")
    token = home / "token"
    token.write_text("0123456789abcdef0123\n")
    with serving(str(home / "empty.sqlite3"), "--token-file", str(token)) as address:
        draw(browser, folder, "login", address + "/")


def main() -> None:
    """Draw everything into the folder named on the command line."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, opened(Path(home) / "profile") as browser:
        for part in (bare, lab, many):
            part(browser, folder, Path(home))


if __name__ == "__main__":
    main()
