"""For spreadsheets: one line a device."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

from scanner.model.finding import Finding, Named
from scanner.reports import reasons
from scanner.reports.context import Context, Format
from scanner.reports.inert import cell
from scanner.reports.rows import Row, rows

COLUMNS: Final = (
    "host", "verdict", "measure", "reason", "manufacturer", "manufacturer_tier", "brand", "brand_tier", "product_line",
    "device_class", "platform", "model", "firmware", "serial", "manufactured", "mac", "addresses", "open_ports",
    "verdicts", "evidence", "found_by", "last_seen", "claimed_addresses", "outside_targets",
)  # fmt: skip
"""Fixed: programs may rely on names and order; new ones are added at the end."""


def render(findings: Iterable[Finding], context: Context) -> Iterator[str]:
    """Yield the heading and one line a device, sorted as the table is; no cell is a formula (RFC 4180 otherwise)."""
    yield _written(COLUMNS)
    for row in rows(findings, context.companies):
        yield _written(tuple(cell(text) for text in cells(row)))


def cells(row: Row) -> tuple[str, ...]:
    """Return the texts of one line, in the order of COLUMNS. As hostile as the device: callers make them inert."""
    finding, who = row.finding, row.finding.identification
    return (
        finding.host,
        row.level,
        row.verdict.measure if row.verdict else "",
        row.verdict.reason if row.verdict else "",
        _name(who.manufacturer),
        who.manufacturer.tier if who.manufacturer else "unknown",
        _name(who.brand),
        who.brand.tier if who.brand else "unknown",
        _name(who.product_line),
        _name(who.device_class),
        _name(who.platform),
        _name(who.model),
        _name(who.firmware),
        _name(who.serial),
        _name(who.manufactured),
        finding.mac or "",
        " ".join(finding.addresses),
        " ".join(finding.open_ports),
        "; ".join(f"{verdict.measure}: {verdict.verdict}" for verdict in finding.verdicts),
        "; ".join(reasons.best(finding, len(finding.evidence))),
        " ".join(finding.found_by),
        finding.last_seen.isoformat() if finding.last_seen else "",
        " ".join(finding.claimed),
        "yes" if finding.outside else "",
    )


def _name(named: Named | None) -> str:
    return named.name if named else ""


def _written(cells: tuple[str, ...]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()


FORMAT: Final = Format("csv", (".csv",), "text/csv", render, "CSV, a line for each device")
