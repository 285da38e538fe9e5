"""Scans and what they saw, found and changed, in a database, so that everything can be derived again."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from msgspec.structs import replace
from sqlalchemy import URL, Select, create_engine, delete, func, insert, make_url, select, update
from sqlalchemy.engine import Connection, Row

from scanner.matching.changes import GONE_AFTER, Device, Look, Sighting, follow
from scanner.model.change import Change
from scanner.model.finding import Coverage, Finding, Summary
from scanner.model.observation import Observation
from scanner.model.outcome import Outcome
from scanner.store import outbox, sqlite
from scanner.store.connections import Connections
from scanner.store.errors import StoreError, told_plainly
from scanner.store.outbox import Outbox
from scanner.store.packing import Done, Judged, Seen, encode, pack
from scanner.store.schema import prepare
from scanner.store.tables import BATCH, CHANGE, DEVICE, JUDGED, SCAN, TRANSCRIPT
from scanner.store.upkeep import Upkeep

BATCH_SIZE: Final = 5000
"""Observations or outcomes packed together: bounds memory, and what a kill can lose."""
FINDINGS: Final = 128
"""Findings packed together."""
MAX_TRANSCRIPT: Final = 1 << 18
"""Bytes of the longest transcript kept."""
MAX_TRANSCRIPTS: Final = 1 << 26
"""Bytes of transcripts kept of one scan: a hostile network must not fill the disk."""
SHORT: Final = 250
"""Milliseconds that a scan may stand still for another program's write: far below what its questions wait."""
_SERVER: Final = {"connect_timeout": 10, "keepalives_idle": 30, "tcp_user_timeout": 10_000}
"""A server that has gone without a word is given up after ten seconds, not after a quarter of an hour."""
_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_NOISE: Final = 10
_Item = TypeVar("_Item")

Notify = Callable[[Sequence[Change]], Iterable[tuple[str, str]]]
"""Takes what changed, returns (sink, body) of what is to be delivered."""


class Scan(msgspec.Struct, frozen=True):
    """One scan as it is listed."""

    id: str
    """Sorts in the order scans were begun."""
    started_at: datetime
    ended_at: datetime | None
    """None while it runs, and for ever when it was killed."""
    targets: tuple[str, ...]
    parameters: dict[str, Any]
    complete: bool
    interrupted: bool
    database: str
    program: str
    site: str = ""


class Ending(msgspec.Struct, frozen=True):
    """What of a scan's end is remembered beyond the scan."""

    identities: Mapping[str, tuple[tuple[str, str], ...]] = {}
    """Finding's host → what its device is known by over time."""
    gone_after: int = GONE_AFTER
    """Scans that must miss a device before it is gone."""
    notify: Notify = lambda _: ()


class Store:
    """An open store; ``open_store`` makes it. Every method raises StoreError and nothing else for what goes wrong."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self.location: Final = connections.place
        """What to call the database in a message: its path, or its address without the password."""
        self.outbox: Final = Outbox(connections)
        self.upkeep: Final = Upkeep(connections)
        self._current: str | None = None
        self._transcripts = 0

    # One scan, from begin to finish

    def begin(
        self,
        targets: Sequence[str],
        parameters: Mapping[str, object],
        started_at: datetime,
        *,
        database: str = "",
        program: str = "",
        site: str = "",
    ) -> str:
        """Write down that a scan starts and return its id; what is added from now on belongs to it.

        ``parameters`` hold what JSON can. ``database`` and ``program`` are versions. The id sorts after all others
        even when the clock went back.
        """
        with self._connections.writing() as connection:
            newest = connection.execute(select(func.max(SCAN.c.id))).scalar()
            scan = _scan_id(started_at, secrets.token_bytes(_NOISE), after=newest)
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
                    site=site,
                )
            )
        self._current, self._transcripts = scan, 0
        return scan

    def resume(self, scan: str) -> None:
        """Go on with a scan that was begun: what is added from now on belongs to it. StoreError when it has ended."""
        found = self.scan(scan)
        if found.ended_at is not None and not found.interrupted:
            raise StoreError(f"scan {found.id} came to its end: there is nothing to resume")
        self._current = found.id

    def add(
        self,
        observations: Iterable[Observation] = (),
        outcomes: Iterable[Outcome] = (),
        done: Done | None = None,
        transcripts: Iterable[tuple[str, bytes]] = (),
    ) -> None:
        """Append to the scan that was begun, in one transaction: it is kept from the moment this returns.

        ``transcripts`` are digests and bytes; those that are too long, or for which there is no room, are left out.
        Another program's write is not waited for long: a scan stands still meanwhile, and can try again.
        """
        scan = self._begun()
        rows = [
            {"scan": scan, "seen": pack(Seen(observations=tuple(part))), "done": pack(Done())}
            for part in _parts(observations, BATCH_SIZE)
        ]
        rows += [
            {"scan": scan, "seen": pack(Seen(outcomes=tuple(part))), "done": pack(Done())}
            for part in _parts(outcomes, BATCH_SIZE)
        ]
        if done is not None:
            rows.append({"scan": scan, "seen": pack(Seen()), "done": pack(done)})
        given = {digest: transcript for digest, transcript in transcripts if len(transcript) <= MAX_TRANSCRIPT}
        if not rows and not given:
            return
        with self._connections.writing(wait=SHORT) as connection:
            if rows:
                connection.execute(insert(BATCH), rows)
            size = self._keep(connection, scan, given)
        self._transcripts += size

    def _keep(self, connection: Connection, scan: str, transcripts: Mapping[str, bytes]) -> int:
        """Write the transcripts that are new and for which there is room; return their bytes."""
        size = 0
        for part in _parts(transcripts.items(), 500):
            known = select(TRANSCRIPT.c.digest).where(
                TRANSCRIPT.c.scan == scan, TRANSCRIPT.c.digest.in_([digest for digest, _ in part])
            )
            there = set(connection.execute(known).scalars())
            for digest, transcript in part:
                if digest not in there and self._transcripts + size + len(transcript) <= MAX_TRANSCRIPTS:
                    connection.execute(insert(TRANSCRIPT).values(scan=scan, digest=digest, packed=pack(transcript)))
                    size += len(transcript)
        return size

    def finish(self, summary: Summary, findings: Iterable[Finding], ending: Ending | None = None) -> tuple[Change, ...]:
        """Write the end of scan ``summary.scan`` and its findings, in place of those it had; all of it or nothing.

        With ``ending``, and unless the scan was interrupted, its devices are compared with those remembered of its
        site; what changed is stored, put in the outbox as ``ending.notify`` says, and returned.
        """
        scan, record = summary.scan, encode(summary).decode()
        with self._connections.writing() as connection:
            if connection.execute(select(SCAN.c.summary).where(SCAN.c.id == scan)).scalar() == record:
                # Whoever asks again did not hear that it was done: nothing is counted, nor told, a second time.
                return tuple(self._changes(connection, select(CHANGE.c.record).where(CHANGE.c.scan == scan)))
            connection.execute(delete(JUDGED).where(JUDGED.c.scan == scan))
            ended = connection.execute(
                update(SCAN)
                .where(SCAN.c.id == scan)
                .values(
                    ended_at=summary.ended_at,
                    complete=summary.complete,
                    interrupted=summary.interrupted,
                    summary=record,
                )
            )
            if ended.rowcount == 0:
                raise self._no_scan(scan)
            known = {} if ending is None else ending.identities
            sightings: list[Sighting] = []
            for position, part in enumerate(_parts(findings, FINDINGS)):
                judged = [Judged(finding, known.get(finding.host, ())) for finding in part]
                connection.execute(insert(JUDGED).values(scan=scan, position=position, packed=pack(judged)))
                if ending is not None:
                    # Of what was found without its evidence, which is the most of it and plays no part here.
                    sightings += [Sighting(replace(each.finding, evidence=()), each.identities) for each in judged]
            if ending is None or summary.interrupted:
                return ()
            return self._remember(connection, summary, sightings, ending)

    def _remember(
        self, connection: Connection, summary: Summary, sightings: Sequence[Sighting], ending: Ending
    ) -> tuple[Change, ...]:
        site = connection.execute(select(SCAN.c.site).where(SCAN.c.id == summary.scan)).scalar_one()
        known = [
            msgspec.json.decode(record, type=Device)
            for record in connection.execute(
                select(DEVICE.c.record).where(DEVICE.c.site == site).order_by(DEVICE.c.id).with_for_update()
            ).scalars()
        ]
        reached = self._reached(connection, summary.scan)
        partial = bool(summary.coverage.read)
        look = Look(summary.scan, site, summary.ended_at, reached.__contains__, ending.gone_after, partial)
        after = follow(known, sightings, look)
        rows = [{"id": device.id, "site": site, "record": encode(device).decode()} for device in after.devices]
        for part in _parts([row["id"] for row in rows], 500):
            connection.execute(delete(DEVICE).where(DEVICE.c.id.in_(part)))
        if rows:
            connection.execute(insert(DEVICE), rows)
        if after.changes:
            connection.execute(delete(CHANGE).where(CHANGE.c.scan == summary.scan))
            connection.execute(
                insert(CHANGE),
                [
                    {"id": each.id, "scan": each.scan, "device": each.device, "record": encode(each).decode()}
                    for each in after.changes
                ],
            )
        outbox.put(connection, ending.notify(after.changes), summary.ended_at)
        return after.changes

    def _reached(self, connection: Connection, scan: str) -> set[str]:
        reached: set[str] = set()
        for packed in connection.execute(select(BATCH.c.done).where(BATCH.c.scan == scan)).scalars():
            done: Done = self._connections.unpack(packed, Done)
            reached |= {*done.alive, *done.silent}
        return reached

    # What scans there are

    def scans(self, site: str | None = None) -> Iterator[Scan]:
        """Return every scan, or those of one site, the newest first."""
        query = select(SCAN).order_by(SCAN.c.id.desc())
        return map(_scan, self._connections.rows(query if site is None else query.where(SCAN.c.site == site)))

    def summaries(self) -> Iterator[tuple[Scan, Summary | None]]:
        """Yield every scan, the newest first, with its summary, None when it was killed before its end."""
        for row in self._connections.rows(select(SCAN).order_by(SCAN.c.id.desc())):
            yield _scan(row), None if row.summary is None else self._decoded(row.summary, Summary)

    def latest(self) -> Scan | None:
        """Return the newest scan that came to an end (interrupted or not), None when there is none."""
        with self._connections.reading() as connection:
            row = connection.execute(
                select(SCAN).where(SCAN.c.ended_at.is_not(None)).order_by(SCAN.c.id.desc()).limit(1)
            ).first()
        return None if row is None else _scan(row)

    def scan(self, scan: str) -> Scan:
        """Return the scan with this id, or the only one whose id starts with it; StoreError when there is not one."""
        with self._connections.reading() as connection:
            query = select(SCAN).where(SCAN.c.id.startswith(scan, autoescape=True)).limit(2)
            found = connection.execute(query).all()
        if len(found) > 1:
            raise StoreError(f"several scans start with {scan!r}: give more of the id")
        if not found:
            raise self._no_scan(scan)
        return _scan(found[0])

    # What a scan saw and found

    def observations(self, scan: str) -> Iterator[Observation]:
        """Yield what the scan saw, in the order it was added; nothing for a scan that is not here."""
        for seen in self._batches(scan, BATCH.c.seen, Seen):
            yield from seen.observations

    def outcomes(self, scan: str) -> Iterator[Outcome]:
        """Yield what became of the scan's questions, in the order it was added."""
        for seen in self._batches(scan, BATCH.c.seen, Seen):
            yield from seen.outcomes

    def done(self, scan: str) -> Done:
        """Return what is settled of the scan, with its coverage as last written."""
        alive: dict[str, None] = {}
        silent: dict[str, None] = {}
        coverage: Coverage | None = None
        for part in self._batches(scan, BATCH.c.done, Done):
            alive |= dict.fromkeys(part.alive)
            silent |= dict.fromkeys(part.silent)
            coverage = part.coverage or coverage
        return Done(tuple(alive), tuple(silent), coverage)

    def judged(self, scan: str) -> Iterator[Judged]:
        """Yield the scan's findings and what their devices are known by, in the order they were given."""
        query = select(JUDGED.c.packed).where(JUDGED.c.scan == scan).order_by(JUDGED.c.position)
        for row in self._connections.rows(query):
            yield from self._connections.unpack(row.packed, list[Judged])

    def findings(self, scan: str) -> Iterator[Finding]:
        """Return the scan's findings in the order they were given; none when it was killed before its end."""
        return (each.finding for each in self.judged(scan))

    def summary(self, scan: str) -> Summary | None:
        """Return the scan's summary; None when it was killed before its end, or is not here."""
        with self._connections.reading() as connection:
            record = connection.execute(select(SCAN.c.summary).where(SCAN.c.id == scan)).scalar()
        return None if record is None else self._decoded(record, Summary)

    def transcript(self, digest: str) -> bytes | None:
        """Return a transcript that was kept, None when there is none of that digest."""
        with self._connections.reading() as connection:
            packed = connection.execute(select(TRANSCRIPT.c.packed).where(TRANSCRIPT.c.digest == digest)).scalar()
        found: bytes | None = None if packed is None else self._connections.unpack(packed, bytes)
        return found

    # What is known over time

    def devices(self, site: str | None = None) -> list[Device]:
        """Return what is remembered of every device, or of one site's."""
        query = select(DEVICE.c.record).order_by(DEVICE.c.site, DEVICE.c.id)
        with self._connections.reading() as connection:
            records = connection.execute(query if site is None else query.where(DEVICE.c.site == site)).scalars()
            return [self._decoded(record, Device) for record in records]

    def changes(self, *, scan: str | None = None, device: str | None = None) -> list[Change]:
        """Return what changed, in order; of one scan, or of one device, if given."""
        query = select(CHANGE.c.record)
        if scan is not None:
            query = query.where(CHANGE.c.scan == scan)
        if device is not None:
            query = query.where(CHANGE.c.device == device)
        with self._connections.reading() as connection:
            return self._changes(connection, query)

    def _changes(self, connection: Connection, query: Select[Any]) -> list[Change]:
        found = [self._decoded(record, Change) for record in connection.execute(query).scalars()]
        return sorted(found, key=lambda change: (change.scan, int(change.id.rpartition("-")[2])))

    def _batches(self, scan: str, column: Any, kind: type[_Item]) -> Iterator[_Item]:
        query = select(column).where(BATCH.c.scan == scan).order_by(BATCH.c.id)
        for row in self._connections.rows(query):
            yield self._connections.unpack(row[0], kind)

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
        else:
            # A server may have been restarted since the last use.
            connect = _SERVER if where.get_backend_name() == "postgresql" else {}
            engine = create_engine(where, pool_pre_ping=True, connect_args=connect)
    try:
        if engine.dialect.name == "sqlite":
            sqlite.tune(engine)
        with told_plainly(place):
            prepare(engine, place)
        yield Store(Connections(engine, place))
    finally:
        engine.dispose()


def _address(text: str) -> URL:
    if "://" not in text:
        return URL.create("sqlite", database=str(Path(text).expanduser()))
    with told_plainly("the database address"):
        where = make_url(text)
        return where.set(drivername="postgresql+psycopg") if where.drivername in {"postgresql", "postgres"} else where


def _place(where: URL) -> str:
    """Return what to call the database in a message: without its password."""
    if where.get_backend_name() == "sqlite":
        return where.database or "the database in memory"
    return where.render_as_string(hide_password=True)


def _scan_id(started_at: datetime, noise: bytes, *, after: str | None) -> str:
    """Return 26 letters and digits that sort by ``started_at`` (to the millisecond), as a ULID in lower case.

    It is later than ``after``.
    """
    number = int(started_at.timestamp() * 1000) << 80 | int.from_bytes(noise)
    if after is not None and (last := _number(after)) >= number:
        number = last + 1
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))


def _number(scan: str) -> int:
    number = 0
    for letter in scan:
        number = number << 5 | _ALPHABET.index(letter)
    return number


def _parts(batch: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    items = iter(batch)
    while part := list(islice(items, size)):
        yield part


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
        site=row.site,
    )
