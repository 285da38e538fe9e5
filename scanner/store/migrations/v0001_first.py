"""The first tables: a row per observation, outcome and finding."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make them where they are not: stores of the first version carry no mark of Alembic."""
    op.create_table("schema_version", sa.Column("version", sa.Integer, primary_key=True), if_not_exists=True)
    op.create_table(
        "scan",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT),
        sa.Column("targets", sa.JSON, nullable=False),
        sa.Column("parameters", sa.JSON, nullable=False),
        sa.Column("complete", sa.Boolean, nullable=False),
        sa.Column("interrupted", sa.Boolean, nullable=False),
        sa.Column("database", sa.Text, nullable=False),
        sa.Column("program", sa.Text, nullable=False),
        sa.Column("summary", sa.Text),
        if_not_exists=True,
    )
    op.create_table(
        "observation",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("scan", sa.String(26), sa.ForeignKey("scan.id"), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("carrier", sa.String(8)),
        sa.Column("port", sa.Integer),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("reporter", sa.Text),
        sa.Column("observed_at", _MOMENT),
        sa.Column("transcript", sa.String(64)),
        if_not_exists=True,
    )
    op.create_index("observation_by_scan", "observation", ["scan", "id"], if_not_exists=True)
    op.create_table(
        "outcome",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("scan", sa.String(26), sa.ForeignKey("scan.id"), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("carrier", sa.String(8)),
        sa.Column("port", sa.Integer),
        sa.Column("probe", sa.Text, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("at", _MOMENT),
        if_not_exists=True,
    )
    op.create_index("outcome_by_scan", "outcome", ["scan", "id"], if_not_exists=True)
    op.create_table(
        "finding",
        sa.Column("scan", sa.String(26), sa.ForeignKey("scan.id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        if_not_exists=True,
    )
