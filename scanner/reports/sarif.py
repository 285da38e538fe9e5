"""For tools that gather findings: SARIF 2.1.0 (OASIS Standard, errata 01), one result for each device and measure.

Fingerprints are of the device and the measure alone: a later report of the same device is the same finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import quote

import msgspec

from scanner.model.finding import Finding, Summary
from scanner.model.measure import VerdictLevel
from scanner.reports import reasons
from scanner.reports.context import Context, Format
from scanner.reports.groups import BEST, Affected, Device, Group, devices, grouped, meaning, references
from scanner.reports.identity import Identity
from scanner.reports.inert import line, terminal
from scanner.reports.rows import Row
from scanner.reports.statement import NOTICE, state

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT: Final = "deviceAndMeasure/v1"
"""Name and version of how fingerprints are made: a new way gets a new one beside it."""
UNDETERMINED: Final = "undetermined"
"""Rule of the devices that nobody can name: one open result each."""
_LEVELS: Final[dict[VerdictLevel, tuple[str, str]]] = {
    "covered": ("fail", "error"),
    "likely": ("fail", "warning"),
    "review": ("review", "none"),
}
_MESSAGE: Final = str.maketrans({"\\": "\\\\", "[": "\\[", "]": "\\]", "{": "{{", "}": "}}"})
"""Brackets make links and braces placeholders in a message (3.11.5, 3.11.6)."""


def render(findings: Iterable[Finding], context: Context) -> Iterator[str]:
    """Yield one log with one run, result by result; every rule is a maker under a measure."""
    listed = devices(findings, context)
    made = grouped(listed, context)
    head = {
        "tool": {"driver": _driver(made, context)},
        "invocations": [_invocation(context.summary)] if context.summary else [],
        "automationDetails": {"id": f"coveredscan/{terminal(context.judged_by)}/"},
        "columnKind": "unicodeCodePoints",
        "properties": _said(listed, context),
    }
    yield f'{{"$schema":{line(SCHEMA)},"version":"2.1.0","runs":[{line(head)[:-1]},"results":['
    separator = "\n"
    for result in _results(listed, made):
        yield separator + line(result)
        separator = ",\n"
    yield "\n]}]}\n"


def _driver(made: Sequence[Group], context: Context) -> dict[str, Any]:
    driver: dict[str, Any] = {
        "name": "coveredscan",
        "rules": [*(_rule(group, context) for group in made), _undetermined_rule()],
        "properties": {"database": terminal(context.database_version)},
    }
    if context.summary and context.summary.program:
        driver["version"] = terminal(context.summary.program.removeprefix("coveredscan "))
    return driver


def _rule(group: Group, context: Context) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "id": terminal(group.id),
        "shortDescription": _message(group.title),
        "help": _message(" ".join(filter(None, (group.obligation, group.remediation)))),
        "properties": {"measure": terminal(group.measure), "maker": terminal(group.maker)},
    }
    if group.law is not None:
        rule["fullDescription"] = _message(f"{group.law.title}: {group.law.statement}")
        rule["properties"] |= {
            "citation": group.law.citation,
            "issuer": group.law.issuer,
            "jurisdiction": group.law.jurisdiction,
            "checked": group.law.checked.isoformat(),
            "sources": [f"{title}: {where}" for title, where in references(group.law, context)],
        }
    return rule


def _undetermined_rule() -> dict[str, Any]:
    return {
        "id": UNDETERMINED,
        "shortDescription": _message("Equipment whose maker is not determined"),
        "help": _message(f"{meaning('undetermined')} Read maker, model and serial number on the device itself."),
        "defaultConfiguration": {"level": "none"},
    }


def _invocation(summary: Summary) -> dict[str, Any]:
    missing = [*summary.coverage.not_reached, *summary.errors]
    return {
        "executionSuccessful": not summary.interrupted,
        "startTimeUtc": _time(summary.started_at),
        "endTimeUtc": _time(summary.ended_at),
        "toolExecutionNotifications": [{"level": "warning", "message": _message(each)} for each in missing],
    }


def _said(listed: Sequence[Device], context: Context) -> dict[str, Any]:
    said = state([device.row for device in listed], context)
    return {
        "result": said.result,
        "reached": list(said.reached),
        "unknown": said.unknown,
        "policy": terminal(context.judged_by),
        "date": terminal(context.judged_for),
        "notice": NOTICE,
    }


def _results(listed: Sequence[Device], made: Sequence[Group]) -> Iterator[dict[str, Any]]:
    for index, group in enumerate(made):
        for each in group.affected:
            yield _result(group, index, each)
    for device in listed:
        if device.row.level == UNDETERMINED:
            yield {
                "ruleId": UNDETERMINED,
                "ruleIndex": len(made),
                "kind": "open",
                "level": "none",
                "message": _message(f"{device.row.address}: {meaning('undetermined')}"),
                **_shared(device.row, device.identity, UNDETERMINED),
            }


def _result(group: Group, index: int, each: Affected) -> dict[str, Any]:
    kind, level = _LEVELS[each.verdict.verdict]
    what = " ".join(filter(None, (group.name, each.row.model, "at", each.row.address)))
    result = {
        "ruleId": terminal(group.id),
        "ruleIndex": index,
        "kind": kind,
        "level": level,
        "message": _message(f"{what}: {each.verdict.verdict}. {each.verdict.reason}"),
        **_shared(each.row, each.identity, group.measure),
    }
    result["properties"] |= {
        "verdict": each.verdict.verdict,
        "conditions": [f"{terminal(state.text)}: {state.met}" for state in each.verdict.conditions],
        "provisions": [terminal(provision) for provision in each.verdict.provisions],
        "path": [terminal(step.text) for step in each.verdict.path],
    }
    return result


def _shared(row: Row, identity: Identity, about: str) -> dict[str, Any]:
    finding = row.finding
    who = {
        slot: {"name": terminal(named.name), "tier": named.tier}
        for slot in finding.identification.__struct_fields__
        if (named := getattr(finding.identification, slot)) is not None
    }
    return {
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": _uri(row, identity)}},
                "logicalLocations": [{"fullyQualifiedName": terminal(row.address), "kind": "device"}],
            }
        ],
        "partialFingerprints": {FINGERPRINT: identity.digest(about)},
        "correlationGuid": identity.uuid(about),
        "properties": {
            "identity": terminal(identity.text),
            "addresses": [terminal(address) for address in finding.addresses],
            "identification": who,
            "evidence": [terminal(reason) for reason in reasons.best(finding, BEST)],
        },
    }


def _uri(row: Row, identity: Identity) -> str:
    """Return a relative reference that stays below ``devices/``, whatever the device is called."""
    try:
        return f"devices/{quote(str(ip_address(row.address)), safe='')}"
    except ValueError:
        return f"devices/{identity.uuid()}"


def _message(text: str) -> dict[str, str]:
    return {"text": terminal(text).translate(_MESSAGE)}


def _time(moment: Any) -> str:
    return str(msgspec.to_builtins(moment)).replace("+00:00", "Z")


FORMAT: Final = Format("sarif", (".sarif", ".sarif.json"), "application/sarif+json", render, "SARIF")
