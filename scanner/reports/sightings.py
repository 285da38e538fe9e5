"""Evidence drawn together: what was seen once, on which ports, and everything it says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from scanner.model.finding import Evidence
from scanner.model.signature import STRENGTHS


class Seen(NamedTuple):
    """One value that one field had. As hostile as the device: callers make it inert."""

    field: str
    value: str
    reporter: str | None
    """Who told it, when that was not the device itself."""
    first: datetime | None
    ports: tuple[int, ...]
    pieces: tuple[Evidence, ...]
    """What it says, each thing once, the strongest first."""


def gather(evidence: Iterable[Evidence]) -> list[Seen]:
    """Return what was seen, in order of first mention."""
    groups: dict[tuple[str, str, str | None], list[Evidence]] = {}
    for piece in evidence:
        groups.setdefault((piece.field, piece.value, piece.reporter), []).append(piece)
    return [_seen(pieces) for pieces in groups.values()]


def _seen(pieces: list[Evidence]) -> Seen:
    said: dict[tuple[str, str, str], Evidence] = {}
    for piece in pieces:
        said.setdefault((piece.slot, piece.says, piece.signature), piece)
    one = pieces[0]
    return Seen(
        field=one.field,
        value=one.value,
        reporter=one.reporter,
        first=min((piece.observed_at for piece in pieces if piece.observed_at), default=None),
        ports=tuple(sorted({piece.port for piece in pieces if piece.port is not None})),
        pieces=tuple(sorted(said.values(), key=lambda piece: -STRENGTHS.index(piece.strength))),
    )
