"""What keeps a store fit for years: check, copy, prune, measure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec
from sqlalchemy import URL, Connection, Engine, create_engine, delete, func, insert, select, text

from scanner.matching.changes import Device
from scanner.model.change import Change
from scanner.model.finding import Summary
from scanner.store.connections import ROWS, Connections
from scanner.store.errors import StoreError, told_plainly
from scanner.store.packing import Done, Judged, Seen
from scanner.store.schema import prepare
from scanner.store.tables import BATCH, CHANGE, DEVICE, JUDGED, METADATA, SCAN, TRANSCRIPT


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
                ("transcript", select(TRANSCRIPT.c.scan, TRANSCRIPT.c.packed), bytes),
            )
            for name, query, kind in pieces:
                for scan, packed in connection.execute(query):
                    try:
                        self._connections.unpack(packed, kind)
                    except StoreError as error:
                        yield f"scan {scan}, {name}: {error}"
            yield from _check_records(connection)

    def backup(self, path: Path) -> None:
        """Write a copy of the store, as it is at this moment, to ``path``, which must not exist: an SQLite file.

        It can be opened like any store, and ``restore`` takes it back into any.
        """
        if path.exists():
            raise StoreError(f"{path} exists already: a copy never overwrites")
        beside = path.with_name(f"{path.name}.partial")
        with told_plainly(str(path)):
            beside.unlink(missing_ok=True)
            beside.touch(mode=0o600)
        try:
            if self._connections.is_sqlite:
                _vacuum(self._connections.engine, beside, path)
            else:
                with _opened(beside, path) as file:
                    copy(self._connections, file)
            with told_plainly(str(path)):
                beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)

    def restore(self, path: Path) -> None:
        """Take a copy that ``backup`` wrote, of any kind of database, into this store, which must be empty."""
        if not path.is_file():
            raise StoreError(f"{path}: there is no such file")
        with self._connections.reading() as connection:
            if any(connection.execute(select(table).limit(1)).first() for table in METADATA.sorted_tables):
                raise StoreError(f"{self._connections.place} is not empty: a copy is taken into a new store only")
        with TemporaryDirectory(prefix="coveredscan-") as folder:
            # The copy itself stays as it is, also when it is of an older version.
            twin = Path(folder) / path.name
            original = create_engine(URL.create("sqlite", database=str(path)))
            try:
                _vacuum(original, twin, path)
            finally:
                original.dispose()
            with _opened(twin, path) as file:
                copy(file, self._connections)

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


def _check_records(connection: Connection) -> Iterator[str]:
    records = (
        ("summary of scan", select(SCAN.c.id, SCAN.c.summary).where(SCAN.c.summary.is_not(None)), Summary),
        ("change", select(CHANGE.c.id, CHANGE.c.record), Change),
        ("device", select(DEVICE.c.id, DEVICE.c.record), Device),
    )
    for name, query, record in records:
        for which, told in connection.execute(query):
            try:
                msgspec.json.decode(told, type=record)
            except msgspec.DecodeError as error:
                yield f"{name} {which}: {error}"


def copy(source: Connections, target: Connections) -> None:
    """Write all that ``source`` holds at this moment into the empty ``target``, all of it or nothing."""
    with source.reading(one_moment=True) as reading, target.writing() as writing:
        for table in METADATA.sorted_tables:
            for part in reading.execute(select(table)).mappings().partitions(ROWS):
                writing.execute(insert(table), [dict(row) for row in part])
            numbered = table.autoincrement_column
            if numbered is not None and not target.is_sqlite:
                # The server's own count of rows knows nothing of those that came with a number.
                last = select(func.coalesce(func.max(numbered), 0) + 1).scalar_subquery()
                sequence = func.pg_get_serial_sequence(f'"{table.name}"', numbered.name)
                writing.execute(select(func.setval(sequence, last, False)))


@contextmanager
def _opened(path: Path, place: Path) -> Iterator[Connections]:
    """Open an SQLite file that nobody else uses, made and migrated as needed; ``place`` is what to call it."""
    engine = create_engine(URL.create("sqlite", database=str(path)))
    try:
        with told_plainly(str(place)):
            prepare(engine, str(place))
        yield Connections(engine, str(place))
    finally:
        engine.dispose()


def _vacuum(engine: Engine, into: Path, place: Path) -> None:
    with (
        told_plainly(str(place)),
        engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
    ):
        connection.execute(text("VACUUM INTO :path"), {"path": str(into)})
