"""For spreadsheets: a workbook with one line a device, one line a piece of evidence, the law and what was reached."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from scanner.model.finding import Finding
from scanner.reports import csv, evidence_csv
from scanner.reports.context import Context, Format
from scanner.reports.groups import devices, references
from scanner.reports.inert import cell
from scanner.reports.statement import NOTICE, basis, state

MAX_TEXT: Final = 32_767
"""Characters of one cell: Excel's own limit."""
MAX_ROWS: Final = 1_048_576
"""Rows of one sheet: Excel's own limit; more go to a further sheet."""
_WIDTHS: Final = {
    "host": 16, "device": 38, "reason": 60, "manufacturer": 34, "model": 22, "firmware": 24, "serial": 24, "mac": 18,
    "addresses": 30, "verdicts": 40, "evidence": 60, "value": 50, "in_words": 50, "signature": 34, "last_seen": 20,
    "observed_at": 20, "statement": 80, "obligation": 80, "action": 60, "title": 50, "sources": 60,
    "what was asked and reached": 120,
}  # fmt: skip
"""Of columns, in characters; others have the usual one."""
_LAW: Final = (
    "measure", "citation", "title", "issuer", "jurisdiction", "kind", "enacted", "checked", "statement", "obligation",
    "action", "sources",
)  # fmt: skip
_CHUNK: Final = 1 << 16

_Line = tuple[str, ...]


def render(findings: Iterable[Finding], context: Context) -> Iterator[bytes]:
    """Yield the workbook. Every cell is text, none a formula or a link."""
    import xlsxwriter  # noqa: PLC0415 - only this format pays for it

    listed = devices(findings, context)
    file = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(file, options) as book:
        # The time within the file would otherwise be now.
        book.set_properties({"title": "Covered equipment", "created": context.moment.replace(tzinfo=None)})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": False})
        _fill(book, head, "Devices", csv.COLUMNS, (csv.cells(device.row) for device in listed))
        _fill(
            book,
            head,
            "Evidence",
            evidence_csv.COLUMNS,
            (evidence_csv.cells(device, piece) for device in listed for piece in device.row.finding.evidence),
        )
        _fill(book, head, "Measures", _LAW, _law(context))
        said = state([device.row for device in listed], context)
        sentences = (said.result, *said.reached, said.unknown, basis(context), NOTICE)
        _fill(book, head, "Coverage", ("what was asked and reached",), ((each,) for each in sentences if each))
    yield from _pieces(file.getbuffer())


def _fill(book: Any, head: Any, name: str, columns: _Line, lines: Iterable[_Line]) -> None:
    """Write ``lines`` below ``columns`` on a sheet, and where it is full on a further one."""
    lines = iter(lines)
    for number in itertools.count(1):
        sheet = book.add_worksheet(name if number == 1 else f"{name} {number}")
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column, head)
            sheet.set_column(place, place, _WIDTHS.get(column, 14))
        last = 0
        for last, line in enumerate(itertools.islice(lines, MAX_ROWS - 1), 1):
            for place, text in enumerate(line):
                if text:
                    sheet.write_string(last, place, _cut(cell(text)))
        sheet.autofilter(0, 0, last, len(columns) - 1)
        if last < MAX_ROWS - 1:
            return


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


def _law(context: Context) -> Iterator[_Line]:
    for law in context.measures.values():
        yield (
            law.id,
            law.citation,
            law.title,
            law.issuer,
            law.jurisdiction,
            law.kind,
            law.enacted.isoformat(),
            law.checked.isoformat(),
            law.statement,
            law.obligation,
            law.action,
            "; ".join(f"{title}: {where}" for title, where in references(law, context)),
        )


def _pieces(data: Sequence[int] | memoryview) -> Iterator[bytes]:
    for start in range(0, len(data), _CHUNK):
        yield bytes(data[start : start + _CHUNK])


FORMAT: Final = Format(
    "xlsx", (".xlsx",), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", render, "Excel workbook"
)
