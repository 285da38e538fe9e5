"""For people who hand it on: one self-contained file that loads nothing and tells nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from scanner.model.finding import Finding
from scanner.model.measure import Measure
from scanner.model.observation import Observation
from scanner.model.signature import Signature
from scanner.reports.context import Context, Format
from scanner.reports.kinds import kinds
from scanner.reports.markup import asset, digest, environment
from scanner.reports.plots import by_maker, by_subnet, by_verdict
from scanner.reports.rows import Row, rows
from scanner.reports.sightings import Seen
from scanner.reports.statement import state

DEFERRED: Final = 200
"""Devices up to which the page holds every sheet at once. Of more, a browser with scripts reads rows and sheets when
they are wanted: ten thousand sheets are a million elements."""
PART: Final = 100
"""Sheets that are read at a time then: enough to make few parts, few enough to be read at once."""
PIECE: Final = 500
"""Template pieces written together: a row alone is dozens."""


def render(findings: Iterable[Finding], context: Context) -> Iterator[str]:
    """Yield the page piece by piece; it needs no network and no script, and the script it has is named by its hash."""
    yield from write(findings, context)


def write(
    findings: Iterable[Finding], context: Context, *, sheets: int | None = None, lines: int | None = None
) -> Iterator[str]:
    """Yield as ``render`` does; of more than ``lines`` devices those alike share a line of the list.

    Of more than ``sheets`` devices one of each kind has a sheet, of the worst ``sheets`` kinds.
    """
    listed = rows(findings, context.companies)
    numbered = list(enumerate(listed, 1))
    if sheets is not None and len(listed) > sheets:
        wanted = {id(kind.rows[0]) for kind in kinds(listed)[:sheets]}
        numbered = [(number, row) for number, row in numbered if id(row) in wanted]
    script, style = f"\n{asset('report.js')}", f"\n{asset('report.css')}"
    page = environment().get_template("report.html.j2")
    stream = page.stream(
        alike=kinds(listed) if lines is not None and len(listed) > lines else [],
        context=context,
        deferred=len(listed) > DEFERRED,
        first=listed[:DEFERRED],
        kept=_keeper(context.observations),
        makers=by_maker(listed),
        measures=_measures(listed, context.measures),
        part=PART,
        rest=listed[DEFERRED:],
        rows=listed,
        said=state(listed, context),
        script=script,
        script_hash=digest(script),
        sheets=numbered,
        signatures=_signatures(listed, context.signatures),
        style=style,
        style_hash=digest(style),
        subnets=by_subnet(listed),
        verdicts=by_verdict(listed),
    )
    stream.enable_buffering(PIECE)
    yield from stream
    yield "\n"


def _keeper(observations: Iterable[Observation]) -> Callable[[Finding, Seen], str]:
    """Return what tells the SHA-256 of the bytes in which a device's field had a value; empty when none were kept."""
    digests = {
        (each.subject.address, each.field, each.value): each.provenance.transcript
        for each in observations
        if each.provenance.transcript
    }

    def kept(finding: Finding, seen: Seen) -> str:
        places = ((address, seen.field, seen.value) for address in finding.addresses)
        return next((digests[place] for place in places if place in digests), "")

    return kept


def _measures(listed: Sequence[Row], known: Mapping[str, Measure]) -> list[Measure]:
    """Return the measures that the verdicts speak of, in the policy's order; all known when there is none."""
    spoken = dict.fromkeys(verdict.measure for row in listed for verdict in row.finding.verdicts)
    return [known[each] for each in spoken if each in known] or list(known.values())


def _signatures(listed: Sequence[Row], known: Mapping[str, Signature]) -> list[tuple[str, Signature]]:
    """Return the signatures that the evidence names, each under the id that it is named by, in their order."""
    spoken = {piece.signature for row in listed for piece in row.finding.evidence}
    return [(each, known[each]) for each in sorted(spoken) if each in known]


FORMAT: Final = Format("html", (".html", ".htm"), "text/html", render, "HTML report")
