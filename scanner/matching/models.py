"""A label's name for a model names the maker, and what the maker calls it, through the tables of ``models/``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from scanner.matching.catalogue import first_of, strength_in, strength_of
from scanner.matching.weigh import CATALOGUE
from scanner.model.entity import Confidence, Maker, Model
from scanner.model.finding import Claim
from scanner.model.pattern import Pattern
from scanner.model.signature import STRENGTHS, Slot, Strength

BY_CONFIDENCE: Final[Mapping[Confidence, Strength]] = {"high": "strong", "medium": "moderate", "low": "weak"}
"""How far a row proves who made a model; only what is said of that very model may exceed the relation to the brand."""


class Models:
    """The rows of every maker, by brand."""

    def __init__(self, models: Mapping[str, Iterable[Model]]) -> None:
        self._by_brand: dict[str, list[tuple[str, Model, Pattern]]] = defaultdict(list)
        for maker, rows in models.items():
            for row in rows:
                self._by_brand[row.brand].append((maker, row, Pattern(row.match)))

    def read(
        self, claims: Iterable[Claim], makers_of: Callable[[str, date], Iterable[Maker]], when: date
    ) -> Iterator[Claim]:
        """Yield a manufacturer and an original model for each model claimed beside the brand that calls it so.

        Never stronger than the brand's own evidence, nor than strong: a name alone confirms nothing.
        """
        brands: dict[str, list[Claim]] = {}
        models: list[Claim] = []
        for claim in claims:
            if claim.refutes:
                continue
            if claim.slot == "brand" and claim.value in self._by_brand:
                brands.setdefault(claim.value, []).append(claim)
            elif claim.slot == "model":
                models.append(claim)
        for brand, named in brands.items():
            for maker, row, pattern in self._by_brand[brand]:
                called = [claim for claim in models if pattern.search(claim.value.upper()) is not None]
                if called:
                    relation = [strength_of(tie) for tie in makers_of(brand, when) if tie.company == maker]
                    yield from _claims(maker, row, named, called, _strength(row, relation))


def _strength(row: Model, relation: list[Strength]) -> Strength:
    strength = BY_CONFIDENCE[row.confidence]
    if row.confidence == "high":
        return strength
    return min(strength, max(relation, key=STRENGTHS.index, default="weak"), key=STRENGTHS.index)


def _claims(maker: str, row: Model, named: list[Claim], called: list[Claim], strength: Strength) -> Iterator[Claim]:
    brand, model = first_of(named), first_of(called)
    says: tuple[tuple[Slot, str], ...] = (("manufacturer", maker), ("original_model", " or ".join(row.original)))
    for slot, value in says:
        yield Claim(
            slot=slot,
            value=value,
            strength=min(strength, strength_in(named), key=STRENGTHS.index),
            group=CATALOGUE,
            signature=f"model:{row.id}",
            field=model.field,
            observed=model.observed,
            port=model.port,
            reporter=model.reporter or brand.reporter,
            observed_at=model.observed_at,
            because=tuple(sorted({claim.group for claim in (*named, *called)})),
        )
