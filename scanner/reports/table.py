"""For people at a terminal: a line a device, then what the scan reached."""

from __future__ import annotations

import textwrap
from collections import Counter
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
"""Columns under which another reason is not begun."""
MIN_REASONS: Final = 24
"""Columns under which reasons are cut so short that they tell nothing."""
ONE_LINE: Final = 100
"""Columns from which a device has one line whatever that cuts; in fewer, reasons may have a line of their own."""
FEW: Final = 8
"""One cell in so many devices may be cut to make room for the reasons beside them."""
_GAP: Final = "  "
_INDENT: Final = "    "
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
    needs: int
    """Columns that hold every cell, within reason."""
    sizes: Counter[int]
    """How many cells need how many."""
    dear: int
    """How many cells of other columns are cut before one of these."""


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
        _column("ADDRESS", [row.address for row in listed], 11, 39, dear=10),
        _column("MAKER", [row.maker or "unknown" for row in listed], 9, 20),
        _column("BRAND", [row.brand for row in listed], 6, 16),
        _column("MODEL", [row.model for row in listed], 12, 24),
        _column("VERDICT", [row.level for row in listed], 12, 12),
    ]
    columns = [column for column in columns if any(column.cells)]
    sizes = _shrunk(columns, width - max(width // 3, MIN_REASONS), len(listed) // FEW)
    below = False
    if _room(sizes, width) < MIN_REASONS:
        below = width < ONE_LINE
        sizes = _shrunk(columns, width + len(_GAP) if below else width - MIN_REASONS)
    last = _room(sizes, width)
    heads = [_fit(column.title, size) for column, size in zip(columns, sizes, strict=True)]
    yield _GAP.join([*heads, *([] if below else ["WHY"])]).rstrip() + "\n"
    for index, row in enumerate(listed):
        cells = [_fit(column.cells[index], size) for column, size in zip(columns, sizes, strict=True)]
        if colour:
            cells[-1] = f"\x1b[{_COLOURS[row.level]}m{cells[-1]}\x1b[0m"
        if not below:
            cells.append(_fit(_why(row, last), last))
        yield _GAP.join(cells).rstrip() + "\n"
        if below and row.level != "not-covered" and (why := _why(row, width - len(_INDENT), whole=True)):
            yield f"{_INDENT}{_fit(why, width - len(_INDENT))}".rstrip() + "\n"


def _why(row: Row, room: int, *, whole: bool = False) -> str:
    """Return the best reasons; after the first none of which too little would be seen, or, with ``whole``, not all."""
    said = [terminal(reason, room) for reason in reasons.best(row.finding, 3)]
    if row.under:
        said.insert(0, f"under {terminal(row.under, room)}")
    shown = ""
    for reason in said:
        needed = cell_len(reason) + len(" · ")
        if shown and cell_len(shown) + (needed if whole else min(needed, MIN_REASON)) > room:
            break
        shown += f" · {reason}" if shown else reason
    return shown


def _room(sizes: Sequence[int], width: int) -> int:
    """Return what is left of ``width`` after the columns."""
    return width - sum(sizes) - len(_GAP) * len(sizes)


def _column(title: str, cells: list[str], least: int, most: int, dear: int = 1) -> _Column:
    sizes = Counter(cell_len(terminal(cell, most)) for cell in cells)
    return _Column(title, cells, least, min(max(*sizes, len(title)), most), sizes, dear)


def _shrunk(columns: Sequence[_Column], width: int, most: int | None = None) -> list[int]:
    """Return what each column gets, so that all and the gaps after them take at most ``width``, if that can be.

    Letters go where that cuts the fewest cells: one long name does not widen a column for all. With ``most``, nothing
    is cut any more when more cells than that would be.
    """
    sizes = [column.needs for column in columns]
    cut = 0
    while _room(sizes, width) < 0:
        costs = [
            (column.sizes[size] * column.dear, -size, place)
            for place, (size, column) in enumerate(zip(sizes, columns, strict=True))
            if size > column.least
        ]
        if not costs:
            break
        cost, _, place = min(costs)
        cut += cost
        if most is not None and cut > most:
            break
        sizes[place] -= 1
    return sizes


def _fit(text: str, size: int) -> str:
    """Return ``text``, inert, in exactly ``size`` columns; wide letters take two."""
    inert = terminal(text, size)
    if cell_len(inert) <= size:
        return set_cell_size(inert, size)
    return set_cell_size(set_cell_size(inert, size - 1).rstrip() + "…", size)


FORMAT: Final = Format("table", (".txt",), "text/plain", render, "Table")
