"""The list of devices as a browser asks for it: which, in what order, which part of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from scanner.reports import reasons
from scanner.reports.plots import subnet
from scanner.reports.rows import WORST_FIRST, Row

PAGE: Final = 100
"""Devices on one page."""
SORTS: Final = ("address", "maker", "brand", "model", "class", "verdict")
"""Columns the list can be sorted by, in the order of the table; by the last, the worst first, when none is asked."""
MAX_DIGITS: Final = 8
"""Digits of a number that is read as one: neither pages nor parts of an address have more."""


class Query(NamedTuple):
    """What the browser asks for; every text is as hostile as its sender."""

    words: str = ""
    verdict: str = ""
    maker: str = ""
    kind: str = ""
    subnet: str = ""
    sort: str = ""
    falling: bool = False
    page: int = 1

    @classmethod
    def read(cls, sent: Mapping[str, str]) -> Query:
        """Return the query in ``sent``; what is not understood is as if not sent."""
        number = sent.get("page", "")
        return cls(
            words=sent.get("q", ""),
            verdict=sent.get("verdict", ""),
            maker=sent.get("maker", ""),
            kind=sent.get("class", ""),
            subnet=sent.get("subnet", ""),
            sort=sent.get("sort", "") if sent.get("sort") in SORTS else "",
            falling=sent.get("way") == "falling",
            page=int(number) if number.isascii() and number.isdecimal() and len(number) < MAX_DIGITS else 1,
        )

    def link(self, scan: str, **changed: Any) -> str:
        """Return the query string of this query with something changed."""
        asked = self._replace(**changed)
        pairs = {
            "scan": scan,
            "q": asked.words,
            "verdict": asked.verdict,
            "maker": asked.maker,
            "class": asked.kind,
            "subnet": asked.subnet,
            "sort": asked.sort,
            "way": "falling" if asked.falling else "",
            "page": str(asked.page) if asked.page > 1 else "",
        }
        return "?" + urlencode({name: value for name, value in pairs.items() if value}, errors="replace")


class Entry(NamedTuple):
    """One device of the list, with what it is looked for by."""

    row: Row
    scan: str
    """The one that found it."""
    text: str
    kind: str
    subnet: str


class Choice(NamedTuple):
    """What the filters offer."""

    verdict: tuple[str, ...]
    maker: tuple[str, ...]
    kind: tuple[str, ...]
    subnet: tuple[str, ...]


class Part(NamedTuple):
    """One page of what was asked for."""

    entries: tuple[Entry, ...]
    devices: int
    """Devices that fit, on all pages."""
    page: int
    pages: int


def index(rows: Sequence[Row], scans: Mapping[str, str] | str) -> list[Entry]:
    """Return the rows, in their order, ready to be looked through; ``scans``: the one of all, or that of each host."""
    return [_entry(row, scans if isinstance(scans, str) else scans[row.address]) for row in rows]


def choices(entries: Sequence[Entry]) -> Choice:
    """Return what can be chosen of ``entries``."""
    levels = {entry.row.level for entry in entries}
    return Choice(
        verdict=tuple(level for level in WORST_FIRST if level in levels),
        maker=tuple(sorted({entry.row.maker or "unknown" for entry in entries}, key=str.casefold)),
        kind=tuple(sorted({entry.kind for entry in entries} - {""})),
        subnet=tuple(sorted({entry.subnet for entry in entries} - {""})),
    )


def find(entries: Sequence[Entry], query: Query) -> Part:
    """Return the page of ``entries`` that ``query`` asks for, the last one when it asks for more than there are."""
    words = query.words.casefold().split()
    wanted = [entry for entry in entries if _fits(entry, query) and all(word in entry.text for word in words)]
    if query.sort:
        # What is empty tells nothing, so it comes last either way.
        key = _KEYS[query.sort]
        full = [entry for entry in wanted if key(entry)]
        full.sort(key=key, reverse=query.falling)
        wanted = full + [entry for entry in wanted if not key(entry)]
    pages = max(1, -(-len(wanted) // PAGE))
    page = min(max(query.page, 1), pages)
    return Part(tuple(wanted[(page - 1) * PAGE : page * PAGE]), len(wanted), page, pages)


def _entry(row: Row, scan: str) -> Entry:
    kind = row.finding.identification.device_class
    words = (
        row.address, row.maker or "unknown", row.brand, row.model, kind.name if kind else "", row.level,
        row.finding.mac or "", *row.finding.addresses, *reasons.best(row.finding, 2),
    )  # fmt: skip
    return Entry(row, scan, " ".join(words).casefold(), kind.name if kind else "", subnet(row.address))


def _fits(entry: Entry, query: Query) -> bool:
    return (
        query.verdict in {"", entry.row.level}
        and query.maker in {"", entry.row.maker or "unknown"}
        and query.kind in {"", entry.kind}
        and query.subnet in {"", entry.subnet}
    )


def _by_address(entry: Entry) -> tuple[object, ...]:
    # Numbers within the text compare as numbers: 10.0.0.9 comes before 10.0.0.10.
    parts = entry.row.address.replace(":", ".").split(".")
    return tuple(
        (0, int(part)) if part.isascii() and part.isdecimal() and len(part) < MAX_DIGITS else (1, part)
        for part in parts
    )


_KEYS: Final[Mapping[str, Callable[[Entry], Any]]] = {
    "address": _by_address,
    "maker": lambda entry: entry.row.maker.casefold(),
    "brand": lambda entry: entry.row.brand.casefold(),
    "model": lambda entry: entry.row.model.casefold(),
    "class": lambda entry: entry.kind.casefold(),
    "verdict": lambda entry: (WORST_FIRST.index(entry.row.level),),
}
