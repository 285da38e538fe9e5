"""Where results go: standard output, and files that appear under their names only when they are whole."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

import msgspec

from scanner.cli.failure import EXIT_INTERNAL, Failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scanner.cli.judging import Judging
    from scanner.model.finding import Finding, Summary
    from scanner.reports import Context, Format


class ReportFile:
    """One ``-o`` file: written beside its name, renamed when whole. JSON lines are streamed as findings come."""

    def __init__(self, path: Path, form: Format) -> None:
        self.path = path
        self._format = form
        self._beside = path.with_name(f"{path.name}.partial")
        self._stream: IO[bytes] | None = None
        try:
            self._stream = self._beside.open("wb")
        except OSError as error:
            raise Failure(f"-o {path}: cannot be written: {error.strerror}") from error

    @property
    def streams(self) -> bool:
        """True when findings are written as they come."""
        return self._format.name == "jsonl"

    def stream(self, line: bytes) -> None:
        """Append one finding line, flushed, where the format is JSON lines."""
        if self.streams and self._stream is not None:
            self._stream.write(line)
            self._stream.flush()

    def finish(self, findings: Iterable[Finding], context: Context) -> None:
        """Write the whole report and give it its name."""
        from scanner.reports import FormatMissing

        whole = self.path.with_name(f"{self.path.name}.whole")
        try:
            # What was streamed stays until the whole report stands: a kill at any moment leaves one of them.
            with whole.open("wb") as stream:
                for piece in self._format.encode(findings, context):
                    stream.write(piece)
                stream.flush()
                os.fsync(stream.fileno())
            whole.replace(self.path)
            self._close()
            self._beside.unlink(missing_ok=True)
        except OSError as error:
            raise Failure(f"-o {self.path}: cannot be written: {error.strerror}", EXIT_INTERNAL) from error
        except FormatMissing as error:
            whole.unlink(missing_ok=True)
            self.abandon()
            raise Failure(f"-o {self.path}: {error}") from error

    def abandon(self) -> None:
        """Close without finishing; what was streamed stays in the file beside."""
        if self._stream is not None:
            empty = self._stream.tell() == 0
            self._close()
            if empty:
                self._beside.unlink(missing_ok=True)

    def _close(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None


class Outputs:
    """Standard output in one format, and the files; those that were not finished are given up when ``with`` ends.

    With ``live``, JSON lines are printed as findings come, and the summary after them.
    """

    def __init__(self, form: Format, files: Sequence[ReportFile], *, live: bool = False) -> None:
        self._form = form
        self._files = files
        self._live = live and form.name == "jsonl"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files:
            file.abandon()

    @property
    def streams(self) -> bool:
        """True when something is printed or written as findings come."""
        return self._live or any(file.streams for file in self._files)

    def stream(self, finding: Finding) -> None:
        """Print and write one finding where the format is JSON lines."""
        line = msgspec.json.encode(finding) + b"\n"
        if self._live:
            _print_line(line)
        for file in self._files:
            file.stream(line)

    def finish(self, findings: Iterable[Finding], context: Context) -> None:
        """Print the report, or what is left of it, and write the files."""
        if self._live:
            _print_line(msgspec.json.encode(context.summary) + b"\n")
        else:
            print_report(self._form, findings, context)
        for file in self._files:
            file.finish(findings, context)
            sys.stderr.write(f"coveredscan: wrote {file.path}\n")


def _print_line(line: bytes) -> None:
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()


def open_reports(paths: Iterable[Path]) -> list[ReportFile]:
    """Return a file for each path, its format chosen by extension; Failure when one cannot be written."""
    files: list[ReportFile] = []
    try:
        for path in paths:
            files.append(ReportFile(path, format_of(path)))  # noqa: PERF401 - those already open are closed on failure
    except Failure:
        for file in files:
            file.abandon()
        raise
    return files


def format_of(path: Path) -> Format:
    """Return the format that the end of the path's name stands for: of two that fit, the longer one."""
    from scanner.reports import FORMATS

    name = path.name.lower()
    by_extension = {extension: form for form in FORMATS.values() for extension in form.extensions}
    fitting = [extension for extension in by_extension if name.endswith(extension)]
    if fitting:
        return by_extension[max(fitting, key=len)]
    known = ", ".join(sorted(by_extension))
    raise Failure(f"-o {path}: no format has the extension {path.suffix or '(none)'}; use one of {known}")


def format_named(name: str) -> Format:
    """Return the format of that name."""
    from scanner.reports import FORMATS

    if name not in FORMATS:
        raise Failure(f"--format {name}: no such format; use one of {', '.join(sorted(FORMATS))}")
    return FORMATS[name]


def print_report(form: Format, findings: Iterable[Finding], context: Context) -> None:
    """Write one report to standard output."""
    from scanner.reports import FormatMissing

    try:
        for piece in form.render(findings, context):
            if isinstance(piece, bytes):
                if sys.stdout.isatty():
                    raise Failure(f"--format {form.name} is no text; write it to a file with -o")
                sys.stdout.buffer.write(piece)
            else:
                sys.stdout.write(piece)
    except FormatMissing as error:
        raise Failure(f"--format {form.name}: {error}") from error
    sys.stdout.flush()


def context_for(summary: Summary | None, judging: Judging) -> Context:
    """Return what reports are told beside the findings: the terminal's width and colour, the data's version."""
    import shutil

    from scanner.reports import Context

    return Context(
        summary=summary,
        database_version=judging.database.version,
        measures={measure.id: measure for measure in judging.measures},
        companies=judging.database.companies,
        signatures=judging.database.cited(),
        sources=judging.database.sources,
        width=shutil.get_terminal_size((100, 24)).columns,
        colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ,
        policy=judging.policy,
        day=judging.when.isoformat(),
    )
