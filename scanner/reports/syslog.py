"""For syslog receivers: one RFC 5424 message a device, then one of the scan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from scanner.model.change import Change
from scanner.model.finding import Finding
from scanner.model.measure import LEVELS, VerdictLevel
from scanner.reports.changes import sentence
from scanner.reports.context import Context, Format
from scanner.reports.inert import terminal

FACILITY: Final = 13
"""Log audit: RFC 5424 table 1."""
_SEVERITY: Final[dict[VerdictLevel, int]] = {
    "covered": 4,
    "likely": 4,
    "review": 5,
    "undetermined": 5,
    "not-covered": 6,
}
"""Warning, notice, informational: RFC 5424 table 2."""
_ENTERPRISE: Final = 32473
"""The number that RFC 5612 keeps for examples and documentation: we hold none of our own."""
_MAX_VALUE: Final = 256
_VERSION: Final = 1


def render(findings: Iterable[Finding], context: Context) -> Iterator[str]:
    """Yield one message a line; host name and process id are for the sender to fill in, so they are ``-``."""
    for finding in findings:
        verdict = max(finding.verdicts, key=lambda each: LEVELS.index(each.verdict), default=None)
        level: VerdictLevel = verdict.verdict if verdict else "undetermined"
        who = finding.identification
        told = {
            "host": finding.host,
            "mac": finding.mac,
            "verdict": level,
            "measure": verdict.measure if verdict else None,
            "manufacturer": who.manufacturer.value if who.manufacturer else None,
            "tier": who.manufacturer.tier if who.manufacturer else None,
            "brand": who.brand.value if who.brand else None,
            "model": who.model.value if who.model else None,
            "firmware": who.firmware.value if who.firmware else None,
            "serial": who.serial.value if who.serial else None,
        }
        reason = verdict.reason if verdict else "no measure was asked"
        at = finding.last_seen or (context.summary.ended_at if context.summary else None)
        yield message("finding", _SEVERITY[level], at, told, f"{finding.host} {level}: {reason}") + "\n"
    if context.summary is not None:
        summary = context.summary
        told = {
            "scan": summary.scan,
            "site": summary.site,
            "complete": str(summary.complete).lower(),
            "hosts": str(summary.hosts),
            **{level: str(summary.verdicts[level]) for level in LEVELS if level in summary.verdicts},
        }
        state = "complete" if summary.complete else "incomplete"
        severity = 6 if summary.complete else 4
        yield message("scan", severity, summary.ended_at, told, f"scan {summary.scan} {state}") + "\n"


def of_change(change: Change) -> str:
    """Return ``change`` as one message, without a line end."""
    told = {
        "id": change.id,
        "kind": change.kind,
        "host": change.host,
        "site": change.site,
        "device": change.device,
        "verdict": change.verdict,
        "subject": change.subject,
        "before": change.before,
        "after": change.after,
    }
    return message("change", _SEVERITY[change.verdict], change.at, told, sentence(change))


def message(kind: str, severity: int, at: datetime | None, told: dict[str, str | None], text: str) -> str:
    """Return one RFC 5424 message; ``told`` becomes its structured data, what is None or empty left out."""
    stamp = "-" if at is None else at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    data = "".join(f' {name}="{_escaped(value)}"' for name, value in told.items() if value)
    priority = FACILITY * 8 + severity
    head = f"<{priority}>{_VERSION} {stamp} - coveredscan - {kind}"
    return f"{head} [coveredscan@{_ENTERPRISE}{data}] {terminal(text)}"


def _escaped(value: str) -> str:
    text = terminal(value, _MAX_VALUE)
    return text.replace("\\", r"\\").replace('"', r"\"").replace("]", r"\]")


FORMAT: Final = Format("syslog", (".syslog",), "text/plain", render, "Syslog lines")
