"""Findings become text, one format a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scanner.reports import csv, html, json, jsonl, table
from scanner.reports.context import Context, Format, FormatMissing

FORMATS: Final[Mapping[str, Format]] = {
    "table": table.FORMAT,
    "jsonl": jsonl.FORMAT,
    "json": json.FORMAT,
    "csv": csv.FORMAT,
    "html": html.FORMAT,
}

__all__ = ["FORMATS", "Context", "Format", "FormatMissing"]
