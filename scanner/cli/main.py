"""``coveredscan``: every command, one line each. Parsing and printing only; each command imports what it needs."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Annotated, Any, Final

import typer

from scanner.cli import config
from scanner.cli.failure import EXIT_INTERNAL, EXIT_INTERRUPTED, EXIT_USAGE, Failure, is_usage_error, one_line
from scanner.version import __version__

COMMANDS: Final[Mapping[str, str]] = {
    "scan": "scan.scan",
    "identify": "identify.identify",
    "import": "importing.import_files",
    "watch": "watch.watch",
    "explain": "explain.explain",
    "report": "report.report",
    "show": "history.show",
    "history": "history.history",
    "diff": "history.diff",
    "judge": "judge.judge",
    "who": "measures.who",
    "serve": "serve.serve",
    "doctor": "doctor.doctor",
    "demo": "demo.demo",
    "schema": "schema.schema",
    "run": "schedule.run",
    "daemon": "schedule.daemon",
    "outbox": "delivering.outbox",
    "schedule": "schedule.app",
    "config": "config.app",
    "db": "database.app",
    "lab": "demo.lab_app",
    "fp": "fp.app",
    "measures": "measures.app",
}
"""Command → its function, or its commands, below ``scanner.cli``; in the order of the help."""


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"coveredscan {__version__}")
        raise typer.Exit


def coveredscan(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Find surveillance equipment, name its true maker, say which legal instruments name that maker."""


def program(only: str | None = None) -> Any:
    """Return the whole command line, or, because reading all of it takes longer than most work, one command of it."""
    app = typer.Typer(
        name="coveredscan",
        help="Find surveillance equipment, name its true maker, say which legal instruments name that maker.",
        epilog="Exit codes: 0 ran, 1 internal error, 2 usage, 3 coverage incomplete, 10 --fail-on met, "
        "130 interrupted.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    app.callback()(coveredscan)
    for name in COMMANDS if only is None else (only,):
        module, _, attribute = COMMANDS[name].partition(".")
        command = getattr(import_module(f"scanner.cli.{module}"), attribute)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)
    return typer.main.get_command(app)


def run() -> None:
    """Run the command line and exit with a documented code."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: list[str]) -> int:
    """Run one command; return its exit code. Every expected failure is one line on stderr."""
    try:
        command = program(_alone(arguments))
        settings = config.settings(command) if _configurable(arguments) else {}
        code = command(arguments, prog_name="coveredscan", standalone_mode=False, **settings)
        sys.stdout.flush()
    except Failure as failure:
        sys.stderr.write(f"coveredscan: {one_line(failure)}\n")
        return failure.code
    except KeyboardInterrupt:
        sys.stderr.write("coveredscan: interrupted\n")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) has gone: what it wanted was written.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # the last line of defence: no traceback reaches an operator unasked
        if is_usage_error(error):
            sys.stderr.write(f"coveredscan: {one_line(error)}\n")
            return EXIT_USAGE
        if type(error).__name__ == "Abort":
            return EXIT_INTERRUPTED
        if os.environ.get("COVEREDSCAN_DEBUG"):
            raise
        sys.stderr.write(
            f"coveredscan: internal error: {type(error).__name__}: {one_line(error)}"
            " (set COVEREDSCAN_DEBUG=1 for the traceback)\n"
        )
        return EXIT_INTERNAL
    return code if isinstance(code, int) else 0


def _alone(arguments: list[str]) -> str | None:
    """The command that is run, when nothing else needs to be known: a configuration may speak of any."""
    named = arguments[0] if arguments else ""
    return named if named in COMMANDS and _configurable(arguments) and not config.load_config() else None


def _configurable(arguments: list[str]) -> bool:
    """False for what must work whatever the configuration says."""
    return bool(arguments) and not {"--help", "-h", "--version"} & set(arguments)


if __name__ == "__main__":
    run()
