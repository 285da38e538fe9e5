"""One TOML file into typed rows, with errors that tell people which row and key to correct."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from scanner.database.fault import DataError

T = TypeVar("T")


def read(name: str, path: Path) -> bytes:
    """Return the bytes of ``path``. Raises DataError, which begins with ``name``."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(name, f"cannot be read: {error.strerror}") from error


def parse(name: str, raw: bytes) -> dict[str, Any]:
    """Return the TOML in ``raw``. Raises DataError, which begins with ``name``."""
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


def convert(name: str, document: dict[str, Any], shape: type[T], table: str | None = None) -> T:
    """Return ``document`` (or its one ``table``) as ``shape``. Raises DataError, which begins with ``name``."""
    value = document if table is None else document[table]
    try:
        return msgspec.convert(value, shape, strict=True, builtin_types=(date, datetime, time))
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
