"""Dated ties: who makes a brand, and which company a maker belongs to, on a given day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from datetime import date, timedelta
from typing import Final

from scanner.model.entity import Answer, Bound, Brand, Company, Maker, Relation, RelationKind, Step

ANSWERS: Final[tuple[Answer, ...]] = ("no", "unclear", "yes")
"""In rising order: the weakest tie of a chain decides it, the strongest chain decides between chains."""

UPWARD: Final[frozenset[RelationKind]] = frozenset({"owns", "affiliate-of", "succeeds"})
"""Kinds of ties that lead from a company to the one above it."""
REMEMBERED: Final = 65536
"""Paths that are kept: devices tell their day of making, and a hostile one any day."""
_VERBS: Final = {"owns": "owned", "affiliate-of": "affiliate of", "succeeds": "succeeded"}


def started(bound: Bound | None, when: date) -> Answer:
    """Whether what begins at ``bound`` had begun on ``when``; no bound at all means it always had."""
    if bound is None:
        return "yes"
    if bound.on is not None:
        return "yes" if when >= bound.on else "no"
    if bound.between is not None:
        first, last = bound.between
        return "no" if when < first else "unclear" if when <= last else "yes"
    return "unclear"


def holds(relation: Relation, when: date) -> Answer:
    """Whether ``relation`` held on ``when``.

    A missing start reaches back for ever, a missing end forward. The day of an end no longer counts. A day inside
    a window, a bound without any date, an allegation and a row of low confidence all make a yes unclear.
    """
    begun = started(relation.start, when)
    ended = started(relation.until, when) if relation.until is not None else "no"
    if begun == "no" or ended == "yes":
        return "no"
    alleged = relation.start is not None and relation.start.basis == "alleged"
    if begun == "unclear" or ended == "unclear" or alleged or relation.confidence == "low":
        return "unclear"
    return "yes"


def combine(answers: Iterable[Answer]) -> Answer:
    """The answer of a chain: no beats unclear, unclear beats yes. Yes for an empty chain."""
    return min(answers, key=ANSWERS.index, default="yes")


def answer_of(path: tuple[Step, ...]) -> Answer:
    """Whether a whole path held."""
    return combine(step.on_date for step in path)


class Ties:
    """Companies, brands and the relations between them, ready to be asked about a day."""

    def __init__(
        self, companies: Mapping[str, Company], brands: Mapping[str, Brand], relations: Iterable[Relation]
    ) -> None:
        self.companies = companies
        self.brands = brands
        self._relations = {relation.id: relation for relation in relations}
        self._above: dict[str, frozenset[str]] = {}
        self._paths: dict[tuple[str, str, date, frozenset[RelationKind]], tuple[Step, ...] | None] = {}
        self._upward: dict[str, list[tuple[Relation, str]]] = defaultdict(list)
        self._makers: dict[str, list[Relation]] = defaultdict(list)
        for relation in sorted(self._relations.values(), key=lambda row: row.id):
            if relation.kind == "manufactures-for":
                self._makers[relation.object].append(relation)
            elif relation.kind == "owns":
                self._upward[relation.object].append((relation, relation.subject))
            else:
                self._upward[relation.subject].append((relation, relation.object))

    def name(self, company: str) -> str:
        """The company's name for people; its id when it is not in the data."""
        known = self.companies.get(company)
        return known.name if known is not None else company

    def makers_of(self, brand: str, when: date) -> tuple[Maker, ...]:
        """Everybody known to make, or to have made, what is sold under ``brand``, with the answer for ``when``."""
        found = [
            Maker(row.subject, row.id, row.share or "some", row.confidence, holds(row, when))
            for row in self._makers.get(brand, ())
        ]
        label = self.brands.get(brand)
        if label is not None and label.own:
            found.append(Maker(label.holder, f"own:{brand}", label.own, "high", "yes"))
        return tuple(found)

    def owners(self, when: date) -> dict[str, str]:
        """Owned company → its owner, where it was owned on ``when`` or that is unclear; the surer owner wins."""
        found: dict[str, tuple[int, str]] = {}
        for company, rows in self._upward.items():
            for relation, owner in rows:
                rank = ANSWERS.index(holds(relation, when))
                if relation.kind == "owns" and rank > found.get(company, (0, ""))[0]:
                    found[company] = rank, owner
        return {company: owner for company, (_, owner) in found.items()}

    def listed_path(
        self, maker: str, company: str, when: date, kinds: frozenset[RelationKind] = UPWARD
    ) -> tuple[Step, ...] | None:
        """The ties that lead from ``maker`` up to ``company``, answered for ``when``; None when there are none.

        Owners, companies it is an affiliate of and companies it succeeds are followed, as far as ``kinds`` allows; no
        company is visited twice on one path. Between several paths the one with the better answer is returned, then the
        shorter one. A path whose answer is no is returned too: that a tie has ended is part of the reason. Empty when
        both are the same company.
        """
        asked = maker, company, when, kinds
        if asked not in self._paths:
            if len(self._paths) >= REMEMBERED:
                self._paths.clear()
            self._paths[asked] = self._climb(maker, company, when, kinds, frozenset())
        return self._paths[asked]

    def above(self, maker: str) -> frozenset[str]:
        """The maker and every company that a path may lead to from it, on whatever day."""
        known = self._above.get(maker)
        if known is None:
            found, todo = {maker}, [maker]
            while todo:
                for _, company in self._upward.get(todo.pop(), ()):
                    if company not in found:
                        found.add(company)
                        todo.append(company)
            known = frozenset(found)
            if maker in self.companies:
                self._above[maker] = known
        return known

    def held_before(self, path: tuple[Step, ...], when: date) -> bool:
        """Whether the whole path held, or may have held, on some day before ``when``."""
        relations = [self._relations[step.relation] for step in path]
        days = [day for relation in relations for day in _days(relation) if day < when]
        return any(all(holds(relation, day) != "no" for relation in relations) for day in days)

    def _climb(
        self, maker: str, company: str, when: date, kinds: Container[RelationKind], seen: frozenset[str]
    ) -> tuple[Step, ...] | None:
        if maker == company:
            return ()
        best: tuple[Step, ...] | None = None
        for relation, above in self._upward.get(maker, ()):
            if above in seen or above == maker or relation.kind not in kinds:
                continue
            rest = self._climb(above, company, when, kinds, seen | {maker})
            if rest is None:
                continue
            path = (self._step(relation, when), *rest)
            if best is None or _rank(path) > _rank(best):
                best = path
        return best

    def _step(self, relation: Relation, when: date) -> Step:
        verb = _VERBS[relation.kind]
        text = f"{self.name(relation.subject)} —{verb} {period(relation)}→ {self.name(relation.object)}"
        return Step(relation.id, relation.kind, relation.subject, relation.object, holds(relation, when), text)


def period(relation: Relation) -> str:
    """The relation's period for people, such as ``2018-02-06…2022-12-15/2023-02-28``."""
    return f"{_bound_text(relation.start)}…{_bound_text(relation.until)}"


def _days(relation: Relation) -> tuple[date, ...]:
    """Days on which an answer changes, and the days before them."""
    bounds = [bound for bound in (relation.start, relation.until) if bound is not None]
    found = {day for bound in bounds for day in (bound.on, *(bound.between or ())) if day is not None}
    return tuple(sorted(found | {day - timedelta(days=1) for day in found} or {date.min}))


def _bound_text(bound: Bound | None) -> str:
    if bound is None:
        return ""
    if bound.on is not None:
        return bound.on.isoformat()
    if bound.between is not None:
        return "/".join(day.isoformat() for day in bound.between)
    return "?"


def _rank(path: tuple[Step, ...]) -> tuple[int, int]:
    return ANSWERS.index(answer_of(path)), -len(path)
