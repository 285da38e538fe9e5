"""Options that several commands share; those that go together are one dataclass, see ``grouped``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from scanner.cli.judging import Judging
    from scanner.cli.outputs import Outputs

Fingerprints = Annotated[
    Path | None,
    typer.Option("--fingerprints", metavar="PATH", help="Use this data folder instead of the one that came along."),
]
Policy = Annotated[
    str,
    typer.Option(
        "--policy", metavar="NAME|FILE", help="Which instruments to judge by; `measures policies` lists them."
    ),
]
Day = Annotated[str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="Judge as on this day (default: today).")]
Use = Annotated[
    list[str] | None,
    typer.Option("--use", metavar="PURPOSE", help="What the site uses the equipment for; may be given several times."),
]
Database_url = Annotated[
    str | None, typer.Option("--db", metavar="URL", help="Where scans are kept (default: the user's data folder).")
]
Fail_on = Annotated[
    str | None, typer.Option("--fail-on", metavar="LEVEL", help="Exit 10 when a verdict is at or above LEVEL.")
]
DEFAULT_POLICY = "us-federal"


@dataclass(frozen=True)
class Law:
    """By which law, of which day, for which use."""

    policy: Policy = DEFAULT_POLICY
    day: Day = None
    use: Use = None

    def judging(self, fingerprints: Path | None) -> Judging:
        """Return what judges so; Failure when an option is off."""
        from scanner.cli.judging import Judging

        return Judging(fingerprints, self.policy, self.day, self.use)


@dataclass(frozen=True)
class Printing:
    """What is printed, and which reports are written."""

    form: Annotated[
        str, typer.Option("-f", "--format", metavar="NAME", help="What to print: table, jsonl, json or csv.")
    ] = "table"
    output: Annotated[
        list[Path] | None,
        typer.Option("-o", "--output", metavar="FILE", help="Also write a report; format by extension."),
    ] = None

    def open(self, *, live: bool = False) -> Outputs:
        """Return where results go, its files open; Failure when a format or file cannot be. See ``Outputs``."""
        from scanner.cli.outputs import Outputs, format_named, open_reports

        return Outputs(format_named(self.form), open_reports(self.output or ()), live=live)


@dataclass(frozen=True)
class Keeping:
    """Whether, where and under which name a scan is kept."""

    no_store: Annotated[bool, typer.Option("--no-store", help="Do not keep the scan.")] = False
    db: Database_url = None
    site: Annotated[
        str, typer.Option("--site", metavar="NAME", help="Where this is; devices are remembered site by site.")
    ] = ""
