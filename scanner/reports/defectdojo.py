"""For DefectDojo: its Generic Findings Import in JSON, one finding for each device and measure.

Imported again, the same device under the same measure is the same finding: the id, and the title and description that
DefectDojo hashes, are made of the maker, the measure's citation and what the device is known by. No count, time or
verdict is in them, and no text of ours that a later version may word better. Its import, unlike its reimport, then
compares hosts too: a device at another address is another finding to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from typing import Any, Final

from scanner.model.finding import Finding
from scanner.model.measure import VerdictLevel
from scanner.reports.context import Context, Format
from scanner.reports.groups import Affected, Group, devices, grouped, meaning, references
from scanner.reports.inert import code, line, markup, terminal

MAX_TITLE: Final = 500
"""Characters: DefectDojo's columns hold 500, and 511 of a title."""
_SEVERITIES: Final[dict[VerdictLevel, str]] = {"covered": "High", "likely": "Medium", "review": "Low"}


def render(findings: Iterable[Finding], context: Context) -> Iterator[str]:
    """Yield ``{"findings": […]}``, finding by finding; ``date`` is the day the device was last seen."""
    yield '{"findings":['
    separator = "\n"
    for group in grouped(devices(findings, context), context):
        for each in group.affected:
            yield separator + line(_finding(group, each, context))
            separator = ",\n"
    yield "\n]}\n"


def _finding(group: Group, each: Affected, context: Context) -> dict[str, Any]:
    finding, verdict, who = each.row.finding, each.verdict, markup(group.name)
    made: dict[str, Any] = {
        "title": terminal(f"{group.title}, {each.identity.text}", MAX_TITLE),
        "severity": _SEVERITIES[verdict.verdict],
        "description": f"{who} equipment, known by its {code(each.identity.text)}, under {markup(group.citation)}.",
        "mitigation": markup(group.remediation),
        "impact": "\n\n".join(markup(text) for text in (group.law.statement, group.law.obligation) if text)
        if group.law
        else "",
        "severity_justification": f"{meaning(verdict.verdict)} {markup(verdict.reason)}",
        "steps_to_reproduce": "\n".join(f"- seen: {code(reason)}" for reason in each.seen),
        "unique_id_from_tool": each.identity.digest(group.measure),
        "vuln_id_from_tool": terminal(group.id, MAX_TITLE),
        "component_name": terminal(" ".join(filter(None, (group.name, each.row.model))), MAX_TITLE),
        "active": True,
        "verified": False,
        "static_finding": False,
        "dynamic_finding": True,
        "tags": ["coveredscan", verdict.verdict],
    }
    if finding.identification.firmware is not None:
        made["component_version"] = terminal(finding.identification.firmware.name, 100)
    if group.law is not None:
        made["references"] = "\n".join(
            f"- {markup(title)}: {markup(where)}" for title, where in references(group.law, context)
        )
    if finding.last_seen is not None:
        made["date"] = finding.last_seen.date().isoformat()
    if endpoints := list(_endpoints(finding)):
        made["endpoints"] = endpoints
    return made


def _endpoints(finding: Finding) -> Iterator[dict[str, str]]:
    """Yield addresses alone, without zones: DefectDojo refuses the whole file for what it takes for no host."""
    for address in finding.addresses:
        try:
            yield {"host": str(ip_address(address.partition("%")[0]))}
        except ValueError:
            continue


FORMAT: Final = Format(
    "defectdojo", (".defectdojo.json", ".dojo.json"), "application/json", render, "DefectDojo Generic Findings"
)
