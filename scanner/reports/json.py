"""For programs that want one document: the summary and all findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from scanner.model.finding import Finding
from scanner.reports.context import Context, Format
from scanner.reports.inert import line


def render(findings: Iterable[Finding], context: Context) -> Iterator[str]:
    """Yield ``{"schema": "coveredscan.report/1", "summary": …, "findings": […]}``, findings in the order they come.

    ``summary`` is null without a scan; ``database`` is the version of the signature database.
    """
    summary = "null" if context.summary is None else line(context.summary)
    database = line(context.database_version)
    yield f'{{"schema":"coveredscan.report/1","database":{database},"summary":{summary},"findings":['
    separator = "\n"
    for finding in findings:
        yield separator + line(finding)
        separator = ",\n"
    yield "\n]}\n"


FORMAT: Final = Format("json", (".json",), "application/json", render, "JSON")
