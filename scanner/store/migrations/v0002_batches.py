"""Batches in place of rows; sites, devices, changes, transcripts and the outbox."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_PART = 2000


def upgrade() -> None:
    """Make the new tables, pack what the old ones hold, drop those."""
    op.add_column("scan", sa.Column("site", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "batch",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("scan", sa.String(26), sa.ForeignKey("scan.id"), nullable=False),
        sa.Column("seen", sa.LargeBinary, nullable=False),
        sa.Column("done", sa.LargeBinary, nullable=False),
    )
    op.create_index("batch_by_scan", "batch", ["scan", "id"])
    op.create_table(
        "judged",
        sa.Column("scan", sa.String(26), sa.ForeignKey("scan.id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("packed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "transcript",
        sa.Column("scan", sa.String(26), sa.ForeignKey("scan.id"), primary_key=True),
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("packed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "device",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("site", sa.Text, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_index("ix_device_site", "device", ["site"])
    op.create_table(
        "change",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("scan", sa.String(26), nullable=False),
        sa.Column("device", sa.String(16), nullable=False),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_index("ix_change_scan", "change", ["scan"])
    op.create_index("ix_change_device", "change", ["device"])
    op.create_table(
        "message",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("sink", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("trouble", sa.Text),
    )
    op.create_index("message_by_sink", "message", ["sink", "id"])
    _pack(op.get_bind())
    for table in ("observation", "outcome", "finding"):
        op.drop_table(table)
    # A program of the first version reads this, and refuses the store.
    op.execute("INSERT INTO schema_version (version) VALUES (2)")


def _pack(connection: sa.Connection) -> None:
    moment = {"observed_at": sa.DateTime(timezone=True), "at": sa.DateTime(timezone=True)}
    for scan in connection.execute(sa.text("SELECT id FROM scan ORDER BY id")).scalars().all():
        for table, name, build in (("observation", "observations", _observation), ("outcome", "outcomes", _outcome)):
            query = sa.text(f"SELECT * FROM {table} WHERE scan = :scan ORDER BY id")  # noqa: S608 - our own two names
            column = "observed_at" if table == "observation" else "at"
            rows = connection.execute(query.columns(**{column: moment[column]}), {"scan": scan})
            for part in rows.partitions(_PART):
                connection.execute(
                    sa.text("INSERT INTO batch (scan, seen, done) VALUES (:scan, :seen, :done)"),
                    {"scan": scan, "seen": _packed({name: [build(row) for row in part]}), "done": _packed({})},
                )
        _pack_findings(connection, scan)


def _pack_findings(connection: sa.Connection, scan: str) -> None:
    query = sa.text("SELECT record FROM finding WHERE scan = :scan ORDER BY position")
    for position, part in enumerate(connection.execute(query, {"scan": scan}).partitions(_PART)):
        packed = _packed([{"finding": json.loads(row.record)} for row in part])
        connection.execute(
            sa.text("INSERT INTO judged (scan, position, packed) VALUES (:scan, :position, :packed)"),
            {"scan": scan, "position": position, "packed": packed},
        )


def _observation(row: Any) -> dict[str, Any]:
    told = {"source": row.source, "reporter": row.reporter, "transcript": row.transcript}
    told["observed_at"] = _moment(row.observed_at)
    return {
        "subject": {"address": row.address, "carrier": row.carrier, "port": row.port},
        "field": row.field,
        "value": row.value,
        "provenance": dict(_given(told)),
    }


def _outcome(row: Any) -> dict[str, Any]:
    endpoint = {"address": row.address, "carrier": row.carrier, "port": row.port}
    told = {"probe": row.probe, "kind": row.kind, "reason": row.reason, "at": _moment(row.at)}
    return {"endpoint": endpoint, **dict(_given(told))}


def _given(told: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((name, value) for name, value in told.items() if value is not None)


def _moment(value: datetime | None) -> str | None:
    if value is None:
        return None
    return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()


def _packed(record: object) -> bytes:
    return zlib.compress(json.dumps(record, ensure_ascii=False).encode("utf-8", "replace"))
