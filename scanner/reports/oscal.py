"""For governance tools: OSCAL Assessment Results (NIST, version 1.1.3).

Devices are inventory items, what was seen of each is an observation, and a maker under a measure is a finding. Their
UUIDs are the same in every report of the same devices; the document's own is another for every other content.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any, Final

from scanner.model.finding import Finding, Named
from scanner.reports.context import Context, Format
from scanner.reports.groups import Device, Group, devices, grouped, meaning, references
from scanner.reports.identity import make_uuid
from scanner.reports.inert import code, line, markup, terminal
from scanner.reports.reasons import phrase
from scanner.reports.statement import NOTICE, state

VERSION: Final = "1.1.3"
NAMESPACE: Final = "https://coveredscan.invalid/oscal"
"""Of the properties that are ours; those without it are OSCAL's own. A name alone: nothing is there to be read."""
MAX_EVIDENCE: Final = 16
"""Pieces told of one device: the evidence list has them all."""
MAX_TEXT: Final = 400
"""Characters of one observed value."""
_TOKEN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*")


def render(findings: Iterable[Finding], context: Context) -> Iterator[str]:
    """Yield one document with one result, device by device."""
    listed = devices(findings, context)
    made = grouped(listed, context)
    described = _digest(listed, context)
    plan, result = make_uuid("plan", described), _result(listed, context, described)
    yield f'{{"assessment-results":{{"uuid":{line(make_uuid("document", described))},'
    yield f'"metadata":{line(_metadata(plan, context))},"import-ap":{line({"href": f"#{plan}"})},'
    yield f'"results":[{line(result)[:-1]}'
    if listed:
        yield ',"local-definitions":{"inventory-items":['
        yield from _joined(_item(device) for device in listed)
        yield ']},"observations":['
        yield from _joined(_observation(device, context) for device in listed)
        yield "]"
    if made:
        yield ',"findings":['
        yield from _joined(_finding(group, context) for group in made)
        yield "]"
    yield f'}}],"back-matter":{line({"resources": [_plan(plan, context)]})}}}}}\n'


def _joined(items: Iterable[dict[str, Any]]) -> Iterator[str]:
    separator = "\n"
    for item in items:
        yield separator + line(item)
        separator = ",\n"


def _digest(listed: Sequence[Device], context: Context) -> str:
    told = hashlib.sha256()
    for part in (context.judged_by, context.judged_for, context.database_version, context.moment.isoformat()):
        told.update(line(part).encode())
    for device in listed:
        told.update(line(device.row.finding).encode())
    return told.hexdigest()


def _metadata(plan: str, context: Context) -> dict[str, Any]:
    return {
        "title": "Covered equipment on the network",
        "last-modified": _time(context.moment),
        "version": terminal(context.summary.scan).strip() or "1" if context.summary else "1",
        "oscal-version": VERSION,
        "props": _props(database=context.database_version, policy=context.judged_by, date=context.judged_for)
        or [_prop("database", "unknown")],
        "links": [{"href": f"#{plan}", "rel": "reference"}],
        "remarks": NOTICE,
    }


def _result(listed: Sequence[Device], context: Context, described: str) -> dict[str, Any]:
    said = state([device.row for device in listed], context)
    result: dict[str, Any] = {
        "uuid": make_uuid("result", described),
        "title": "Makers of network equipment, and the measures that name them",
        "description": markup(said.result),
        "start": _time(context.summary.started_at if context.summary else context.moment),
        "end": _time(context.moment),
        "reviewed-controls": {"control-selections": [_selection(context)]},
        "remarks": "\n\n".join(markup(sentence) for sentence in (*said.reached, said.unknown) if sentence),
    }
    return result


def _selection(context: Context) -> dict[str, Any]:
    if not context.measures:
        return {"include-all": {}}
    described = "; ".join(f"{law.citation}: {law.title}" for law in context.measures.values())
    return {
        "description": markup(described),
        "include-controls": [{"control-id": _token(measure)} for measure in context.measures],
    }


def _item(device: Device) -> dict[str, Any]:
    finding, who = device.row.finding, device.row.finding.identification
    props = [
        *(_prop(f"ipv{version}-address", text) for version, text in _addresses(finding)),
        *_props(
            own=False,
            mac_address=finding.mac,
            serial_number=_name(who.serial),
            hardware_model=_name(who.model),
            software_version=_name(who.firmware),
        ),
        *_props(
            manufacturer=device.row.maker,
            manufacturer_tier=who.manufacturer.tier if who.manufacturer else None,
            brand=device.row.brand,
            verdict=device.row.level,
        ),
    ]
    what = " ".join(filter(None, (device.row.maker or "Equipment of an unknown maker", device.row.model)))
    return {
        "uuid": device.identity.uuid(),
        "description": f"{markup(what)} at {code(device.row.address) or 'no address'}",
        "props": props,
    }


def _observation(device: Device, context: Context) -> dict[str, Any]:
    finding = device.row.finding
    observation: dict[str, Any] = {
        "uuid": device.identity.uuid("observation"),
        "description": _verdicts(device),
        "methods": ["TEST"],
        "types": ["discovery"],
        "subjects": [{"subject-uuid": device.identity.uuid(), "type": "inventory-item"}],
        "collected": _time(finding.last_seen or context.moment),
    }
    if finding.evidence:
        observation["relevant-evidence"] = [
            {
                "description": f"{code(phrase(piece), MAX_TEXT) or 'Something'} says {piece.slot} "
                f"{code(piece.says, MAX_TEXT) or 'nothing'}",
                "props": _props(
                    field=piece.field, signature=piece.signature, strength=piece.strength, group=piece.group
                ),
            }
            for piece in finding.evidence[:MAX_EVIDENCE]
        ]
    return observation


def _verdicts(device: Device) -> str:
    told = [
        f"{markup(verdict.measure)}: {verdict.verdict}. {markup(verdict.reason)}"
        for verdict in device.row.finding.verdicts
    ]
    return "\n\n".join(told) or meaning("undetermined")


def _finding(group: Group, context: Context) -> dict[str, Any]:
    status = {"state": "not-satisfied", "reason": "other" if group.level == "review" else "fail"}
    finding: dict[str, Any] = {
        "uuid": make_uuid("finding", group.id),
        "title": markup(group.title),
        "description": "\n\n".join(markup(text) for text in (meaning(group.level), group.obligation) if text),
        "target": {"type": "objective-id", "target-id": _token(group.measure), "status": status},
        "related-observations": [{"observation-uuid": each.identity.uuid("observation")} for each in group.affected],
        "props": _props(verdict=group.level, maker=group.maker, citation=group.citation),
        "remarks": markup(group.remediation),
    }
    if group.law is not None:
        finding["remarks"] += "".join(
            f"\n\n{markup(title)}: {markup(where)}" for title, where in references(group.law, context)
        )
    return finding


def _plan(uuid: str, context: Context) -> dict[str, Any]:
    targets = ", ".join(context.summary.targets) if context.summary else ""
    return {
        "uuid": uuid,
        "title": "What was to be assessed",
        "description": f"Targets: {code(targets)}" if targets.strip() else "The targets are not recorded.",
        "props": _props(policy=context.judged_by, date=context.judged_for) or [_prop("policy", "unknown")],
    }


def _name(named: Named | None) -> str | None:
    return named.name if named else None


def _props(*, own: bool = True, **values: str | None) -> list[dict[str, str]]:
    return [
        _prop(name.replace("_", "-"), value, own=own)
        for name, value in values.items()
        if value is not None and terminal(value).strip()
    ]


def _prop(name: str, value: str, *, own: bool = False) -> dict[str, str]:
    prop = {"name": name, "value": terminal(value, MAX_TEXT).strip()}
    return prop | {"ns": NAMESPACE} if own else prop


def _addresses(finding: Finding) -> Iterator[tuple[int, str]]:
    for text in finding.addresses:
        try:
            address = ip_address(text.partition("%")[0])
        except ValueError:
            continue
        yield address.version, str(address)


def _token(text: str) -> str:
    """Return ``text`` where OSCAL takes it for a token, else one that always stands for it."""
    return text if _TOKEN.fullmatch(text) else f"id-{make_uuid('token', text)}"


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


FORMAT: Final = Format("oscal", (".oscal.json",), "application/oscal+json", render, "OSCAL Assessment Results")
