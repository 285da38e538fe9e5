"""A company or brand as a tree of its ties and of the lists that reach it, on one day, for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from scanner.coverage.assess import reached
from scanner.coverage.relations import Ties, answer_of, holds, period
from scanner.model.branch import Branch
from scanner.model.entity import Brand, Company, Relation
from scanner.model.measure import Listing, Measure

_VERBS = {"owns": "owns", "affiliate-of": "is an affiliate of", "succeeds": "succeeds"}
_KINDS = {
    "procurement-ban": "ban on buying or using",
    "authorisation-ban": "ban on authorising, importing or marketing",
    "export-control": "export control",
    "investment-ban": "investment ban",
    "contracting-list": "contracting list",
    "guidance": "policy or guidance",
    "industry": "industry action",
    "litigation": "litigation",
}


def describe(
    name: str, when: date, ties: Ties, relations: Iterable[Relation], measures: Mapping[str, Measure]
) -> list[Branch]:
    """Return a tree for each company and brand called ``name`` (id, name or alias); none when there are none."""
    wanted = name.casefold()
    rows = tuple(relations)
    brands = [_brand(brand, when, ties, measures) for brand in ties.brands.values() if wanted in _names(brand)]
    companies = [
        _company(company, when, ties, rows, measures)
        for company in ties.companies.values()
        if wanted in _names(company)
    ]
    return [*brands, *companies]


def _names(entity: Company | Brand) -> set[str]:
    return {entity.id.casefold(), entity.name.casefold(), *(alias.casefold() for alias in entity.aliases)}


def _brand(brand: Brand, when: date, ties: Ties, measures: Mapping[str, Measure]) -> Branch:
    makers = tuple(
        Branch(
            f"made by {ties.name(maker.company)} ({maker.share} of it, {maker.confidence} confidence): {maker.answer}",
            tuple(_listed(maker.company, when, ties, measures)),
        )
        for maker in ties.makers_of(brand.id, when)
    )
    unknown = (Branch("nobody is known to make it"),)
    return Branch(f"brand {brand.name}, sold by {ties.name(brand.holder)}, on {when}", makers or unknown)


def _company(
    company: Company, when: date, ties: Ties, relations: tuple[Relation, ...], measures: Mapping[str, Measure]
) -> Branch:
    where = f" ({company.country})" if company.country else ""
    lists = tuple(_listed(company.id, when, ties, measures)) or (Branch("no list in the data reaches it on that day"),)
    return Branch(
        f"company {company.name}{where}, on {when}", (*_ties(company, when, ties, relations), Branch("lists", lists))
    )


def _ties(company: Company, when: date, ties: Ties, relations: tuple[Relation, ...]) -> Iterator[Branch]:
    for relation in relations:
        if company.id not in {relation.subject, relation.object}:
            continue
        answer = holds(relation, when)
        if relation.kind != "manufactures-for":
            verb = _VERBS[relation.kind]
            text = f"{ties.name(relation.subject)} {verb} {ties.name(relation.object)}, {period(relation)}: {answer}"
            yield Branch(
                text, tuple(Branch(f"{row.source} says {row.says}: {row.ruling}") for row in relation.disputes)
            )
        elif relation.subject == company.id:
            label = ties.brands.get(relation.object)
            sold = label.name if label is not None else relation.object
            yield Branch(f"makes {relation.share} of {sold}, {period(relation)}: {answer}")


def _listed(company: str, when: date, ties: Ties, measures: Mapping[str, Measure]) -> Iterator[Branch]:
    for measure in measures.values():
        for listing in measure.listing:
            if listing.company is None or not _active(listing, when):
                continue
            path = ties.listed_path(company, listing.company, when, reached(listing))
            if path is None or (answer_of(path) == "no" and not ties.held_before(path, when)):
                continue
            limits = f", for {len(listing.use)} purposes only" if listing.use else ""
            said = f"names {ties.name(listing.company)} since {listing.start}{limits}"
            text = f"{measure.id}, {_KINDS[measure.kind]}: {said}"
            yield Branch(text, tuple(Branch(f"through {step.text}: {step.on_date}") for step in path))


def _active(listing: Listing, when: date) -> bool:
    return listing.start <= when and (listing.until is None or when < listing.until)
