"""What became different, in words: one line a change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from scanner.model.change import CHANGES, Change
from scanner.reports.inert import terminal

_MAX: Final = 60
"""Characters of a value that a device told: a sentence must stay one."""


def sentence(change: Change) -> str:
    """Return ``change`` as one line of plain text; nothing in it is obeyed by a terminal."""
    who = " ".join(_told(part) for part in (change.manufacturer, change.model) if part)
    head = f"{terminal(change.host, _MAX)} {change.kind}"
    match change.kind:
        case "moved":
            said = f"from {_told(change.before)}"
        case "appeared" | "returned" | "gone":
            said = change.verdict
        case _:
            said = f"{_told(change.subject)}: {_told(change.before)} → {_told(change.after)}"
    return f"{head}  {said}" + (f"  ({who})" if who else "")


def summarise(changes: Iterable[Change]) -> str:
    """Return how many there are of each kind, such as ``2 appeared, 1 gone``; ``nothing changed`` for none."""
    kinds = [change.kind for change in changes]
    return ", ".join(f"{kinds.count(kind)} {kind}" for kind in CHANGES if kind in kinds) or "nothing changed"


def sentences(changes: Iterable[Change]) -> Iterator[str]:
    """Yield a line for each, by kind, the line end included."""
    for change in sorted(changes, key=lambda each: CHANGES.index(each.kind)):
        yield sentence(change) + "\n"


def _told(text: str | None) -> str:
    return terminal(text or "nothing", _MAX)
