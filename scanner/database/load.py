"""Reads ``fingerprints/`` into typed values. Any fault is one ``DataError`` that names file, row, key and remedy."""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as clock_time
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import msgspec
import platformdirs

from scanner.database.normalize import normalize
from scanner.database.registry import Block, Registry, kind
from scanner.model.entity import (
    Brand,
    BrandFile,
    Company,
    CompanyFile,
    ProductLine,
    ProductLineFile,
    Relation,
    RelationFile,
)
from scanner.model.measure import Measure
from scanner.model.observation import Field
from scanner.model.signature import FieldRule, Signature, SignatureFile, Source, SourceFile
from scanner.version import __version__

PACKAGE: Final = Path(__file__).resolve().parent.parent
CACHE_LAYOUT: Final = 1
"""Raised when what is kept in the cache changes without a change of version."""

T = TypeVar("T")


class DataError(ValueError):
    """The data cannot be used. Its text is one line: file, row, what is wrong, what to do."""

    def __init__(self, where: str, text: str, code: str = "FP000") -> None:
        super().__init__(f"{where}: {text}")
        self.where: Final = where
        self.text: Final = text
        self.code: Final = code


class Origin(msgspec.Struct, frozen=True):
    """Where a signature was written."""

    file: str
    maker: str


class Compiled(msgspec.Struct, frozen=True):
    """All rows of one folder; what the cache keeps."""

    version: str
    fields: dict[str, FieldRule]
    sources: tuple[Source, ...]
    signatures: tuple[Signature, ...]
    origins: tuple[Origin, ...]
    """One per signature, in the same order."""
    companies: tuple[Company, ...]
    brands: tuple[Brand, ...]
    product_lines: tuple[ProductLine, ...]
    relations: tuple[Relation, ...]
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
    sources: Mapping[str, Source]
    signatures: tuple[Signature, ...]
    companies: Mapping[str, Company]
    brands: Mapping[str, Brand]
    product_lines: Mapping[str, ProductLine]
    relations: tuple[Relation, ...]
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

    def block_of(self, mac: str) -> Block | None:
        """Return the registered block of ``mac`` (normal form); None when unregistered or when it proves nothing."""
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
    root = shipped() if root is None else root
    if not root.is_dir():
        raise DataError(str(root), "no such folder: name a folder laid out like fingerprints/")
    files = _files(root)
    try:
        stamp = _stamp(root, files)
    except OSError as error:
        raise DataError(str(error.filename), f"cannot be read: {error.strerror}") from error
    kept = _cache_path(root, cache)
    compiled = _recall(kept, stamp)
    if compiled is None:
        compiled = _compile(root, files)
        _keep(kept, stamp, compiled)
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
        sources={row.id: row for row in rows.sources},
        signatures=rows.signatures,
        companies={row.id: row for row in rows.companies},
        brands={row.id: row for row in rows.brands},
        product_lines={row.id: row for row in rows.product_lines},
        relations=rows.relations,
        measures={row.id: row for row in rows.measures},
        registry=registry,
        origins={row.id: origin for row, origin in zip(rows.signatures, rows.origins, strict=True)},
        measure_files={row.id: file for row, file in zip(rows.measures, rows.measure_files, strict=True)},
    )


# The folder


def _files(root: Path) -> list[Path]:
    """Every data file, in a fixed order."""
    found = [*root.glob("*.toml"), *(root / "entities").glob("*.toml"), *(root / "signatures").glob("*.toml")]
    found += [*(root / "measures").glob("*.toml"), *(root / "oui").glob("registry.tsv")]
    return sorted(found)


def _name(root: Path, path: Path) -> str:
    return f"{root.name}/{path.relative_to(root).as_posix()}"


def read_table(root: Path, path: Path, shape: type[T]) -> T:
    """Return one data file as ``shape``. Raises DataError."""
    name = _name(root, path)
    return _typed(name, _parse(name, _read(name, path)), shape)


def _read(name: str, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(name, f"cannot be read: {error.strerror}") from error


def _compile(root: Path, files: Iterable[Path]) -> Compiled:
    digest = hashlib.sha256()
    parts: dict[str, Any] = {}
    fields: dict[str, FieldRule] = {}
    signatures: dict[str, tuple[Signature, Origin]] = {}
    measures: dict[str, tuple[Measure, str]] = {}
    for path in files:
        name, relative = _name(root, path), path.relative_to(root)
        raw = _read(name, path)
        digest.update(f"{relative.as_posix()}\0{len(raw)}\0".encode() + raw)
        if path.suffix != ".toml":
            continue
        document = _parse(name, raw)
        if not document:
            continue
        match relative.parts:
            case ("fields.toml",):
                fields = {field: _typed(name, {field: table}, FieldRule, field) for field, table in document.items()}
            case ("signatures", _):
                _add_signatures(name, _typed(name, document, SignatureFile), signatures)
            case ("measures", _):
                measure = _typed(name, document, Measure)
                if measure.id in measures:
                    text = f"the id {measure.id} is already used in {measures[measure.id][1]}: choose another"
                    raise DataError(name, text, "MS001")
                measures[measure.id] = (measure, name)
            case _ if (table := _TABLES.get(relative.as_posix())) is not None:
                parts[relative.as_posix()] = _rows(name, _typed(name, document, table), table)
            case _:
                raise DataError(name, f"no such data file is known: rename it to one of {', '.join(_TABLES)}")
    return Compiled(
        version=f"{_newest(row for row, _ in signatures.values())}.{digest.hexdigest()[:8]}",
        fields=fields,
        sources=parts.get("sources.toml", ()),
        signatures=tuple(row for row, _ in signatures.values()),
        origins=tuple(origin for _, origin in signatures.values()),
        companies=parts.get("entities/companies.toml", ()),
        brands=parts.get("entities/brands.toml", ()),
        product_lines=parts.get("entities/product_lines.toml", ()),
        relations=parts.get("entities/relations.toml", ()),
        measures=tuple(row for row, _ in measures.values()),
        measure_files=tuple(file for _, file in measures.values()),
    )


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


def _add_signatures(name: str, file: SignatureFile, known: dict[str, tuple[Signature, Origin]]) -> None:
    for at, row in enumerate(file.signature, 1):
        if row.id in known:
            text = f"signature {at} ({row.id}): the id is already used in {known[row.id][1].file}: choose another"
            raise DataError(name, text, "FP001")
        known[row.id] = (row, Origin(name, file.maker))


def _newest(rows: Iterable[Signature]) -> date:
    return max((row.added for row in rows), default=date.min)


# One file


def _parse(name: str, raw: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise DataError(name, f"byte {error.start} is not UTF-8: save the file as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise DataError(name, f"not TOML: {_line(str(error))}: correct the line") from error
    except ValueError as error:
        raise DataError(name, f"not TOML: {_line(str(error))}: write dates as 2026-11-21") from error
    except RecursionError as error:
        raise DataError(name, "nested too deeply: flatten it") from error


def _typed(name: str, document: dict[str, Any], shape: type[T], table: str | None = None) -> T:
    """Convert ``document`` (or its one ``table``) to ``shape``."""
    value = document if table is None else document[table]
    try:
        return msgspec.convert(value, shape, strict=True, builtin_types=(date, datetime, clock_time))
    except msgspec.ValidationError as error:
        where, text = _rephrase(str(error), value, shape)
        raise DataError(name, f"{f'[{table}]: ' if table else ''}{where}{text}") from error


_MESSAGE: Final = re.compile(r"(?P<what>.*?)(?: - at (?P<key>`key` in )?`\$(?P<path>[^`]*)`)?", re.DOTALL)
_STEP: Final = re.compile(r"\.(?P<name>[^.\[]+)|\[(?P<index>\d+|\.\.\.)\]")


def _rephrase(message: str, document: Any, shape: type[Any]) -> tuple[str, str]:
    """Turn msgspec's message into (``row: ``, what is wrong and what to do), for people who write the data."""
    parts = _MESSAGE.fullmatch(message)
    assert parts is not None
    steps = [step["name"] or step["index"] for step in _STEP.finditer(parts["path"] or "")]
    where = ""
    if len(steps) > 1 and steps[1].isdigit():
        table, index = steps[0], int(steps[1])
        row = document[table][index]
        label = row.get("id", row.get("company")) if isinstance(row, dict) else None
        where = f"{table} {index + 1}{f' ({label})' if isinstance(label, str) else ''}: "
        inner = steps[2:]
    else:
        inner = steps
    at = ".".join(step for step in inner if not step.isdigit() and step != "...")
    found = _at(msgspec.inspect.type_info(shape), steps, in_key=parts["key"] is not None)
    return where, _line(_advice(parts["what"], at, found))


def _advice(what: str, at: str, found: msgspec.inspect.Type | None) -> str:
    inside = f" in '{at}'" if at else ""
    if (unknown := re.fullmatch(r"Object contains unknown field `(.*)`", what, re.DOTALL)) is not None:
        names = [field.encode_name for field in found.fields] if isinstance(found, msgspec.inspect.StructType) else []
        close = difflib.get_close_matches(unknown[1], names, 1)
        remedy = f"did you mean '{close[0]}'?" if close else f"use one of {', '.join(names)}"
        return f"unknown key '{unknown[1]}'{inside}: {remedy}"
    if (missing := re.fullmatch(r"Object missing required field `(.*)`", what)) is not None:
        return f"the key '{missing[1]}' is missing{inside}: add it"
    if (invalid := re.fullmatch(r"Invalid enum value (.*)", what, re.DOTALL)) is not None:
        names = sorted(map(str, found.values)) if isinstance(found, msgspec.inspect.LiteralType) else []
        return f"{invalid[1]} is not allowed{inside}: use one of {', '.join(names)}"
    if "`date`" in what:
        return f"{what.replace('`', '')}{inside}: write a date without quotes, as 2026-11-21"
    return f"{what.replace('`', '')}{inside}: correct the value"


def _at(shape: msgspec.inspect.Type | None, steps: Iterable[str], *, in_key: bool) -> msgspec.inspect.Type | None:
    """The declared type that ``steps`` lead to; optional types stand for what they wrap."""
    inspect = msgspec.inspect
    for step in steps:
        shape = _bare(shape)
        if isinstance(shape, inspect.StructType):
            shape = next((field.type for field in shape.fields if field.encode_name == step), None)
        elif isinstance(shape, inspect.VarTupleType | inspect.ListType):
            shape = shape.item_type
        elif isinstance(shape, inspect.DictType):
            shape = shape.value_type
        else:
            return None
    shape = _bare(shape)
    return _bare(shape.key_type) if in_key and isinstance(shape, inspect.DictType) else shape


def _bare(shape: msgspec.inspect.Type | None) -> msgspec.inspect.Type | None:
    if isinstance(shape, msgspec.inspect.UnionType):
        return next((option for option in shape.types if not isinstance(option, msgspec.inspect.NoneType)), None)
    return shape


def _line(text: str) -> str:
    """``text`` on one line, and no longer than a person reads."""
    return " ".join(text.split())[:400]


# The cache: TOML takes a second for what msgpack does in a few milliseconds


class _Kept(msgspec.Struct, frozen=True):
    stamp: str
    rows: msgspec.Raw


def _cache_path(root: Path, folder: Path | None) -> Path:
    folder = Path(platformdirs.user_cache_dir("coveredscan", appauthor=False)) if folder is None else folder
    return folder / f"database-{hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:16]}.msgpack"


def _stamp(root: Path, files: Iterable[Path]) -> str:
    """Changes with the program, and with the name, size or time of any file."""
    parts = [__version__, str(CACHE_LAYOUT)]
    for path in files:
        status = path.stat()
        parts.append(f"{path.relative_to(root).as_posix()} {status.st_mtime_ns} {status.st_size}")
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def _recall(path: Path, stamp: str) -> Compiled | None:
    """What was kept under ``stamp``; None when there is nothing, or nothing that can be trusted."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_uid != os.geteuid():
                return None
            raw = file.read()
        kept = msgspec.msgpack.decode(raw, type=_Kept)
        return msgspec.msgpack.decode(kept.rows, type=Compiled) if kept.stamp == stamp else None
    except (OSError, msgspec.MsgspecError):
        return None


def _keep(path: Path, stamp: str, rows: Compiled) -> None:
    """Write beside and rename, so that a reader never sees half a file. A cache that cannot be written is no error."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    except OSError:
        return
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.msgpack.encode(_Kept(stamp, msgspec.Raw(msgspec.msgpack.encode(rows)))))
        Path(beside).replace(path)
    except OSError:
        Path(beside).unlink(missing_ok=True)
