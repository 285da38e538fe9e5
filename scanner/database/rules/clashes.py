"""Values that two makers cannot both have: a signature matches what is another's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from scanner.database.load import Database
from scanner.database.rules.problem import Problem
from scanner.database.rules.row import place
from scanner.database.rules.trial import Trial, value_of
from scanner.model.signature import Signature

EXPLANATIONS: Final[Mapping[str, str]] = {
    "FP014": "A value cannot show two makers. The example also matches a signature that asserts another "
    "manufacturer (or refutes this one): narrow one of the two, or assert only the brand. Brands never "
    "clash with manufacturers.",
}
"""Code → paragraph."""


def lint(database: Database, ready: Iterable[Trial]) -> Iterator[Problem]:
    """Examples that a signature of another manufacturer matches too."""
    by_field: defaultdict[str, list[Trial]] = defaultdict(list)
    for one in ready:
        by_field[one.field].append(one)
    for rivals in by_field.values():
        for one in rivals:
            for example in one.row.examples:
                value = value_of(example)
                if value is None or not one.takes(example):
                    continue
                for other in rivals:
                    if _contradicts(one.row, other.row) and other.search(value, example.also) is not None:
                        text = f"its example {value!r} also matches {other.row.id}, which names another manufacturer"
                        yield Problem("FP014", place(database, one.row.id), text)


def _contradicts(one: Signature, other: Signature) -> bool:
    mine = one.asserts.get("manufacturer")
    theirs = other.asserts.get("manufacturer")
    if mine is None or other.id == one.id:
        return False
    return (theirs is not None and theirs != mine) or other.refutes.get("manufacturer") == mine
