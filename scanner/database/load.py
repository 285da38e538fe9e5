"""Reads ``fingerprints/`` into typed values. Any fault is one ``DataError`` that names file, row, key and remedy."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec

from scanner.database import cache as kept
from scanner.database import grammar
from scanner.database.fault import DataError
from scanner.database.normalize import normalize, strip
from scanner.database.notation import pieces, spellings
from scanner.database.registry import Block, Registry, kind
from scanner.model.entity import (
    Brand,
    BrandFile,
    Company,
    CompanyFile,
    Model,
    ModelFile,
    ProductLine,
    ProductLineFile,
    Relation,
    RelationFile,
)
from scanner.model.measure import Measure
from scanner.model.observation import Field
from scanner.model.pattern import Pattern, PatternError
from scanner.model.signature import FieldRule, Match, Signature, SignatureFile, Source, SourceFile

__all__ = ["Compiled", "DataError", "Database", "Origin", "load", "shipped"]

PACKAGE: Final = Path(__file__).resolve().parent.parent


class Origin(msgspec.Struct, frozen=True):
    """Where a signature was written."""

    file: str
    maker: str


class Compiled(msgspec.Struct, frozen=True):
    """All rows of one folder; what the cache keeps."""

    version: str
    fields: dict[str, FieldRule]
    sets: dict[str, tuple[str, ...]]
    sources: tuple[Source, ...]
    signatures: tuple[Signature, ...]
    origins: tuple[Origin, ...]
    """One per signature, in the same order."""
    companies: tuple[Company, ...]
    brands: tuple[Brand, ...]
    product_lines: tuple[ProductLine, ...]
    relations: tuple[Relation, ...]
    models: dict[str, tuple[Model, ...]]
    """Maker → its rows."""
    measures: tuple[Measure, ...]
    measure_files: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Database:
    """The data of one ``fingerprints/`` folder."""

    folder: str
    """Name of the folder, as messages begin."""
    version: str
    """Newest ``added`` date and a hash of the files, as ``2026-11-21.5f0c2a91``."""
    fields: Mapping[Field, FieldRule]
    sets: Mapping[str, tuple[str, ...]]
    """Name → the fields that it stands for, where a signature names it among its own."""
    sources: Mapping[str, Source]
    signatures: tuple[Signature, ...]
    companies: Mapping[str, Company]
    brands: Mapping[str, Brand]
    product_lines: Mapping[str, ProductLine]
    relations: tuple[Relation, ...]
    models: Mapping[str, tuple[Model, ...]]
    """Maker → what other labels call its models."""
    measures: Mapping[str, Measure]
    registry: Registry
    origins: Mapping[str, Origin]
    """Signature id → file and maker."""
    measure_files: Mapping[str, str]
    """Measure id → file."""

    def rule_for(self, field: str) -> FieldRule | None:
        """Return the rule of ``field``; ``snmp.oid.<OID>`` stands for every dotted number. None: not in fields.toml."""
        rule = self.fields.get(Field(field))
        if rule is None and (pattern := _OID.fullmatch(field)):
            rule = self.fields.get(Field(f"{pattern[1]}<OID>"))
        return rule

    def normalized(self, field: str, value: str) -> str | None:
        """Return ``value`` in the normal form of ``field``; None when it has none or the field is not known."""
        rule = self.rule_for(field)
        return None if rule is None else normalize(rule, value)

    def read(self, field: str, text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each thing that an observed ``text`` of ``field`` holds: as it was seen, and its normal forms.

        The first of these is what the device said, without the notation of the program that noted it; the value as it
        was seen is among them where it has a normal form. Nothing for a field that is not known.
        """
        rule = self.rule_for(field)
        if rule is None:
            return
        for piece in pieces(rule, text):
            seen = normalize(rule, piece)
            told = spellings(field, rule, piece)
            if not told:
                if seen is not None:
                    yield seen, (seen,)
                continue
            forms = dict.fromkeys(form for spelling in told if (form := normalize(rule, spelling)))
            if seen is not None:
                forms[seen] = None
            if forms:
                yield strip(piece), tuple(forms)

    def readings(self, field: str, value: str) -> Iterator[tuple[str, FieldRule, str]]:
        """Yield whose signatures read a normalised ``value`` of ``field``: field, its rule, and what they read of it.

        What cannot be brought to that field's normal form is left out. Nothing for a field that is not known.
        """
        own = self.rule_for(field)
        for other, words in () if own is None else own.readings(field, value):
            rule = self.rule_for(other)
            if rule is not None and (read := words if other == field else normalize(rule, words)) is not None:
                yield other, rule, read

    def reasons(self) -> dict[str, Signature | Model]:
        """Return the rows that evidence may rest on, by what it calls its signature, or once did."""
        models = {f"model:{row.id}": row for rows in self.models.values() for row in rows}
        return self.cited() | models

    def cited(self) -> dict[str, Signature]:
        """Return the signatures by every id that evidence may cite: theirs, and those that they have taken in."""
        return {one: row for row in self.signatures for one in (row.id, *row.formerly)}

    def block_of(self, mac: str) -> Block | None:
        """Return the registered block of ``mac`` (any usual spelling); None when it has none or proves nothing."""
        return self.registry.find(mac) if kind(mac) == "universal" else None


_OID = re.compile(r"([a-z_.]+\.)[0-9]+(?:\.[0-9]+)*")


def shipped() -> Path:
    """The data that came with the program: in the package when installed, beside it in a checkout."""
    inside = PACKAGE / "fingerprints"
    return inside if inside.is_dir() else PACKAGE.parent / "fingerprints"


def load(root: Path | None = None, *, cache: Path | None = None) -> Database:
    """Return the database under ``root`` (None: the shipped data); files that are missing have no rows.

    Parsed rows are kept under ``cache`` (None: the user's cache folder), which may be deleted at any time.
    Raises DataError.
    """
    root = shipped() if root is None else root.resolve()
    if not root.is_dir():
        raise DataError(str(root), "no such folder: name a folder laid out like fingerprints/")
    files = _files(root)
    try:
        stamp = kept.stamp(root, files)
    except OSError as error:
        raise DataError(str(error.filename), f"cannot be read: {error.strerror}") from error
    place = kept.place(root, cache)
    compiled = kept.recall(place, stamp, Compiled)
    if compiled is None:
        compiled = _compile(root, files)
        kept.keep(place, stamp, compiled)
    return _database(root, compiled)


def _database(root: Path, rows: Compiled) -> Database:
    path = root / "oui" / "registry.tsv"
    try:
        registry = Registry.open(path, rows.companies)
    except OSError as error:
        raise DataError(_name(root, path), f"cannot be read: {error.strerror}") from error
    return Database(
        folder=root.name,
        version=rows.version,
        fields={Field(name): rule for name, rule in rows.fields.items()},
        sets=rows.sets,
        sources={row.id: row for row in rows.sources},
        signatures=rows.signatures,
        companies={row.id: row for row in rows.companies},
        brands={row.id: row for row in rows.brands},
        product_lines={row.id: row for row in rows.product_lines},
        relations=rows.relations,
        models=rows.models,
        measures={row.id: row for row in rows.measures},
        registry=registry,
        origins={row.id: origin for row, origin in zip(rows.signatures, rows.origins, strict=True)},
        measure_files={row.id: file for row, file in zip(rows.measures, rows.measure_files, strict=True)},
    )


# The folder


def _files(root: Path) -> list[Path]:
    """Every data file, in a fixed order."""
    found = [*root.glob("*.toml"), *(root / "entities").glob("*.toml"), *(root / "signatures").glob("*.toml")]
    found += [
        *(root / "measures").glob("*.toml"),
        *(root / "models").glob("*.toml"),
        *(root / "oui").glob("registry.tsv"),
    ]
    return sorted(found)


def _name(root: Path, path: Path) -> str:
    return f"{root.name}/{path.relative_to(root).as_posix()}"


def _compile(root: Path, files: Iterable[Path]) -> Compiled:
    from scanner.database import document as toml  # noqa: PLC0415 - most runs find the rows in the cache

    digest = hashlib.sha256()
    parts: dict[str, Any] = {}
    fields: dict[str, FieldRule] = {}
    sets: dict[str, tuple[str, ...]] = {}
    shared = Shared("", {}, set())
    signatures: dict[str, tuple[Signature, Origin]] = {}
    measures: dict[str, tuple[Measure, str]] = {}
    models: dict[str, tuple[Model, ...]] = {}
    for path in files:
        name, relative = _name(root, path), path.relative_to(root)
        raw = toml.read(name, path)
        digest.update(f"{relative.as_posix()}\0{len(raw)}\0".encode() + raw)
        document = toml.parse(name, raw) if path.suffix == ".toml" else {}
        if not document:
            continue
        match relative.parts:
            case ("fields.toml",):
                fields = {one: toml.convert(name, {one: table}, FieldRule, one) for one, table in document.items()}
                _check_readings(name, fields)
            case ("grammar.toml",):
                shared = _shared(name, toml.convert(name, document, dict[str, str]))
            case ("sets.toml",):
                sets = _sets(name, toml.convert(name, document, dict[str, tuple[str, ...]]), fields)
            case ("signatures", _):
                _add_signatures(name, toml.convert(name, document, SignatureFile), shared, sets, signatures)
            case ("models", _):
                _add_models(name, toml.convert(name, document, ModelFile), models)
            case ("measures", _):
                _add_measure(name, toml.convert(name, document, Measure), measures)
            case _ if (table := _TABLES.get(relative.as_posix())) is not None:
                parts[relative.as_posix()] = _rows(name, toml.convert(name, document, table), table)
            case _:
                raise DataError(name, f"no such data file is known: rename it to one of {', '.join(_TABLES)}")
    fields = _hedged(f"{root.name}/fields.toml", fields, shared)
    _check_called(shared.file, shared.patterns, shared.called)
    return Compiled(
        version=f"{_newest(row for row, _ in signatures.values())}.{digest.hexdigest()[:8]}",
        fields=fields,
        sets=sets,
        sources=parts.get("sources.toml", ()),
        signatures=tuple(row for row, _ in signatures.values()),
        origins=tuple(origin for _, origin in signatures.values()),
        companies=parts.get("entities/companies.toml", ()),
        brands=parts.get("entities/brands.toml", ()),
        product_lines=parts.get("entities/product_lines.toml", ()),
        relations=parts.get("entities/relations.toml", ()),
        models=models,
        measures=tuple(row for row, _ in measures.values()),
        measure_files=tuple(file for _, file in measures.values()),
    )


_SUBTREE = re.compile(r"(?:[0-9]+\.){2,}")


def _check_readings(name: str, fields: Mapping[str, FieldRule]) -> None:
    for field, rule in fields.items():
        for like in rule.likened():
            if like not in fields:
                raise DataError(name, f"[{field}]: like {like!r}: no such field: name one of this file")
            if like == rule.like and fields[like].normalize != rule.normalize:
                raise DataError(name, f"[{field}]: like {like!r}: its normal form is another")
        for prefix in (one for part in rule.parts for one in part.behind):
            if prefix != prefix.lower() or not prefix:
                raise DataError(name, f"[{field}]: behind {prefix!r}: write it in small letters, one at least")
        for number in rule.hearsay:
            if not _SUBTREE.fullmatch(number):
                raise DataError(name, f"[{field}]: hearsay {number!r}: write an object's number with a dot at its end")


def _hedged(name: str, fields: Mapping[str, FieldRule], shared: Shared) -> dict[str, FieldRule]:
    """Return ``fields`` with their hedges whole, as the grammar of all files has the patterns that they call."""
    whole: dict[str, FieldRule] = {}
    for field, rule in fields.items():
        written = {key: regex for key in ("hedge", "plain") if (regex := getattr(rule, key)) is not None}
        shared.called |= grammar.calls(written.values())
        for key, regex in written.items():
            try:
                written[key] = grammar.expand(regex, shared.patterns)
                Pattern(Match(regex=written[key])).compile()
            except grammar.UnknownPatternError as error:
                text = f"[{field}]: {key}: (?&{error}) is not in grammar.toml: name one that is"
                raise DataError(name, text) from error
            except PatternError as error:
                raise DataError(name, f"[{field}]: {key}: {error}") from error
        whole[field] = msgspec.structs.replace(rule, **written) if written else rule
    return whole


def _sets(
    name: str, written: Mapping[str, tuple[str, ...]], fields: Mapping[str, FieldRule]
) -> dict[str, tuple[str, ...]]:
    """Return the sets as the fields that they stand for; one may name those that stand before it."""
    sets: dict[str, tuple[str, ...]] = {}
    for one, members in written.items():
        if one in fields:
            raise DataError(name, f"{one}: a field has that name: choose another")
        if not members:
            raise DataError(name, f"{one}: it has no field: name some of fields.toml")
        for member in members:
            if member not in fields and member not in sets:
                raise DataError(name, f"{one}: {member!r}: no such field: name one of fields.toml, or a set above")
        sets[one] = _apart(members, sets)
    return sets


def _apart(named: Iterable[str], sets: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the fields that are named, each once, the sets among them taken apart."""
    return tuple(dict.fromkeys(field for one in named for field in sets.get(one, (one,))))


_TABLES: Final[Mapping[str, type[Any]]] = {
    "sources.toml": SourceFile,
    "entities/companies.toml": CompanyFile,
    "entities/brands.toml": BrandFile,
    "entities/product_lines.toml": ProductLineFile,
    "entities/relations.toml": RelationFile,
}
_DUPLICATE: Final[Mapping[type[Any], str]] = {SourceFile: "FP001"}


class _Row(Protocol):
    @property
    def id(self) -> str: ...


def _rows(name: str, file: Any, shape: type[Any]) -> tuple[_Row, ...]:
    """The only table of ``file``, its ids checked to be unique."""
    (table,) = shape.__struct_fields__
    rows: tuple[_Row, ...] = getattr(file, table)
    seen: dict[str, int] = {}
    for at, row in enumerate(rows, 1):
        if row.id in seen:
            text = f"{table} {at} ({row.id}): the id is already used by {table} {seen[row.id]}: choose another"
            raise DataError(name, text, _DUPLICATE.get(shape, "EN001"))
        seen[row.id] = at
    return rows


@dataclass
class Shared:
    """The patterns that every file of signatures may call, and those that one has called."""

    file: str
    patterns: Mapping[str, str]
    called: set[str]


def _shared(name: str, patterns: Mapping[str, str]) -> Shared:
    return Shared(name, _grammar(name, patterns, {}), grammar.calls(patterns.values()))


def _grammar(name: str, patterns: Mapping[str, str], shared: Mapping[str, str]) -> dict[str, str]:
    for twice in patterns.keys() & shared.keys():
        raise DataError(name, f"grammar {twice}: a pattern of that name is in grammar.toml: choose another", "FP007")
    try:
        return grammar.whole(patterns, shared)
    except grammar.UnknownPatternError as error:
        raise DataError(name, f"grammar: (?&{error}) is none of those before it: name one", "FP007") from error


def _check_called(name: str, patterns: Iterable[str], called: set[str]) -> None:
    for pattern in patterns:
        if pattern not in called:
            raise DataError(name, f"grammar {pattern}: no regex calls it: delete it", "FP007")


def _add_signatures(
    name: str,
    file: SignatureFile,
    shared: Shared,
    sets: Mapping[str, tuple[str, ...]],
    known: dict[str, tuple[Signature, Origin]],
) -> None:
    patterns = _grammar(name, file.grammar, shared.patterns)
    called = grammar.called(file)
    _check_called(name, file.grammar, called)
    shared.called |= called
    taken = {former: origin.file for row, origin in known.values() for former in row.formerly}
    for at, row in enumerate(file.signature, 1):
        for used in (row.id, *row.formerly):
            if used in known or used in taken:
                where = known[used][1].file if used in known else taken[used]
                text = f"signature {at} ({row.id}): the id {used} is already used in {where}: choose another"
                raise DataError(name, text, "FP001")
        taken |= dict.fromkeys(row.formerly, name)
        if (row.field is None) == (not row.fields):
            raise DataError(name, f"signature {at} ({row.id}): give field, or fields, one of them", "FP008")
        placed = msgspec.structs.replace(
            row, field=None, fields=_apart(row.fields if row.field is None else (row.field,), sets)
        )
        try:
            known[row.id] = (grammar.expanded(placed, patterns), Origin(name, file.maker))
        except grammar.UnknownPatternError as error:
            text = f"signature {at} ({row.id}): (?&{error}) is in no grammar that it may call: name one that is"
            raise DataError(name, text, "FP007") from error


def _add_models(name: str, file: ModelFile, known: dict[str, tuple[Model, ...]]) -> None:
    if file.maker in known:
        raise DataError(name, f"another file has the models of {file.maker}: put them together", "MD001")
    known[file.maker] = file.model


def _add_measure(name: str, measure: Measure, known: dict[str, tuple[Measure, str]]) -> None:
    if measure.id in known:
        raise DataError(name, f"the id {measure.id} is already used in {known[measure.id][1]}: choose another", "MS001")
    known[measure.id] = (measure, name)


def _newest(rows: Iterable[Signature]) -> date:
    return max((row.added for row in rows), default=date.min)
