"""Tables of neighbours, as hosts, routers and switches print them: which address has which hardware address.

A row is told by its shape, not by its heading: one hardware address, in any of the usual spellings, and the first IP
address of the line if there is one. So every maker's table is read, in every language. A switch's table of its ports
has no addresses: its rows become hosts named by their hardware address, which tells who made them.

The reporter is whoever printed the table, where the text names it (a prompt, a line of an interface), else the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from scanner.importers.importer import (
    LINK_MAC,
    BadPart,
    Given,
    Importer,
    Item,
    Unreadable,
    observe,
    read_host,
)
from scanner.importers.lines import head_lines, read_lines
from scanner.model.dialogue import Fact

SOURCE: Final = "neighbours"

_WORDS: Final = re.compile(r"[^\s()\[\]<>|,;=\"']+")
_MAC: Final = re.compile(
    r"[0-9A-Fa-f]{1,2}(?::[0-9A-Fa-f]{1,2}){5}|[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){5}"
    r"|[0-9A-Fa-f]{4}([.-])[0-9A-Fa-f]{4}\1[0-9A-Fa-f]{4}|[0-9A-Fa-f]{6}-[0-9A-Fa-f]{6}"
)
_DAMAGED: Final = re.compile(
    r"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){3,4}[:-]?[0-9A-Fa-f]?|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.?[0-9A-Fa-f]{0,3}"
)
"""A hardware address cut short; three pairs are a time of day."""
_NOBODY: Final = frozenset(
    {"cpu", "router", "self", "switch", "drop", "igmp", "failed", "incomplete", "0x0", "sup-eth1", "sup-eth2"}
)
"""Words of rows that are the device's own, or that nobody answered for. ``0x0``: the flags of /proc/net/arp."""
_FEWEST: Final = 2
"""Words that a row of a switch's ports has beside the hardware address: a VLAN and a port, or a kind."""
_PROMPTS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:\S{1,64}@)?([\w.-]{1,64})(?:\([\w-]{1,32}\))?[#>]\s*(?:show|display|get)\s",
        r"<([\w.-]{1,64})>\s*display\s",
        r"\[[\w-]{1,64}@([\w.-]{1,64})\]\s*[>/]",  # MikroTik
        r"[^0-9]{1,40}([0-9]{1,3}(?:\.[0-9]{1,3}){3})\s+---\s+0x[0-9A-Fa-f]+",  # Windows, an interface
    )
)
_ENOUGH: Final = 0.4
"""Share of the first lines that must be rows; in a table of few rows half of that, with a whole legend above."""
_LEGEND: Final = 12
"""Lines of legends, headings and totals in a table of few rows."""


def recognise(head: bytes, name: str) -> bool:  # noqa: ARG001 - every importer takes it
    """True when rows of a table, and little else, stand in the first lines."""
    lines = [line for line in head_lines(head) if any(map(str.isalnum, line))]
    rows = sum(_row(line) is not None for line in lines)
    told = rows + sum(_reporter(line) is not None for line in lines)
    least = _ENOUGH / 2 if len(lines) - told <= _LEGEND else _ENOUGH
    return rows > 0 and told >= least * len(lines)


def read(stream: BinaryIO, given: Given) -> Iterator[Item]:
    """Yield one hardware address a row; a row with a damaged one is a bad part.

    Raises Unreadable when there is no row at all.
    """
    reporter, rows = given.name, 0
    for line in read_lines(stream):
        if isinstance(line, BadPart):
            yield line
            continue
        number, text = line
        told = _reporter(text)
        if told is not None:
            reporter = told
            continue
        row = _row(text)
        if row is None:
            if _is_damaged(text):
                yield BadPart(f"line {number}", "a row of which the hardware address is damaged")
            continue
        rows += 1
        address, mac = row
        if mac is not None:
            yield observe(address, Fact(LINK_MAC, mac), SOURCE, carrier="link", reporter=reporter)
    if not rows:
        raise Unreadable("no row of a table of neighbours in it")


def _reporter(text: str) -> str | None:
    found = (pattern.match(text.strip()) for pattern in _PROMPTS)
    return next((match[1] for match in found if match is not None), None)


def _row(text: str) -> tuple[str, str | None] | None:
    """Return address (or the hardware address as label) and hardware address; None for no row.

    The hardware address is None where the row says that it is a group's, or nobody's.
    """
    words = _WORDS.findall(text)
    macs = [word for word in words if _MAC.fullmatch(word)]
    if len(macs) != 1:
        return None
    mac = _normal(macs[0])
    address = _address(words)
    if address is None and (len(words) <= _FEWEST or any(word.endswith(":") for word in words)):
        return None
    nobody = not _NOBODY.isdisjoint(word.lower() for word in words)
    return address or mac or macs[0], None if nobody else mac


def _address(words: list[str]) -> str | None:
    candidates = (word.partition("/")[0] for word in words if "." in word or ":" in word)
    return next((address for address in map(read_host, candidates) if address is not None), None)


def _is_damaged(text: str) -> bool:
    words = _WORDS.findall(text)
    return any(map(_DAMAGED.fullmatch, words)) and _address(words) is not None


def _normal(text: str) -> str | None:
    """Return the usual spelling of one device's hardware address; None for a group's and for zeros."""
    pairs = text.split(":") if ":" in text else [text.replace(".", "").replace("-", "")]
    raw = bytes.fromhex("".join(pair.zfill(2) for pair in pairs))
    return None if raw[0] & 1 or not any(raw) else raw.hex(":")


IMPORTER: Final = Importer("neighbours", "ARP, neighbour and MAC address tables.", recognise, read)
