"""Inventory tables as CSV: which column is which field is given, or told by headings that name a field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from scanner.importers.importer import BadPart, Given, Importer, Item, Unreadable, observe, read_host
from scanner.importers.lines import head_lines, read_table, split
from scanner.model.dialogue import Fact
from scanner.model.observation import Field

SOURCE: Final = "inventory"
HOST: Final = "host"

_HEADINGS: Final = {
    "host": HOST, "ip": HOST, "ip address": HOST, "ip_address": HOST, "ipaddress": HOST, "address": HOST,
    "mac": "link.mac", "mac address": "link.mac", "mac_address": "link.mac", "macaddress": "link.mac",
    "hostname": "name.dns", "dns name": "name.dns",
}  # fmt: skip
"""Usual headings, lower case. Which field a column of makers or models stands for is for its owner to say."""


def recognise(head: bytes, name: str) -> bool:  # noqa: ARG001 - every importer takes it
    """True when the first line has a column of hosts and another that is known."""
    fields = [_HEADINGS.get(cell.strip().lower()) or _field(cell) for cell in split(head_lines(head)[0])]
    return HOST in fields and sum(field is not None for field in fields) > 1


def read(stream: BinaryIO, given: Given) -> Iterator[Item]:
    """Yield one observation a filled cell, reported by the file.

    ``given.columns`` says which heading is which field, and goes before the usual headings. A row without a host is a
    bad part. Raises Unreadable when no column is the host's, or a given column is not in the file.
    """

    def read_row(where: str, row: list[tuple[str, str]]) -> Iterator[Item]:
        host = next((cell for field, cell in row if field == HOST and cell), None)
        if host is None:
            yield BadPart(where, "no host")
            return
        address = read_host(host) or host
        for field, cell in row:
            if field != HOST and cell:
                yield observe(address, Fact(Field(field), cell), SOURCE, reporter=given.name)

    return read_table(stream, lambda headings: _columns(headings, given), read_row)


def _columns(headings: list[str], given: Given) -> list[str | None]:
    mapped = {column.strip().lower(): field for column, field in given.columns}
    known = [heading.strip().lower() for heading in headings]
    for column in mapped:
        if column not in known:
            raise Unreadable(f"no column {column!r}; there are {', '.join(map(repr, known))}")
    usual = {heading: field for heading, field in _HEADINGS.items() if field not in mapped.values()}
    fields = [mapped.get(heading) or usual.get(heading) or _field(heading) for heading in known]
    if HOST not in fields:
        raise Unreadable("no column is the host's; say which with --map COLUMN=host")
    return fields


def _field(heading: str) -> str | None:
    text = heading.strip().lower()
    return text if "." in text and text.replace(".", "").replace("_", "").isalnum() else None


IMPORTER: Final = Importer("inventory", "Inventory tables as CSV.", recognise, read)
