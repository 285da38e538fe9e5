"""Companies, brands, product lines and the relations between them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from scanner.database.load import Database
from scanner.database.registry import spelling
from scanner.database.rules.problem import Problem
from scanner.database.rules.row import is_id, is_reversed, unlisted
from scanner.model.entity import Bound, Relation

EXPLANATIONS: Final[Mapping[str, str]] = {
    "EN001": "Two entities of one kind have the same id.",
    "EN002": "An entity names another that does not exist: a brand's holder, a line's company, a relation's "
    "subject or object. The object of manufactures-for is a brand, every other object a company other "
    "than the subject.",
    "EN003": "Companies, brands, product lines, relations and disputes each cite a source that is in sources.toml.",
    "EN004": "A relation cannot end before it begins: compare the earliest day of from with the latest of until.",
    "EN005": "The registrant is not in the IEEE registry as shipped (letter case, blanks and punctuation aside). "
    "Spell it as the registry does, or rebuild the registry.",
    "EN006": "Two companies claim the same registrant, so its address blocks would name either.",
    "EN007": "Countries are written as two capital letters, ISO 3166-1.",
    "EN008": "Ids are lower-case words joined by single hyphens.",
    "EN009": "An address block of a company that only sells asserts a brand, so seller_only comes with the brand; "
    "a company that makes its own equipment is itself what its blocks assert.",
    "EN010": "share grades what a brand proves about its maker, so it is given with manufactures-for and only there.",
    "EN011": "One end of a period is a day (on) or a window (between, in order), not both. With neither it is known to "
    "have come, but not when.",
}
"""Code → paragraph."""

_COUNTRY: Final = re.compile(r"[A-Z]{2}")


def lint(database: Database) -> Iterator[Problem]:
    """Every problem of the files of entities/."""
    yield from _lint_companies(database)
    for brand in database.brands.values():
        where = f"{database.folder}/entities/brands.toml: {brand.id}"
        if brand.holder not in database.companies:
            yield Problem("EN002", where, f"the holder '{brand.holder}' is not in companies.toml")
        yield from _lint_named(database, where, brand.id, brand.sources)
    for line in database.product_lines.values():
        where = f"{database.folder}/entities/product_lines.toml: {line.id}"
        if line.company not in database.companies:
            yield Problem("EN002", where, f"the company '{line.company}' is not in companies.toml")
        yield from _lint_named(database, where, line.id, line.sources)
    yield from _lint_relations(database)


def _lint_named(database: Database, where: str, name: str, sources: tuple[str, ...]) -> Iterator[Problem]:
    if not is_id(name):
        yield Problem("EN008", where, "the id must be lower-case words joined by single hyphens")
    if not sources:
        yield Problem("EN003", where, "no source: say where it is known from")
    for source in unlisted(sources, database):
        yield Problem("EN003", where, f"the source '{source}' is not in sources.toml")


def _lint_companies(database: Database) -> Iterator[Problem]:
    blocks = list(database.registry.blocks())
    registered = {spelling(block.registrant) for block in blocks}
    holders: dict[str, str] = {}
    for company in database.companies.values():
        where = f"{database.folder}/entities/companies.toml: {company.id}"
        yield from _lint_named(database, where, company.id, company.sources)
        if company.country and not _COUNTRY.fullmatch(company.country):
            yield Problem("EN007", where, f"the country '{company.country}' is not two capital letters (ISO 3166)")
        if company.brand is not None and company.brand not in database.brands:
            yield Problem("EN002", where, f"the brand '{company.brand}' is not in brands.toml")
        if company.brand is not None and not company.seller_only:
            yield Problem("EN009", where, "brand is given without seller_only")
        if company.seller_only and company.registrants and company.brand is None:
            yield Problem("EN009", where, "its address blocks assert nothing: give the brand")
        for name in company.registrants:
            if registered and spelling(name) not in registered:
                yield Problem("EN005", where, f"no block of the address registry is held by '{name}'")
            holder = holders.setdefault(spelling(name), company.id)
            if holder != company.id:
                yield Problem("EN006", where, f"the registrant '{name}' is also claimed by {holder}")


def _lint_relations(database: Database) -> Iterator[Problem]:
    for relation in database.relations:
        where = f"{database.folder}/entities/relations.toml: {relation.id}"
        cited = (*relation.sources, *(dispute.source for dispute in relation.disputes))
        yield from _lint_named(database, where, relation.id, cited)
        yield from _lint_ends(database, where, relation)
        if (relation.kind == "manufactures-for") != (relation.share is not None):
            yield Problem("EN010", where, "share is given with manufactures-for, and only there")
        for bound in (relation.start, relation.until):
            if bound is not None:
                yield from _lint_bound(where, bound)
        if is_reversed(_first(relation.start), _last(relation.until)):
            yield Problem("EN004", where, "from is later than until")


def _lint_ends(database: Database, where: str, relation: Relation) -> Iterator[Problem]:
    if relation.subject not in database.companies:
        yield Problem("EN002", where, f"the subject '{relation.subject}' is not in companies.toml")
    if relation.kind == "manufactures-for":
        if relation.object not in database.brands:
            yield Problem("EN002", where, f"the object '{relation.object}' is not in brands.toml")
    elif relation.object not in database.companies:
        yield Problem("EN002", where, f"the object '{relation.object}' is not in companies.toml")
    elif relation.subject == relation.object:
        yield Problem("EN002", where, "it ties a company to itself")


def _lint_bound(where: str, bound: Bound) -> Iterator[Problem]:
    if bound.on is not None and bound.between is not None:
        yield Problem("EN011", where, "a bound is given by on or by between, not by both")
    elif bound.between is not None and bound.between[0] > bound.between[1]:
        yield Problem("EN011", where, "the window of between ends before it begins")


def _first(bound: Bound | None) -> date | None:
    return None if bound is None else bound.on or (bound.between[0] if bound.between else None)


def _last(bound: Bound | None) -> date | None:
    return None if bound is None else bound.on or (bound.between[1] if bound.between else None)
