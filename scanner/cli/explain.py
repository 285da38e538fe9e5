"""``coveredscan explain``: why a host was judged as it was."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scanner.cli.failure import Failure
from scanner.cli.grouped import grouped
from scanner.cli.options import Database_url, Fingerprints, Law
from scanner.cli.storing import open_scans

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.model.observation import Observation


@grouped
def explain(
    host: Annotated[str, typer.Argument(help="Address of the host, or the label it was given.")],
    *,
    scan: Annotated[str | None, typer.Option("--scan", metavar="ID", help="A stored scan (default: the last).")] = None,
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="Observations as JSON lines, instead of a stored scan."),
    ] = None,
    law: Law,
    fingerprints: Fingerprints = None,
    db: Database_url = None,
) -> int:
    """Show verdict, ties, claims, signatures and observations of one host as a tree."""
    from scanner.matching.explain import explain as grow
    from scanner.reports.inert import terminal

    judging = law.judging(fingerprints)
    observations = _from_file(source) if source is not None else _from_store(db, scan)
    for finding in judging.judge.judge(observations):
        if host in finding.addresses:
            tree = grow(finding, judging.database.reasons())
            sys.stdout.writelines(f"{terminal(line)}\n" for line in tree.draw())
            return 0
    where = str(source) if source is not None else f"scan {scan}" if scan else "the last scan"
    raise Failure(f"{host} is not in {where}; `coveredscan show` lists what is")


def _from_file(path: Path) -> Iterable[Observation]:
    from scanner.importers.json_lines import BadLine, read

    try:
        with path.open("rb") as stream:
            return [item for item in read(stream) if not isinstance(item, BadLine)]
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror}") from error


def _from_store(db: str | None, scan: str | None) -> Iterable[Observation]:
    with open_scans(db) as store:
        chosen = store.scan(scan) if scan is not None else store.latest()
        if chosen is None:
            raise Failure("no scan is stored yet; run `coveredscan scan TARGET…` first, or give --from FILE")
        return list(store.observations(chosen.id))
