"""``coveredscan fp``: browse, check and test the signature database."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scanner.cli.failure import EXIT_INTERNAL, Failure
from scanner.cli.judging import load_database
from scanner.cli.options import Fingerprints

if TYPE_CHECKING:
    from scanner.database.load import Database
    from scanner.model.host import Host

app = typer.Typer(help="Browse, check and test the signature database.", no_args_is_help=True, rich_markup_mode=None)


@app.command("lint")
def lint(
    *,
    explain: Annotated[str | None, typer.Option("--explain", metavar="CODE", help="Say what a code means.")] = None,
    corpus: Annotated[
        Path | None,
        typer.Option(
            "--corpus", metavar="PATH", help="Labelled JSON lines, or a folder of them: are strengths earned?"
        ),
    ] = None,
    fingerprints: Fingerprints = None,
) -> int:
    """Check the data by coded rules; exit 1 when a rule is broken."""
    from scanner.database import lint as rules
    from scanner.database.calibrate import lint_strengths
    from scanner.database.load import DataError, load

    if explain is not None:
        try:
            sys.stdout.write(rules.explain(explain) + "\n")
        except KeyError as error:
            raise Failure(f"{explain}: there is no such code") from error
        return 0
    try:
        database = load(fingerprints)
    except DataError as error:
        if fingerprints is not None and not fingerprints.is_dir():
            raise Failure(str(error)) from error
        sys.stdout.write(f"{rules.fault(error)}\nnothing else can be judged until this is corrected\n")
        return EXIT_INTERNAL
    problems = list(rules.lint(database))
    if corpus is not None:
        files = sorted(corpus.glob("*.jsonl")) if corpus.is_dir() else [corpus]
        problems += lint_strengths(database, _counts(database, files))
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    count = len(database.signatures)
    sys.stdout.write(f"{count} signatures, {len(database.relations)} relations, {len(database.measures)} measures: ")
    sys.stdout.write(f"{len(problems)} problems\n" if problems else "no problem\n")
    return EXIT_INTERNAL if problems else 0


@app.command("try")
def try_value(
    field: Annotated[str, typer.Argument(help="A field, such as http.server.")],
    value: Annotated[str, typer.Argument(help="A value to match.")],
    *,
    fingerprints: Fingerprints = None,
) -> int:
    """Show which signatures a value matches and what they say."""
    from scanner.database.browse import try_value as attempt
    from scanner.reports.inert import terminal

    database = load_database(fingerprints)
    if database.rule_for(field) is None:
        raise Failure(f"{field} is not in fields.toml; `coveredscan fp fields` lists what is")
    hits = list(attempt(database, field, value))
    for hit in hits:
        row = hit.signature
        parts = [f"{slot}={text}" for slot, text in row.asserts.items()]
        parts += [f"{slot}={text}" for slot, text in hit.captures.items()]
        parts += [f"{slot} is not {text}" for slot, text in row.refutes.items()]
        needs = f" (if {' and '.join(hit.needs)} agree)" if hit.needs else ""
        sys.stdout.write(f"{row.id}: {row.strength}: {terminal(', '.join(parts))}{needs}\n")
    if not hits:
        sys.stdout.write("no signature matches\n")
    return 0


@app.command("list")
def listing(
    text: Annotated[
        str, typer.Argument(metavar="[TEXT]", help="Only those whose line, or any of whose fields, has this.")
    ] = "",
    *,
    fingerprints: Fingerprints = None,
) -> int:
    """List signatures: maker, field or how many, strength, status, id, what they say."""
    from scanner.database.browse import listing as rows

    for maker, row in rows(load_database(fingerprints)):
        says = ", ".join(f"{slot}={value}" for slot, value in row.asserts.items())
        where = row.fields[0] if len(row.fields) == 1 else f"{len(row.fields)} fields"
        line = f"{maker:12} {where:22} {row.strength:10} {row.status:12} {row.id}  {says}"
        if text in line or any(text in field for field in row.fields):
            sys.stdout.write(line + "\n")
    return 0


@app.command("fields")
def fields(*, fingerprints: Fingerprints = None) -> int:
    """List the fields that signatures may match, then the sets of them that a signature may name instead."""
    database = load_database(fingerprints)
    for name, rule in database.fields.items():
        sys.stdout.write(f"{name:24} {rule.group:16} {rule.about}\n")
    for one, members in database.sets.items():
        sys.stdout.write(f"{one:24} {'set':16} {', '.join(members)}\n")
    return 0


@app.command("coverage")
def coverage(*, fingerprints: Fingerprints = None) -> int:
    """Count the signatures of each maker, then those read in each field: many are read in several."""
    from scanner.database.browse import coverage as counts

    for maker, extent in counts(load_database(fingerprints)).items():
        listed = ", ".join(f"{field} {count}" for field, count in extent.fields.items())
        sys.stdout.write(f"{maker:16} {extent.signatures:4}  {listed}\n")
    return 0


@app.command("oui")
def oui(
    mac: Annotated[str, typer.Argument(metavar="[MAC]", help="Say who registered this address's block.")] = "",
    *,
    write: Annotated[
        Path | None,
        typer.Option(
            "--write", metavar="DIR", help="Rebuild the registry from the files that oui/listings.toml names."
        ),
    ] = None,
    fingerprints: Fingerprints = None,
) -> int:
    """Look up, or rebuild, the IEEE address-block registry."""
    if write is not None:
        return _rebuild(write, fingerprints)
    from scanner.database.registry import kind

    sort = kind(mac)
    if sort is None:
        raise Failure(f"{mac or '(nothing)'}: not a hardware address; write it as 44:19:b6:00:00:01")
    block = load_database(fingerprints).registry.find(mac)
    if block is None:
        sys.stdout.write(f"{mac}: no registered block ({sort})\n")
    else:
        company = f" = {block.company}" if block.company else ""
        sys.stdout.write(f"{block.prefix}/{block.bits}: {block.registrant}{company} ({sort})\n")
    return 0


def _rebuild(folder: Path, fingerprints: Path | None) -> int:
    from scanner.database.listings import build
    from scanner.database.load import DataError, shipped

    root = fingerprints or shipped()
    try:
        text = build(root, folder)
        beside = root / "oui" / "registry.tsv.partial"
        beside.write_bytes(text)
        beside.replace(root / "oui" / "registry.tsv")
    except DataError as error:
        raise Failure(str(error)) from error
    except OSError as error:
        raise Failure(f"{error.filename}: {error.strerror}") from error
    lines = len(text.splitlines())
    sys.stdout.write(f"{root / 'oui' / 'registry.tsv'}: {lines} lines\n")
    return 0


@app.command("new")
def new(
    maker: Annotated[str, typer.Argument(help="Company id that the signature shall assert.")],
    *,
    source: Annotated[
        str, typer.Option("--from", metavar="OBSERVATION", help="A JSON line as `identify` reads it, or FILE:LINE.")
    ],
    fingerprints: Fingerprints = None,
) -> int:
    """Print a filled stub of a signature for something that was seen."""
    from scanner.cli.judging import parse_day
    from scanner.database.browse import stub
    from scanner.importers.json_lines import BadLine, read

    item = next(iter(read([_line_of(source)])), None)
    if item is None or isinstance(item, BadLine):
        raise Failure(f"--from {source[:60]}: {item.reason if item is not None else 'is empty'}")
    database = load_database(fingerprints)
    if database.rule_for(item.field) is None:
        raise Failure(f"{item.field} is not in fields.toml; `coveredscan fp fields` lists what is")
    sys.stdout.write(stub(database, item, maker=maker, added=parse_day(None)))
    return 0


def _line_of(source: str) -> bytes:
    if source.lstrip().startswith("{"):
        return source.encode("utf-8", "replace")
    name, _, number = source.rpartition(":")
    if not number.isdecimal():
        raise Failure(f"--from {source}: give a JSON object, or FILE:LINE")
    try:
        lines = Path(name).read_bytes().splitlines()
    except OSError as error:
        raise Failure(f"--from {name}: cannot be read: {error.strerror}") from error
    if not 1 <= int(number) <= len(lines):
        raise Failure(f"--from {source}: the file has {len(lines)} lines")
    return lines[int(number) - 1]


@app.command("calibrate")
def calibrate(
    corpus: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="Labelled JSON lines: host, field, value, maker (or null).")
    ],
    *,
    below: Annotated[
        bool, typer.Option("--below", help="Only signatures whose stated strength is not earned.")
    ] = False,
    fingerprints: Fingerprints = None,
) -> int:
    """Grade signatures by a labelled corpus: the precision held with 95 % confidence, the strength that it earns."""
    from scanner.database.calibrate import grade
    from scanner.model.signature import STRENGTHS

    database = load_database(fingerprints)
    for one in sorted(grade(database, _counts(database, corpus)), key=lambda each: (-each.at_least, each.signature)):
        if one.right + one.wrong == 0 or (below and STRENGTHS.index(one.earned) >= STRENGTHS.index(one.stated)):
            continue
        sys.stdout.write(
            f"{one.signature:44} {one.right:5} right {one.wrong:4} wrong  at least {one.at_least:.2f}"
            f"  earned {one.earned:10}  stated {one.stated}\n"
        )
    return 0


def _counts(database: Database, corpus: list[Path]) -> dict[str, tuple[int, int]]:
    from scanner.cli.judging import parse_day
    from scanner.coverage.relations import Ties
    from scanner.matching.match import Matcher
    from scanner.matching.tally import tally

    parents = Ties(database.companies, database.brands, database.relations).owners(parse_day(None))
    return tally(Matcher(database), _labelled(corpus), parents)


def _labelled(paths: list[Path]) -> Iterator[tuple[Host, str | None]]:
    import msgspec

    from scanner.importers.json_lines import BadLine, read
    from scanner.matching.hosts import group

    for path in paths:
        try:
            lines = [line for line in path.read_bytes().splitlines() if line.strip()]
        except OSError as error:
            raise Failure(f"{path}: cannot be read: {error.strerror}") from error
        labels: dict[str, str | None] = {}
        named: list[bytes] = []
        for number, line in enumerate(lines, 1):
            try:
                row = msgspec.json.decode(line, type=dict[str, str | None])
            except msgspec.DecodeError as error:
                raise Failure(f"{path}:{number}: {error}") from error
            row.setdefault("host", f"line {number}")
            labels[str(row["host"])] = row.pop("maker", None)
            named.append(msgspec.json.encode(row))
        observations = [item for item in read(named) if not isinstance(item, BadLine)]
        for host in group(observations):
            yield host, labels.get(host.key)
