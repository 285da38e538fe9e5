"""``coveredscan``: every command, one line each. Parsing and printing only; each command imports what it needs."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from scanner.cli import (
    config,
    database,
    delivering,
    demo,
    doctor,
    explain,
    fp,
    history,
    identify,
    importing,
    judge,
    measures,
    report,
    scan,
    schedule,
    schema,
    serve,
    watch,
)
from scanner.cli.failure import EXIT_INTERNAL, EXIT_INTERRUPTED, EXIT_USAGE, Failure, is_usage_error, one_line
from scanner.version import __version__

app = typer.Typer(
    name="coveredscan",
    help="Find surveillance equipment, name its true maker, say which legal instruments name that maker.",
    epilog="Exit codes: 0 ran, 1 internal error, 2 usage, 3 coverage incomplete, 10 --fail-on met, 130 interrupted.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"coveredscan {__version__}")
        raise typer.Exit


@app.callback()
def coveredscan(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Find surveillance equipment, name its true maker, say which legal instruments name that maker."""


app.command("scan")(scan.scan)
app.command("identify")(identify.identify)
app.command("import")(importing.import_files)
app.command("watch")(watch.watch)
app.command("explain")(explain.explain)
app.command("report")(report.report)
app.command("show")(history.show)
app.command("history")(history.history)
app.command("diff")(history.diff)
app.command("judge")(judge.judge)
app.command("who")(measures.who)
app.command("serve")(serve.serve)
app.command("doctor")(doctor.doctor)
app.command("demo")(demo.demo)
app.command("schema")(schema.schema)
app.command("run")(schedule.run)
app.command("daemon")(schedule.daemon)
app.command("outbox")(delivering.outbox)
app.add_typer(schedule.app, name="schedule")
app.add_typer(config.app, name="config")
app.add_typer(database.app, name="db")
app.add_typer(demo.lab_app, name="lab")
app.add_typer(fp.app, name="fp")
app.add_typer(measures.app, name="measures")


def run() -> None:
    """Run the command line and exit with a documented code."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: list[str]) -> int:
    """Run one command; return its exit code. Every expected failure is one line on stderr."""
    try:
        settings = config.settings(typer.main.get_command(app)) if _configurable(arguments) else {}
        code = app(arguments, prog_name="coveredscan", standalone_mode=False, **settings)
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


def _configurable(arguments: list[str]) -> bool:
    """False for what must work whatever the configuration says."""
    return bool(arguments) and not {"--help", "-h", "--version"} & set(arguments)


if __name__ == "__main__":
    run()
