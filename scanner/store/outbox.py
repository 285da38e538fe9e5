"""What is still to be delivered: written together with the scan that caused it, deleted once it was taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Select, String, cast, delete, func, insert, select, update
from sqlalchemy.engine import Connection

from scanner.store.connections import Connections
from scanner.store.errors import told_plainly
from scanner.store.tables import MESSAGE

_LOCK: Final = 0x6F757462
"""Names the lock under which PostgreSQL lets one machine deliver at a time."""


class Message(msgspec.Struct, frozen=True):
    """One message on its way to one sink."""

    id: int
    """Rises in the order of writing."""
    sink: str
    body: str
    due_at: datetime
    """Not to be tried before."""
    attempts: int
    trouble: str | None
    """Why the last attempt failed."""


class Outbox:
    """The outbox of one store."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """True inside ``with`` when nobody else delivers from this server; a file is for its machine to lock."""
        if self._connections.is_sqlite:
            yield True
            return
        with told_plainly(self._connections.place), self._connections.engine.connect() as connection:
            mine = bool(connection.execute(select(func.pg_try_advisory_lock(_LOCK))).scalar_one())
            # The lock is the connection's: no transaction stays open for as long as receivers take.
            connection.commit()
            try:
                yield mine
            finally:
                if mine:
                    connection.execute(select(func.pg_advisory_unlock(_LOCK)))

    def waiting(self, sink: str | None = None, *, limit: int = 1000) -> list[Message]:
        """Return the oldest messages not yet taken, in order, of one sink or of all."""
        query = select(MESSAGE)
        return self._read(query if sink is None else query.where(MESSAGE.c.sink == sink), limit)

    def named(self, name: str) -> list[Message]:
        """Return the oldest messages of the sink called ``name``; where it has none, the one of this number."""
        return self.waiting(name) or self._read(select(MESSAGE).where(cast(MESSAGE.c.id, String) == name), 1)

    def count(self) -> int:
        """Return how many messages are not yet taken."""
        with self._connections.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(MESSAGE)).scalar_one())

    def taken(self, message: int) -> None:
        """Forget a message that its receiver has taken."""
        with self._connections.writing() as connection:
            connection.execute(delete(MESSAGE).where(MESSAGE.c.id == message))

    def failed(self, message: int, trouble: str, due_at: datetime) -> None:
        """Note an attempt that failed, and when to try again."""
        with self._connections.writing() as connection:
            connection.execute(
                update(MESSAGE)
                .where(MESSAGE.c.id == message)
                .values(attempts=MESSAGE.c.attempts + 1, trouble=trouble, due_at=due_at)
            )

    def _read(self, query: Select[Any], limit: int) -> list[Message]:
        with self._connections.reading() as connection:
            return [
                Message(row.id, row.sink, row.body, row.due_at, row.attempts, row.trouble)
                for row in connection.execute(query.order_by(MESSAGE.c.id).limit(limit))
            ]


def put(connection: Connection, messages: Iterable[tuple[str, str]], at: datetime) -> None:
    """Write (sink, body) down, in order, within a transaction of the caller's."""
    rows = [{"sink": sink, "body": body, "due_at": at, "attempts": 0} for sink, body in messages]
    if rows:
        connection.execute(insert(MESSAGE), rows)
