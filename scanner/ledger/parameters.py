"""A request as it is stored with its scan, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from scanner.engine.request import Request

NOT_KEPT: Final = {"credentials", "never"}
"""Secrets are never stored, and which addresses are never to be scanned each run reads anew."""


class ParameterError(ValueError):
    """Stored parameters are of a program that this one does not know."""


def kept(request: Request) -> dict[str, Any]:
    """Return what of ``request`` is stored, as JSON can hold it."""
    asked = {name: each for name, each in msgspec.structs.asdict(request).items() if name not in NOT_KEPT}
    told: dict[str, Any] = msgspec.to_builtins(asked)
    return told


def restored(parameters: Mapping[str, Any], request: Request) -> Request:
    """Return ``request`` with what was stored in the place of its own. Raises ParameterError."""
    fields = [field for field in msgspec.structs.fields(Request) if field.name not in NOT_KEPT]
    try:
        kind = msgspec.defstruct("Kept", [(field.name, field.type) for field in fields], forbid_unknown_fields=True)
        return msgspec.structs.replace(request, **msgspec.structs.asdict(msgspec.convert(parameters, kind)))
    except (msgspec.ValidationError, ValueError) as error:
        raise ParameterError(str(error)) from error
