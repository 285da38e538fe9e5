"""For inventories: a CycloneDX 1.6 bill of materials whose components are the devices."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Any, Final

from scanner.model.finding import Finding
from scanner.reports.context import Context, Format
from scanner.reports.groups import Device, devices
from scanner.reports.identity import make_uuid
from scanner.reports.inert import line, terminal
from scanner.reports.statement import NOTICE, state

SCHEMA: Final = "http://cyclonedx.org/schema/bom-1.6.schema.json"
MAX_VERSION: Final = 1024
"""Characters: the schema's own limit."""
_UNNAMED: Final = "unidentified device"


def render(findings: Iterable[Finding], context: Context) -> Iterator[str]:
    """Yield the document, device by device; ``bom-ref`` is the UUID that a device has in every report."""
    listed = devices(findings, context)
    components = [line(_component(device)) for device in listed]
    content = hashlib.sha256("\n".join(components).encode()).hexdigest()
    head = {
        "$schema": SCHEMA,
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{make_uuid('bill', context.moment.isoformat(), content)}",
        "version": 1,
        "metadata": _metadata(context, state([device.row for device in listed], context).result),
    }
    yield f'{line(head)[:-1]},"components":['
    separator = "\n"
    for component in components:
        yield separator + component
        separator = ",\n"
    yield "\n]}\n"


def _metadata(context: Context, result: str) -> dict[str, Any]:
    tool = {"type": "application", "name": "coveredscan"}
    if context.summary and context.summary.program:
        tool["version"] = terminal(context.summary.program.removeprefix("coveredscan "), MAX_VERSION)
    return {
        "timestamp": context.moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "tools": {"components": [tool]},
        "properties": _properties(
            {
                "database": context.database_version,
                "policy": context.judged_by,
                "date": context.judged_for,
                "result": result,
                "notice": NOTICE,
            }
        ),
    }


def _component(device: Device) -> dict[str, Any]:
    finding, who = device.row.finding, device.row.finding.identification
    component: dict[str, Any] = {
        "type": "device",
        "bom-ref": device.identity.uuid(),
        "name": terminal(who.model.name) if who.model and who.model.name else _UNNAMED,
    }
    if who.manufacturer is not None and device.row.maker:
        component["manufacturer"] = {"name": terminal(who.manufacturer.name)}
    if who.brand is not None:
        component["supplier"] = {"name": terminal(who.brand.name)}
    if who.firmware is not None:
        component["version"] = terminal(who.firmware.name, MAX_VERSION)
    described = {
        "address": finding.host,
        "addresses": " ".join(finding.addresses),
        "mac": finding.mac or "",
        "endpoint": finding.endpoint or "",
        "openPorts": " ".join(finding.open_ports),
        "verdict": device.row.level,
    }
    for slot in ("device_class", "product_line", "platform", "serial", "manufactured"):
        named = getattr(who, slot)
        described[slot] = named.name if named else ""
    for slot in ("manufacturer", "brand"):
        named = getattr(who, slot)
        described[f"{slot}.tier"] = named.tier if named else ""
    component["properties"] = [
        *_properties(described),
        *(
            {"name": f"coveredscan:verdict:{terminal(verdict.measure)}", "value": verdict.verdict}
            for verdict in finding.verdicts
        ),
    ]
    return component


def _properties(values: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": f"coveredscan:{name}", "value": terminal(value)} for name, value in values.items() if value]


FORMAT: Final = Format(
    "cyclonedx",
    (".cdx.json", ".bom.json"),
    "application/vnd.cyclonedx+json",
    render,
    "CycloneDX, devices as components",
)
