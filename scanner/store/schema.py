"""The tables of a store brought to this program's version, by Alembic; a newer one is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, text

from scanner.store.errors import StoreError
from scanner.store.sqlite import patiently
from scanner.store.tables import SCHEMA

MIGRATIONS: Final = Path(__file__).parent / "migrations"
_LOCK: Final = 0x636F7665
"""Names the lock under which PostgreSQL lets one program migrate at a time."""


def prepare(engine: Engine, place: str) -> None:
    """Make or migrate the tables as needed; StoreError for a store of a newer program."""
    with engine.connect() as connection:
        if _version(connection, place) == SCHEMA:
            return
    with engine.connect() as connection:
        # Two programs may get here at the same time, on a machine's first day.
        if engine.dialect.name == "sqlite":
            patiently(lambda: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        if _version(connection, place) != SCHEMA:
            _migrate(connection)
        connection.commit()


def _version(connection: Connection, place: str) -> int:
    """Return the store's version, 0 when Alembic has not been there."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return 0
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    version = int(found) if found is not None and str(found).isdecimal() else 0
    if version > SCHEMA:
        raise StoreError(
            f"{place} was written by a newer coveredscan (schema {version}, this one knows {SCHEMA}): "
            "upgrade, or choose another with COVEREDSCAN_DB"
        )
    return version


def _migrate(connection: Connection) -> None:
    # Stores are migrated once a release; all other runs need not load it.
    from alembic.operations import Operations  # noqa: PLC0415
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    scripts = ScriptDirectory(str(MIGRATIONS.parent), version_locations=[str(MIGRATIONS)])
    context = MigrationContext.configure(
        connection,
        opts={"fn": lambda found, _: scripts._upgrade_revs("head", found)},  # noqa: SLF001 - as alembic.command does
    )
    with Operations.context(context):
        context.run_migrations()
