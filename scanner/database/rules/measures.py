"""Legal instruments: their provisions and whom they list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from scanner.database.load import Database
from scanner.database.rules.problem import Problem
from scanner.database.rules.row import is_reversed, unlisted
from scanner.model.measure import Measure

EXPLANATIONS: Final[Mapping[str, str]] = {
    "MS001": "One measure, one file, named by its id; provisions have ids of their own.",
    "MS002": "A listing names one of: a company or a brand of entities/, a category of goods.",
    "MS003": "A measure is read in law: it, its provisions and its listings cite sources that are in sources.toml.",
    "MS004": "A period cannot end before it begins, and a measure cannot be checked before it was enacted.",
    "MS005": "A measure lists somebody or forbids something.",
}
"""Code → paragraph."""


def lint(database: Database) -> Iterator[Problem]:
    """Every problem of the files of measures/."""
    for measure in database.measures.values():
        file = database.measure_files[measure.id]
        where = f"{file}: {measure.id}"
        if Path(file).stem != measure.id:
            yield Problem("MS001", where, f"the file must be named {measure.id}.toml")
        if not measure.sources:
            yield Problem("MS003", where, "no source: say where the instrument can be read")
        for source in unlisted(dict.fromkeys(_cited(measure)), database):
            yield Problem("MS003", where, f"the source '{source}' is not in sources.toml")
        if not measure.listing and not measure.provision:
            yield Problem("MS005", where, "it lists nobody and forbids nothing")
        if measure.checked < measure.enacted:
            yield Problem("MS004", where, "checked is earlier than enacted")
        yield from _lint_provisions(where, measure)
        yield from _lint_listings(database, where, measure)


def _cited(measure: Measure) -> Iterator[str]:
    yield from measure.sources
    for provision in measure.provision:
        yield from provision.sources
    for listing in measure.listing:
        yield from listing.sources


def _lint_provisions(where: str, measure: Measure) -> Iterator[Problem]:
    seen: set[str] = set()
    for provision in measure.provision:
        if provision.id in seen:
            yield Problem("MS001", where, f"two provisions have the id '{provision.id}'")
        seen.add(provision.id)
        if is_reversed(provision.effective, provision.until):
            yield Problem("MS004", where, f"provision {provision.id}: effective is later than until")


def _lint_listings(database: Database, where: str, measure: Measure) -> Iterator[Problem]:
    for number, listing in enumerate(measure.listing, 1):
        if sum(named is not None for named in (listing.company, listing.brand, listing.category)) != 1:
            yield Problem("MS002", where, f"listing {number}: give company, brand or category, one of them")
        if listing.company is not None and listing.company not in database.companies:
            yield Problem("MS002", where, f"listing {number}: '{listing.company}' is not in companies.toml")
        if listing.brand is not None and listing.brand not in database.brands:
            yield Problem("MS002", where, f"listing {number}: '{listing.brand}' is not in brands.toml")
        if is_reversed(listing.start, listing.until):
            yield Problem("MS004", where, f"listing {number}: from is later than until")
