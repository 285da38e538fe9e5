"""What the rules of every subject ask of a row: its id, what it cites, its period."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from scanner.database.load import Database

_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def is_id(text: str) -> bool:
    """Whether ``text`` is lower-case words joined by single hyphens."""
    return _ID.fullmatch(text) is not None


def unlisted(sources: Iterable[str], database: Database) -> Iterator[str]:
    """Yield those of the cited ``sources`` that are not in sources.toml."""
    return (source for source in sources if source not in database.sources)


def is_reversed(start: date | None, until: date | None) -> bool:
    """Whether a period ends before it begins; None: that end is not known."""
    return start is not None and until is not None and start > until


def place(database: Database, signature: str) -> str:
    """Return where the signature of that id is written, as problems name it."""
    return f"{database.origins[signature].file}: {signature}"
