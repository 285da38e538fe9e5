"""The tables. Plain types only, so that any database SQLAlchemy speaks to can hold them.

What a scan saw is kept in packed batches (``packing``): a row per observation would be many times as large, and nobody
asks for one observation of one scan.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

SCHEMA: Final = 3
"""Version of the tables below, the number of the last migration. A store of a higher version is refused."""


class Instant(TypeDecorator[datetime]):
    """A moment, time-zone aware in UTC, also where the database keeps no time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """To the database."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - likewise
        """From the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text from strangers: lone surrogates and NUL, which not every database holds, become ``?``."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - likewise
        """To the database."""
        if value is None:
            return None
        return value.encode("utf-8", "replace").decode().replace("\x00", "?")


_ID: Final = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only in a column declared INTEGER."""

METADATA: Final = MetaData()


def _scan(**options: Any) -> Column[str]:
    return Column("scan", String(26), ForeignKey("scan.id"), nullable=False, **options)


SCAN: Final = Table(
    "scan",
    METADATA,
    Column("id", String(26), primary_key=True),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("targets", JSON, nullable=False),
    Column("parameters", JSON, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("interrupted", Boolean, nullable=False),
    Column("database", Words, nullable=False),
    Column("program", Words, nullable=False),
    Column("summary", Text),
    Column("site", Words, nullable=False, server_default=""),
)
BATCH: Final = Table(
    "batch",
    METADATA,
    Column("id", _ID, primary_key=True, autoincrement=True),
    _scan(),
    Column("seen", LargeBinary, nullable=False),
    Column("done", LargeBinary, nullable=False),
    Index("batch_by_scan", "scan", "id"),
)
"""``seen``: observations and outcomes; ``done``: addresses that nothing more is asked of, and the coverage so far."""
JUDGED: Final = Table(
    "judged",
    METADATA,
    _scan(primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("packed", LargeBinary, nullable=False),
)
"""Findings, many to a row."""
TRANSCRIPT: Final = Table(
    "transcript",
    METADATA,
    _scan(primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("packed", LargeBinary, nullable=False),
)
DEVICE: Final = Table(
    "device",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("site", Words, nullable=False, index=True),
    Column("record", Text, nullable=False),
)
CHANGE: Final = Table(
    "change",
    METADATA,
    Column("id", String(40), primary_key=True),
    Column("scan", String(26), nullable=False, index=True),
    Column("device", String(16), nullable=False, index=True),
    Column("record", Text, nullable=False),
)
MESSAGE: Final = Table(
    "message",
    METADATA,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("sink", Words, nullable=False),
    Column("body", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("trouble", Words),
    Index("message_by_sink", "sink", "id"),
)
"""The outbox: what is still to be delivered, in order; a row is deleted once its receiver has taken it."""
