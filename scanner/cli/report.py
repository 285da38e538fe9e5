"""``coveredscan report``: stored scans, or files of observations or findings, in any format."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import msgspec
import typer

from scanner.cli.failure import EXIT_INCOMPLETE, Failure
from scanner.cli.judging import Judging
from scanner.cli.options import DEFAULT_POLICY, Database_url, Day, Fingerprints, Use
from scanner.cli.storing import open_scans

if TYPE_CHECKING:
    from scanner.model.finding import Finding, Summary
    from scanner.model.measure import VerdictLevel
    from scanner.model.observation import Observation
    from scanner.reports import Context

Chosen = Annotated[
    str | None, typer.Argument(metavar="[SCAN]", help="A stored scan's id (default: the last), or a file.")
]
TEMPLATES = {".docx": "docx", ".md": "markdown", ".j2": "markdown", ".jinja": "markdown"}
"""Which format a template is for, by its extension."""


def report(
    scans: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SCAN|FILE]…",
            help="Stored scans' ids (default: the last), and files of observations or findings as JSON lines; each is "
            "judged by itself, then devices are merged.",
        ),
    ] = None,
    *,
    output: Annotated[list[Path], typer.Option("-o", "--output", metavar="FILE", help="Format by extension.")],
    policy: Annotated[
        str | None, typer.Option("--policy", metavar="NAME|FILE", help="Which instruments to judge by.")
    ] = None,
    day: Day = None,
    use: Use = None,
    only: Annotated[
        str | None, typer.Option("--only", metavar="LEVELS", help="Devices with these verdicts alone: covered,likely")
    ] = None,
    redact: Annotated[
        bool,
        typer.Option("--redact", help="Replace addresses, names and serial numbers; cut hardware addresses."),
    ] = False,
    template: Annotated[
        list[Path] | None,
        typer.Option("--template", metavar="FILE", help="Your own .docx or .md.j2 for DOCX or Markdown findings."),
    ] = None,
    db: Database_url = None,
    fingerprints: Fingerprints = None,
) -> int:
    """Write a stored scan, or a file of observations, as a report in any format."""
    from scanner.cli.outputs import context_for, open_reports

    levels = _levels(only)
    templates = _templates(template or ())
    judging = Judging(fingerprints, policy or DEFAULT_POLICY, day, use)
    told = (("--policy", policy), ("--date", day), ("--use", use))
    asked = next((option for option, value in told if value), None)
    files = open_reports(output)
    try:
        chosen: list[str] | list[None] = scans or [None]
        taken = [_take(judging, each, db, asked) for each in chosen]
        if redact:
            taken = [each._replace(name=f"source {number}") for number, each in enumerate(taken, 1)]
        findings, context = _merged(taken, context_for(None, judging)._replace(templates=templates))
        if levels:
            findings, context = _chosen(findings, context, levels)
        if redact:
            from scanner.reports.redact import redact as redacted

            privacy = {str(field): rule.privacy for field, rule in judging.database.fields.items()}
            findings, context = redacted(findings, context, privacy)
        for file in files:
            file.finish(findings, context)
    finally:
        for file in files:
            file.abandon()
    return EXIT_INCOMPLETE if any(each.bad for each in taken) else 0


def observed(scan: str | None, db: str | None) -> tuple[list[Observation], Summary | None]:
    """Return what the chosen scan (None: the last) or file saw, and the scan's summary; Failure when there is none."""
    from scanner.importers.json_lines import BadLine, read

    if scan is not None and Path(scan).is_file():
        with Path(scan).open("rb") as stream:
            return [item for item in read(stream) if not isinstance(item, BadLine)], None
    with open_scans(db) as store:
        chosen = store.scan(scan) if scan is not None else store.latest()
        if chosen is None:
            raise Failure("no scan is stored yet; run `coveredscan scan TARGET…` first, or name a file")
        return list(store.observations(chosen.id)), store.summary(chosen.id)


class _Taken(NamedTuple):
    """What one scan or file gives to a report."""

    findings: list[Finding]
    observations: list[Observation]
    summary: Summary | None
    name: str
    judged: bool
    """Whether the verdicts are of the asked policy and day: a file's findings come as they were judged."""
    bad: int


class _Kind(msgspec.Struct):
    """What a line says it is."""

    schema: str = ""


def _take(judging: Judging, scan: str | None, db: str | None, asked: str | None) -> _Taken:
    if scan is not None and Path(scan).is_file() and _holds_findings(Path(scan)):
        if asked is not None:
            raise Failure(
                f"{asked}: {scan} holds findings, which are reported as they were judged; "
                "give the scan or its observations to judge anew"
            )
        return _read_findings(Path(scan))
    if scan is not None and Path(scan).is_file():
        return _judge_file(judging, Path(scan))
    observations, summary = observed(scan, db)
    findings = list(judging.judge.judge(observations))
    return _Taken(findings, observations, summary, summary.scan if summary else scan or "", judged=True, bad=0)


def _judge_file(judging: Judging, path: Path) -> _Taken:
    from scanner.importers.json_lines import BadLine, read

    observations: list[Observation] = []
    bad = 0
    with path.open("rb") as stream:
        for item in read(stream):
            if isinstance(item, BadLine):
                bad += 1
                sys.stderr.write(f"coveredscan: {path}, line {item.number} skipped: {item.reason}\n")
            else:
                observations.append(item)
    return _Taken(list(judging.judge.judge(observations)), observations, None, path.name, judged=True, bad=bad)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                if line.strip():
                    yield number, line
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror}") from error


def _holds_findings(path: Path) -> bool:
    kind = next((_schema(line) for _, line in _lines(path)), "")
    return kind.startswith(("coveredscan.finding/", "coveredscan.summary/"))


def _schema(line: bytes) -> str:
    try:
        return msgspec.json.decode(line, type=_Kind).schema
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""


def _read_findings(path: Path) -> _Taken:
    from scanner.model.finding import Finding, Summary

    findings: dict[str, Finding] = {}
    summary: Summary | None = None
    bad = 0
    for number, line in _lines(path):
        try:
            if _schema(line).startswith("coveredscan.summary/"):
                summary = msgspec.json.decode(line, type=Summary)
            else:
                # A device that turned out to have a second address was written again: its last line stands.
                finding = msgspec.json.decode(line, type=Finding)
                findings[finding.host] = finding
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            bad += 1
            sys.stderr.write(f"coveredscan: {path}, line {number} skipped: {error}\n")
    return _Taken(list(findings.values()), [], summary, path.name, judged=False, bad=bad)


def _merged(taken: Sequence[_Taken], context: Context) -> tuple[list[Finding], Context]:
    """Return the devices of all that was taken, and what reports are told of how they came together."""
    from scanner.reports.merge import merge, merge_summaries

    findings = merge(each.findings for each in taken)
    summary = merge_summaries([each.summary for each in taken if each.summary is not None])
    notes = []
    if len(taken) > 1:
        notes.append(
            f"Merged from {len(taken)} sources, each judged by itself: {', '.join(each.name for each in taken)}."
        )
        notes += [
            f"What was asked and what answered is not recorded of {each.name}."
            for each in taken
            if summary is not None and each.summary is None
        ]
    notes += [f"The verdicts in {each.name} are as they were judged." for each in taken if not each.judged]
    if not any(each.judged for each in taken):
        context = context._replace(policy="", day="", database_version=summary.database if summary else "")
    if summary is not None:
        summary = _counted(summary, findings, context)
    observations = [observation for each in taken for observation in each.observations]
    return findings, context._replace(summary=summary, notes=tuple(notes), observations=observations)


def _counted(summary: Summary, findings: Sequence[Finding], context: Context) -> Summary:
    """Return the summary for these findings, with the policy, day and data that they were judged by."""
    from scanner.ledger.ledger import count_verdicts

    return msgspec.structs.replace(
        summary,
        hosts=len(findings),
        verdicts=count_verdicts(findings),
        policy=context.judged_by or summary.policy,
        date=context.judged_for or summary.date,
        database=context.database_version or summary.database,
    )


def _chosen(
    findings: Sequence[Finding], context: Context, levels: tuple[VerdictLevel, ...]
) -> tuple[list[Finding], Context]:
    from scanner.cli.verdicts import worst

    shown = [finding for finding in findings if worst(finding) in levels]
    hosts = {address for finding in shown for address in finding.addresses}
    observations = [each for each in context.observations if each.subject.address in hosts]
    left_out = len(findings) - len(shown)
    return shown, context._replace(only=levels, left_out=left_out, observations=observations)


def _levels(only: str | None) -> tuple[VerdictLevel, ...]:
    from scanner.model.measure import LEVELS

    if only is None:
        return ()
    wanted = {level.strip() for level in only.split(",")}
    if unknown := wanted - set(LEVELS):
        known = ", ".join(reversed(LEVELS))
        raise Failure(f"--only {', '.join(sorted(unknown))}: no such verdict; use one or more of {known}")
    return tuple(level for level in reversed(LEVELS) if level in wanted)


def _templates(paths: Sequence[Path]) -> dict[str, bytes]:
    templates: dict[str, bytes] = {}
    for path in paths:
        form = TEMPLATES.get(path.suffix.lower())
        if form is None:
            raise Failure(f"--template {path}: a template is {', '.join(TEMPLATES)}")
        try:
            templates[form] = path.read_bytes()
        except OSError as error:
            raise Failure(f"--template {path} cannot be read: {error.strerror}") from error
    return templates
