"""Every text of a record changed in one way, whatever the record is made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

_Record = TypeVar("_Record")


def change(record: _Record, how: Callable[[str], str]) -> _Record:
    """Return ``record`` (a struct, with tuples and dicts inside) with ``how`` applied to every text in it.

    Whatever has no text in it is kept as it is; keys of dicts are texts too.
    """
    changed: Any = _changed(record, how)
    return changed  # type: ignore[no-any-return]  # the same type comes out


def _changed(value: Any, how: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return how(value)
    if isinstance(value, tuple):
        return tuple(_changed(each, how) for each in value)
    if isinstance(value, dict):
        return {_changed(key, how): _changed(each, how) for key, each in value.items()}
    if isinstance(value, msgspec.Struct):
        return type(value)(**{name: _changed(getattr(value, name), how) for name in value.__struct_fields__})
    return value
