"""``coveredscan fp``: browse, check and test the signature database."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from scanner.cli.failure import EXIT_INTERNAL, Failure
from scanner.cli.options import Fingerprints, load_database

app = typer.Typer(help="Browse, check and test the signature database.", no_args_is_help=True, rich_markup_mode=None)


@app.command("lint")
def lint(
    *,
    explain: Annotated[str | None, typer.Option("--explain", metavar="CODE", help="Say what a code means.")] = None,
    fingerprints: Fingerprints = None,
) -> int:
    """Check the data by coded rules; exit 1 when a rule is broken."""
    from scanner.database import lint as rules

    if explain is not None:
        try:
            sys.stdout.write(rules.explain(explain) + "\n")
        except KeyError as error:
            raise Failure(f"{explain}: there is no such code") from error
        return 0
    database = load_database(fingerprints)
    problems = list(rules.lint(database))
    for problem in problems:
        sys.stdout.write(f"{problem.where}: {problem.code} {problem.text}\n")
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
        says = ", ".join(f"{slot}={text}" for slot, text in hit.says)
        sys.stdout.write(f"{terminal(hit.signature)}: {hit.strength}: {terminal(says)}\n")
    if not hits:
        sys.stdout.write("no signature matches\n")
    return 0


@app.command("list")
def listing(
    text: Annotated[str, typer.Argument(metavar="[TEXT]", help="Only ids and fields that contain this.")] = "",
    *,
    fingerprints: Fingerprints = None,
) -> int:
    """List signatures: id, field, strength, what they say."""
    from scanner.database.browse import listing as rows

    for row in rows(load_database(fingerprints)):
        line = "  ".join(row)
        if text in line:
            sys.stdout.write(line + "\n")
    return 0


@app.command("fields")
def fields(*, fingerprints: Fingerprints = None) -> int:
    """List the fields that signatures may match."""
    for name, rule in load_database(fingerprints).fields.items():
        sys.stdout.write(f"{name:24} {rule.group:16} {rule.about}\n")
    return 0


@app.command("coverage")
def coverage(*, fingerprints: Fingerprints = None) -> int:
    """Count signatures by maker and evidence group."""
    from scanner.database.browse import coverage as counts

    for row in counts(load_database(fingerprints)):
        sys.stdout.write("  ".join(row) + "\n")
    return 0


@app.command("oui")
def oui(
    mac: Annotated[str, typer.Argument(metavar="[MAC]", help="Say who registered this address's block.")] = "",
    *,
    write: Annotated[bool, typer.Option("--write", help="Rebuild the registry file from its sources.")] = False,
    sources: Annotated[
        Path | None, typer.Option("--sources", metavar="DIR", help="With --write: folder with the registry's files.")
    ] = None,
    fingerprints: Fingerprints = None,
) -> int:
    """Look up, or rebuild, the IEEE address-block registry."""
    if write:
        from scanner.database.oui import rebuild

        sys.stdout.write(rebuild(sources, fingerprints))
        return 0
    from scanner.database.registry import kind

    block = load_database(fingerprints).registry.find(mac)
    sort = kind(mac)
    if block is None:
        sys.stdout.write(f"{mac}: no registered block ({sort})\n")
    else:
        company = f" = {block.company}" if block.company else ""
        sys.stdout.write(f"{block.prefix}/{block.bits}: {block.registrant}{company} ({sort})\n")
    return 0
