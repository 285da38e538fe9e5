"""For people who hand it on: one self-contained file that loads nothing and tells nobody."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import resources
from typing import Final

from scanner.model.finding import Finding
from scanner.model.measure import Measure
from scanner.reports import reasons
from scanner.reports.context import Context, Format
from scanner.reports.inert import terminal
from scanner.reports.rows import WORST_FIRST, Row, rows
from scanner.reports.statement import NOTICE, state

MAX_MAKERS: Final = 12
"""Bars in the chart of makers; the rest are summed up."""
SLOTS: Final = (
    ("manufacturer", "Manufacturer"),
    ("brand", "Brand"),
    ("product_line", "Product line"),
    ("device_class", "Device class"),
    ("platform", "Platform"),
    ("model", "Model"),
    ("firmware", "Firmware"),
    ("serial", "Serial number"),
    ("manufactured", "Manufactured"),
)


def render(findings: Iterable[Finding], context: Context) -> Iterator[str]:
    """Yield the page piece by piece; it needs no network and no script, and the script it has is named by its hash."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - only this format pays for it

    listed = rows(findings, context.companies)
    script, style = _asset("report.js"), _asset("report.css")
    environment = Environment(
        autoescape=True,
        finalize=_inert,
        loader=PackageLoader("scanner.reports"),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["commas"] = _commas
    yield from environment.get_template("report.html.j2").generate(
        best=lambda row: tuple(reasons.best(row.finding, 2)),
        context=context,
        levels=_levels(listed),
        makers=_makers(listed),
        measures=_measures(listed, context.measures),
        notice=NOTICE,
        order={level: rank for rank, level in enumerate(WORST_FIRST)},
        reason_name=reasons.name,
        rows=listed,
        said=state(listed, context),
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        slots=SLOTS,
        style=style,
    )
    yield "\n"


def _asset(name: str) -> str:
    return (resources.files("scanner.reports") / "templates" / name).read_text("utf-8")


def _inert(value: object) -> object:
    """Escaping keeps text from being markup; this keeps it from being invisible or turning round what stands by it."""
    if value is None:
        return ""
    return terminal(value) if type(value) is str else value


def _commas(values: Iterable[str], separator: str = ", ") -> str:
    """Return plain text, where Jinja's own filter would return markup, which nobody makes inert any more."""
    return separator.join(values)


def _levels(listed: Sequence[Row]) -> list[tuple[str, int, int]]:
    counts = Counter(row.level for row in listed)
    return _shares([(level, counts[level]) for level in WORST_FIRST])


def _makers(listed: Sequence[Row]) -> list[tuple[str, int, int]]:
    counts = Counter(row.maker or "unknown" for row in listed)
    ranked = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    shown, rest = ranked[:MAX_MAKERS], ranked[MAX_MAKERS:]
    if rest:
        shown.append((f"{len(rest)} others", sum(count for _, count in rest)))
    return _shares(shown)


def _shares(counts: Sequence[tuple[str, int]]) -> list[tuple[str, int, int]]:
    """Add to each count its length in percent of the longest bar."""
    longest = max((count for _, count in counts), default=0) or 1
    return [(name, count, round(100 * count / longest)) for name, count in counts]


def _measures(listed: Sequence[Row], known: Mapping[str, Measure]) -> list[Measure]:
    """Return the measures that the verdicts speak of, in the policy's order; all known when there is none."""
    spoken = dict.fromkeys(verdict.measure for row in listed for verdict in row.finding.verdicts)
    return [known[each] for each in spoken if each in known] or list(known.values())


FORMAT: Final = Format("html", (".html", ".htm"), "text/html", render)
