"""Several scans, or files of findings, as one report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec

from scanner.model.finding import Coverage, Finding, Summary
from scanner.reports.identity import Identity, steadiest
from scanner.reports.rows import is_unknown

_NEVER = datetime(1, 1, 1, tzinfo=UTC)


def merge(batches: Iterable[Iterable[Finding]]) -> list[Finding]:
    """Return the devices of all batches, each once, in order of first appearance.

    A device that several batches tell of is the one whose maker is known, else the one seen last, else of the later
    batch. Within one batch nothing is joined, and what several of its devices have in common joins none of them.
    """
    merged: list[Finding] = []
    for batch in batches:
        found = list(batch)
        here = Counter(steadiest(finding) for finding in found)
        there = Counter(steadiest(finding) for finding in merged)
        places = {steadiest(finding): place for place, finding in enumerate(merged)}
        for finding in found:
            key = steadiest(finding)
            if here[key] == there[key] == 1 and not _rivals(key, finding, merged[places[key]]):
                place = places[key]
                merged[place] = max(finding, merged[place], key=_worth)
            else:
                merged.append(finding)
    return merged


def merge_summaries(summaries: Sequence[Summary]) -> Summary | None:
    """Return what the scans asked and reached together, counts added up; None for none."""
    if len(summaries) < 2:  # noqa: PLR2004 - nothing to merge
        return summaries[0] if summaries else None
    coverages = [summary.coverage for summary in summaries]
    outcomes: dict[str, dict[str, int]] = {}
    for coverage in coverages:
        for probe, kinds in coverage.outcomes.items():
            told = outcomes.setdefault(probe, {})
            for kind, number in kinds.items():
                told[kind] = told.get(kind, 0) + number
    return msgspec.structs.replace(
        summaries[-1],
        scan=" ".join(summary.scan for summary in summaries),
        started_at=min(summary.started_at for summary in summaries),
        ended_at=max(summary.ended_at for summary in summaries),
        complete=all(summary.complete for summary in summaries),
        interrupted=any(summary.interrupted for summary in summaries),
        errors=tuple(error for summary in summaries for error in summary.errors),
        targets=tuple(dict.fromkeys(target for summary in summaries for target in summary.targets)),
        coverage=Coverage(
            addresses=sum(each.addresses for each in coverages),
            excluded=sum(each.excluded for each in coverages),
            alive=sum(each.alive for each in coverages),
            ports=tuple(sorted({port for each in coverages for port in each.ports})),
            outcomes=outcomes,
            not_reached=tuple(dict.fromkeys(part for each in coverages for part in each.not_reached)),
            outside=sum(each.outside for each in coverages),
            spared=tuple(dict.fromkeys(part for each in coverages for part in each.spared)),
            out_of_scope_answers=sum(each.out_of_scope_answers for each in coverages),
        ),
    )


def _rivals(identity: Identity, one: Finding, other: Finding) -> bool:
    """Whether two makers were seen at one address: two devices that had it after one another."""
    makers = {each.identification.manufacturer.value for each in (one, other) if each.identification.manufacturer}
    return identity.kind == "address" and len(makers) > 1


def _worth(finding: Finding) -> tuple[bool, datetime]:
    return not is_unknown(finding), finding.last_seen or _NEVER
