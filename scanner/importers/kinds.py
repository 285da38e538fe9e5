"""Every kind of file that can be imported, one line per importer; files are told apart by their content."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from scanner.importers import (
    censys,
    inventory,
    json_lines,
    leases,
    masscan,
    neighbours,
    nmap_xml,
    pcap,
    shodan,
    zgrab2,
)
from scanner.importers.compression import fault_of, open_plain
from scanner.importers.importer import BadPart, Given, Importer, Item, Unreadable

ALL: Final[tuple[Importer, ...]] = (
    pcap.IMPORTER,
    nmap_xml.IMPORTER,
    json_lines.IMPORTER,
    masscan.JSON_IMPORTER,
    masscan.LIST_IMPORTER,
    zgrab2.IMPORTER,
    shodan.IMPORTER,
    censys.IMPORTER,
    leases.ISC_IMPORTER,
    leases.KEA_IMPORTER,
    leases.DNSMASQ_IMPORTER,
    leases.WINDOWS_IMPORTER,
    inventory.IMPORTER,
    neighbours.IMPORTER,
)
"""Every kind of file, in the order in which they are tried; the vaguest last."""

HEAD: Final = 65_536
"""Bytes by which a file is recognised."""

__all__ = ["ALL", "BadPart", "Given", "Importer", "Item", "Unreadable", "read", "recognise"]


def recognise(head: bytes, name: str) -> Importer | None:
    """Return the importer of a file that begins with ``head`` (decompressed), None when its content fits none."""
    return next((importer for importer in ALL if importer.recognise(head, name)), None)


def read(stream: BinaryIO, given: Given, kind: Importer | None = None) -> Iterator[Item]:
    """Yield what the file holds, decompressed where it is compressed, as ``kind`` or as what its content says.

    Raises Unreadable when it is empty, of no known kind, or not of the kind it is taken for; what comes after a part
    that cannot be read may be lost, which its BadPart says.
    """
    plain = open_plain(stream)
    head = plain.peek(HEAD)[:HEAD]
    if not head:
        raise Unreadable(fault_of(plain) or "it is empty")
    importer = kind or recognise(head, given.name)
    if importer is None:
        raise Unreadable("its content is of no kind we know; name the kind with --as if you know better")
    yield from importer.read(plain, given)
    fault = fault_of(plain)
    if fault is not None:
        yield BadPart("its end", fault)
