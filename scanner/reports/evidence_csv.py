"""For spreadsheets and case files: one line for each piece of evidence."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

from scanner.model.finding import Evidence, Finding
from scanner.reports.context import Context, Format
from scanner.reports.groups import Device, devices
from scanner.reports.inert import cell
from scanner.reports.reasons import phrase

COLUMNS: Final = (
    "host", "device", "verdict", "manufacturer", "manufacturer_tier", "field", "value", "port", "observed_at",
    "reporter", "slot", "says", "strength", "group", "signature", "in_words",
)  # fmt: skip
"""Fixed: programs may rely on names and order; new ones are added at the end."""


def render(findings: Iterable[Finding], context: Context) -> Iterator[str]:
    """Yield the heading and one line for each piece of evidence, devices sorted as the table is; no cell is a formula.

    ``device`` is the UUID the device has in every report. A device without evidence has no line.
    """
    yield _written(COLUMNS)
    for device in devices(findings, context):
        for piece in device.row.finding.evidence:
            yield _written(tuple(cell(text) for text in cells(device, piece)))


def cells(device: Device, piece: Evidence) -> tuple[str, ...]:
    """Return the texts of one line, in the order of COLUMNS. As hostile as the device: callers make them inert."""
    maker = device.row.finding.identification.manufacturer
    return (
        device.row.address,
        device.identity.uuid(),
        device.row.level,
        maker.name if maker else "",
        maker.tier if maker else "unknown",
        piece.field,
        piece.value,
        "" if piece.port is None else str(piece.port),
        piece.observed_at.isoformat() if piece.observed_at else "",
        piece.reporter or "",
        piece.slot,
        piece.says,
        piece.strength,
        piece.group,
        piece.signature,
        phrase(piece),
    )


def _written(texts: tuple[str, ...]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(texts)
    return text.getvalue()


FORMAT: Final = Format("evidence", (".evidence.csv",), "text/csv", render, "CSV, a line for each piece of evidence")
