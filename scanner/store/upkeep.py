"""What keeps a store fit for years: check, copy, prune, measure."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from sqlalchemy import delete, func, select, text

from scanner.matching.changes import Device
from scanner.store.connections import Connections
from scanner.store.errors import StoreError, told_plainly
from scanner.store.packing import Done, Judged, Seen
from scanner.store.tables import BATCH, CHANGE, DEVICE, JUDGED, METADATA, SCAN, TRANSCRIPT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Upkeep:
    """The upkeep of one store."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def check(self) -> Iterator[str]:
        """Read everything, and yield one line per fault; nothing when the store is sound."""
        with self._connections.reading() as connection:
            if self._connections.is_sqlite:
                for (line,) in connection.execute(text("PRAGMA integrity_check")):
                    if line != "ok":
                        yield f"the file: {line}"
                for row in connection.execute(text("PRAGMA foreign_key_check")):
                    yield f"the file: a row of {row[0]} belongs to no scan"
            pieces = (
                ("batch", select(BATCH.c.scan, BATCH.c.seen), Seen),
                ("batch", select(BATCH.c.scan, BATCH.c.done), Done),
                ("findings", select(JUDGED.c.scan, JUDGED.c.packed), list[Judged]),
            )
            for name, query, kind in pieces:
                for scan, packed in connection.execute(query):
                    try:
                        self._connections.unpack(packed, kind)
                    except StoreError as error:
                        yield f"scan {scan}, {name}: {error}"

    def backup(self, path: Path) -> None:
        """Write a copy of the store, as it is at this moment, to ``path``, which must not exist. SQLite only."""
        if not self._connections.is_sqlite:
            raise StoreError(f"{self._connections.place} is copied by its server's own means, such as pg_dump")
        if path.exists():
            raise StoreError(f"{path} exists already: a copy never overwrites")
        beside = path.with_name(f"{path.name}.partial")
        with told_plainly(str(path)):
            beside.unlink(missing_ok=True)
            beside.touch(mode=0o600)
        with self._connections.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            try:
                with told_plainly(str(path)):
                    connection.execute(text("VACUUM INTO :path"), {"path": str(beside)})
                    beside.replace(path)
            finally:
                beside.unlink(missing_ok=True)

    def prune(self, *, before: datetime | None = None, keep: int | None = None, compact: bool = True) -> int:
        """Delete scans that started before ``before``, and all but the newest ``keep``; return how many.

        What is remembered of devices stays, save of those that are gone and were last seen before ``before``. The
        room is given back to the file system when ``compact``; else later scans fill it.
        """
        with self._connections.writing() as connection:
            ids: list[tuple[str, datetime]] = [
                (row.id, row.started_at)
                for row in connection.execute(select(SCAN.c.id, SCAN.c.started_at).order_by(SCAN.c.id.desc()))
            ]
            old = {scan for scan, started in ids if before is not None and started < before}
            old |= {scan for scan, _ in ids[len(ids) if keep is None else keep :]}
            for part in _parts(sorted(old)):
                for table in (BATCH, JUDGED, TRANSCRIPT, CHANGE):
                    connection.execute(delete(table).where(table.c.scan.in_(part)))
                connection.execute(delete(SCAN).where(SCAN.c.id.in_(part)))
            if before is not None:
                records = connection.execute(select(DEVICE.c.record)).scalars()
                devices = (msgspec.json.decode(record, type=Device) for record in records)
                gone = [device.id for device in devices if device.gone and device.last_seen < before]
                for part in _parts(gone):
                    connection.execute(delete(DEVICE).where(DEVICE.c.id.in_(part)))
        if old and compact:
            with (
                told_plainly(self._connections.place),
                self._connections.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
            ):
                connection.execute(text("VACUUM"))
        return len(old)

    def size(self) -> int:
        """Return the bytes that the store takes up."""
        with self._connections.reading() as connection:
            if self._connections.is_sqlite:
                pages = connection.execute(text("PRAGMA page_count")).scalar_one()
                return int(pages) * int(connection.execute(text("PRAGMA page_size")).scalar_one())
            sizes = (func.pg_total_relation_size(f'"{table.name}"') for table in METADATA.sorted_tables)
            return sum(int(connection.execute(select(size)).scalar_one()) for size in sizes)


_PART: Final = 500
"""Values named in one statement: databases bound them."""


def _parts(values: list[str]) -> Iterable[list[str]]:
    return (values[at : at + _PART] for at in range(0, len(values), _PART))
