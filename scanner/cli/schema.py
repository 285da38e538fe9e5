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
    from scanner.database.schema import schemas

    found = schemas()
    if write is not None:
        write.mkdir(parents=True, exist_ok=True)
        for each, text in found.items():
            (write / f"{each}.json").write_text(text, encoding="utf-8")
        return 0
    if name not in found:
        raise Failure(f"schema {name}: there is none; use one of {', '.join(sorted(found))}")
    typer.echo(found[name], nl=False)
    return 0
