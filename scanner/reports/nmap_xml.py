"""nmap's XML, so that programs that read nmap read us. nmap.dtd, output version 1.05."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from scanner.model.finding import Evidence, Finding, Named
from scanner.reports.context import Context, Format
from scanner.reports.inert import terminal
from scanner.version import __version__

_IPV4: Final = r"(?P<ipv4>[0-9]{1,3}(?:\.[0-9]{1,3}){3})"
_ADDRESS: Final = re.compile(_IPV4 + r"|(?P<ipv6>[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)(?:%[A-Za-z0-9_.-]+)?")
_PORT: Final = re.compile(r"([0-9]{1,5})/(tcp|udp)")
_SERVICES: Final = (("http.", "http"), ("onvif.", "http"), ("rtsp.", "rtsp"), ("ftp.", "ftp"), ("ssh.", "ssh"))
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE nmaprun>\n'


def render(findings: Iterable[Finding], context: Context) -> Iterator[str]:
    """Yield a scan with one host a finding: addresses, open ports, and what we found as output of host scripts."""
    summary = context.summary
    start = int(summary.started_at.timestamp()) if summary else 0
    end = int(summary.ended_at.timestamp()) if summary else start
    arguments = _attribute(" ".join(("coveredscan", *(summary.targets if summary else ()))))
    version = _attribute(f"coveredscan {__version__}")
    yield (
        f'{_HEAD}<nmaprun scanner="nmap" args={arguments} start="{start}" version={version} xmloutputversion="1.05">\n'
        '<verbose level="0"/>\n<debugging level="0"/>\n'
    )
    count = 0
    for finding in findings:
        count += 1
        yield _host(finding, start, end)
    yield (
        f'<runstats><finished time="{end}" elapsed="{max(end - start, 0)}" exit="success"/>'
        f'<hosts up="{count}" down="0" total="{count}"/></runstats>\n</nmaprun>\n'
    )


def _host(finding: Finding, start: int, end: int) -> str:
    seen = int(finding.last_seen.timestamp()) if finding.last_seen else end
    # A finding may be newer or older than the run: it was imported, or seen before.
    begun = min(start, seen) if start else seen
    parts = [f'<host starttime="{begun}" endtime="{seen}"><status state="up" reason="user-set" reason_ttl="0"/>\n']
    parts += [f"{line}\n" for line in _addresses(finding)]
    parts.append("<ports>")
    parts += [_port(port, finding) for port in finding.open_ports]
    parts.append("</ports>\n<hostscript>")
    parts += [_script(name, *texts) for name, *texts in _scripts(finding)]
    parts.append("</hostscript></host>\n")
    return "".join(parts)


def _addresses(finding: Finding) -> Iterator[str]:
    names = []
    for address in finding.addresses:
        found = _ADDRESS.fullmatch(address)
        if found is None:
            names.append(terminal(address))
            continue
        kind = "ipv4" if found["ipv4"] else "ipv6"
        yield f'<address addr={_attribute(found[kind])} addrtype="{kind}"/>'
    if finding.mac is not None:
        yield f'<address addr={_attribute(finding.mac.upper())} addrtype="mac"/>'
    listed = "".join(f'<hostname name={_attribute(name)} type="user"/>' for name in names)
    yield f"<hostnames>{listed}</hostnames>"


def _port(text: str, finding: Finding) -> str:
    found = _PORT.fullmatch(text)
    if found is None:
        return ""
    number, carrier = found.groups()
    here = [piece for piece in finding.evidence if piece.port == int(number)]
    name = next((service for piece in here for sign, service in _SERVICES if piece.field.startswith(sign)), None)
    service = f'<service name="{name}" method="probed" conf="10"/>' if name else ""
    scripts = "".join(_port_scripts(here))
    return (
        f'<port protocol="{carrier}" portid="{number}"><state state="open" reason="user-set" reason_ttl="0"/>'
        f"{service}{scripts}</port>"
    )


def _port_scripts(here: list[Evidence]) -> Iterator[str]:
    for field, script in (("http.server", "http-server-header"), ("http.title", "http-title")):
        values = dict.fromkeys(piece.value for piece in here if piece.field == field)
        for value in values:
            key = "title" if script == "http-title" else None
            yield _script(script, terminal(value), _element(value, key))


def _scripts(finding: Finding) -> Iterator[tuple[str, ...]]:
    who = finding.identification
    slots: tuple[tuple[str, Named | None], ...] = (
        ("manufacturer", who.manufacturer),
        ("brand", who.brand),
        ("product line", who.product_line),
        ("device class", who.device_class),
        ("model", who.model),
        ("firmware", who.firmware),
        ("serial", who.serial),
    )
    told = [(slot, f"{named.name} ({named.tier})") for slot, named in slots if named is not None]
    yield _told("coveredscan-identification", told)
    yield _told("coveredscan-verdicts", [(v.measure, f"{v.verdict}: {v.reason}") for v in finding.verdicts])


def _told(name: str, pairs: list[tuple[str, str]]) -> tuple[str, ...]:
    return (
        name,
        "".join(f"\n  {key}: {terminal(value)}" for key, value in pairs),
        *(_element(value, key) for key, value in pairs),
    )


def _script(name: str, output: str, *elements: str) -> str:
    return f"<script id={_attribute(name)} output={_attribute(output)}>{''.join(elements)}</script>"


def _element(text: str, key: str | None) -> str:
    named = f" key={_attribute(key)}" if key else ""
    return f"<elem{named}>{escape(terminal(text))}</elem>"


def _attribute(text: str) -> str:
    lines = (terminal(line) for line in text.split("\n"))
    return quoteattr("\n".join(lines), {"\n": "&#xa;"})


FORMAT: Final = Format("nmap-xml", (".xml",), "application/xml", render, "nmap XML")
