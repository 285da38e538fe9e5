"""Faults planted in the small data folder, which the linter must catch."""

from collections.abc import Mapping
from pathlib import Path

from scanner.database import lint
from scanner.database.rules.problem import Problem
from tests.database.folder import copy

ACME, BORG, MODELS = "signatures/acme.toml", "signatures/borg.toml", "models/acme.toml"
COMPANIES, RELATIONS, ACT = "entities/companies.toml", "entities/relations.toml", "measures/xx-act.toml"
SERIAL = "(?P<model>AC-[0-9]{2,6})-(?P<manufactured>20[0-9]{6})"
NO_CACHE = Path("/dev/null")

Fault = tuple[str, str, str, str]
"""The code it breaks, the file, the old text, the new."""


def problems(root: Path) -> list[Problem]:
    return lint.check(root, cache=NO_CACHE)


def caught(folder: Path, fault: Fault) -> set[str]:
    """The codes of what the linter finds with ``fault`` planted; each problem is a line that it can explain."""
    _, file, old, new = fault
    found = problems(copy(folder, (file, old, new)))
    assert all("\n" not in str(one) and one.where.startswith("fingerprints/") for one in found)
    return {one.code for one in found if lint.explain(one.code)}


def codes(planted: Mapping[str, Fault]) -> set[str]:
    return {code for code, *_ in planted.values()}
