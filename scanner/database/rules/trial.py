"""A signature as its examples are tried on it: in one field, by what production matching would do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

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
    likened: Callable[[str], list[str]] | None = None
    """For a field that the signature reads because it is like one of its own: from a value to what it reads there."""

    def search(self, value: str, also: Mapping[str, str]) -> dict[str, str] | None:
        """What production matching would capture from ``value`` beside the ``also`` values; None: no match."""
        found = next((hit for text in self._texts(value) if (hit := self.pattern.search(text)) is not None), None)
        if found is None:
            return None
        for field, rule, pattern in self.also:
            other = normalize(rule, also[field]) if field in also else None
            if other is None or pattern.search(other) is None:
                return None
        return found

    def _texts(self, value: str) -> list[str]:
        if self.likened is not None:
            return self.likened(value)
        normal = normalize(self.rule, value)
        return [] if normal is None else [normal]

    def takes(self, example: Example | Counterexample) -> bool:
        """Whether ``example`` may stand in this field: in one that is only like the signature's, when it says so."""
        return example.field == self.field or (example.field is None and self.likened is None)


def trials(database: Database, row: Signature) -> list[Trial]:
    """Return ``row`` in each of its fields that is known, then in those that are like them.

    In none when a field of a condition is not known.
    """
    conditions = [(one.field, database.rule_for(one.field), Pattern(one.match)) for one in row.also]
    also = tuple((field, rule, pattern) for field, rule, pattern in conditions if rule is not None)
    if len(also) < len(conditions):
        return []
    pattern, fields = Pattern(row.match), frozenset(row.fields)
    known = ((field, database.rule_for(field)) for field in row.fields)
    own = [Trial(row, field, rule, pattern, also) for field, rule in known if rule is not None]
    return own + [
        Trial(row, field, rule, pattern, also, partial(_likened, database, row, field))
        for field, rule in database.fields.items()
        if field not in row.fields and not fields.isdisjoint(rule.likened())
    ]


def _likened(database: Database, row: Signature, field: str, value: str) -> list[str]:
    """What ``row`` reads of a value of ``field``, by what production matching would do."""
    forms = (form for _, forms in database.read(field, value) for form in forms)
    return [text for form in forms for other, _, text in database.readings(field, form) if other in row.fields]


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
