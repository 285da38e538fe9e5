"""Judges the data itself: every rule has a code, a one-line problem and a paragraph that explains it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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


def check(root: Path | None = None, *, cache: Path | None = None) -> list[Problem]:
    """Lint the folder ``root`` (None: the shipped data), its shape included; ``cache`` is as for ``load``."""
    try:
        return list(lint(load(root, cache=cache)))
    except DataError as error:
        return [fault(error)]


def fault(error: DataError) -> Problem:
    """Return what kept the data from being loaded as a problem: the only one, until it is corrected."""
    return Problem(error.code, error.where, error.text)


def lint(database: Database) -> Iterator[Problem]:
    """Every problem of the signatures, then the entities, the models, the measures."""
    yield from signatures.lint(database)
    yield from entities.lint(database)
    yield from models.lint(database)
    yield from measures.lint(database)


def explain(code: str) -> str:
    """Return a paragraph on the rule ``code``. Raises KeyError when there is no such rule."""
    return EXPLANATIONS[code]
