"""``coveredscan measures`` and ``who``: the law and the ties, for people."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from scanner.cli.failure import Failure
from scanner.cli.judging import load_database, parse_day
from scanner.cli.options import Day, Fingerprints

if TYPE_CHECKING:
    from scanner.model.measure import Measure

app = typer.Typer(help="Browse the legal instruments.", no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def listing(*, day: Day = None, fingerprints: Fingerprints = None) -> int:
    """List every instrument: kind, jurisdiction, title, days since it was last checked."""
    today = parse_day(day)
    for measure in load_database(fingerprints).measures.values():
        age = (today - measure.checked).days
        sys.stdout.write(
            f"{measure.id:24} {measure.kind:18} {measure.jurisdiction:6} checked {age:3} days ago  {measure.title}\n"
        )
    return 0


@app.command("policies")
def policies() -> int:
    """List the named policies and the instruments each consists of."""
    from scanner.coverage.policies import ALL, PROFILES

    for name, measures in PROFILES.items():
        sys.stdout.write(f"{name:14} {', '.join(measures)}\n")
    sys.stdout.write(f"{ALL:14} every measure in the data\n")
    return 0


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(metavar="ID", help="An id that `measures list` shows.")],
    *,
    fingerprints: Fingerprints = None,
) -> int:
    """Show one instrument: what it says, who is bound since when, who is listed on what condition."""
    found = load_database(fingerprints).measures
    if name not in found:
        raise Failure(f"{name}: no such measure; `coveredscan measures list` shows them")
    sys.stdout.writelines(f"{line}\n" for line in _page(found[name]))
    return 0


def who(
    name: Annotated[str, typer.Argument(metavar="COMPANY|BRAND", help="An id, a name or an alias.")],
    *,
    day: Annotated[
        str | None, typer.Option("--on", metavar="YYYY-MM-DD", help="On which day (default: today).")
    ] = None,
    fingerprints: Fingerprints = None,
) -> int:
    """Show whom a company or brand belongs to, who makes its equipment, and which lists reach it, on a day."""
    from scanner.coverage.describe import describe
    from scanner.coverage.relations import Ties

    data = load_database(fingerprints)
    ties = Ties(data.companies, data.brands, data.relations)
    trees = describe(name, parse_day(day), ties, data.relations, data.measures)
    if not trees:
        raise Failure(f"{name}: no company or brand of that name; try its id, such as cp-plus")
    sys.stdout.writelines(f"{line}\n" for tree in trees for line in tree.draw())
    return 0


def _page(measure: Measure) -> list[str]:
    lines = [
        measure.title,
        f"{measure.citation} · {measure.issuer} · {measure.jurisdiction} · {measure.kind}",
        f"enacted {measure.enacted} · checked {measure.checked} · confidence {measure.confidence}",
        "",
        measure.statement,
    ]
    if measure.provision:
        lines += ["", "Provisions"]
        lines += [
            f"  {p.id}: {p.binds}: {p.forbids}" + (f" (since {p.effective})" if p.effective else "")
            for p in measure.provision
        ]
    if measure.listing:
        lines += ["", "Listings"]
        for row in measure.listing:
            until = f" until {row.until}" if row.until else ""
            lines.append(f"  {row.company or row.category} ({row.named_as}) since {row.start}{until}")
            if row.use:
                lines.append(f"    only for: {', '.join(row.use)}")
            if row.reaches:
                lines.append(f"    reaches: {', '.join(row.reaches)}")
    lines += [f"\nException: {exception}" for exception in measure.exceptions]
    lines += [f"\nObligation: {measure.obligation}"] if measure.obligation else []
    lines += [f"\nAction: {measure.action}"] if measure.action else []
    lines += [f"\nSources: {', '.join(measure.sources)}"]
    return lines
