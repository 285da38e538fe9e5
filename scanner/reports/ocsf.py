"""For security lakes: OCSF events, one JSON object a line.

One Device Inventory Info (5001) a device, and one Compliance Finding (2003) for each measure it was judged by:
covered and likely fail, review and undetermined warn, not covered passes. Nothing undetermined ever passes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any, Final

from scanner.model.finding import Finding
from scanner.model.measure import Verdict, VerdictLevel
from scanner.reports.context import Context, Format
from scanner.reports.inert import line

OCSF: Final = "1.6.0"
_INVENTORY: Final = 5001
_COMPLIANCE: Final = 2003
_COLLECT: Final = 2
_CREATE: Final = 1
_STATUS: Final[dict[VerdictLevel, tuple[int, str]]] = {
    "covered": (3, "Fail"),
    "likely": (3, "Fail"),
    "review": (2, "Warning"),
    "undetermined": (2, "Warning"),
    "not-covered": (1, "Pass"),
}
_SEVERITY: Final[dict[VerdictLevel, tuple[int, str]]] = {
    "covered": (4, "High"),
    "likely": (3, "Medium"),
    "review": (2, "Low"),
    "undetermined": (2, "Low"),
    "not-covered": (1, "Informational"),
}
_TYPES: Final = {
    "server": (1, "Server"),
    "computer": (2, "Desktop"),
    "hypervisor": (6, "Virtual"),
    "switch": (10, "Switch"),
    "router": (12, "Router"),
    "gateway": (12, "Router"),
}
_IOT: Final = (7, "IOT")
_UNKNOWN: Final = (0, "Unknown")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def render(findings: Iterable[Finding], context: Context) -> Iterator[str]:
    """Yield the events of each finding in turn."""
    for finding in findings:
        yield _line(_inventory(finding, context))
        for verdict in finding.verdicts:
            yield _line(_compliance(finding, verdict, context))


def _inventory(finding: Finding, context: Context) -> dict[str, Any]:
    return {
        **_base(_INVENTORY, _COLLECT, (1, "Informational"), finding, context),
        "activity_name": "Collect",
        "category_name": "Discovery",
        "class_name": "Device Inventory Info",
        "device": _device(finding),
    }


def _compliance(finding: Finding, verdict: Verdict, context: Context) -> dict[str, Any]:
    status, caption = _STATUS[verdict.verdict]
    measure = context.measures.get(verdict.measure)
    title = measure.title if measure else verdict.measure
    uid = hashlib.sha256(f"{_uid(finding)}\0{verdict.measure}".encode("utf-8", "replace")).hexdigest()[:32]
    return {
        **_base(_COMPLIANCE, _CREATE, _SEVERITY[verdict.verdict], finding, context),
        "activity_name": "Create",
        "category_name": "Findings",
        "class_name": "Compliance Finding",
        "message": verdict.reason,
        "status_id": 1,
        "status": "New",
        "finding_info": {"uid": uid, "title": f"{finding.host}: {title}", "desc": verdict.reason},
        "compliance": {
            "standards": [title],
            "control": verdict.measure,
            "requirements": list(verdict.provisions),
            "status_id": status,
            "status": caption,
            "status_code": verdict.verdict,
            "status_detail": verdict.reason,
        },
        "resources": [{"uid": _uid(finding), "name": finding.host, "type": "device"}],
    }


def _base(kind: int, activity: int, severity: tuple[int, str], finding: Finding, context: Context) -> dict[str, Any]:
    summary = context.summary
    at = finding.last_seen or (summary.ended_at if summary else _EPOCH)
    product = {"name": "coveredscan", "vendor_name": "coveredscan", "version": summary.program if summary else ""}
    event: dict[str, Any] = {
        "class_uid": kind,
        "category_uid": kind // 1000,
        "activity_id": activity,
        "type_uid": kind * 100 + activity,
        "severity_id": severity[0],
        "severity": severity[1],
        "time": int(at.timestamp() * 1000),
        "metadata": {"version": OCSF, "product": {name: text for name, text in product.items() if text}},
    }
    if summary is not None:
        event["metadata"]["correlation_uid"] = summary.scan
        if summary.site:
            event["metadata"]["labels"] = [f"site:{summary.site}"]
    return event


def _device(finding: Finding) -> dict[str, Any]:
    who = finding.identification
    type_id, caption = _type(finding)
    device: dict[str, Any] = {"type_id": type_id, "type": caption, "uid": _uid(finding), "name": finding.host}
    address = next(filter(_is_address, finding.addresses), None)
    told = {
        "ip": address,
        "mac": finding.mac,
        "vendor_name": who.manufacturer.name if who.manufacturer else None,
        "model": who.model.value if who.model else None,
        "desc": who.device_class.value if who.device_class else None,
    }
    device |= {name: value for name, value in told.items() if value}
    if who.serial:
        device["hw_info"] = {"serial_number": who.serial.value}
    if finding.last_seen:
        device["last_seen_time"] = int(finding.last_seen.timestamp() * 1000)
    return device


def _type(finding: Finding) -> tuple[int, str]:
    found = finding.identification.device_class
    return _UNKNOWN if found is None else _TYPES.get(found.value, _IOT)


def _uid(finding: Finding) -> str:
    serial = finding.identification.serial
    return serial.value if serial else finding.mac or finding.host


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _line(event: dict[str, Any]) -> str:
    return line(event) + "\n"


FORMAT: Final = Format("ocsf", (".ocsf", ".ocsf.ndjson"), "application/x-ndjson", render, "OCSF")
