"""For people at a terminal: one line a device, then what the scan reached."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len, set_cell_size

from scanner.model.finding import Finding
from scanner.model.measure import VerdictLevel
from scanner.reports import reasons
from scanner.reports.context import Context, Format
from scanner.reports.inert import terminal
from scanner.reports.rows import Row, rows
from scanner.reports.statement import NOTICE, basis, state

MIN_WIDTH: Final = 60
"""Columns: narrower terminals wrap, for a line that says nothing helps nobody."""
MAX_SENTENCES: Final = 12
"""Lines of what was not reached: one per part of the scope would scroll the devices away."""
MIN_REASON: Final = 12
"""Columns under which a second reason is not begun."""
_GAP: Final = "  "
_COLOURS: Final[dict[VerdictLevel, str]] = {
    "covered": "1;31",
    "likely": "31",
    "review": "33",
    "undetermined": "36",
    "not-covered": "2",
}
"""SGR parameters, of the sixteen colours that every terminal theme keeps readable."""


class _Column(NamedTuple):
    title: str
    cells: list[str]
    least: int
    """Columns it keeps when there is too little room."""
    most: int


def render(findings: Iterable[Finding], context: Context) -> Iterator[str]:
    """Yield the table and the statement line by line, none wider than ``context.width`` (but at least MIN_WIDTH)."""
    width = max(context.width, MIN_WIDTH)
    listed = rows(findings, context.companies)
    if listed:
        yield from _lines(listed, width, colour=context.colour)
        yield "\n"
    said = state(listed, context)
    more = len(said.reached) - MAX_SENTENCES
    sentences = [said.result, *said.reached[:MAX_SENTENCES]]
    if more > 0:
        sentences.append(f"… and {more} more like these: other formats list them all.")
    sentences += [said.unknown, basis(context), NOTICE]
    for sentence in filter(None, sentences):
        for line in textwrap.wrap(sentence, width, subsequent_indent=_GAP):
            yield f"{line}\n"


def _lines(listed: Sequence[Row], width: int, *, colour: bool) -> Iterator[str]:
    columns = [
        _Column("ADDRESS", [row.address for row in listed], 11, 39),
        _Column("MAKER", [row.maker or "unknown" for row in listed], 9, 20),
        _Column("BRAND", [row.brand for row in listed], 6, 16),
        _Column("MODEL", [row.model for row in listed], 14, 24),
        _Column("VERDICT", [row.level for row in listed], 12, 12),
    ]
    columns = [column for column in columns if any(column.cells)]
    sizes = _sizes(columns, width)
    last = max(width - sum(sizes) - len(_GAP) * len(sizes), 0)
    heads = [_fit(column.title, size) for column, size in zip(columns, sizes, strict=True)]
    yield _GAP.join([*heads, _fit("WHY", last)]).rstrip() + "\n"
    for index, row in enumerate(listed):
        cells = [_fit(column.cells[index], size) for column, size in zip(columns, sizes, strict=True)]
        if colour:
            cells[-1] = f"\x1b[{_COLOURS[row.level]}m{cells[-1]}\x1b[0m"
        yield _GAP.join([*cells, _fit(_why(row, last), last)]).rstrip() + "\n"


def _why(row: Row, room: int) -> str:
    """Return the two best reasons; only the first where too little would be seen of the second."""
    said = [terminal(reason, room) for reason in reasons.best(row.finding, 2)]
    if row.under:
        said.insert(0, f"under {terminal(row.under, room)}")
    shown = ""
    for reason in said:
        if shown and cell_len(shown) + MIN_REASON > room:
            break
        shown += f" · {reason}" if shown else reason
    return shown


def _sizes(columns: Sequence[_Column], width: int) -> list[int]:
    """Return what each column gets: what it needs, less where the reasons would be left with under a third."""
    sizes = [
        min(max(cell_len(terminal(cell, column.most)) for cell in (column.title, *column.cells)), column.most)
        for column in columns
    ]
    while sum(sizes) + len(_GAP) * len(sizes) > width * 2 // 3:
        spare = [size - column.least for size, column in zip(sizes, columns, strict=True)]
        if max(spare) <= 0:
            break
        sizes[spare.index(max(spare))] -= 1
    return sizes


def _fit(text: str, size: int) -> str:
    """Return ``text``, inert, in exactly ``size`` columns; wide letters take two."""
    inert = terminal(text, size)
    if cell_len(inert) <= size:
        return set_cell_size(inert, size)
    return set_cell_size(set_cell_size(inert, size - 1).rstrip() + "…", size)


FORMAT: Final = Format("table", (".txt",), "text/plain", render)
