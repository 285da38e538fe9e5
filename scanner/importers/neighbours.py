"""Tables of neighbours, as hosts, routers and switches print them: which address has which hardware address.

``ip neigh``; ``arp -a`` and ``arp -n`` of Linux, macOS, BSD and Windows; ``/proc/net/arp``; Cisco ``show ip arp``;
Juniper ``show arp``; MikroTik ``/ip arp print``. Tables of a switch's ports (Cisco ``show mac address-table``) have no
addresses: their rows become hosts named by their hardware address, which tells who made them and where they hang.

The reporter is whoever printed the table, where the text names it (a prompt, an ``Interface:`` line), else the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from scanner.importers.importer import LINK_MAC, BadPart, Given, Importer, Item, observe, read_host
from scanner.importers.lines import head_lines, read_lines
from scanner.model.dialogue import Fact

SOURCE: Final = "neighbours"

_PAIRS: Final = r"[0-9A-Fa-f]{1,2}(?:[:-][0-9A-Fa-f]{1,2}){5}"
_DOTTED: Final = r"[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}"
_MAC: Final = rf"(?P<mac>{_PAIRS}|{_DOTTED})"
_V4: Final = r"(?P<address>[0-9]{1,3}(?:\.[0-9]{1,3}){3})"
_ANY: Final = r"(?P<address>[0-9A-Fa-f:.]{2,45}(?:%[\w.-]+)?)"
_ROWS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_ANY} dev \S+ lladdr {_MAC}\b(?P<rest>.*)",  # ip neigh
        rf"\S+ \({_V4}\) at {_MAC}\b(?P<rest>.*)",  # arp -a of Linux, macOS, BSD
        rf"Internet\s+{_V4}\s+\S+\s+{_MAC}\s+ARPA\b(?P<rest>.*)",  # Cisco IOS
        rf"{_V4}\s+[0-9:.-]+\s+{_MAC}\s(?P<rest>.*)",  # Cisco NX-OS: address, age, hardware address, interface
        rf"{_V4}\s+0x[0-9a-f]+\s+0x(?P<flags>[0-9a-f]+)\s+{_MAC}\s(?P<rest>.*)",  # /proc/net/arp
        rf"{_V4}\s+ether\s+{_MAC}\s(?P<rest>.*)",  # arp -n
        rf"{_V4}\s+{_MAC}\s+(?P<rest>\S.*)",  # arp -a of Windows
        rf"{_MAC}\s+{_V4}\b(?P<rest>.*)",  # Juniper show arp
        rf"[0-9]+\s+(?:[A-Z]+\s+)?{_V4}\s+{_MAC}\b(?P<rest>.*)",  # MikroTik
    )
)
_PORT_ROW: Final = re.compile(rf"\*?\s*(?:[0-9]+|All|-)\s+{_MAC}\s+(?P<type>\w+)\b.*", re.IGNORECASE)
_WITHOUT: Final = re.compile(
    r"(?i)^(?:\S+ dev \S+ .*(?:FAILED|INCOMPLETE)|\S+ dev \S+ (?:router )?[A-Z]+$|.*\bincomplete\b.*)"
)
_PROMPT: Final = re.compile(r"(?:\S+@)?([\w.-]{1,64})[#>]\s*show\s", re.IGNORECASE)
_MIKROTIK_PROMPT: Final = re.compile(r"\[\w+@([\w.-]{1,64})\]\s*[>/]")
_INTERFACE: Final = re.compile(r"\S+:\s+([0-9]{1,3}(?:\.[0-9]{1,3}){3})\s+---\s+0x[0-9a-f]+", re.IGNORECASE)
_NOISE: Final = re.compile(
    r"(?i)^(?:[-\s+|]*$|address\s|ip address\s|protocol\s|mac address\s|internet address\s|flags:|columns:|total\b"
    r"|vlan\s|[\w.-]{1,64}[#>]$|\s*mac address table"
    r"|#\s|;;;|.*[#>]\s*show\s|legend:|.*: number of entries|iface\b|\[\w+@)"
)
_ENOUGH: Final = 0.5
"""Share of the first lines that must be rows, headings or prompts."""


def recognise(head: bytes, name: str) -> bool:  # noqa: ARG001 - every importer takes it
    """True when rows of a table, and little else, stand in the first lines."""
    lines = [line for line in head_lines(head) if line.strip()]
    rows = sum(_row(line) is not None for line in lines)
    known = rows + sum(_skipped(line) for line in lines)
    return rows > 0 and known >= _ENOUGH * len(lines)


def read(stream: BinaryIO, given: Given) -> Iterator[Item]:
    """Yield one hardware address a row; a line that is neither row nor heading is a bad part."""
    reporter = given.name
    for line in read_lines(stream):
        if isinstance(line, BadPart):
            yield line
            continue
        number, text = line
        text = text.strip()
        told = _PROMPT.match(text) or _MIKROTIK_PROMPT.match(text) or _INTERFACE.match(text)
        if told is not None:
            reporter = told[1]
            continue
        row = _row(text)
        if row is not None:
            address, mac = row
            if mac is not None:
                yield observe(address, Fact(LINK_MAC, mac), SOURCE, carrier="link", reporter=reporter)
        elif text and not _skipped(text):
            yield BadPart(f"line {number}", "no row of a table of neighbours")


def _row(text: str) -> tuple[str, str | None] | None:
    """Return address (or the hardware address as label) and hardware address; None for no row.

    The hardware address is None where the row says that it is a group's, or nobody's.
    """
    text = text.strip()
    for pattern in _ROWS:
        found = pattern.match(text)
        if found is None:
            continue
        address = read_host(found["address"])
        if address is None:
            continue
        failed = "FAILED" in found["rest"] or found.groupdict().get("flags") == "0"
        return address, None if failed else _normal(found["mac"])
    found = _PORT_ROW.match(text)
    if found is not None and found["type"].upper() in {"DYNAMIC", "STATIC", "SECURE", "LEARNED"}:
        mac = _normal(found["mac"])
        return (mac or "", mac if found["type"].upper() != "STATIC" else None)
    return None


def _skipped(text: str) -> bool:
    text = text.strip()
    return bool(_NOISE.match(text) or _WITHOUT.match(text) or _INTERFACE.match(text) or _PROMPT.match(text))


def _normal(text: str) -> str | None:
    """Return the usual spelling of one device's hardware address; None for a group's and for zeros."""
    digits = text.replace(".", "") if "." in text else "".join(part.zfill(2) for part in re.split("[:-]", text))
    raw = bytes.fromhex(digits)
    return None if raw[0] & 1 or not any(raw) else raw.hex(":")


IMPORTER: Final = Importer("neighbours", "ARP, neighbour and MAC address tables.", recognise, read)
