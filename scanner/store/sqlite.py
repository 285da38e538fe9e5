"""All that is particular to SQLite; any other database needs none of it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import platformdirs
from sqlalchemy import URL, Engine, event
from sqlalchemy.exc import OperationalError

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
        patiently(lambda: cursor.execute("PRAGMA journal_mode=WAL"))
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()


def patiently(act: Callable[[], object]) -> None:
    """Do it again for as long as BUSY while it ends with "database is locked".

    SQLite does not wait by itself where two programs make a file's log at the same time: each holds what the other
    needs, so one is told "locked" at once.
    """
    end = time.monotonic() + BUSY / 1000
    while True:
        try:
            act()
        except (sqlite3.OperationalError, OperationalError) as error:
            if "database is locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            return
