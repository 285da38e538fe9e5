"""What every page is rendered with: an environment in which text from strangers stays text."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from importlib import resources
from typing import TYPE_CHECKING, Final

from scanner.reports import plots, reasons, settling, sightings
from scanner.reports.inert import terminal
from scanner.reports.kinds import MAX_PLACES, places
from scanner.reports.rows import WORST_FIRST
from scanner.reports.statement import NOTICE

if TYPE_CHECKING:
    from jinja2 import Environment

SLOTS: Final = (
    ("manufacturer", "Manufacturer"),
    ("brand", "Brand"),
    ("product_line", "Product line"),
    ("device_class", "Device class"),
    ("platform", "Platform"),
    ("model", "Model"),
    ("original_model", "Original model"),
    ("firmware", "Firmware"),
    ("serial", "Serial number"),
    ("manufactured", "Manufactured"),
)
TONES: Final = {
    "covered": "#a00", "likely": "#943a00", "review": "#6b4e00", "undetermined": "#333", "not-covered": "#14532d",
}  # fmt: skip
"""Colours of verdicts on paper, for what lays pages out without applying style sheets to drawings."""


def environment(*packages: str) -> Environment:
    """Return the environment of the shared templates, and of those in ``templates/`` of ``packages``.

    Whatever is printed is made inert, then escaped; an unknown name is an error.
    """
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - only pages pay for it

    made = Environment(
        autoescape=True,
        finalize=_inert,
        loader=ChoiceLoader([PackageLoader(package) for package in ("scanner.reports", *packages)]),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    made.filters["commas"] = _commas
    made.filters["spans"] = _spans
    made.globals |= {
        "actions": settling.actions,
        "best": lambda row: tuple(reasons.best(row.finding, 2)),
        "gather": sightings.gather,
        "kept": lambda _finding, _seen: "",
        "levels": WORST_FIRST,
        "notice": NOTICE,
        "open_questions": settling.open_questions,
        "order": {level: rank for rank, level in enumerate(WORST_FIRST)},
        "reason_name": reasons.name,
        "slots": SLOTS,
        "subnet": plots.subnet,
        "tones": TONES,
    }
    return made


def asset(name: str) -> str:
    """Return the text of a style sheet or script that pages share."""
    return (resources.files("scanner.reports") / "templates" / name).read_text("utf-8")


def digest(text: str) -> str:
    """Return the source expression that names ``text`` in a content security policy."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _inert(value: object) -> object:
    """Escaping keeps text from being markup; this keeps it from being invisible or turning round what stands by it."""
    if value is None:
        return ""
    return terminal(value) if type(value) is str else value


def _spans(targets: Iterable[str]) -> str:
    """Return targets with single addresses drawn together."""
    return " · ".join(place.hosts for place in places(targets, MAX_PLACES))


def _commas(values: Iterable[str], separator: str = ", ") -> str:
    """Return plain text, where Jinja's own filter would return markup, which nobody makes inert any more."""
    return separator.join(values)
