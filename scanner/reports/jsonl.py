"""For programs: one finding a line as it completes, then the scan's summary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from scanner.model.finding import Finding
from scanner.reports.context import Context, Format
from scanner.reports.inert import line


def render(findings: Iterable[Finding], context: Context) -> Iterator[str]:
    """Yield each finding as soon as it comes, in the order it comes, as ``coveredscan.finding/1``.

    The last line is the summary, ``coveredscan.summary/1``, when there is one.
    """
    for finding in findings:
        yield line(finding) + "\n"
    if context.summary is not None:
        yield line(context.summary) + "\n"


FORMAT: Final = Format("jsonl", (".jsonl", ".ndjson"), "application/x-ndjson", render, "JSON lines")
