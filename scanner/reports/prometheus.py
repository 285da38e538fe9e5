"""For Prometheus: counts of one scan in the text format that node_exporter's textfile collector reads.

No label names a device: the number of series stays small however many there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from scanner.model.finding import Finding
from scanner.model.measure import LEVELS
from scanner.reports.context import Context, Format

_PREFIX: Final = "coveredscan"


def render(findings: Iterable[Finding], context: Context) -> Iterator[str]:
    """Yield gauges, by site: devices by verdict, and, when a scan stands behind them, how that went."""
    summary = context.summary
    site = summary.site if summary is not None else ""
    counts = Counter(
        max((verdict.verdict for verdict in finding.verdicts), key=LEVELS.index, default="undetermined")
        for finding in findings
    )
    yield from _gauge("devices", "Devices found, by their highest verdict.")
    for level in LEVELS:
        yield _sample("devices", counts[level], site=site, verdict=level)
    if summary is None:
        return
    coverage = summary.coverage
    outcomes: Counter[str] = Counter()
    for kinds in coverage.outcomes.values():
        outcomes.update(kinds)
    seconds = max((summary.ended_at - summary.started_at).total_seconds(), 0.0)
    samples = (
        ("scan_complete", "1 when all that was to be reached was.", int(summary.complete)),
        ("scan_last_timestamp_seconds", "When the scan ended.", summary.ended_at.timestamp()),
        ("scan_duration_seconds", "How long it took.", seconds),
        ("scan_addresses", "Addresses in scope.", coverage.addresses),
        ("scan_alive", "Addresses that gave a sign of life.", coverage.alive),
        ("scan_excluded", "Addresses never to be asked.", coverage.excluded),
        ("scan_not_reached", "Parts of the scope that could not be asked.", len(coverage.not_reached)),
    )
    for name, about, value in samples:
        yield from _gauge(name, about)
        yield _sample(name, value, site=site)
    if summary.complete:
        yield from _gauge("scan_last_success_timestamp_seconds", "When a complete scan ended.")
        yield _sample("scan_last_success_timestamp_seconds", summary.ended_at.timestamp(), site=site)
    yield from _gauge("scan_outcomes", "Questions asked, by how they ended.")
    for kind, count in sorted(outcomes.items()):
        yield _sample("scan_outcomes", count, site=site, outcome=kind)


def _gauge(name: str, about: str) -> Iterator[str]:
    yield f"# HELP {_PREFIX}_{name} {about}\n"
    yield f"# TYPE {_PREFIX}_{name} gauge\n"


def _sample(name: str, value: float, **labels: str) -> str:
    text = ",".join(f'{key}="{_escaped(each)}"' for key, each in labels.items())
    return f"{_PREFIX}_{name}{{{text}}} {value}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


FORMAT: Final = Format("prometheus", (".prom",), "text/plain; version=0.0.4", render, "Prometheus textfile")
