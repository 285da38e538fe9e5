"""Judges the data itself: every rule has a code, a one-line problem and a paragraph that explains it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from scanner.database import calibrate
from scanner.database.load import Database, DataError, load
from scanner.database.rules import clashes, entities, examples, measures, models, patterns, signatures
from scanner.database.rules.problem import Problem

_SHAPE: Final[Mapping[str, str]] = {
    "FP000": "The file has not the shape of its schema: TOML that cannot be read, an unknown key, a value of the "
    "wrong type, a date in quotes. Nothing else can be judged until it is corrected.",
}
EXPLANATIONS: Final[Mapping[str, str]] = {
    **_SHAPE,
    **signatures.EXPLANATIONS,
    **patterns.EXPLANATIONS,
    **examples.EXPLANATIONS,
    **clashes.EXPLANATIONS,
    **calibrate.EXPLANATIONS,
    **entities.EXPLANATIONS,
    **models.EXPLANATIONS,
    **measures.EXPLANATIONS,
}
"""Code → paragraph; each part stands beside the rules that it explains."""


def check(
    root: Path | None = None, clean: Iterable[tuple[str, str]] = (), *, cache: Path | None = None
) -> list[Problem]:
    """Lint the folder ``root`` (None: the shipped data), its shape included.

    ``clean`` holds (field, value) pairs of equipment that no signature asserting a manufacturer may match;
    ``cache`` is as for ``load``.
    """
    try:
        database = load(root, cache=cache)
    except DataError as error:
        return [Problem(error.code, error.where, error.text)]
    return [*lint(database), *clashes.match_clean(database, clean)]


def lint(database: Database) -> Iterator[Problem]:
    """Every problem of the signatures, then the entities, the models, the measures."""
    yield from signatures.lint(database)
    yield from entities.lint(database)
    yield from models.lint(database)
    yield from measures.lint(database)


def explain(code: str) -> str:
    """Return a paragraph on the rule ``code``. Raises KeyError when there is no such rule."""
    return EXPLANATIONS[code]
