"""``db check``, ``backup``, ``prune``: the upkeep of the store."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from scanner.cli.failure import EXIT_INTERNAL, Failure
from scanner.cli.options import Database_url
from scanner.cli.storing import open_scans

app = typer.Typer(help="Check, copy and prune the stored scans.", no_args_is_help=True, rich_markup_mode=None)


@app.command("check")
def check(*, db: Database_url = None) -> int:
    """Read everything that is stored; exit 1 when something is damaged."""
    with open_scans(db) as store:
        faults = list(store.upkeep.check())
        scans = sum(1 for _ in store.scans())
        size = store.upkeep.size()
        waiting = len(store.outbox.waiting())
        where = store.location
    for fault in faults:
        sys.stderr.write(f"coveredscan: {fault}\n")
    state = f"{len(faults)} faults" if faults else "sound"
    sys.stdout.write(f"{where}: {state}; {scans:,} scans, {_told(size)}; {waiting} messages to be delivered\n")
    return EXIT_INTERNAL if faults else 0


@app.command("backup")
def backup(path: Annotated[Path, typer.Argument(metavar="FILE")], *, db: Database_url = None) -> int:
    """Write a whole copy into one SQLite file, also while scans run; never over an existing file."""
    with open_scans(db) as store:
        store.upkeep.backup(path)
    sys.stdout.write(f"{path}: {_told(path.stat().st_size)}\n")
    return 0


@app.command("restore")
def restore(path: Annotated[Path, typer.Argument(metavar="FILE")], *, db: Database_url = None) -> int:
    """Take a copy that `backup` wrote into a new, empty store, which may be another kind of database."""
    with open_scans(db) as store:
        store.upkeep.restore(path)
        scans, where = sum(1 for _ in store.scans()), store.location
    sys.stdout.write(f"{where}: {scans:,} scans\n")
    return 0


@app.command("prune")
def prune(
    *,
    age: Annotated[str | None, typer.Option("--older-than", metavar="TIME", help="Scans begun before, as 90d.")] = None,
    keep: Annotated[int | None, typer.Option("--keep", metavar="N", min=0, help="All but the newest N.")] = None,
    db: Database_url = None,
) -> int:
    """Delete old scans and give their room back; what is remembered of devices stays."""
    from scanner.cli.duration import parse_duration
    from scanner.engine.clock import now

    if age is None and keep is None:
        raise Failure("say what to delete: --older-than 90d, --keep 100, or both")
    before = None if age is None else now() - timedelta(seconds=parse_duration(age, "--older-than"))
    with open_scans(db) as store:
        deleted = store.upkeep.prune(before=before, keep=keep)
        size = store.upkeep.size()
    sys.stdout.write(f"{deleted:,} scans deleted; {_told(size)} now\n")
    return 0


def _told(size: float) -> str:
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if size < 1024 or unit == "GiB":  # noqa: PLR2004 - the next unit
            break
        size /= 1024
    return f"{size:,.0f} {unit}" if unit == "bytes" else f"{size:,.1f} {unit}"
