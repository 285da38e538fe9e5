"""``coveredscan judge``: stored observations by another day's law, another policy or other data. No packet is sent."""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scanner.cli.failure import Failure
from scanner.cli.grouped import grouped
from scanner.cli.options import Database_url, Fingerprints, Law
from scanner.cli.report import Chosen, observed

if TYPE_CHECKING:
    from scanner.cli.judging import Judging
    from scanner.model.finding import Finding


@grouped
def judge(
    scan: Chosen = None,
    *,
    form: Annotated[str, typer.Option("-f", "--format", metavar="NAME", help="table, jsonl, json or csv.")] = "table",
    against: Annotated[
        str | None,
        typer.Option(
            "--against", metavar="DATE|FOLDER", help="Show only what differs from that day, or that data folder."
        ),
    ] = None,
    law: Law,
    db: Database_url = None,
    fingerprints: Fingerprints = None,
) -> int:
    """Judge stored observations, or a file of them, anew: with today's data, or for another day. No packet is sent."""
    from scanner.cli.outputs import context_for, format_named, print_report

    judging = law.judging(fingerprints)
    observations, summary = observed(scan, db)
    findings = list(judging.judge.judge(observations))
    if against is None:
        print_report(format_named(form), findings, context_for(summary, judging))
        return 0
    other = _other(against, law, fingerprints)
    _print_differences(other, judging, list(other.judge.judge(observations)), findings, form)
    return 0


def _other(against: str, law: Law, fingerprints: Path | None) -> Judging:
    if Path(against).is_dir():
        return law.judging(Path(against))
    try:
        dt.date.fromisoformat(against)
    except ValueError as error:
        raise Failure(f"--against {against}: neither a day such as 2019-08-12 nor a data folder") from error
    return replace(law, day=against).judging(fingerprints)


def _print_differences(before: Judging, after: Judging, old: list[Finding], new: list[Finding], form: str) -> None:
    import msgspec

    from scanner.coverage.difference import differences
    from scanner.reports.inert import terminal

    found = list(differences(old, new))
    if form != "table":
        sys.stdout.writelines(msgspec.json.encode(each).decode() + "\n" for each in found)
        return
    sides = [f"{side.when} by data {side.database.version}" for side in (before, after)]
    sys.stdout.write(f"{sides[0]} → {sides[1]}, policy {after.policy}\n")
    for each in found:
        change = f"{each.before or 'not asked'} → {each.after or 'not asked'}"
        sys.stdout.write(terminal(f"{each.host}  {each.maker or 'unknown maker'}  {each.measure}: {change}") + "\n")
        sys.stdout.write(terminal(f"    {each.reason}") + "\n")
    sys.stdout.write(f"{len(found)} verdicts differ\n" if found else "no verdict differs\n")
