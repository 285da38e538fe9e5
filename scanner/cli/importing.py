"""``coveredscan import``: captures, other scanners' output, leases and tables → findings. No packet is sent."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from scanner.cli.failure import EXIT_FOUND, EXIT_INCOMPLETE, EXIT_INTERRUPTED, Failure
from scanner.cli.grouped import grouped
from scanner.cli.options import Fail_on, Fingerprints, Keeping, Law, Printing

if TYPE_CHECKING:
    from scanner.database.load import Database
    from scanner.importers.importer import Importer
    from scanner.model.finding import Coverage
    from scanner.model.observation import Observation

MAX_TOLD = 20
"""Bad parts of one file that are told one by one; the others are counted."""


@grouped
def import_files(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE…", help="Any kinds at once, compressed or not; - is standard input.")
    ],
    *,
    kind: Annotated[
        str | None,
        typer.Option("--as", metavar="KIND", help="Take the files for this kind, whatever their content says."),
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="COLUMN=FIELD", help="Which column of an inventory table is which field, or host."
        ),
    ] = None,
    in_order: Annotated[
        bool,
        typer.Option(
            "--sorted", help="What is told of one host stands together: memory stays flat, addresses are not joined."
        ),
    ] = False,
    printing: Printing,
    law: Law,
    fail_on: Fail_on = None,
    keeping: Keeping,
    fingerprints: Fingerprints = None,
) -> int:
    """Judge captures, other scanners' output, DHCP leases, neighbour tables: all that is given."""
    from scanner.cli.job import tell
    from scanner.cli.outputs import context_for
    from scanner.cli.storing import open_scans_unless
    from scanner.cli.verdicts import meets, parse_level
    from scanner.ledger.ledger import Ledger

    level = parse_level(fail_on)
    reading = Reading(files, _kind_named(kind), tuple(_column(text) for text in columns or ()))
    judging = law.judging(fingerprints)
    parameters = {"import": {"files": files, "as": kind, "map": columns, "sorted": in_order}}
    interrupted = False
    with open_scans_unless(keeping.no_store, keeping.db) as store, printing.open(live=in_order) as outputs:
        ledger = Ledger(store, judging.terms, tell)
        ledger.reached = lambda: reading.coverage(len(ledger.findings))
        observations = reading.observations(judging.database)
        try:
            first = next(observations, None)
            if first is None:
                reading.check()
            ledger.begin(files, parameters, keeping.site)
            seen = observations if first is None else chain((first,), observations)
            if in_order:
                for finding in ledger.take_sorted(seen):
                    outputs.stream(finding)
            else:
                for observation in seen:
                    ledger.take(observation)
        except KeyboardInterrupt:
            if not ledger.scan:
                raise
            # What was read until then is told and kept.
            interrupted = True
        summary = ledger.end(interrupted=interrupted)
        reading.report()
        outputs.finish(ledger.findings, context_for(summary, judging))
    if interrupted:
        return EXIT_INTERRUPTED
    if any(meets(finding, level) for finding in ledger.findings):
        return EXIT_FOUND
    return EXIT_INCOMPLETE if reading.bad else 0


class Reading:
    """Reads the files one after the other, and tells of what could not be read."""

    def __init__(self, files: Sequence[str], kind: Importer | None, columns: tuple[tuple[str, str], ...]) -> None:
        self._files = files
        self._kind = kind
        self._columns = columns
        self._unknown: dict[str, int] = {}
        self._faults: list[str] = []
        self.bad = 0
        """Files and parts of files that could not be read."""
        self._good = 0

    def observations(self, database: Database) -> Iterator[Observation]:
        """Yield everything the files hold, in normal form."""
        from scanner.importers.importer import normal

        for file in self._files:
            for observation in self._read(file):
                if database.rule_for(observation.field) is None:
                    self._unknown[observation.field] = self._unknown.get(observation.field, 0) + 1
                told = normal(observation, database.rule_for)
                if told is not None:
                    yield told

    def coverage(self, devices: int) -> Coverage:
        """Return what was read so far, of so many devices."""
        from scanner.model.finding import Coverage

        names = ("standard input" if file == "-" else Path(file).name for file in self._files)
        return Coverage(addresses=devices, alive=devices, not_reached=tuple(self._faults), read=tuple(names))

    def check(self) -> None:
        """Failure when nothing at all could be read."""
        if not self._good and self.bad:
            raise Failure("nothing could be read")

    def report(self) -> None:
        """Tell of fields that are not in the contract."""
        for field, count in self._unknown.items():
            sys.stderr.write(
                f"coveredscan: field {field!r} is not in fields.toml: kept, matches nothing ({count} times)\n"
            )

    def _read(self, file: str) -> Iterator[Observation]:
        from scanner.importers.importer import BadPart, Given, Unreadable
        from scanner.importers.kinds import read

        told, good = 0, 0
        try:
            with _opened(file) as stream:
                for item in read(stream, Given(Path(file).name, self._columns), self._kind):
                    if not isinstance(item, BadPart):
                        good += 1
                        yield item
                        continue
                    told += 1
                    if told <= MAX_TOLD:
                        self._fault(f"{file}: {item.where}: {item.reason}")
        except OSError as error:
            told += 1
            self._fault(f"{file}: cannot be read: {error.strerror or error}")
        except Unreadable as error:
            told += 1
            self._fault(f"{file}: {error}")
        if told > MAX_TOLD:
            self._fault(f"{file}: {told - MAX_TOLD} more parts could not be read")
        self.bad += told
        # A file that was whole counts as read even when nobody speaks in it.
        self._good += bool(good or not told)

    def _fault(self, text: str) -> None:
        sys.stderr.write(f"coveredscan: {text}\n")
        self._faults.append(text)


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    if file == "-":
        yield sys.stdin.buffer
        return
    with Path(file).open("rb") as stream:
        yield stream


def _kind_named(name: str | None) -> Importer | None:
    from scanner.importers.kinds import ALL

    if name is None:
        return None
    for importer in ALL:
        if importer.name == name:
            return importer
    raise Failure(f"--as {name}: no such kind; use one of {', '.join(importer.name for importer in ALL)}")


def _column(text: str) -> tuple[str, str]:
    column, equals, field = text.rpartition("=")
    if not equals or not column.strip() or not field.strip():
        raise Failure(f"--map {text}: write it as COLUMN=FIELD, such as 'IP address=host'")
    return column.strip(), field.strip()
