"""What is still to be delivered: written together with the scan that caused it, deleted once it was taken."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec
from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from scanner.store.connections import Connections
from scanner.store.tables import MESSAGE


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

    def waiting(self, sink: str | None = None, *, limit: int = 1000) -> list[Message]:
        """Return the oldest messages not yet taken, in order, of one sink or of all."""
        query = select(MESSAGE).order_by(MESSAGE.c.id).limit(limit)
        if sink is not None:
            query = query.where(MESSAGE.c.sink == sink)
        with self._connections.reading() as connection:
            return [
                Message(row.id, row.sink, row.body, row.due_at, row.attempts, row.trouble)
                for row in connection.execute(query)
            ]

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


def put(connection: Connection, messages: Iterable[tuple[str, str]], at: datetime) -> None:
    """Write (sink, body) down, in order, within a transaction of the caller's."""
    rows = [{"sink": sink, "body": body, "due_at": at, "attempts": 0} for sink, body in messages]
    if rows:
        connection.execute(insert(MESSAGE), rows)
