"""A company or brand as a tree of its ties and of the lists that reach it, on one day, for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from scanner.coverage.assess import reached
from scanner.coverage.relations import Ties, answer_of, holds, period
from scanner.model.entity import Answer, Brand, Company, Relation
from scanner.model.measure import Listing, Measure

_SAID: dict[Answer, str] = {"yes": "yes", "no": "no", "unclear": "unclear"}


def describe(
    name: str, when: date, ties: Ties, relations: Iterable[Relation], measures: Mapping[str, Measure]
) -> list[str]:
    """Return the lines about the companies and brands called ``name`` (id, name or alias); none when there are none."""
    lines: list[str] = []
    wanted = name.casefold()
    for brand in ties.brands.values():
        if wanted in _names(brand):
            lines += _brand_lines(brand, when, ties, measures)
    for company in ties.companies.values():
        if wanted in _names(company):
            lines += _company_lines(company, when, ties, tuple(relations), measures)
    return lines


def _names(entity: Company | Brand) -> set[str]:
    return {entity.id.casefold(), entity.name.casefold(), *(alias.casefold() for alias in entity.aliases)}


def _brand_lines(brand: Brand, when: date, ties: Ties, measures: Mapping[str, Measure]) -> Iterator[str]:
    yield f"brand {brand.name}, sold by {ties.name(brand.holder)}"
    makers = ties.makers_of(brand.id, when)
    if not makers:
        yield "├─ nobody is known to make it"
    for maker in makers:
        how_much = f"{maker.share} of it, {maker.confidence} confidence"
        yield f"├─ made by {ties.name(maker.company)}: {how_much}, on {when}: {_SAID[maker.answer]}"
        for listing in _listed(maker.company, when, ties, measures):
            yield f"│  └─ {listing}"


def _company_lines(
    company: Company, when: date, ties: Ties, relations: tuple[Relation, ...], measures: Mapping[str, Measure]
) -> Iterator[str]:
    yield f"company {company.name}" + (f" ({company.country})" if company.country else "")
    for relation in relations:
        if company.id in {relation.subject, relation.object} and relation.kind != "manufactures-for":
            text = f"{ties.name(relation.subject)} {relation.kind} {ties.name(relation.object)}, {period(relation)}"
            yield f"├─ {text}: on {when}: {_SAID[holds(relation, when)]}"
            for dispute in relation.disputes:
                yield f"│  └─ {dispute.source} says {dispute.says}: {dispute.ruling}"
        elif relation.subject == company.id:
            label = ties.brands.get(relation.object)
            sold = label.name if label is not None else relation.object
            yield f"├─ makes {relation.share} of {sold}, {period(relation)}: on {when}: {_SAID[holds(relation, when)]}"
    found = list(_listed(company.id, when, ties, measures))
    for listing in found or ["no list in the data reaches it on that day"]:
        yield f"└─ {listing}"


def _listed(company: str, when: date, ties: Ties, measures: Mapping[str, Measure]) -> Iterator[str]:
    for measure in measures.values():
        for listing in measure.listing:
            if listing.company is None or not _active(listing, when):
                continue
            path = ties.listed_path(company, listing.company, when, reached(listing))
            if path is None or (answer_of(path) == "no" and not ties.held_before(path, when)):
                continue
            way = f" through {'; '.join(step.text for step in path)} ({_SAID[answer_of(path)]})" if path else ""
            limits = f", only for {', '.join(listing.use)}" if listing.use else ""
            yield f"{measure.id} ({measure.kind}) names {ties.name(listing.company)} since {listing.start}{limits}{way}"


def _active(listing: Listing, when: date) -> bool:
    return listing.start <= when and (listing.until is None or when < listing.until)
