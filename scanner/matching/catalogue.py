"""A brand on the box names a maker through the catalogue of who manufactures for whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Final

from scanner.matching.weigh import CATALOGUE, tier_of
from scanner.model.entity import Maker
from scanner.model.finding import Claim
from scanner.model.signature import STRENGTHS, Strength

BY_SHARE: Final[dict[str, Strength]] = {"all": "strong", "most": "moderate", "some": "weak"}
"""How far a brand alone proves its maker, by how much of the brand's range the maker makes."""


def read_catalogue(
    claims: Iterable[Claim], makers_of: Callable[[str, date], Iterable[Maker]], when: date
) -> Iterator[Claim]:
    """Yield manufacturer claims for each brand claimed: never stronger than the brand's own evidence nor the share.

    A relation that is unclear on that date, or of low confidence, or over (an older unit may still be about),
    speaks weakly.
    """
    by_brand: dict[str, list[Claim]] = {}
    for claim in claims:
        if claim.slot == "brand" and not claim.refutes:
            by_brand.setdefault(claim.value, []).append(claim)
    for brand, found in by_brand.items():
        best, standing = first_of(found), strength_in(found)
        groups = tuple(sorted({claim.group for claim in found}))
        for maker in makers_of(brand, when):
            yield Claim(
                slot="manufacturer",
                value=maker.company,
                strength=min(strength_of(maker), standing, key=STRENGTHS.index),
                group=CATALOGUE,
                signature=f"catalogue:{maker.relation}",
                field=best.field,
                observed=best.observed,
                port=best.port,
                reporter=best.reporter,
                observed_at=best.observed_at,
                because=groups,
            )


def strength_of(maker: Maker) -> Strength:
    """How far a brand alone proves ``maker``."""
    certain = maker.answer == "yes" and maker.confidence != "low"
    return BY_SHARE[maker.share] if certain else "weak"


def strength_in(claims: list[Claim]) -> Strength:
    """How far agreeing claims prove a brand: two witnesses that make it probable are as good as a strong one.

    What the device says of itself is weighed before what others say of it.
    """
    own = [claim for claim in claims if not claim.reporter] or claims
    strongest = max((claim.strength for claim in own), key=STRENGTHS.index)
    sure = tier_of(own) in {"probable", "confirmed"}
    return max(strongest, "strong", key=STRENGTHS.index) if sure else strongest


def first_of(claims: list[Claim]) -> Claim:
    """The claim that speaks best for all of ``claims``, the same whatever their order.

    What the device says of itself is read before what others say of it: hearsay stays hearsay.
    """
    return min([claim for claim in claims if not claim.reporter] or claims, key=_first)


def _first(claim: Claim) -> tuple[int, str, str, int]:
    """The strongest first; among equals the same one whatever order they were seen in."""
    return -STRENGTHS.index(claim.strength), claim.field, claim.observed, claim.port or 0
