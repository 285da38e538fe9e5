"""For Elastic: one event a device in the Elastic Common Schema, one JSON object a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any, Final

from scanner.model.finding import Finding
from scanner.model.measure import LEVELS
from scanner.reports.context import Context, Format
from scanner.reports.inert import line

ECS: Final = "8.17.0"
"""Version of the schema whose fields are used; no later one has changed them."""
_RISK: Final = {"covered": 90.0, "likely": 70.0, "review": 50.0, "undetermined": 30.0, "not-covered": 0.0}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def render(findings: Iterable[Finding], context: Context) -> Iterator[str]:
    """Yield one event a line; what ECS has no field for stands below ``coveredscan``."""
    for finding in findings:
        yield line(_event(finding, context)) + "\n"


def _event(finding: Finding, context: Context) -> dict[str, Any]:
    summary, who = context.summary, finding.identification
    at = finding.last_seen or (summary.ended_at if summary else _EPOCH)
    verdict = max(finding.verdicts, key=lambda each: LEVELS.index(each.verdict), default=None)
    level = verdict.verdict if verdict else "undetermined"
    addresses = [address for address in finding.addresses if _is_address(address)]
    host: dict[str, Any] = {"name": finding.host, "type": who.device_class.value if who.device_class else "unknown"}
    if addresses:
        host["ip"] = addresses
    if finding.mac:
        # ECS spells hardware addresses as RFC 7042 does.
        host["mac"] = [finding.mac.upper().replace(":", "-")]
    if who.serial:
        host["id"] = who.serial.value
    device = {
        "manufacturer": who.manufacturer.name if who.manufacturer else None,
        "model": {"identifier": who.model.value} if who.model else None,
        "serial_number": who.serial.value if who.serial else None,
    }
    event: dict[str, Any] = {
        "@timestamp": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "ecs": {"version": ECS},
        "event": {
            "kind": "state",
            "category": ["host"],
            "type": ["info"],
            "module": "coveredscan",
            "dataset": "coveredscan.finding",
            "provider": "coveredscan",
            "outcome": "success",
            "risk_score": _RISK[level],
        },
        "message": f"{finding.host} {level}" + (f": {verdict.reason}" if verdict else ""),
        "host": host,
        "device": {name: value for name, value in device.items() if value is not None},
        "related": {"ip": addresses, "hosts": [finding.host]},
        "tags": ["coveredscan", level],
        "coveredscan": {
            "verdict": level,
            "verdicts": {each.measure: each.verdict for each in finding.verdicts},
            "tier": who.manufacturer.tier if who.manufacturer else "unknown",
            "brand": who.brand.name if who.brand else None,
            "firmware": who.firmware.value if who.firmware else None,
            "open_ports": finding.open_ports,
        },
    }
    if verdict is not None:
        event["rule"] = {"id": verdict.measure, "category": verdict.kind, "description": verdict.reason}
    if summary is not None:
        event["observer"] = {"product": "coveredscan", "type": "scanner", "version": summary.program}
        event["event"]["id"] = f"{summary.scan}-{finding.host}"
        if summary.site:
            event["observer"]["geo"] = {"name": summary.site}
    return event


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


FORMAT: Final = Format("ecs", (".ecs", ".ecs.ndjson"), "application/x-ndjson", render, "Elastic Common Schema")
