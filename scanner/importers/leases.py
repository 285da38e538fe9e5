"""What DHCP servers keep of their leases: ISC dhcpd, Kea (CSV), dnsmasq, and Windows (``Export-Csv``).

All of it is the server's word about its clients: hearsay. The reporter is the server's own address where the file has
it, else the file's name.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import BinaryIO, Final

from scanner.importers.importer import BadPart, Given, Importer, Item, observe, read_host, read_seconds
from scanner.importers.lines import head_lines, read_lines
from scanner.model.dialogue import Fact
from scanner.protocols.dhcp import HOSTNAME, MAC, VENDOR_CLASS

SOURCE: Final = "dhcp-leases"

_LEASE: Final = re.compile(r"lease\s+([0-9.]+)\s*\{")
_STATEMENT: Final = re.compile(
    r'\s*(?:hardware ethernet\s+(?P<mac>[0-9A-Fa-f:]+)|client-hostname\s+"(?P<name>(?:[^"\\]|\\.)*)"'
    r'|set vendor-class-identifier\s*=\s*"(?P<vendor>(?:[^"\\]|\\.)*)"'
    r"|cltt\s+(?:epoch\s+(?P<epoch>[0-9]+)|[0-6]\s+(?P<cltt>[0-9/]+ [0-9:]+))"
    r"|starts\s+(?:epoch\s+(?P<begun>[0-9]+)|[0-6]\s+(?P<starts>[0-9/]+ [0-9:]+)))\s*;"
)
_DNSMASQ: Final = re.compile(
    r"([0-9]{1,12}) ((?:[0-9A-Fa-f]{2}-)?[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}) ([0-9.]+) (\S+)(?: |$)"
)
_KEA: Final = "address,hwaddr,client_id,"
_WINDOWS: Final = frozenset({"ipaddress", "clientid"})
_GONE: Final = frozenset({"1", "2", "3"})
"""Kea's states: declined, expired and reclaimed, released."""
_MAC: Final = re.compile(r"[0-9A-Fa-f]{2}(?:[:-]?[0-9A-Fa-f]{2}){5}")


def recognise_isc(head: bytes, name: str) -> bool:  # noqa: ARG001 - every importer takes it
    """True when a lease block is opened."""
    return any(_LEASE.match(line) for line in head_lines(head)) or b"written by isc-dhcp" in head


def read_isc(stream: BinaryIO, given: Given) -> Iterator[Item]:
    """Yield what each lease block says, at its client's last transaction."""
    address: str | None = None
    told: dict[str, str] = {}
    number = 0
    for line in read_lines(stream):
        if isinstance(line, BadPart):
            yield line
            continue
        number, text = line
        opened = _LEASE.match(text.strip())
        if opened is not None:
            if address is not None:
                yield BadPart(f"line {number}", "a lease begins inside another")
            address, told = read_host(opened[1]), {}
            if address is None:
                yield BadPart(f"line {number}", "no address after lease")
        elif text.strip() == "}" and address is not None:
            at = _isc_time(told)
            yield from _tell(
                address, given.name, at, mac=told.get("mac"), name=told.get("name"), vendor=told.get("vendor")
            )
            address = None
        elif address is not None and (found := _STATEMENT.match(text)) is not None:
            told.update({key: value for key, value in found.groupdict().items() if value is not None})
    if address is not None:
        yield BadPart(f"line {number}", "the file breaks off inside a lease")


def _isc_time(told: dict[str, str]) -> datetime | None:
    if epoch := told.get("epoch") or told.get("begun"):
        return read_seconds(epoch)
    text = told.get("cltt") or told.get("starts")
    try:
        return datetime.strptime(text, "%Y/%m/%d %H:%M:%S").replace(tzinfo=UTC) if text else None
    except ValueError:
        return None


def recognise_kea(head: bytes, name: str) -> bool:  # noqa: ARG001 - every importer takes it
    """True for the heading of Kea's lease file for IPv4."""
    return head_lines(head)[0].startswith(_KEA)


def read_kea(stream: BinaryIO, given: Given) -> Iterator[Item]:
    """Yield what each row says, at the time the lease was last given; released and expired leases are left out."""
    columns: list[str] = []
    for line in read_lines(stream):
        if isinstance(line, BadPart):
            yield line
            continue
        number, text = line
        cells = text.split(",")
        if not columns:
            columns = cells
            continue
        if not text.strip():
            continue
        row = dict(zip(columns, cells, strict=False))
        address = read_host(row.get("address", ""))
        if address is None or len(cells) < len(columns):
            yield BadPart(f"line {number}", "no address, or too few columns")
            continue
        if row.get("state") in _GONE:
            continue
        expires, lifetime = read_seconds(row.get("expire", "")), row.get("valid_lifetime", "")
        at = None
        if expires is not None and lifetime.isascii() and lifetime.isdecimal() and len(lifetime) <= 10:  # noqa: PLR2004 - 32 bits
            at = _before(expires, int(lifetime))
        # Kea writes a comma inside a name as &#x2c.
        name = row.get("hostname", "").replace("&#x2c", ",").rstrip(".")
        yield from _tell(address, given.name, at, mac=row.get("hwaddr"), name=name)


def _before(moment: datetime, seconds: int) -> datetime | None:
    try:
        return moment - timedelta(seconds=seconds)
    except OverflowError:
        return None


def recognise_dnsmasq(head: bytes, name: str) -> bool:  # noqa: ARG001 - every importer takes it
    """True when the first line is a lease as dnsmasq writes it."""
    return _DNSMASQ.match(head_lines(head)[0]) is not None


def read_dnsmasq(stream: BinaryIO, given: Given) -> Iterator[Item]:
    """Yield what each line says; only the end of a lease is in the file, so no time is known."""
    for line in read_lines(stream):
        if isinstance(line, BadPart):
            yield line
            continue
        number, text = line
        if not text.strip():
            continue
        if text.startswith("duid "):
            # The leases of IPv6 follow; they have no hardware addresses.
            return
        found = _DNSMASQ.match(text)
        address = read_host(found[3]) if found is not None else None
        if found is None or address is None:
            yield BadPart(f"line {number}", "not a lease as dnsmasq writes it")
            continue
        yield from _tell(address, given.name, mac=found[2][-17:], name=found[4] if found[4] != "*" else None)


def recognise_windows(head: bytes, name: str) -> bool:  # noqa: ARG001 - every importer takes it
    """True for the columns of ``Get-DhcpServerv4Lease | Export-Csv``."""
    return any(set(_windows_columns(line)) >= _WINDOWS for line in head_lines(head)[:2])


def _windows_columns(line: str) -> list[str]:
    return [cell.strip().strip('"').lower() for cell in line.split(";" if line.count(";") > line.count(",") else ",")]


def read_windows(stream: BinaryIO, given: Given) -> Iterator[Item]:
    """Yield what each row says; only the end of a lease is in the file, so no time is known."""
    columns: list[str] = []
    comma = ","
    for line in read_lines(stream):
        if isinstance(line, BadPart):
            yield line
            continue
        number, text = line
        if not text.strip() or text.startswith("#TYPE"):
            continue
        if not columns:
            comma = ";" if text.count(";") > text.count(",") else ","
            columns = _windows_columns(text)
            continue
        try:
            cells = next(csv.reader([text], delimiter=comma))
        except csv.Error as error:
            yield BadPart(f"line {number}", str(error))
            continue
        row = dict(zip(columns, cells, strict=False))
        address = read_host(row.get("ipaddress", ""))
        if address is None:
            yield BadPart(f"line {number}", "no address in IPAddress")
            continue
        server = read_host(row.get("serverip", "")) or given.name
        yield from _tell(address, server, mac=row.get("clientid"), name=row.get("hostname"))


def _tell(
    address: str,
    reporter: str,
    at: datetime | None = None,
    *,
    mac: str | None,
    name: str | None,
    vendor: str | None = None,
) -> Iterator[Item]:
    facts = []
    if mac is not None and _MAC.fullmatch(mac):
        digits = re.sub("[:-]", "", mac).lower()
        facts.append(Fact(MAC, ":".join(digits[i : i + 2] for i in range(0, 12, 2))))
    for field, value in ((HOSTNAME, name), (VENDOR_CLASS, vendor)):
        if value and value.strip():
            facts.append(Fact(field, value.strip()))
    for fact in facts:
        yield observe(address, fact, SOURCE, reporter=reporter, at=at)


ISC_IMPORTER: Final = Importer("dhcp-isc", "ISC dhcpd's dhcpd.leases.", recognise_isc, read_isc)
KEA_IMPORTER: Final = Importer("dhcp-kea", "Kea's lease file (CSV, IPv4).", recognise_kea, read_kea)
DNSMASQ_IMPORTER: Final = Importer("dhcp-dnsmasq", "dnsmasq.leases.", recognise_dnsmasq, read_dnsmasq)
WINDOWS_IMPORTER: Final = Importer(
    "dhcp-windows", "Get-DhcpServerv4Lease | Export-Csv.", recognise_windows, read_windows
)
