"""What labels call the models of a maker."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Final

from scanner.database.load import Database
from scanner.database.rules import patterns
from scanner.database.rules.problem import Problem, at
from scanner.database.rules.row import is_id
from scanner.model.entity import Model
from scanner.model.pattern import Pattern
from scanner.model.signature import FieldRule

EXPLANATIONS: Final[Mapping[str, str]] = {
    "MD001": "A row of models/ has an id of its own, in lower-case words, that starts with the maker of its file, of "
    "which there is one: findings cite it.",
    "MD002": "The maker of a file of models/ is in entities/companies.toml, the brand of a row in brands.toml.",
    "MD003": "A label's model proves its maker only where that maker is known to make for the label: write the "
    "relation manufactures-for first, with its dates and sources.",
    "MD004": "A row says what the maker calls the model, or the series or hardware it belongs to.",
    "MD005": "Everything is known from somewhere: a row cites sources that are in sources.toml.",
    "MD006": "A row carries its own test: at least one name that the label uses, and that the row matches.",
    "MD007": "One name of a label leads to one original: another row of the same brand, with another maker or another "
    "original, matches this row's example too. Narrow one of the two.",
    "MD008": "A label's model is read beside the brand it belongs to: some signature must assert that brand.",
}
"""Code → paragraph."""

_MODEL_TEXT: Final = FieldRule(emits="", group="", about="", normalize="upper")
"""Labels' models are compared in capitals."""


def lint(database: Database) -> Iterator[Problem]:
    """Every problem of the files of models/."""
    seen: set[str] = set()
    labels = {row.asserts.get("brand") for row in database.signatures if row.status != "retired"}
    ready: list[tuple[str, Model, Pattern, str]] = []
    for maker, rows in database.models.items():
        file = f"{database.folder}/models/{maker}.toml"
        if maker not in database.companies:
            yield Problem("MD002", file, f"the maker '{maker}' is not in companies.toml")
        for row in rows:
            where = f"{file}: {row.id}"
            if row.id in seen or not row.id.startswith(f"{maker}-") or not is_id(row.id):
                yield Problem("MD001", where, f"the id must be its own, in lower-case words, and start with '{maker}-'")
            seen.add(row.id)
            yield from _lint_model(database, maker, row, where, labels)
            faults = list(patterns.lint(row.match, {"a model": _MODEL_TEXT}, at(where), alone=True))
            yield from faults
            if not any(fault.code == "FP017" for fault in faults):
                ready.append((maker, row, Pattern(row.match), where))
    yield from _lint_labels(ready)


def _lint_model(
    database: Database, maker: str, row: Model, where: str, labels: Container[str | None]
) -> Iterator[Problem]:
    if row.brand not in database.brands:
        yield Problem("MD002", where, f"the brand '{row.brand}' is not in brands.toml")
    elif row.brand not in labels:
        yield Problem("MD008", where, f"no signature asserts the brand {row.brand}, so the row can never speak")
    elif not _makes(database, maker, row.brand):
        yield Problem("MD003", where, f"no relation says that {maker} makes anything sold as {row.brand}")
    if not row.original or "" in row.original:
        yield Problem("MD004", where, "original names no model of the maker")
    for source in row.sources or ("",):
        if source not in database.sources:
            yield Problem("MD005", where, f"the source '{source}' is not in sources.toml")


def _makes(database: Database, maker: str, brand: str) -> bool:
    return any(
        relation.kind == "manufactures-for" and (relation.subject, relation.object) == (maker, brand)
        for relation in database.relations
    )


def _lint_labels(ready: Iterable[tuple[str, Model, Pattern, str]]) -> Iterator[Problem]:
    """Examples, each of which one row matches: its own."""
    by_brand: defaultdict[str, list[tuple[str, Model, Pattern, str]]] = defaultdict(list)
    for one in ready:
        by_brand[one[1].brand].append(one)
    for rivals in by_brand.values():
        for maker, row, pattern, where in rivals:
            if not row.examples:
                yield Problem("MD006", where, "no example: give a model that it must match")
            for example in row.examples:
                if pattern.search(example.upper()) is None:
                    yield Problem("MD006", where, f"the example {example!r} does not match")
                for other, theirs, rival, _ in rivals:
                    if (other, theirs.original) != (maker, row.original) and rival.search(example.upper()) is not None:
                        yield Problem("MD007", where, f"its example {example!r} also matches {theirs.id}")
