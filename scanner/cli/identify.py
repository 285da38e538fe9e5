"""``coveredscan identify``: observations as JSON lines in, findings as JSON lines out. No packet is sent."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from scanner.cli.failure import EXIT_FOUND, EXIT_INCOMPLETE, Failure
from scanner.cli.grouped import grouped
from scanner.cli.options import Fail_on, Fingerprints, Law

if TYPE_CHECKING:
    from scanner.database.load import Database
    from scanner.model.observation import Observation


@grouped
def identify(
    file: Annotated[str, typer.Argument(metavar="[FILE]", help="JSON lines; - or nothing is standard input.")] = "-",
    *,
    in_order: Annotated[
        bool,
        typer.Option("--sorted", help="Lines of one host stand together: findings stream out, memory stays flat."),
    ] = False,
    merge: Annotated[
        bool, typer.Option("--merge", help="Join labels that share a serial number, endpoint or hardware address.")
    ] = False,
    law: Law,
    fail_on: Fail_on = None,
    fingerprints: Fingerprints = None,
) -> int:
    """Judge observations offline: one finding line per host, in order of first appearance."""
    import msgspec

    from scanner.cli.verdicts import meets, parse_level
    from scanner.matching import hosts

    level = parse_level(fail_on)
    judging = law.judging(fingerprints)
    reader = _Reader(judging.database)
    grouping = hosts.merge if merge else hosts.group_sorted if in_order else hosts.group
    encode = msgspec.json.Encoder().encode
    found = False
    with _opened(file) as stream:
        for finding in judging.judge.judge(reader.observations(stream), grouping):
            sys.stdout.buffer.write(encode(finding) + b"\n")
            if in_order:
                sys.stdout.buffer.flush()
            found = found or meets(finding, level)
    sys.stdout.buffer.flush()
    reader.report()
    if reader.bad:
        return EXIT_INCOMPLETE
    return EXIT_FOUND if found else 0


class _Reader:
    """Reads lines, tells of each bad one, counts fields that are not in the contract."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._unknown: dict[str, int] = {}
        self.bad = 0

    def observations(self, stream: BinaryIO) -> Iterator[Observation]:
        from scanner.importers.json_lines import BadLine, read

        for item in read(stream):
            if isinstance(item, BadLine):
                self.bad += 1
                sys.stderr.write(f"coveredscan: line {item.number} skipped: {item.reason}\n")
            else:
                if self._database.rule_for(item.field) is None:
                    self._unknown[item.field] = self._unknown.get(item.field, 0) + 1
                yield item

    def report(self) -> None:
        for field, count in self._unknown.items():
            sys.stderr.write(
                f"coveredscan: field {field!r} is not in fields.toml: kept, matches nothing ({count} lines)\n"
            )


def _opened(file: str) -> BinaryIO:
    if file == "-":
        return sys.stdin.buffer
    try:
        return Path(file).open("rb")
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}") from error
