"""Scans, observations, outcomes and findings in a database, so that everything can be derived again."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import count, islice
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from sqlalchemy import URL, Engine, create_engine, delete, insert, make_url, select, update
from sqlalchemy.engine import Connection, Row
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateIndex, CreateTable

from scanner.model.finding import Finding, Summary
from scanner.model.observation import Endpoint, Field, Observation, Provenance
from scanner.model.outcome import Outcome
from scanner.store import sqlite
from scanner.store.errors import StoreError, told_plainly
from scanner.store.tables import FINDING, METADATA, OBSERVATION, OUTCOME, SCAN, SCHEMA, VERSION

BATCH: Final = 5000
"""Rows written in one transaction or read at a time: bounds memory, and what a kill can lose."""
_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_Item = TypeVar("_Item")


class Scan(msgspec.Struct, frozen=True):
    """One scan as it is listed."""

    id: str
    """Sorts by start."""
    started_at: datetime
    ended_at: datetime | None
    """None while it runs, and for ever when it was killed."""
    targets: tuple[str, ...]
    parameters: dict[str, Any]
    complete: bool
    interrupted: bool
    database: str
    program: str


class Store:
    """An open store; ``open_store`` makes it. Every method raises StoreError and nothing else for what goes wrong."""

    def __init__(self, engine: Engine, place: str) -> None:
        self._engine = engine
        self.location: Final = place
        """What to call the database in a message: its path, or its address without the password."""
        self._current: str | None = None

    def begin(
        self,
        targets: Sequence[str],
        parameters: Mapping[str, object],
        started_at: datetime,
        *,
        database: str = "",
        program: str = "",
    ) -> str:
        """Write down that a scan starts and return its id; what is added from now on belongs to it.

        ``parameters`` hold what JSON can. ``database`` and ``program`` are versions.
        """
        scan = _scan_id(started_at, secrets.token_bytes(10))
        with self._writing() as connection:
            connection.execute(
                insert(SCAN).values(
                    id=scan,
                    started_at=started_at,
                    targets=list(targets),
                    parameters=dict(parameters),
                    complete=False,
                    interrupted=False,
                    database=database,
                    program=program,
                )
            )
        self._current = scan
        return scan

    def add_observations(self, batch: Iterable[Observation]) -> None:
        """Append observations to the scan that was begun; they are kept from the moment this returns."""
        scan = self._begun()
        for part in _parts(batch):
            with self._writing() as connection:
                connection.execute(insert(OBSERVATION), [_observation_row(scan, each) for each in part])

    def add_outcomes(self, batch: Iterable[Outcome]) -> None:
        """Append outcomes to the scan that was begun."""
        scan = self._begun()
        for part in _parts(batch):
            with self._writing() as connection:
                connection.execute(insert(OUTCOME), [_outcome_row(scan, each) for each in part])

    def finish(self, summary: Summary, findings: Iterable[Finding]) -> None:
        """Write the end of scan ``summary.scan`` and its findings, in place of those it had; all of it or nothing."""
        with self._writing() as connection:
            connection.execute(delete(FINDING).where(FINDING.c.scan == summary.scan))
            ended = connection.execute(
                update(SCAN)
                .where(SCAN.c.id == summary.scan)
                .values(
                    ended_at=summary.ended_at,
                    complete=summary.complete,
                    interrupted=summary.interrupted,
                    summary=_encoded(summary),
                )
            )
            if ended.rowcount == 0:
                raise self._no_scan(summary.scan)
            positions = count()
            for part in _parts(findings):
                rows = [
                    {"scan": summary.scan, "position": next(positions), "host": each.host, "record": _encoded(each)}
                    for each in part
                ]
                connection.execute(insert(FINDING), rows)

    def scans(self) -> Iterator[Scan]:
        """Yield every scan, the newest first."""
        with self._reading() as connection:
            for row in connection.execute(select(SCAN).order_by(SCAN.c.id.desc())):
                yield _scan(row)

    def latest(self) -> Scan | None:
        """Return the newest scan that came to an end (interrupted or not), None when there is none."""
        with self._reading() as connection:
            row = connection.execute(
                select(SCAN).where(SCAN.c.ended_at.is_not(None)).order_by(SCAN.c.id.desc()).limit(1)
            ).first()
        return None if row is None else _scan(row)

    def scan(self, scan: str) -> Scan:
        """Return the scan with this id, or the only one whose id starts with it; StoreError when there is not one."""
        with self._reading() as connection:
            query = select(SCAN).where(SCAN.c.id.startswith(scan, autoescape=True)).limit(2)
            found = connection.execute(query).all()
        if len(found) > 1:
            raise StoreError(f"several scans start with {scan!r}: give more of the id")
        if not found:
            raise self._no_scan(scan)
        return _scan(found[0])

    def observations(self, scan: str) -> Iterator[Observation]:
        """Yield what the scan saw, in the order it was added; nothing for a scan that is not here."""
        query = select(OBSERVATION).where(OBSERVATION.c.scan == scan).order_by(OBSERVATION.c.id)
        with self._reading() as connection:
            for row in connection.execute(query):
                yield Observation(
                    Endpoint(row.address, row.carrier, row.port),
                    Field(row.field),
                    row.value,
                    Provenance(row.source, row.reporter, row.observed_at, row.transcript),
                )

    def outcomes(self, scan: str) -> Iterator[Outcome]:
        """Yield what became of the scan's questions, in the order it was added."""
        query = select(OUTCOME).where(OUTCOME.c.scan == scan).order_by(OUTCOME.c.id)
        with self._reading() as connection:
            for row in connection.execute(query):
                yield Outcome(Endpoint(row.address, row.carrier, row.port), row.probe, row.kind, row.reason, row.at)

    def findings(self, scan: str) -> Iterator[Finding]:
        """Yield the scan's findings in the order they were given; none when it was killed before its end."""
        query = select(FINDING.c.record).where(FINDING.c.scan == scan).order_by(FINDING.c.position)
        with self._reading() as connection:
            for record in connection.execute(query).scalars():
                yield self._decoded(record, Finding)

    def summary(self, scan: str) -> Summary | None:
        """Return the scan's summary; None when it was killed before its end, or is not here."""
        with self._reading() as connection:
            record = connection.execute(select(SCAN.c.summary).where(SCAN.c.id == scan)).scalar()
        return None if record is None else self._decoded(record, Summary)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with told_plainly(self.location), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with told_plainly(self.location), self._engine.connect() as connection:
            yield connection.execution_options(yield_per=BATCH)

    def _begun(self) -> str:
        if self._current is None:
            raise StoreError(f"{self.location}: no scan was begun, so there is nothing to add to")
        return self._current

    def _no_scan(self, scan: str) -> StoreError:
        return StoreError(f"{self.location} has no scan {scan!r}; `coveredscan history` lists those it has")

    def _decoded(self, record: str, kind: type[_Item]) -> _Item:
        try:
            return msgspec.json.decode(record, type=kind)
        except msgspec.DecodeError as error:
            raise StoreError(f"{self.location} holds a record this program cannot read: {error}") from error


@contextmanager
def open_store(url: str | None = None) -> Iterator[Store]:
    """Open the store at ``url`` (a database URL or the path of an SQLite file), made when it is not there.

    None means ``COVEREDSCAN_DB``, else the file in the user's data folder. Raises StoreError.
    """
    where = _address(url or os.environ.get("COVEREDSCAN_DB") or str(sqlite.default_path()))
    place = _place(where)
    with told_plainly(place):
        if where.get_backend_name() == "sqlite":
            sqlite.make_file(where)
        engine = create_engine(where)
    try:
        if engine.dialect.name == "sqlite":
            sqlite.tune(engine)
        with told_plainly(place):
            _prepare(engine, place)
        yield Store(engine, place)
    finally:
        engine.dispose()


def _address(text: str) -> URL:
    if "://" not in text:
        return URL.create("sqlite", database=str(Path(text).expanduser()))
    with told_plainly("the database address"):
        return make_url(text)


def _place(where: URL) -> str:
    """Return what to call the database in a message: without its password."""
    if where.get_backend_name() == "sqlite":
        return where.database or "the database in memory"
    return where.render_as_string(hide_password=True)


def _prepare(engine: Engine, place: str) -> None:
    with engine.begin() as connection:
        if engine.dialect.has_table(connection, VERSION.name):
            found = connection.execute(select(VERSION.c.version).order_by(VERSION.c.version.desc())).scalars().first()
            if found is not None and found > SCHEMA:
                raise StoreError(
                    f"{place} was written by a newer coveredscan (schema {found}, this one knows {SCHEMA}): "
                    "upgrade, or choose another with COVEREDSCAN_DB"
                )
            if found == SCHEMA:
                return
    try:
        with engine.begin() as connection:
            # Two programs may get here at the same time, on a machine's first day.
            for table in METADATA.sorted_tables:
                connection.execute(CreateTable(table, if_not_exists=True))
                for index in table.indexes:
                    connection.execute(CreateIndex(index, if_not_exists=True))
            connection.execute(insert(VERSION).values(version=SCHEMA))
    except IntegrityError:
        # The other program was quicker to write the same version.
        return


def _scan_id(started_at: datetime, noise: bytes) -> str:
    """Return 26 letters and digits that sort by ``started_at`` (to the millisecond), as a ULID in lower case."""
    number = int(started_at.timestamp() * 1000) << 80 | int.from_bytes(noise)
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))


def _parts(batch: Iterable[_Item]) -> Iterator[list[_Item]]:
    items = iter(batch)
    while part := list(islice(items, BATCH)):
        yield part


def _encoded(record: Finding | Summary) -> str:
    try:
        return msgspec.json.encode(record).decode()
    except UnicodeEncodeError:  # lone surrogates, as command-line arguments in a foreign encoding have them
        text = json.dumps(msgspec.to_builtins(record), ensure_ascii=False)
        return text.encode("utf-8", "replace").decode()


def _observation_row(scan: str, observation: Observation) -> dict[str, object]:
    subject, provenance = observation.subject, observation.provenance
    return {
        "scan": scan,
        "address": subject.address,
        "carrier": subject.carrier,
        "port": subject.port,
        "field": observation.field,
        "value": observation.value,
        "source": provenance.source,
        "reporter": provenance.reporter,
        "observed_at": provenance.observed_at,
        "transcript": provenance.transcript,
    }


def _outcome_row(scan: str, outcome: Outcome) -> dict[str, object]:
    return {
        "scan": scan,
        "address": outcome.endpoint.address,
        "carrier": outcome.endpoint.carrier,
        "port": outcome.endpoint.port,
        "probe": outcome.probe,
        "kind": outcome.kind,
        "reason": outcome.reason,
        "at": outcome.at,
    }


def _scan(row: Row[Any]) -> Scan:
    return Scan(
        id=row.id,
        started_at=row.started_at,
        ended_at=row.ended_at,
        targets=tuple(row.targets),
        parameters=row.parameters,
        complete=row.complete,
        interrupted=row.interrupted,
        database=row.database,
        program=row.program,
    )
