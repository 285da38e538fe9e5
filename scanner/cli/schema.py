"""``coveredscan schema``: the JSON schemas of what the program reads and writes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scanner.cli.failure import Failure


def schema(
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="finding, summary, observation, signatures, …")
    ] = "finding",
    *,
    write: Annotated[
        Path | None, typer.Option("--write", metavar="DIR", help="Write every schema into this folder instead.")
    ] = None,
) -> int:
    """Print one published JSON schema."""
    from scanner.database.schema import render, schemas
    from scanner.database.schema import write as write_all

    if write is not None:
        try:
            write.mkdir(parents=True, exist_ok=True)
            write_all(write)
        except OSError as error:
            raise Failure(f"--write {write}: cannot be written: {error.strerror}") from error
        return 0
    found = schemas()
    if name not in found:
        raise Failure(f"schema {name}: there is none; use one of {', '.join(sorted(found))}")
    typer.echo(render(found[name]), nl=False)
    return 0
