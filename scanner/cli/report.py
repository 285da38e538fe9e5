"""``coveredscan report``: a stored scan, or a file of observations, in any format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scanner.cli.failure import Failure
from scanner.cli.options import Database_url, Day, Fingerprints, Judging, Policy, Use, open_scans

if TYPE_CHECKING:
    from scanner.model.finding import Finding, Summary
    from scanner.model.observation import Observation

Chosen = Annotated[
    str | None, typer.Argument(metavar="[SCAN]", help="A stored scan's id (default: the last), or a file.")
]


def report(
    scan: Chosen = None,
    *,
    output: Annotated[list[Path], typer.Option("-o", "--output", metavar="FILE", help="Format by extension.")],
    policy: Policy = "us-federal",
    day: Day = None,
    use: Use = None,
    db: Database_url = None,
    fingerprints: Fingerprints = None,
) -> int:
    """Write a stored scan, or a file of observations, as a report in any format."""
    from scanner.cli.outputs import context_for, open_reports

    judging = Judging(fingerprints, policy, day, use)
    findings, summary = _judged(judging, scan, db)
    for file in open_reports(output):
        file.finish(findings, context_for(summary, judging))
    return 0


def _judged(judging: Judging, scan: str | None, db: str | None) -> tuple[list[Finding], Summary | None]:
    observations, summary = observed(scan, db)
    return list(judging.judge.judge(observations)), summary


def observed(scan: str | None, db: str | None) -> tuple[list[Observation], Summary | None]:
    """Return what the chosen scan (None: the last) or file saw, and the scan's summary; Failure when there is none."""
    from scanner.importers.json_lines import BadLine, read

    if scan is not None and Path(scan).is_file():
        with Path(scan).open("rb") as stream:
            return [item for item in read(stream) if not isinstance(item, BadLine)], None
    with open_scans(db) as store:
        chosen = store.scan(scan) if scan is not None else store.latest()
        if chosen is None:
            raise Failure("no scan is stored yet; run `coveredscan scan TARGET…` first, or name a file")
        return list(store.observations(chosen.id)), store.summary(chosen.id)
