"""What strength a labelled corpus supports: exact binomial bounds on each signature's precision.

The bound is Clopper and Pearson's, one-sided, at 95 %: with no wrong match among n it is 0.05^(1/n).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from scanner.database.load import Database
from scanner.database.rules.problem import Problem
from scanner.database.rules.row import place
from scanner.model.signature import STRENGTHS, Basis, Signature, Strength

EXPLANATIONS: Final[Mapping[str, str]] = {
    "FP030": "The labelled corpus does not support this strength: the exact one-sided 95 % lower bound on the "
    "signature's precision is below what its grade promises. Lower the strength or correct the pattern.",
}
"""Code → paragraph."""

MISS: Final = 0.05
"""Chance that the true precision lies below the bound."""
PROMISES: Final[Mapping[Strength, float]] = {"conclusive": 0.95, "strong": 0.80, "moderate": 0.50, "weak": 0.0}
"""Strength → precision that it promises."""
ALLOWED: Final[Mapping[Basis, Strength]] = {
    "published": "strong",
    "documented": "strong",
    "registry": "strong",
    "corpus": "moderate",
}
"""Strength that may be stated before a corpus has earned it."""

_STEPS: Final = 60
"""Halvings of the unit interval: past a float's precision."""


class Grade(msgspec.Struct, frozen=True):
    """How one signature fared on the corpus."""

    signature: str
    right: int
    wrong: int
    at_least: float
    """Lower bound on its precision."""
    at_most: float
    """Upper bound on its precision."""
    earned: Strength
    stated: Strength


def lower_bound(right: int, wrong: int) -> float:
    """Return the precision that is exceeded with 95 % confidence after ``right`` and ``wrong`` matches."""
    if right == 0:
        return 0.0
    if wrong == 0:
        return float(MISS ** (1 / right))
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _at_least(right, right + wrong, middle) < MISS:
            low = middle
        else:
            high = middle
    return low


def upper_bound(right: int, wrong: int) -> float:
    """Return the precision that is not reached with 95 % confidence after ``right`` and ``wrong`` matches."""
    return 1.0 - lower_bound(wrong, right)


def earn(right: int, wrong: int) -> Strength:
    """Return the highest strength whose promise the corpus supports."""
    bound = lower_bound(right, wrong)
    return max((strength for strength in STRENGTHS if bound >= PROMISES[strength]), key=STRENGTHS.index)


def grade(database: Database, counts: Mapping[str, tuple[int, int]]) -> Iterator[Grade]:
    """Yield one grade for each signature in force; ``counts`` is id → (right, wrong) devices.

    A signature is graded by all devices that show it, in whichever of its fields. One that another strength keeps
    apart from it is graded by itself: the same text proves more in one field than in another.
    """
    for row in database.signatures:
        if row.status != "retired":
            right, wrong = counts.get(row.id, (0, 0))
            bounds = lower_bound(right, wrong), upper_bound(right, wrong)
            yield Grade(row.id, right, wrong, *bounds, earn(right, wrong), row.strength)


def lint_strengths(database: Database, counts: Mapping[str, tuple[int, int]]) -> Iterator[Problem]:
    """Yield FP030 for strengths that neither the corpus nor the basis allows, or that the corpus contradicts."""
    rows = {row.id: row for row in database.signatures}
    for one in grade(database, counts):
        if _unsupported(rows[one.signature], one):
            text = (
                f"{one.stated} promises {PROMISES[one.stated]:.0%}; {one.right} right and {one.wrong} wrong matches "
                f"show {one.at_least:.0%} to {one.at_most:.0%}: state {one.earned}"
            )
            yield Problem("FP030", place(database, one.signature), text)


def _unsupported(row: Signature, one: Grade) -> bool:
    allowed = max(one.earned, ALLOWED[row.basis], key=STRENGTHS.index)
    return STRENGTHS.index(one.stated) > STRENGTHS.index(allowed) or one.at_most < PROMISES[one.stated]


def _at_least(hits: int, trials: int, chance: float) -> float:
    """The probability of ``hits`` or more in ``trials``."""
    if chance in {0.0, 1.0}:
        return chance
    whole = math.lgamma(trials + 1)
    return math.fsum(
        math.exp(
            whole
            - math.lgamma(count + 1)
            - math.lgamma(trials - count + 1)
            + count * math.log(chance)
            + (trials - count) * math.log1p(-chance)
        )
        for count in range(hits, trials + 1)
    )
