"""JSON Schemas of the data files and of what the program reads and prints, made from the types."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from scanner.model import change, entity, finding, measure, signature
from scanner.model.change import Change
from scanner.model.entity import Brand, Company, ModelFile, ProductLine, Relation
from scanner.model.finding import Finding, Summary
from scanner.model.measure import Measure
from scanner.model.observation import Carrier
from scanner.model.signature import FieldRule, SignatureFile, SourceFile


class EntityFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A file of ``entities/``: each holds one of these tables."""

    company: tuple[Company, ...] = ()
    brand: tuple[Brand, ...] = ()
    product_line: tuple[ProductLine, ...] = ()
    relation: tuple[Relation, ...] = ()


class ObservationLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of input to ``coveredscan identify``. Keys that are not known are ignored."""

    host: str
    """Address, or any label: lines of one label are of one host."""
    field: str
    """A name from fields.toml; other names are kept and match nothing."""
    value: str | int
    """Whole numbers count as their text."""
    port: int | None = None
    carrier: Carrier | None = None
    observed_at: datetime | None = None
    """When it was true; UTC when no offset is given."""
    reporter: str | None = None
    """Address of whoever spoke, when that is not the host."""
    source: str | None = None
    """The protocol or program that yielded it."""


TYPES: Final[Mapping[str, tuple[str, Any]]] = {
    "signatures": ("fingerprints/signatures/*.toml", SignatureFile),
    "sets": ("fingerprints/sets.toml", dict[str, tuple[str, ...]]),
    "grammar": ("fingerprints/grammar.toml", dict[str, str]),
    "fields": ("fingerprints/fields.toml", dict[str, FieldRule]),
    "sources": ("fingerprints/sources.toml", SourceFile),
    "entities": ("fingerprints/entities/*.toml", EntityFile),
    "measures": ("fingerprints/measures/*.toml", Measure),
    "models": ("fingerprints/models/*.toml", ModelFile),
    "finding": ("A finding line: coveredscan.finding/1", Finding),
    "summary": ("The last line of a scan: coveredscan.summary/1", Summary),
    "change": ("One thing that is different about a device: coveredscan.change/1", Change),
    "observation-line": ("A line of input to coveredscan identify", ObservationLine),
}
"""Schema name → title, type."""

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, dict[str, Any]]:
    """Return schema name → JSON Schema."""
    return {name: _schema(title, shape) for name, (title, shape) in TYPES.items()}


def render(schema: Mapping[str, Any]) -> str:
    """Return ``schema`` as the text of its file."""
    return msgspec.json.format(msgspec.json.encode(schema), indent=2).decode() + "\n"


def write(folder: Path) -> list[Path]:
    """Write every schema to ``folder``/<name>.json and return the files that changed. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = stale(folder)
    for path in changed:
        path.write_text(render(schemas()[path.stem]), "utf-8")
    return changed


def stale(folder: Path) -> list[Path]:
    """Return the files of ``folder`` that are missing or differ from the types."""
    paths = {folder / f"{name}.json": render(schema) for name, schema in schemas().items()}
    return [path for path, text in paths.items() if not path.is_file() or path.read_text("utf-8") != text]


def _schema(title: str, shape: Any) -> dict[str, Any]:
    made = msgspec.json.schema(shape)
    for name, part in made.get("$defs", {}).items():
        kind = _classes()[name]
        _describe(part, kind)
        if not kind.__struct_config__.omit_defaults:
            part["required"] = list(part["properties"])  # what we print is printed whole: null, never missing
    return {"$schema": _DIALECT, "title": title, **made}


def _classes() -> dict[str, type[msgspec.Struct]]:
    """The types that may stand in a schema, by name."""
    modules = (change, entity, finding, measure, signature)
    found = {name: kind for module in modules for name, kind in vars(module).items() if _is_struct(kind)}
    return found | {"EntityFile": EntityFile, "ObservationLine": ObservationLine}


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _describe(part: dict[str, Any], kind: type[msgspec.Struct]) -> None:
    """Give each property the docstring that stands under its attribute."""
    notes = _notes(kind)
    for field in msgspec.structs.fields(kind):
        if field.name in notes:
            part["properties"][field.encode_name]["description"] = notes[field.name]


def _notes(kind: type[msgspec.Struct]) -> dict[str, str]:
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(tree, ast.ClassDef)
    notes = {}
    for line, following in zip(tree.body, tree.body[1:], strict=False):
        match line, following:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                notes[name] = " ".join(text.split())
    return notes
