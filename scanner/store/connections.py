"""The one way to the database: every transaction, and every failure of one, goes through here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Engine, Row, Select
from sqlalchemy.engine import Connection

from scanner.store import sqlite
from scanner.store.errors import StoreError, told_plainly
from scanner.store.packing import Unreadable, unpack

ROWS: Final = 64
"""Rows read at a time: each may hold thousands of records."""


class Connections:
    """Transactions of one database; everything they raise is a StoreError."""

    def __init__(self, engine: Engine, place: str) -> None:
        self.engine: Final = engine
        self.place: Final = place

    @property
    def is_sqlite(self) -> bool:
        """True for a file (or memory) of SQLite."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def writing(self, *, wait: int | None = None) -> Iterator[Connection]:
        """All of it or nothing; ``wait``: milliseconds at most for other programs that write (None: as usual)."""
        with told_plainly(self.place), self.engine.begin() as connection:
            if wait is None or not self.is_sqlite:
                yield connection
                return
            connection.exec_driver_sql(f"PRAGMA busy_timeout={wait}")
            try:
                yield connection
            finally:
                connection.exec_driver_sql(f"PRAGMA busy_timeout={sqlite.BUSY}")

    @contextmanager
    def reading(self, *, one_moment: bool = False) -> Iterator[Connection]:
        """Rows are fetched as they are asked for; with ``one_moment``, a server's are all of the first one's moment."""
        with told_plainly(self.place), self.engine.connect() as connection:
            if one_moment and not self.is_sqlite:
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection.execution_options(yield_per=ROWS)

    def rows(self, query: Select[Any]) -> Iterator[Row[Any]]:
        """Yield what ``query`` finds; whoever stops early leaves nothing open."""
        with self.reading() as connection, connection.execute(query) as found:
            yield from found

    def unpack(self, packed: bytes, kind: Any) -> Any:
        """Return what was packed."""
        try:
            return unpack(packed, kind)
        except Unreadable as error:
            raise StoreError(f"{self.place} holds a record this program cannot read: {error}") from error
