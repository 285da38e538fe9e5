"""What a report is given beside the findings, and what a format is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from scanner.model.entity import Company
from scanner.model.finding import Finding, Summary
from scanner.model.measure import Measure
from scanner.model.signature import Signature, Source


class Context(NamedTuple):
    """Everything a report may say that is not in a finding."""

    summary: Summary | None = None
    """None when the findings do not come from a scan; nothing is then said of what was reached."""
    database_version: str = ""
    measures: Mapping[str, Measure] = {}
    companies: Mapping[str, Company] = {}
    signatures: Mapping[str, Signature] = {}
    """By id: what a report says of how a value was matched, and why that tells the maker."""
    sources: Mapping[str, Source] = {}
    """By id: what measures and signatures cite."""
    width: int = 100
    """Columns of the terminal."""
    colour: bool = False


class Format(NamedTuple):
    """One way to write findings down."""

    name: str
    extensions: tuple[str, ...]
    """Of file names, with the dot, the usual one first."""
    media_type: str
    render: Callable[[Iterable[Finding], Context], Iterator[str]]
    """Yields the report piece by piece; same findings and context, same bytes."""
