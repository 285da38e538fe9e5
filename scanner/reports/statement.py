"""What a scan reached, in sentences: "none found" means nothing without it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from scanner.model.finding import Coverage, Summary
from scanner.reports.context import Context
from scanner.reports.inert import terminal
from scanner.reports.rows import WORST_FIRST, Row, is_unknown

NOTICE: Final = "A technical finding, not legal advice: whether a measure binds you is for counsel to say."
_FOUND: Final = ("covered", "likely", "review")
_FAILED: Final = ("timed-out", "closed", "malformed", "tls-failed", "skipped")
"""Outcomes that leave a question open. A refusal answers it."""
STALE_AFTER: Final = 180
"""Days after which a report says how old its law data is: the Covered List alone changed five times in one year."""
MAX_PLACED: Final = 8
"""Devices named that are elsewhere than they should be."""
MAX_SPARED: Final = 3
"""Hosts named that were asked more slowly."""
_FILES: Final = 5
"""Names of files that are told; of more their number."""
_SWEEP: Final = "connect"
"""The probe of ports: most of them time out on most addresses, which says nothing went wrong."""


class Statement(NamedTuple):
    """Inert sentences, to be shown together."""

    result: str
    """How many of which verdict, or that none was found."""
    reached: tuple[str, ...]
    """What was asked, what answered, what was not reached and why."""
    unknown: str
    """How many devices nobody can name; empty when there are none."""


def state(rows: Sequence[Row], context: Context) -> Statement:
    """Return what may be said of ``rows`` as a whole. Every sentence is safe to print."""
    unknown = sum(is_unknown(row.finding) for row in rows)
    return Statement(
        result=_result(rows, context),
        reached=tuple(
            terminal(sentence) for sentence in (*_reached(context.summary), *_misplaced(rows), *context.notes)
        ),
        unknown=f"{_counted(unknown, 'unknown device')}: nothing seen says who made {'it' if unknown == 1 else 'them'}."
        if unknown
        else "",
    )


def basis(context: Context) -> str:
    """Return what the verdicts go by, in a sentence that is safe to print; nothing when nobody knows."""
    parts = (
        context.judged_by and f"policy {context.judged_by}",
        context.judged_for and f"date {context.judged_for}",
        context.database_version and f"signature database {context.database_version}",
    )
    judged = f"Judged by: {', '.join(filter(None, parts))}." if any(parts) else ""
    return terminal(" ".join(filter(None, (judged, _age(context)))))


def _age(context: Context) -> str:
    """Say so when the law may have moved on since it was last looked up."""
    try:
        day = date.fromisoformat(context.judged_for)
    except ValueError:
        return ""
    checked = min((measure.checked for measure in context.measures.values()), default=day)
    days = (day - checked).days
    if days <= STALE_AFTER:
        return ""
    return f"The law data was last compared with its sources on {checked}, {days} days before: check for changes."


def _result(rows: Sequence[Row], context: Context) -> str:
    counts = Counter(row.level for row in rows)
    listed = ", ".join(f"{counts[level]:,} {level}" for level in WORST_FIRST if counts[level])
    devices = _counted(len(rows), "device")
    if context.only:
        # What was left out may be worse than what is shown: nothing is said of the whole.
        shown = f"{devices}: {listed}." if rows else "No device to show."
        left_out = _counted(context.left_out, "device")
        return f"{shown} Only {', '.join(context.only)} shown; {left_out} with another verdict left out."
    if any(counts[level] for level in _FOUND):
        return f"{devices}: {listed}."
    if not rows:
        return "No covered equipment found: no device was seen."
    sentence = f"No covered equipment found among {devices}: {listed}."
    return f"{sentence} Undetermined is not clear." if counts["undetermined"] else sentence


def _reached(summary: Summary | None) -> list[str]:
    if summary is None:
        return ["What was asked and what answered is not recorded: these findings come without a scan's summary."]
    coverage = summary.coverage
    if coverage.read:
        return [*_heard(coverage), *(f"Error: {error}" for error in summary.errors)]
    asked = f"Asked {_counted(coverage.addresses, 'address', 'addresses')}"
    if coverage.ports:
        asked += f" on {_counted(len(coverage.ports), 'port')}"
    if coverage.excluded:
        asked += f" ({coverage.excluded:,} excluded)"
    sentences = [f"{asked}; {coverage.alive:,} answered."]
    if summary.interrupted:
        sentences.append("The scan was interrupted: what follows it is missing here.")
    elif not summary.complete:
        sentences.append("Coverage was incomplete: part of the scope was not reached.")
    sentences += [f"Not reached: {part}" for part in coverage.not_reached]
    if open_questions := _open_questions(coverage):
        sentences.append(f"Questions without an answer: {open_questions}.")
    if again := ", ".join(f"{probe} {times:,}" for probe, times in coverage.repeated.items() if times):
        sentences.append(f"Asked again, for answers were missing: {again}.")
    sentences += _spared(coverage)
    if coverage.out_of_scope_answers:
        sentences.append(f"{_counted(coverage.out_of_scope_answers, 'answer')} from outside the scope dropped.")
    sentences += [f"Error: {error}" for error in summary.errors]
    return sentences


def _misplaced(rows: Sequence[Row]) -> list[str]:
    """Name the devices that answered from outside the targets, and those that say they are elsewhere as well."""
    outside = [row for row in rows if row.finding.outside]
    inside = [row for row in rows if not row.finding.outside and row.finding.claimed]
    sentences = []
    if outside:
        sentences.append(f"Answered from outside the targets, not asked further: {_placed(outside)}.")
    if inside:
        sentences.append(f"Says another address as well: {_placed(inside)}.")
    return sentences


def _placed(rows: Sequence[Row]) -> str:
    named = [
        f"{row.address} (says {', '.join(row.finding.claimed)})" if row.finding.claimed else row.address
        for row in rows[:MAX_PLACED]
    ]
    return "; ".join(named) + (f"; and {len(rows) - MAX_PLACED} more" if len(rows) > MAX_PLACED else "")


def _spared(coverage: Coverage) -> list[str]:
    """Name the few that had to be asked more slowly; of many, as on a lossy way, say how many."""
    if len(coverage.spared) <= MAX_SPARED:
        return [f"{part}." for part in coverage.spared]
    return [
        f"{len(coverage.spared)} hosts or subnets stopped answering while they were asked, and were asked more slowly."
    ]


def _heard(coverage: Coverage) -> list[str]:
    """Return what is said of files and of listening: who is not in them may be there all the same."""
    shown = ", ".join(coverage.read[:_FILES])
    more = f" and {len(coverage.read) - _FILES} more" if len(coverage.read) > _FILES else ""
    sentence = f"Read from {shown}{more}. Nothing was asked: what is not in it may be there all the same."
    return [sentence, *(f"Not read: {part}" for part in coverage.not_reached)]


def _open_questions(coverage: Coverage) -> str:
    by_probe = (
        (probe, [f"{kinds[kind]} {kind}" for kind in _FAILED if kinds.get(kind)])
        for probe, kinds in sorted(coverage.outcomes.items())
        if probe != _SWEEP
    )
    return "; ".join(f"{probe} {', '.join(counts)}" for probe, counts in by_probe if counts)


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
