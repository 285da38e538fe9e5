"""What DHCP servers keep of their leases: ISC dhcpd, Kea (CSV), dnsmasq, and Windows (PowerShell, or its console).

All of it is the server's word about its clients: hearsay. The reporter is the server's own address where the file has
it, else the file's name. ISC dhcpd and Kea append to their files: of one address the last lease counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import BinaryIO, Final

from scanner.importers.importer import BadPart, Given, Importer, Item, observe, read_host, read_seconds
from scanner.importers.lines import head_lines, read_lines, read_rows, read_table, split
from scanner.model.dialogue import Fact
from scanner.protocols.dhcp import HOSTNAME, MAC, VENDOR_CLASS

MAX_LEASES: Final = 131_072
"""Addresses whose last lease is remembered: twice a /16; of more the oldest are told as they stand."""

SOURCE: Final = "dhcp-leases"

_LEASE: Final = re.compile(r"lease\s+([0-9.]+)\s*\{")
_STATEMENT: Final = re.compile(
    r'\s*(?:hardware ethernet\s+(?P<mac>[0-9A-Fa-f:]+)|client-hostname\s+"(?P<name>(?:[^"\\]|\\.)*)"'
    r'|set vendor-class-identifier\s*=\s*"(?P<vendor>(?:[^"\\]|\\.)*)"'
    r"|binding state (?P<state>\w+)"
    r"|cltt\s+(?:epoch\s+(?P<epoch>[0-9]+)|[0-6]\s+(?P<cltt>[0-9/]+ [0-9:]+))"
    r"|starts\s+(?:epoch\s+(?P<begun>[0-9]+)|[0-6]\s+(?P<starts>[0-9/]+ [0-9:]+)))\s*;"
)
_DNSMASQ: Final = re.compile(
    r"([0-9]{1,12}) ((?:[0-9A-Fa-f]{2}-)?[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}) ([0-9.]+) (\S+)(?: |$)"
)
_KEA: Final = frozenset({"address", "hwaddr", "valid_lifetime", "expire"})
_WINDOWS: Final = frozenset({"ipaddress", "clientid"})
_CONSOLE: Final = ("ipaddress", "hostname", "leaseexpirytime", "clienttype", "clientid")
"""The first columns of the console's *Export List*, whose headings are in the server's language."""
_IDENTIFIER: Final = re.compile(r"[0-9A-Fa-f]{12,510}")
_INACTIVE: Final = frozenset({"declined", "expired", "inactivereservation"})
_GONE: Final = frozenset({"1", "2", "3"})
"""Kea's states: declined, expired and reclaimed, released."""
_MAC: Final = re.compile(r"[0-9A-Fa-f]{2}(?:[:-]?[0-9A-Fa-f]{2}){5}")


class _Last:
    """The last lease of each address."""

    def __init__(self) -> None:
        self._of: dict[str, tuple[Item, ...]] = {}

    def put(self, address: str, told: Iterator[Item] | None) -> Iterator[Item]:
        """Take a lease in place of the one before, None for no lease; yield what there is no more room for."""
        self._of.pop(address, None)
        if told is not None:
            self._of[address] = tuple(told)
            if len(self._of) > MAX_LEASES:
                yield from self._of.pop(next(iter(self._of)))

    def all(self) -> Iterator[Item]:
        for told in self._of.values():
            yield from told


def recognise_isc(head: bytes, name: str) -> bool:  # noqa: ARG001 - every importer takes it
    """True when a lease block is opened."""
    return any(_LEASE.match(line) for line in head_lines(head)) or b"written by isc-dhcp" in head


def read_isc(stream: BinaryIO, given: Given) -> Iterator[Item]:
    """Yield what each lease block says, at its client's last transaction."""
    address: str | None = None
    told: dict[str, str] = {}
    last = _Last()
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
            lease = _tell(
                address, given.name, at, mac=told.get("mac"), name=told.get("name"), vendor=told.get("vendor")
            )
            yield from last.put(address, lease if told.get("state") != "abandoned" else None)
            address = None
        elif address is not None and (found := _STATEMENT.match(text)) is not None:
            told.update({key: value for key, value in found.groupdict().items() if value is not None})
    yield from last.all()
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
    """True for the heading of Kea's lease files."""
    return set(split(head_lines(head)[0])) >= _KEA


def read_kea(stream: BinaryIO, given: Given) -> Iterator[Item]:
    """Yield what each row says, at the time the lease was last given; released and expired leases are left out."""
    last, width = _Last(), 0

    def columns(headings: list[str]) -> list[str]:
        nonlocal width
        width = len(headings)
        return headings

    def read_row(where: str, cells: list[tuple[str, str]]) -> Iterator[Item]:
        row = dict(cells)
        address = read_host(row.get("address", ""))
        if address is None or len(cells) < width:
            yield BadPart(where, "no address, or too few columns")
            return
        at = _kea_time(row)
        # Kea writes a comma inside a name as &#x2c.
        name = row.get("hostname", "").replace("&#x2c", ",").rstrip(".")
        lease = _tell(address, given.name, at, mac=row.get("hwaddr"), name=name)
        yield from last.put(address, None if row.get("state") in _GONE else lease)

    yield from read_table(stream, columns, read_row, quoted=False)
    yield from last.all()


def _kea_time(row: dict[str, str]) -> datetime | None:
    expires, lifetime = read_seconds(row.get("expire", "")), row.get("valid_lifetime", "")
    if expires is None or not (lifetime.isascii() and lifetime.isdecimal() and len(lifetime) <= 10):  # noqa: PLR2004 - 32 bits
        return None
    return _before(expires, int(lifetime))


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
    return read_rows(stream, partial(_read_dnsmasq, given.name))


def _read_dnsmasq(reporter: str, where: str, text: str) -> Iterator[Item]:
    found = _DNSMASQ.match(text)
    address = read_host(found[3]) if found is not None else None
    if found is not None and address is not None:
        yield from _tell(address, reporter, mac=found[2][-17:], name=found[4] if found[4] != "*" else None)
    elif not _is_ipv6(text):
        yield BadPart(where, "not a lease as dnsmasq writes it")


def _is_ipv6(text: str) -> bool:
    """True for the leases of IPv6 and what stands above them: they have no hardware addresses."""
    words = text.split(" ")
    return words[0] == "duid" or (len(words) > 3 and ":" in words[2] and read_host(words[2]) is not None)  # noqa: PLR2004 - end, id, address, name


def recognise_windows(head: bytes, name: str) -> bool:  # noqa: ARG001 - every importer takes it
    """True for the columns of ``Get-DhcpServerv4Lease | Export-Csv``, and for rows of the console's *Export List*."""
    lines = [line for line in head_lines(head) if line.strip()]
    if any({cell.lower() for cell in split(line)} >= _WINDOWS for line in lines[:2]):
        return True
    cells = split(lines[1]) if len(lines) > 1 else []
    if len(cells) < len(_CONSOLE) or len(cells) != len(split(lines[0])):
        return False
    return read_host(cells[0]) is not None and _IDENTIFIER.fullmatch(cells[4]) is not None


def _windows_columns(headings: list[str]) -> list[str]:
    columns = [heading.lower() for heading in headings]
    return columns if set(columns) >= _WINDOWS else [*_CONSOLE, *columns[len(_CONSOLE) :]]


def read_windows(stream: BinaryIO, given: Given) -> Iterator[Item]:
    """Yield what each row says; only the end of a lease is in the file, so no time is known.

    Declined and expired leases are left out.
    """
    return read_table(stream, _windows_columns, partial(_read_windows, given.name))


def _read_windows(reporter: str, where: str, cells: list[tuple[str, str]]) -> Iterator[Item]:
    row = dict(cells)
    address = read_host(row.get("ipaddress", ""))
    if address is None:
        yield BadPart(where, "no address in IPAddress")
    elif row.get("addressstate", "").lower() not in _INACTIVE:
        server = read_host(row.get("serverip", "")) or reporter
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
KEA_IMPORTER: Final = Importer("dhcp-kea", "Kea's lease files (CSV).", recognise_kea, read_kea)
DNSMASQ_IMPORTER: Final = Importer("dhcp-dnsmasq", "dnsmasq.leases.", recognise_dnsmasq, read_dnsmasq)
WINDOWS_IMPORTER: Final = Importer(
    "dhcp-windows", "Get-DhcpServerv4Lease | Export-Csv, or the console's Export List.", recognise_windows, read_windows
)
