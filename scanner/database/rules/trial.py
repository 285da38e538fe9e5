"""A signature as its examples are tried on it: in one field, by what production matching would do."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from scanner.database.load import Database
from scanner.database.normalize import normalize
from scanner.model.pattern import Pattern
from scanner.model.signature import Counterexample, Example, FieldRule, Signature


class Trial(msgspec.Struct, frozen=True):
    """A signature, in one of its fields, ready to have values tried on it."""

    row: Signature
    field: str
    rule: FieldRule
    pattern: Pattern
    also: tuple[tuple[str, FieldRule, Pattern], ...]

    def search(self, value: str, also: Mapping[str, str]) -> dict[str, str] | None:
        """What production matching would capture from ``value`` beside the ``also`` values; None: no match."""
        normal = normalize(self.rule, value)
        found = None if normal is None else self.pattern.search(normal)
        if found is None:
            return None
        for field, rule, pattern in self.also:
            other = normalize(rule, also[field]) if field in also else None
            if other is None or pattern.search(other) is None:
                return None
        return found

    def takes(self, example: Example | Counterexample) -> bool:
        """Whether ``example`` may stand in this field."""
        return example.field in {None, self.field}


def trials(database: Database, row: Signature) -> list[Trial]:
    """Return ``row`` in each of its fields that is known; in none when a field of a condition is not."""
    conditions = [(one.field, database.rule_for(one.field), Pattern(one.match)) for one in row.also]
    also = tuple((field, rule, pattern) for field, rule, pattern in conditions if rule is not None)
    if len(also) < len(conditions):
        return []
    pattern = Pattern(row.match)
    known = ((field, database.rule_for(field)) for field in row.fields)
    return [Trial(row, field, rule, pattern, also) for field, rule in known if rule is not None]


def value_of(example: Example | Counterexample) -> str | None:
    """Return the text of ``example``; None when it is not given once, or not UTF-8 in hex."""
    if example.hex is None:
        return example.value
    if example.value is not None:
        return None
    try:
        return bytes.fromhex(example.hex).decode("utf-8")
    except ValueError:
        return None
