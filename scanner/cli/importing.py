"""``coveredscan import``: captures, other scanners' output, leases and tables → findings. No packet is sent."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from scanner.cli.failure import EXIT_FOUND, EXIT_INCOMPLETE, Failure
from scanner.cli.grouped import grouped
from scanner.cli.options import Fail_on, Fingerprints, Law, Printing

if TYPE_CHECKING:
    from scanner.database.load import Database
    from scanner.importers.importer import Importer
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
    printing: Printing,
    law: Law,
    fail_on: Fail_on = None,
    fingerprints: Fingerprints = None,
) -> int:
    """Judge captures, other scanners' output, DHCP leases, neighbour tables: all that is given."""
    from scanner.cli.outputs import context_for
    from scanner.cli.verdicts import meets, parse_level

    level = parse_level(fail_on)
    reading = Reading(files, _kind_named(kind), tuple(_column(text) for text in columns or ()))
    judging = law.judging(fingerprints)
    with printing.open() as outputs:
        findings = list(judging.judge.judge(reading.observations(judging.database)))
        reading.report()
        outputs.finish(findings, context_for(None, judging))
    if any(meets(finding, level) for finding in findings):
        return EXIT_FOUND
    return EXIT_INCOMPLETE if reading.bad else 0


class Reading:
    """Reads the files one after the other, and tells of what could not be read."""

    def __init__(self, files: Sequence[str], kind: Importer | None, columns: tuple[tuple[str, str], ...]) -> None:
        self._files = files
        self._kind = kind
        self._columns = columns
        self._unknown: dict[str, int] = {}
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

    def report(self) -> None:
        """Tell of fields that are not in the contract; Failure when nothing at all could be read."""
        if not self._good and self.bad:
            raise Failure("nothing could be read")
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
            sys.stderr.write(f"coveredscan: {file}: {told - MAX_TOLD} more parts could not be read\n")
        self.bad += told
        # A file that was whole counts as read even when nobody speaks in it.
        self._good += bool(good or not told)

    def _fault(self, text: str) -> None:
        sys.stderr.write(f"coveredscan: {text}\n")


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
