"""One device a row, as every report for people lists them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import Final, NamedTuple

from scanner.model.entity import Company
from scanner.model.finding import Finding, Identification
from scanner.model.measure import LEVELS, Verdict, VerdictLevel

WORST_FIRST: Final[tuple[VerdictLevel, ...]] = LEVELS[::-1]
_AFTER_ADDRESSES: Final = 7
"""Labels sort after IP versions 4 and 6."""


class Row(NamedTuple):
    """What a list says of one device. Every text but ``level`` may come from the device: callers make it inert."""

    finding: Finding
    address: str
    maker: str
    """Short name; empty when nothing says who made it."""
    brand: str
    """Empty when it is the maker's own, or unknown."""
    model: str
    level: VerdictLevel
    verdict: Verdict | None
    """The one that ``level`` comes from: the worst, of equals the first."""

    @property
    def under(self) -> str:
        """The measure behind ``level`` when that is not the policy's first, which readers have in mind; else empty."""
        if self.verdict is None or self.verdict is self.finding.verdicts[0]:
            return ""
        return self.verdict.measure


def rows(findings: Iterable[Finding], companies: Mapping[str, Company]) -> list[Row]:
    """Return the rows of ``findings``: covered, likely, review, undetermined, not-covered, then by address."""
    return sorted((_row(finding, companies) for finding in findings), key=lambda row: order(row.level, row.address))


def is_unknown(finding: Finding) -> bool:
    """Whether nothing says who made the device."""
    maker = finding.identification.manufacturer
    return maker is None or maker.tier == "unknown"


def short_name(company: str, name: str, companies: Mapping[str, Company]) -> str:
    """Return the name that people use for ``company`` (an id), ``name`` when the catalogue does not know it."""
    if company not in companies:
        return name
    known = companies[company]
    names = (*known.aliases, known.name)
    usual = [each for each in names if each.casefold() == company.replace("-", " ")]
    return usual[0] if usual else min(names, key=len)


def _row(finding: Finding, companies: Mapping[str, Company]) -> Row:
    # max() keeps the first of equals, and verdicts come in the policy's order.
    verdict = max(finding.verdicts, key=lambda each: LEVELS.index(each.verdict), default=None)
    who = finding.identification
    maker = who.manufacturer
    return Row(
        finding=finding,
        address=finding.host,
        maker="" if maker is None or is_unknown(finding) else short_name(maker.value, maker.name, companies),
        brand=_brand(who, companies),
        model=who.model.name if who.model else "",
        level=verdict.verdict if verdict else "undetermined",
        verdict=verdict,
    )


def _brand(who: Identification, companies: Mapping[str, Company]) -> str:
    if who.brand is None:
        return ""
    own: set[str] = set()
    if who.manufacturer is not None:
        own |= {who.manufacturer.value, who.manufacturer.name.casefold()}
        known = companies.get(who.manufacturer.value)
        own |= {each.casefold() for each in known.aliases} if known else set()
    return "" if {who.brand.value, who.brand.name.casefold()} & own else who.brand.name


def order(level: VerdictLevel, host: str) -> tuple[int, int, int, str]:
    """Return what to sort by: the worst verdict first, then by address; a ``host`` that is a label comes after."""
    rank = WORST_FIRST.index(level)
    try:
        address = ip_address(host)
    except ValueError:
        return rank, _AFTER_ADDRESSES, 0, host
    return rank, address.version, int(address), host
