"""Signatures: their ids, what they say and where it is known from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, get_args

import msgspec

from scanner.database.load import Database
from scanner.database.rules import clashes, examples, patterns
from scanner.database.rules.problem import Problem, Report, at
from scanner.database.rules.row import is_id, place, unlisted
from scanner.database.rules.trial import Trial, trials
from scanner.model.entity import DeviceClass
from scanner.model.pattern import Pattern
from scanner.model.signature import Signature, Slot

EXPLANATIONS: Final[Mapping[str, str]] = {
    "FP001": "Two rows have the same id. Ids are permanent, because old findings cite them: give the new row "
    "another id and leave the old one as it is.",
    "FP002": "A signature's id starts with the maker of its file and a hyphen, in lower-case words joined by "
    "hyphens, so that an id alone tells where to look.",
    "FP003": "fields.toml is the contract between those who observe and those who match. A field that is not there"
    " is never emitted, so the signature could never match.",
    "FP004": "What a signature asserts or refutes must exist: a manufacturer in entities/companies.toml, a brand "
    "in brands.toml, a product line in product_lines.toml, a device class from the fixed list.",
    "FP006": "A signature says something of a device: it asserts, refutes or captures, and never both asserts and "
    "refutes the same.",
    "FP008": "A signature is read in one field, or in several: give field or fields. What is said alike in many "
    "fields, as a name or a model, names a set of sets.toml among its fields.",
    "FP009": "What is said once is mended once: two signatures of a file that say the same of the same pattern are "
    "one, with the fields of both. The ids that it takes in stay known under formerly, for old findings cite them.",
    "FP016": "captures lists the named groups of the pattern, and each names a text slot (platform, device_class, "
    "model, original_model, firmware, serial, manufactured).",
    "FP020": "Everything is known from somewhere. Sources are rows of sources.toml, named by their id; an example "
    "may instead be 'synthetic', when it is made up in the known form.",
    "FP023": "A wrong signature is retired, never deleted, because old findings cite it: status retired, the day "
    "(retired_on) and the reason (because). Signatures in force have neither.",
}
"""Code → paragraph."""

_ENTITY_SLOTS: Final[frozenset[Slot]] = frozenset({"manufacturer", "brand", "product_line"})


def lint(database: Database) -> Iterator[Problem]:
    """Every problem of the files of signatures/."""
    ready: list[Trial] = []
    for row in database.signatures:
        report = at(place(database, row.id))
        yield from _lint_row(database, row, report)
        if row.status == "retired":
            continue
        faults = list(_lint_matches(database, row, report))
        yield from faults
        if any(database.rule_for(field) is None for field in row.fields) or "FP017" in {one.code for one in faults}:
            continue
        if tried := trials(database, row):
            yield from _lint_groups(row, tried[0].pattern, report)
            yield from examples.lint(database, tried, report)
            ready += tried
    yield from clashes.lint(database, ready)
    yield from _lint_repeats(database)


def _lint_matches(database: Database, row: Signature, report: Report) -> Iterator[Problem]:
    rules = {field: database.rule_for(field) for field in row.fields}
    yield from patterns.lint(row.match, rules, report, alone=not row.also)
    for condition in row.also:
        rule = {condition.field: database.rule_for(condition.field)}
        yield from patterns.lint(condition.match, rule, report, alone=False)


def _lint_groups(row: Signature, pattern: Pattern, report: Report) -> Iterator[Problem]:
    groups = pattern.compile()
    if set(groups) != set(row.captures):
        yield report("FP016", f"captures is {list(row.captures)} but the pattern's named groups are {list(groups)}")


def _lint_row(database: Database, row: Signature, report: Report) -> Iterator[Problem]:
    maker = database.origins[row.id].maker
    yield from _lint_ids(row, maker, report)
    for field in (*row.fields, *(condition.field for condition in row.also)):
        if database.rule_for(field) is None:
            yield report("FP003", f"'{field}' is not in fields.toml, nor a set of sets.toml")
    yield from _lint_says(database, row, report)
    for source in unlisted(row.sources, database):
        yield report("FP020", f"the source '{source}' is not in sources.toml")
    if not row.sources:
        yield report("FP020", "no source: say where it is known from")
    if row.status == "retired":
        if row.retired_on is None or not row.because:
            yield report("FP023", "a retired signature needs retired_on and because")
    elif row.retired_on is not None or row.because is not None:
        yield report("FP023", "retired_on or because is given, but the status is not retired")


def _lint_ids(row: Signature, maker: str, report: Report) -> Iterator[Problem]:
    for name in (row.id, *row.formerly):
        if not name.startswith(f"{maker}-"):
            yield report("FP002", f"the id {name} must start with '{maker}-', the maker of its file")
        if not is_id(name):
            yield report("FP002", f"the id {name} must be lower-case words joined by single hyphens")


def _lint_says(database: Database, row: Signature, report: Report) -> Iterator[Problem]:
    if not (row.asserts or row.refutes or row.captures):
        yield report("FP006", "it says nothing: give asserts, refutes or captures")
    known: Mapping[str, Iterable[str]] = {
        "manufacturer": database.companies,
        "brand": database.brands,
        "product_line": database.product_lines,
        "device_class": get_args(DeviceClass),
    }
    for slot, value in (*row.asserts.items(), *row.refutes.items()):
        if slot in known and value not in known[slot]:
            where = "a device class" if slot == "device_class" else "in entities/"
            yield report("FP004", f"{slot} '{value}' is not {where}")
    for slot in row.asserts:
        if row.refutes.get(slot) == row.asserts[slot]:
            yield report("FP006", f"it asserts and refutes {slot} '{row.asserts[slot]}'")
    for name in row.captures:
        if name not in get_args(Slot) or name in _ENTITY_SLOTS:
            yield report("FP016", f"'{name}' is captured but is not a text slot")


def _lint_repeats(database: Database) -> Iterator[Problem]:
    """Signatures of one file that differ in nothing but their fields."""
    first: dict[tuple[str, bytes], Signature] = {}
    for row in database.signatures:
        if row.status == "retired":
            continue
        says = msgspec.msgpack.encode((row.match, row.also, row.asserts, row.refutes, row.strength))
        known = first.setdefault((database.origins[row.id].file, says), row)
        if known is not row:
            text = f"{known.id} says the same of the same pattern: name its fields there, this id under formerly"
            yield Problem("FP009", place(database, row.id), text)
