"""Inventory tables as CSV: which column is which field is given, or told by headings that name a field."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import BinaryIO, Final

from scanner.importers.importer import BadPart, Given, Importer, Item, Unreadable, observe, read_host
from scanner.importers.lines import head_lines, read_lines
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
    fields = [_HEADINGS.get(cell.strip().lower()) or _field(cell) for cell in _split(head_lines(head)[0])]
    return HOST in fields and sum(field is not None for field in fields) > 1


def read(stream: BinaryIO, given: Given) -> Iterator[Item]:
    """Yield one observation a filled cell, reported by the file.

    ``given.columns`` says which heading is which field, and goes before the usual headings. A row without a host is a
    bad part. Raises Unreadable when no column is the host's, or a given column is not in the file.
    """
    columns: list[str | None] | None = None
    comma = ","
    for line in read_lines(stream):
        if isinstance(line, BadPart):
            yield line
            continue
        number, text = line
        if not text.strip():
            continue
        if columns is None:
            comma = _comma(text)
            columns = _columns(_split(text), given)
            continue
        try:
            cells = next(csv.reader([text], delimiter=comma))
        except csv.Error as error:
            yield BadPart(f"line {number}", str(error))
            continue
        row = [(field, cell.strip()) for field, cell in zip(columns, cells, strict=False) if field and cell.strip()]
        host = next((cell for field, cell in row if field == HOST), None)
        if host is None:
            yield BadPart(f"line {number}", "no host")
            continue
        address = read_host(host) or host
        for field, cell in row:
            if field != HOST:
                yield observe(address, Fact(Field(field), cell), SOURCE, reporter=given.name)


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


def _comma(line: str) -> str:
    return max(",;\t", key=line.count)


def _split(line: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=_comma(line)), [])
    except csv.Error:
        return []


IMPORTER: Final = Importer("inventory", "Inventory tables as CSV.", recognise, read)
