"""Findings become text, one format a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scanner.reports import (
    csv,
    cyclonedx,
    defectdojo,
    docx,
    ecs,
    evidence_csv,
    html,
    json,
    jsonl,
    markdown,
    nmap_xml,
    ocsf,
    oscal,
    pack,
    pdf,
    prometheus,
    sarif,
    syslog,
    table,
    xlsx,
)
from scanner.reports.context import Context, Format, FormatMissing

FORMATS: Final[Mapping[str, Format]] = {
    "table": table.FORMAT,
    "jsonl": jsonl.FORMAT,
    "json": json.FORMAT,
    "csv": csv.FORMAT,
    "html": html.FORMAT,
    "nmap-xml": nmap_xml.FORMAT,
    "evidence": evidence_csv.FORMAT,
    "markdown": markdown.FORMAT,
    "docx": docx.FORMAT,
    "pdf": pdf.FORMAT,
    "xlsx": xlsx.FORMAT,
    "sarif": sarif.FORMAT,
    "defectdojo": defectdojo.FORMAT,
    "oscal": oscal.FORMAT,
    "cyclonedx": cyclonedx.FORMAT,
    "pack": pack.FORMAT,
    "prometheus": prometheus.FORMAT,
    "syslog": syslog.FORMAT,
    "ecs": ecs.FORMAT,
    "ocsf": ocsf.FORMAT,
}

__all__ = ["FORMATS", "Context", "Format", "FormatMissing"]
