"""Looks at the data from outside: what a value matches, what there is, how much of it, and a start for a new row."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date
from typing import Final

import msgspec

from scanner.database.load import Database
from scanner.model.observation import Observation
from scanner.model.pattern import Pattern, is_hedged
from scanner.model.signature import Signature

MAX_SLUG: Final = 24
"""Characters of a value that go into a proposed id."""


class Tried(msgspec.Struct, frozen=True):
    """A signature that a value matches, as strong as it is there."""

    signature: Signature
    captures: dict[str, str]
    needs: tuple[str, ...]
    """Fields of the signature's other conditions, which one value cannot show."""


class Extent(msgspec.Struct, frozen=True):
    """How much is known of one maker."""

    signatures: int
    fields: dict[str, int]
    """Field → how many of them are read in it: one that is read in several fields counts in each."""


def try_value(database: Database, field: str, value: str) -> list[Tried]:
    """Return the signatures in force that ``value`` of ``field`` matches, in the order of the data."""
    rule = database.rule_for(field)
    if rule is None:
        return []
    read: dict[str, list[str]] = {}
    hedged = False
    for _, forms in database.read(field, value):
        hedged |= is_hedged(rule, forms)
        for form in forms:
            for other, _, words in database.readings(field, form):
                read.setdefault(other, []).append(words)
    found = []
    for row in database.signatures:
        if row.status != "retired":
            pattern = Pattern(row.match)
            spoken = (words for one in row.fields for words in read.get(one, ()))
            captures = next((hit for words in spoken if (hit := pattern.search(words)) is not None), None)
            if captures is not None:
                found.append(
                    Tried(row.hedged() if hedged else row, captures, tuple(condition.field for condition in row.also))
                )
    return found


def listing(database: Database, maker: str | None = None, field: str | None = None) -> Iterator[tuple[str, Signature]]:
    """Yield (maker, signature) of every signature, or of those of one maker, one field or both; retired ones too."""
    for row in database.signatures:
        of = database.origins[row.id].maker
        if maker in {None, of} and (field is None or field in row.fields):
            yield of, row


def coverage(database: Database) -> dict[str, Extent]:
    """Return maker → its signatures in force, counted; makers and fields in alphabetical order."""
    rows: dict[str, list[Signature]] = {}
    for maker, row in listing(database):
        if row.status != "retired":
            rows.setdefault(maker, []).append(row)
    return {maker: _extent(rows[maker]) for maker in sorted(rows)}


def _extent(rows: Collection[Signature]) -> Extent:
    return Extent(len(rows), dict(sorted(Counter(field for row in rows for field in row.fields).items())))


def stub(database: Database, observation: Observation, *, maker: str, added: date) -> str:
    """Return a signature for ``observation`` as TOML; what is left to write stands in ``<…>``."""
    value = database.normalized(observation.field, observation.value)
    value = observation.value if value is None else value
    slug = re.sub(r"[^a-z0-9]+", "-", f"{observation.field}-{value[:MAX_SLUG]}".lower()).strip("-")
    return f"""\
[[signature]]
id = {_quote(f"{maker}-{slug}")}
field = {_quote(observation.field)}
match = {{ exact = [{_quote(value)}] }}
asserts = {{ manufacturer = {_quote(maker)} }}
strength = "weak"
basis = "corpus"
status = "experimental"
added = {added.isoformat()}
sources = ["<id of a row of sources.toml>"]
why = "<why this value shows the maker>"
examples = [{{ value = {_quote(value)}, from = "<id of a row of sources.toml>" }}]
counterexamples = [{{ value = "<a value one might take for it>", why = "<why it is not>" }}]
"""


def _quote(text: str) -> str:
    """A TOML basic string: JSON's escapes, and DEL, which JSON leaves as it is."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
