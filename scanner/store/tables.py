"""The tables. Plain types only, so that any database SQLAlchemy speaks to can hold them."""

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
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

SCHEMA: Final = 1
"""Version of the tables below. A store of a higher version is refused, never guessed at."""


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
    """Text from strangers: lone surrogates, which no database holds, become ``?``."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - likewise
        """To the database."""
        if value is None or value.isascii():
            return value
        return value.encode("utf-8", "replace").decode()


_ID: Final = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only in a column declared INTEGER."""

METADATA: Final = MetaData()


def _scan(**options: Any) -> Column[str]:
    return Column("scan", String(26), ForeignKey("scan.id"), nullable=False, **options)


VERSION: Final = Table("schema_version", METADATA, Column("version", Integer, primary_key=True))

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
)
OBSERVATION: Final = Table(
    "observation",
    METADATA,
    Column("id", _ID, primary_key=True, autoincrement=True),
    _scan(),
    Column("address", Words, nullable=False),
    Column("carrier", String(8)),
    Column("port", Integer),
    Column("field", Words, nullable=False),
    Column("value", Words, nullable=False),
    Column("source", Words, nullable=False),
    Column("reporter", Words),
    Column("observed_at", Instant),
    Column("transcript", String(64)),
    Index("observation_by_scan", "scan", "id"),
)
OUTCOME: Final = Table(
    "outcome",
    METADATA,
    Column("id", _ID, primary_key=True, autoincrement=True),
    _scan(),
    Column("address", Words, nullable=False),
    Column("carrier", String(8)),
    Column("port", Integer),
    Column("probe", Words, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("reason", Words),
    Column("at", Instant),
    Index("outcome_by_scan", "scan", "id"),
)
FINDING: Final = Table(
    "finding",
    METADATA,
    _scan(primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("host", Words, nullable=False),
    Column("record", Text, nullable=False),
)
