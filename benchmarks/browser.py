"""The HTML report and the dashboard in Chromium with 10,000 devices: size, time to first paint, to filter, to sort.

Each device says what the examples of one maker's signatures say. Beside the report: the same page with every row and
sheet in the document, as pages usually are.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.contest import Row, load_average
from scanner.cli.judging import Judging
from scanner.cli.outputs import context_for
from scanner.database.browse import listing
from scanner.matching.hosts import group_sorted
from scanner.model.finding import Coverage, Finding, Summary
from scanner.model.observation import Endpoint, Field, Observation, Provenance
from scanner.reports import html
from scanner.store import Ending, open_store
from tests.browser import chromium

DEVICES = 10_000
OBSERVATIONS = 8
TIMES = 5
SORT = "document.querySelector('#devices thead button').click()"


def find(judging: Judging) -> list[Finding]:
    told: dict[str, dict[str, str]] = {}
    for maker, row in listing(judging.database):
        for example in row.examples[:1]:
            if example.value is not None:
                told.setdefault(maker, {}).update({example.field or row.fields[0]: example.value} | example.also)
    makers = [list(fields.items())[:OBSERVATIONS] for fields in told.values()]
    seen = (
        Observation(Endpoint(f"10.0.{n // 250}.{n % 250 + 1}", "tcp", 80), Field(field), value, Provenance("http"))
        for n in range(DEVICES)
        for field, value in makers[n % len(makers)]
    )
    return list(judging.judge.judge(seen, group_sorted))


def summarise(scan: str, judging: Judging) -> Summary:
    now = datetime.now(UTC)  # noqa: TID251 - a benchmark
    return Summary(
        scan=scan, started_at=now, ended_at=now, complete=True, interrupted=False, hosts=DEVICES, verdicts={},
        coverage=Coverage(addresses=65_536, alive=DEVICES), targets=("10.0.0.0/16",), date=judging.when.isoformat(),
    )  # fmt: skip


def time_in(browser: chromium.Browser, script: str) -> float:
    """Milliseconds until what ``script`` did is laid out."""
    return statistics.median(
        browser.run(f"const t = performance.now(); {script}; document.body.offsetHeight; return performance.now() - t")
        for _ in range(TIMES)
    )


def paint(browser: chromium.Browser, address: str) -> tuple[float, float]:
    """Milliseconds to first paint, and until all is there, the median of some loads."""
    firsts, wholes = [], []
    for _ in range(TIMES):
        browser.open(address)
        browser.wait(lambda: browser.run("return performance.getEntriesByType('paint').length"))
        browser.wait(lambda: browser.run("return performance.timing.loadEventEnd") > 0)
        firsts.append(browser.run("return performance.getEntriesByName('first-contentful-paint')[0].startTime"))
        wholes.append(browser.run("return performance.timing.loadEventEnd - performance.timing.navigationStart"))
    return statistics.median(firsts), statistics.median(wholes)


def tell(page: str, what: str, milliseconds: float, detail: str = "") -> Row:
    print(f"  {page:20} {what:16} {milliseconds:6.0f} ms  {detail}".rstrip(), flush=True)
    return Row(f"{page} of {DEVICES:,} devices in Chromium", what, [milliseconds / 1000], detail=detail)


def report(browser: chromium.Browser, folder: Path, findings: list[Finding], judging: Judging) -> Iterator[Row]:
    text = "".join(html.render(findings, context_for(summarise("s", judging), judging))).encode()
    path = folder / "report.html"
    path.write_bytes(text)
    plain = folder / "plain.html"
    plain.write_bytes(re.sub(rb"</?noscript[^>]*>", b"", text))
    for name, page in (("all in the document", plain), ("report", path)):
        first, whole = paint(browser, page.as_uri())
        nodes = browser.run("return document.getElementsByTagName('*').length")
        yield tell(name, "first paint", first, f"{len(text) / 1e6:.1f} MB, {nodes:,} elements")
        yield tell(name, "usable", whole)
    browser.open(path.as_uri())
    typed = "const w = document.querySelector('#words'); w.value = '{}'; w.dispatchEvent(new Event('input'))"
    yield tell("report", "filter", time_in(browser, typed.format("hikvision 10.0.3")))
    yield tell("report", "clear the filter", time_in(browser, typed.format("")))
    yield tell("report", "sort", time_in(browser, SORT))
    start = time.perf_counter()
    browser.run("location.hash = 'device-9876'")
    browser.wait(lambda: browser.all("#device-9876[open]"))
    memory = browser.run("return performance.memory.usedJSHeapSize") / 1e6
    detail = f"with the driver's part; script heap {memory:.0f} MB"
    yield tell("report", "open a sheet", 1000 * (time.perf_counter() - start), detail)


def dashboard(browser: chromium.Browser, folder: Path, findings: list[Finding], judging: Judging) -> Iterator[Row]:
    url = str(folder / "scans.sqlite3")
    with open_store(url) as store:
        scan = store.begin(("10.0.0.0/16",), {}, datetime.now(UTC))  # noqa: TID251 - a benchmark
        store.finish(summarise(scan, judging), findings, Ending())
    command = [sys.executable, "-m", "scanner.cli.main", "serve", "--port", "0", "--db", url]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        found = re.search(r"http://\S+?(?=/;)", process.stderr.readline().decode())
        assert found is not None
        address = found[0]
        start = time.perf_counter()
        browser.open(address + "/")
        yield tell("dashboard", "cold", 1000 * (time.perf_counter() - start), "the findings are read from the store")
        first, whole = paint(browser, address + "/")
        yield tell("dashboard", "first paint", first)
        yield tell("dashboard", "usable", whole)
        times = []
        for number in range(TIMES):
            start = time.perf_counter()
            browser.run(
                f"const w = document.querySelector('[name=q]'); w.value = '10.0.{number + 3}.';"
                "w.dispatchEvent(new Event('input', {bubbles: true}))"
            )
            browser.wait(lambda number=number: f"10.0.{number + 3}." in browser.texts("#found td")[0])
            times.append(1000 * (time.perf_counter() - start))
        yield tell("dashboard", "filter", statistics.median(times), "with 150 ms of waiting for the next key")
        process.terminate()


def run() -> list[Row]:
    if why := chromium.missing():
        print(f"browser: left out, {why}")
        return []
    judging = Judging(None, "us-federal", None, None)
    findings = find(judging)
    pieces = sum(len(each.evidence) for each in findings) / len(findings)
    print(f"  {len(findings):,} devices, {pieces:.0f} pieces of evidence each; load {load_average()}")
    with tempfile.TemporaryDirectory() as folder, chromium.opened(Path(folder) / "profile") as browser:
        return [
            *report(browser, Path(folder), findings, judging),
            *dashboard(browser, Path(folder), findings, judging),
        ]


if __name__ == "__main__":
    run()
