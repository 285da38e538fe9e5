"""Claims become an identification: per slot the strongest signal of each evidence group, then the groups counted.

| tier      | rule                                                                       |
|-----------|----------------------------------------------------------------------------|
| confirmed | two strong groups, or one conclusive and another at least moderate         |
| probable  | one strong group, or two moderate ones                                     |
| possible  | anything                                                                   |

A moderate word about one and the same text counts once, however many protocols tell that text, alone or among other
words: what others say too in one place they say in the next. Hearsay alone, and a maker read only through its brand,
are capped at probable. A rival that is itself probable takes one tier off; a tie is conflicting. Of texts, what the
device says stands before what a table says of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Final

from scanner.model.finding import Claim, Identification, Named, Tier
from scanner.model.signature import STRENGTHS, Slot, Strength

CATALOGUE: Final = "catalogue"
"""The evidence group of a maker read from the brand on the box."""
TEXT_SLOTS: Final[frozenset[Slot]] = frozenset({"model", "original_model", "firmware", "serial", "manufactured"})
"""Slots where different spellings are usual and contradict nothing."""

_RANK: Final[Mapping[Strength, int]] = {strength: rank for rank, strength in enumerate(STRENGTHS)}
_WEAK, _MODERATE, _STRONG, _CONCLUSIVE = range(4)
_TIERS: Final[tuple[Tier, ...]] = ("unknown", "possible", "probable", "confirmed")


def weigh(
    claims: Iterable[Claim],
    *,
    name: Callable[[Slot, str], str] = lambda _slot, value: value,
    parents: Mapping[str, str] | None = None,
) -> Identification:
    """Return what the claims add up to. Order and repetition of claims do not matter.

    Args:
        claims: claims about one host.
        name: what a slot's value is called for people.
        parents: company id → id of the company that owns it. Claims for an owned company also speak for its
            owner where the owner is claimed too, and the two are no rivals.
    """
    by_slot: dict[Slot, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_slot[claim.slot].append(claim)
    return Identification(**{slot: _named(slot, found, name, parents or {}) for slot, found in by_slot.items()})


def tier_of(claims: Iterable[Claim]) -> Tier:
    """Return the tier that agreeing claims reach, rivals aside."""
    claims = list(claims)
    best: dict[str, int] = {}
    for claim in claims:
        if not claim.because:
            best[claim.group] = max(best.get(claim.group, 0), _RANK[claim.strength])
    direct = dict(best)
    for claim in claims:
        # The brand's own witnesses are one more only where they have not spoken for the maker already; where they have,
        # the best of them says what the brand says, if that is more: what agrees never takes anything away.
        if claim.because:
            spoken = set(claim.because) <= direct.keys()
            group = max(claim.because, key=lambda one: (direct[one], one)) if spoken else CATALOGUE
            best[group] = max(best.get(group, 0), _RANK[claim.strength])
    ranks = sorted(best.values(), reverse=True)
    if not ranks:
        return "unknown"
    first, second = ranks[0], ranks[1] if len(ranks) > 1 else -1
    tier: Tier = "possible"
    if (first >= _STRONG and second >= _STRONG) or (first >= _CONCLUSIVE and second >= _MODERATE):
        tier = "confirmed"
    elif first >= _STRONG or (second >= _MODERATE and not _one_word(claims)):
        tier = "probable"
    if tier == "confirmed" and (all(claim.reporter for claim in claims) or all(claim.because for claim in claims)):
        return "probable"
    return tier


def _one_word(claims: list[Claim]) -> bool:
    """Whether all that is moderate is one text, told alone or among others. A text that is itself claimed agrees."""
    texts = {
        claim.observed.casefold()
        for claim in claims
        if _RANK[claim.strength] == _MODERATE and claim.slot not in TEXT_SLOTS
    }
    return bool(texts) and all(short in long for short, long in pairwise(sorted(texts, key=len)))


def _named(
    slot: Slot, claims: list[Claim], name: Callable[[Slot, str], str], parents: Mapping[str, str]
) -> Named | None:
    supporting: dict[str, list[Claim]] = defaultdict(list)
    refuting: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        (refuting if claim.refutes else supporting)[claim.value].append(claim)
    if not supporting:
        return None
    if len(supporting) == 1 and not refuting:
        ((value, found),) = supporting.items()
        return Named(value=value, name=name(slot, value), tier=tier_of(found))
    lineage = {value: _ancestors(value, parents) if slot == "manufacturer" else () for value in supporting}
    for value, ancestors in lineage.items():
        for ancestor in ancestors:
            if ancestor in supporting:
                supporting[ancestor] = [*supporting[ancestor], *(c for c in supporting[value] if c.value == value)]
    tiers = {value: tier_of(found) for value, found in supporting.items()}
    ranked = sorted(supporting, key=lambda value: _order(value, supporting[value], tiers[value], lineage[value]))
    winner = ranked[0]
    kin = {winner, *lineage[winner], *(value for value in ranked if winner in lineage[value])}
    rivals = tuple(value for value in ranked if value not in kin)
    tier = tiers[winner]
    contested = False
    if slot not in TEXT_SLOTS:
        against = [tiers[rival] for rival in rivals]
        contested = any(_counts(rival) for rival in against)
        tier = _lowered(tier, against)
        if refuting.get(winner):
            tier = _lowered(tier, [tier_of(refuting[winner])])
    return Named(value=winner, name=name(slot, winner), tier=tier, rivals=rivals, contested=contested)


def _counts(rival: Tier) -> bool:
    return _TIERS.index(rival) >= _TIERS.index("probable")


def _lowered(tier: Tier, rivals: list[Tier]) -> Tier:
    strongest = max((_TIERS.index(rival) for rival in rivals if _counts(rival)), default=0)
    own = _TIERS.index(tier) if tier in _TIERS else 0
    if not strongest:
        return tier
    return _TIERS[own - 1] if own > strongest else "conflicting"


def _order(
    value: str, claims: list[Claim], tier: Tier, ancestors: tuple[str, ...]
) -> tuple[bool, int, int, int, int, str]:
    return (
        claims[0].slot in TEXT_SLOTS and all(claim.because for claim in claims),
        -_TIERS.index(tier),
        -max(_RANK[claim.strength] for claim in claims),
        -len({claim.group for claim in claims}),
        len(ancestors),
        value,
    )


def _ancestors(value: str, parents: Mapping[str, str]) -> tuple[str, ...]:
    found: list[str] = []
    while (parent := parents.get(value)) is not None and parent not in found and parent != value:
        found.append(parent)
        value = parent
    return tuple(found)
