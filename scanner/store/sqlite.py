"""All that is particular to SQLite; any other database needs none of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import platformdirs
from sqlalchemy import URL, Engine, event

FILE_NAME: Final = "scans.sqlite3"
BUSY: Final = 10_000
"""Milliseconds to wait for another program's write: a report read beside a scan must not fail it."""


def default_path() -> Path:
    """Return where scans are kept when the operator names no database."""
    return platformdirs.user_data_path("coveredscan") / FILE_NAME


def make_file(url: URL) -> None:
    """Make the file and its folder, for their owner only: scans tell where the cameras are. Raises OSError."""
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        return
    path = Path(url.database)
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)


def tune(engine: Engine) -> None:
    """Make every connection survive kills (write-ahead log), wait its turn, and hold foreign keys."""

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        # The wait comes first: even turning on the log can find the file locked.
        cursor.execute(f"PRAGMA busy_timeout={BUSY}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()
