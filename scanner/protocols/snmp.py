"""What a device tells by SNMP about itself and its neighbours, read from a recording of its objects.

A recording has one line per object, ``OID|tag|value``: the tag is the number of the value's ASN.1 type, followed by
``x`` when the value is written in hexadecimal. Simulators keep devices in the same form (``.snmprec``).

Read are RFC 3418 (system group), RFC 4293 (ARP and neighbour discovery tables), RFC 4188 and 4363 (bridge tables),
RFC 2863 (names of ports), IEEE 802.1AB (LLDP-MIB), CISCO-CDP-MIB, and single objects of the makers' own trees. Tables
speak of others: the subject is their address or, where the table knows no address, their hardware address.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Final

from scanner.model.dialogue import Fact, Malformed, RecordSpec
from scanner.model.observation import Field
from scanner.protocols._text import clean, read_text

SYSTEM: Final[Mapping[str, Field]] = {
    "1.3.6.1.2.1.1.1.0": Field("snmp.sysdescr"),
    "1.3.6.1.2.1.1.2.0": Field("snmp.sysobjectid"),
    "1.3.6.1.2.1.1.5.0": Field("snmp.sysname"),
}

OBJECTS: Final = (
    # Hikvision cameras: librenms/librenms hikvision-cam.yaml, glpi-agent MibSupport/Hikvision.pm.
    "1.3.6.1.4.1.39165.1.1.0",
    "1.3.6.1.4.1.39165.1.3.0",
    "1.3.6.1.4.1.39165.1.4.0",
    "1.3.6.1.4.1.39165.1.6.0",
    # Hikvision recorders: librenms/librenms; asked with and without the instance, as units differ.
    "1.3.6.1.4.1.50001.1.3",
    "1.3.6.1.4.1.50001.1.3.0",
    "1.3.6.1.4.1.50001.1.100",
    "1.3.6.1.4.1.50001.1.100.0",
    # Dahua and what it makes for others: librenms/librenms dahua-nvr.yaml, glpi-agent MibSupport/Intelbras.pm.
    "1.3.6.1.4.1.1004849.2.1.1.1.0",
    "1.3.6.1.4.1.1004849.2.1.2.4.0",
    "1.3.6.1.4.1.1004849.2.1.2.5.0",
    "1.3.6.1.4.1.1004849.2.1.2.6.0",
    "1.3.6.1.4.1.1004849.2.1.2.7.0",
    "1.3.6.1.4.1.1004849.2.1.2.11.0",
)
"""Objects in which makers tell model, version, serial number and brand. Those with settings or names are left out."""

ARP: Final = "1.3.6.1.2.1.4.22.1.2"
NEIGHBOURS: Final = "1.3.6.1.2.1.4.35.1.4"
BRIDGE: Final = "1.3.6.1.2.1.17.4.3.1.2"
VLAN_BRIDGE: Final = "1.3.6.1.2.1.17.7.1.2.2.1.2"
BRIDGE_PORTS: Final = "1.3.6.1.2.1.17.1.4.1.2"
PORT_NAMES: Final = "1.3.6.1.2.1.31.1.1.1.1"
_LLDP: Final = "1.0.8802.1.1.2.1.4.1.1"
LLDP_KIND, LLDP_CHASSIS, LLDP_NAME, LLDP_ABOUT = (f"{_LLDP}.{column}" for column in (4, 5, 9, 10))
LLDP_ADDRESS: Final = "1.0.8802.1.1.2.1.4.2.1.3"
_CDP: Final = "1.3.6.1.4.1.9.9.23.1.2.1.1"
CDP_KIND, CDP_ADDRESS, CDP_VERSION, CDP_DEVICE, CDP_PLATFORM = (f"{_CDP}.{column}" for column in (3, 4, 5, 6, 8))

TABLES: Final = (
    ARP, NEIGHBOURS, BRIDGE_PORTS, BRIDGE, VLAN_BRIDGE, PORT_NAMES,
    LLDP_KIND, LLDP_CHASSIS, LLDP_NAME, LLDP_ABOUT, LLDP_ADDRESS,
    CDP_KIND, CDP_ADDRESS, CDP_VERSION, CDP_DEVICE, CDP_PLATFORM,
)  # fmt: skip
"""Columns of tables, to be read whole."""

MAX_OBJECTS: Final = 131_072
"""Lines of one recording: the ARP and bridge tables of a campus core have some ten thousand rows each."""
MAX_OID: Final = 1024
"""Characters of an OID: 128 parts of a usual length, the limit of RFC 2578."""
MAX_ON_PORT: Final = 4
"""Hardware addresses behind one port up to which a device hangs there: a phone and what is plugged into it, a
camera with several units. Behind more there is another switch, which knows the true port."""

MAC: Final = Field("link.mac")
PORT: Final = Field("link.port")
LLDP_SYSTEM: Final = Field("lldp.system_name")
LLDP_DESCRIPTION: Final = Field("lldp.system_description")
CDP_ID: Final = Field("cdp.device")
CDP_SOFTWARE: Final = Field("cdp.version")
CDP_MODEL: Final = Field("cdp.platform")

INTEGER, OCTETS, OID = "2", "4", "6"
"""Tags, as ASN.1 numbers the types."""
HEX: Final = "x"

_IPV4, _IPV6 = 1, 2
"""InetAddressType of RFC 4001, AddressFamilyNumbers of IANA and CiscoNetworkProtocol number these alike."""
_MAC_SIZE: Final = 6
_CHASSIS_MAC, _CHASSIS_ADDRESS = b"4", b"5"
"""LldpChassisIdSubtype."""
_GROUP_BIT: Final = 1
_BYTE: Final = 255

_Table = dict[str, dict[tuple[int, ...], bytes]]


def decode(recording: bytes) -> Iterator[Fact]:
    """Yield what the device tells of itself, then what its tables tell of others.

    Rows that cannot be what their table holds are passed over. Malformed when a line is no object, or too many are
    given.
    """
    tables: _Table = {column: {} for column in TABLES}
    for number, line in enumerate(recording.splitlines()):
        if number >= MAX_OBJECTS:
            raise Malformed(f"more than {MAX_OBJECTS} objects")
        oid, value = _object(line)
        field = SYSTEM.get(oid) or (Field(f"snmp.oid.{oid}") if oid in OBJECTS else None)
        if field is not None:
            text = clean(read_text(value.rstrip(b"\0")))
            if text:
                yield Fact(field, text)
            continue
        for column in TABLES:
            if oid.startswith(f"{column}."):
                tables[column][tuple(map(int, oid[len(column) + 1 :].split(".")))] = value
                break
    yield from _addresses(tables)
    yield from _ports(tables)
    yield from _lldp(tables)
    yield from _cdp(tables)


def _object(line: bytes) -> tuple[str, bytes]:
    name, _, rest = line.partition(b"|")
    tag, mark, value = rest.partition(b"|")
    if not mark or len(name) > MAX_OID or not tag.rstrip(HEX.encode()).isdigit():
        raise Malformed("a line is no object")
    parts = name.split(b".")
    if not all(part.isdigit() and len(part) <= 10 for part in parts):  # noqa: PLR2004 - digits of 2^32
        raise Malformed("a name is no OID")
    if tag.endswith(HEX.encode()):
        try:
            value = bytes.fromhex(value.decode("ascii"))
        except ValueError as error:
            raise Malformed("a value is not hexadecimal") from error
    return name.decode("ascii"), value


def _addresses(tables: _Table) -> Iterator[Fact]:
    """Yield who has which hardware address; the address is the end of the row's index, behind the interface."""
    for (_, *index), value in tables[ARP].items():
        address, mac = _ip(_IPV4, index), _mac(value)
        if address and mac:
            yield Fact(MAC, mac, address)
    for (_, *index), value in tables[NEIGHBOURS].items():
        kind, size, *parts = index if len(index) > 1 else (0, 0)
        address, mac = _ip(kind, parts) if size == len(parts) else "", _mac(value)
        if address and mac:
            yield Fact(MAC, mac, address)


def _ports(tables: _Table) -> Iterator[Fact]:
    """Yield who hangs at which port of a switch, leaving out the ports that lead to other switches."""
    behind: dict[int, dict[str, None]] = defaultdict(dict)
    for column in (BRIDGE, VLAN_BRIDGE):
        for index, value in tables[column].items():
            mac = _mac(bytes(part & _BYTE for part in index[-_MAC_SIZE:]))
            if mac and value.isdigit() and len(value) <= 10 and int(value):  # noqa: PLR2004 - digits of 2^32
                behind[int(value)][mac] = None
    for port, macs in behind.items():
        number = tables[BRIDGE_PORTS].get((port,), b"")
        named = tables[PORT_NAMES].get((int(number),), b"") if number.isdigit() and len(number) <= 10 else b""  # noqa: PLR2004
        if len(macs) <= MAX_ON_PORT:
            for mac in macs:
                yield Fact(PORT, clean(read_text(named)) or f"port {port}", mac)


def _lldp(tables: _Table) -> Iterator[Fact]:
    named: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for index in tables[LLDP_ADDRESS]:
        kind, size, *parts = index[3:] if len(index) > 4 else (0, 0)  # noqa: PLR2004 - three parts name the row
        if size == len(parts) and (address := _ip(kind, parts)):
            named[index[:3]].append(address)
    for row, chassis in tables[LLDP_CHASSIS].items():
        shape = tables[LLDP_KIND].get(row, b"")
        own = _mac(chassis) if shape == _CHASSIS_MAC else ""
        if shape == _CHASSIS_ADDRESS and chassis:
            own = _ip(chassis[0], list(chassis[1:]))
        for subject in named.get(row) or filter(None, [own]):
            yield from _tell(tables, row, subject, {LLDP_NAME: LLDP_SYSTEM, LLDP_ABOUT: LLDP_DESCRIPTION})


def _cdp(tables: _Table) -> Iterator[Fact]:
    for row, address in tables[CDP_ADDRESS].items():
        subject = _ip(_IPV4 if tables[CDP_KIND].get(row, b"1") == b"1" else 0, list(address))
        if subject:
            fields = {CDP_DEVICE: CDP_ID, CDP_VERSION: CDP_SOFTWARE, CDP_PLATFORM: CDP_MODEL}
            yield from _tell(tables, row, subject, fields)


def _tell(tables: _Table, row: tuple[int, ...], subject: str, fields: Mapping[str, Field]) -> Iterator[Fact]:
    for column, field in fields.items():
        text = clean(read_text(tables[column].get(row, b"")))
        if text:
            yield Fact(field, text, subject)


def _ip(kind: int, parts: list[int]) -> str:
    """Return the address that ``parts`` spell, empty when they spell none that a host can have."""
    if any(part > _BYTE for part in parts):
        return ""
    if (kind, len(parts)) not in {(_IPV4, 4), (_IPV6, 16)}:
        return ""
    address = ip_address(bytes(parts))
    return "" if address.is_unspecified or address.is_multicast or address.is_loopback else str(address)


def _mac(value: bytes) -> str:
    """Return the hardware address in ``value``, empty when no device can have it."""
    return value.hex(":") if len(value) == _MAC_SIZE and any(value) and not value[0] & _GROUP_BIT else ""


SPEC = RecordSpec(
    name="snmp",
    fields=(
        *SYSTEM.values(),
        *(Field(f"snmp.oid.{oid}") for oid in OBJECTS),
        MAC, PORT, LLDP_SYSTEM, LLDP_DESCRIPTION, CDP_ID, CDP_SOFTWARE, CDP_MODEL,
    ),
    decode=decode,
    about="What devices, routers and switches tell to those who have a community or an account for them.",
)  # fmt: skip
