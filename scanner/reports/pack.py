"""For the file of a reasonable inquiry: report, evidence, parameters, coverage and law in one ZIP, with their hashes.

FAR 52.204-25(a) calls an inquiry reasonable that is designed to uncover any information in the entity's possession
about who made the equipment it uses. This keeps what was asked, what answered, what was concluded and by which rules.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from scanner.model.finding import Finding
from scanner.model.observation import Observation
from scanner.reports import csv, evidence_csv, html, jsonl, markdown
from scanner.reports.archive import archive
from scanner.reports.context import Context, Format
from scanner.reports.inert import line
from scanner.reports.rows import rows
from scanner.reports.statement import NOTICE, basis, state

_CHUNK: Final = 1 << 16
_FORMATS: Final = (
    ("report.html", html.FORMAT, "what was found, for reading"),
    ("findings.md", markdown.FORMAT, "findings by maker and measure"),
    ("devices.csv", csv.FORMAT, "one line a device"),
    ("evidence.csv", evidence_csv.FORMAT, "one line a piece of evidence"),
    ("findings.jsonl", jsonl.FORMAT, "the findings in full, for programs"),
)
_OBSERVATIONS: Final = "observations.jsonl"
_RECORDS: Final[tuple[tuple[str, str], ...]] = (
    ("parameters.json", "what was asked of whom, when, by which policy and for which day"),
    ("coverage.json", "what answered, what did not, what was not reached and why"),
    ("measures.json", "the law as it stood in the data, with citations and the day it was last compared"),
    (_OBSERVATIONS, "what was seen, as `coveredscan identify` reads it to judge anew"),
    ("SHA256SUMS", "hashes of all other files, for `sha256sum -c`"),
)


def render(findings: Iterable[Finding], context: Context) -> Iterator[bytes]:
    """Yield the package: the same findings and context give the same bytes, and so the same hashes.

    ``observations.jsonl`` is in it where the observations are at hand.
    """
    listed = list(findings)
    members = list(_members(listed, context))
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in members)
    data = archive([*members, ("SHA256SUMS", sums.encode())], context.moment)
    for start in range(0, len(data), _CHUNK):
        yield data[start : start + _CHUNK]


def _members(listed: list[Finding], context: Context) -> Iterator[tuple[str, bytes]]:
    yield "README.txt", _readme(listed, context).encode()
    for name, form, _ in _FORMATS:
        yield name, b"".join(form.encode(listed, context))
    yield "parameters.json", _document(_parameters(context))
    yield "coverage.json", _document(context.summary.coverage if context.summary else None)
    yield "measures.json", _document(list(context.measures.values()))
    if context.observations:
        yield _OBSERVATIONS, "".join(f"{line(_observed(each))}\n" for each in context.observations).encode()


def _readme(listed: list[Finding], context: Context) -> str:
    said = state(rows(listed, context.companies), context)
    files = [(name, about) for name, _, about in _FORMATS]
    files += [each for each in _RECORDS if context.observations or each[0] != _OBSERVATIONS]
    lines = (
        "Inquiry into who made the surveillance and network equipment in use",
        "",
        said.result,
        *said.reached,
        said.unknown,
        basis(context),
        "",
        *(f"{name:20} {about}" for name, about in files),
        "",
        NOTICE,
    )
    return "".join(f"{text}\n" for text in lines)


def _parameters(context: Context) -> dict[str, Any]:
    summary = context.summary
    return {
        "policy": context.judged_by,
        "date": context.judged_for,
        "database": context.database_version,
        "scan": summary.scan if summary else None,
        "targets": summary.targets if summary else (),
        "started_at": summary.started_at if summary else None,
        "ended_at": summary.ended_at if summary else None,
        "complete": summary.complete if summary else None,
        "program": summary.program if summary else None,
        "ports": summary.coverage.ports if summary else (),
        "shown": context.only,
        "left_out": context.left_out,
        "notes": context.notes,
    }


def _observed(observation: Observation) -> dict[str, Any]:
    subject, provenance = observation.subject, observation.provenance
    told = {
        "host": subject.address,
        "field": observation.field,
        "value": observation.value,
        "port": subject.port,
        "carrier": subject.carrier,
        "observed_at": provenance.observed_at,
        "reporter": provenance.reporter,
        "source": provenance.source,
        "transcript": provenance.transcript,
    }
    return {name: value for name, value in told.items() if value is not None}


def _document(record: object) -> bytes:
    text = msgspec.json.format(line(record), indent=2)
    # Formatting decodes nothing, so what was escaped stays so.
    return f"{text}\n".encode()


FORMAT: Final = Format("pack", (".zip",), "application/zip", render, "Reasonable inquiry pack")
