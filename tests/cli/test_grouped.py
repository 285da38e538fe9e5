from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from scanner.cli.grouped import grouped


@dataclass(frozen=True)
class Place:
    north: Annotated[int, typer.Option("--north", help="How far north.")] = 1
    names: Annotated[list[str] | None, typer.Option("--name")] = None


@grouped
def go(
    way: Annotated[str, typer.Argument()] = "home",
    *,
    place: Place,
    loud: Annotated[bool, typer.Option("--loud")] = False,
) -> int:
    """Go somewhere."""
    typer.echo(f"{way} {place.north} {place.names} {loud}")
    return 0


app = typer.Typer(add_completion=False, rich_markup_mode=None)
app.command()(go)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "home 1 None False"),
        (["away", "--north", "3", "--loud"], "away 3 None True"),
        (["--name", "a", "--name", "b"], "home 1 ['a', 'b'] False"),
    ],
)
def test_fields_are_options_and_come_back_as_the_group(words, told):
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.stdout.strip() == told


def test_help_shows_them_in_their_place():
    told = CliRunner().invoke(app, ["--help"]).stdout
    assert told.index("Go somewhere.") < told.index("--north") < told.index("--name") < told.index("--loud")
    assert "How far north." in told
