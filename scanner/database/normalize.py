"""Brings observed values to the form that signatures are written in, as each field's rule in ``fields.toml`` says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from scanner.model.observation import clip
from scanner.model.signature import FieldRule

MAX_DIGITS: Final = 40
"""Digits of a decimal value: twice those of a 64-bit number; beyond that it is not a count of anything."""

_NO_BREAK_SPACE: Final = "\u00a0"
_ENDS: Final = "".join(
    map(
        chr,
        (
            *range(0x21),
            *range(0x7F, 0xA1),
            0x1680,
            *range(0x2000, 0x200C),
            0x2028,
            0x2029,
            0x202F,
            0x205F,
            0x3000,
            0xFEFF,
        ),
    )
)
"""Every control character, all white space of Unicode, and what has no width: a byte order mark among them."""
_MAC_SHAPES: Final = re.compile(
    r"[0-9a-f]{12}"
    r"|[0-9a-f]{1,2}(?P<pairs>[:\-. ])[0-9a-f]{1,2}(?:(?P=pairs)[0-9a-f]{1,2}){4}"
    r"|[0-9a-f]{4}(?P<fours>[:\-. ])[0-9a-f]{4}(?P=fours)[0-9a-f]{4}"
    r"|[0-9a-f]{6}[:\-. ][0-9a-f]{6}"
)
_MAC_WITHIN: Final = re.compile(
    r"(?:^|[\s(\[=,;'\"])(?P<mac>[0-9a-f]{1,2}([:-])[0-9a-f]{1,2}(?:\2[0-9a-f]{1,2}){4}"
    r"|[0-9a-f]{4}([.:-])[0-9a-f]{4}\3[0-9a-f]{4}|[0-9a-f]{2}(?: [0-9a-f]{2}){5})(?=$|[\s)\],;'\"(])"
    r"|^(?:0x)?(?P<bare>[0-9a-f]{12})(?=$|[\s,;(])"
)
"""An address in a line of a neighbour table or of a scan: with an interface, or its registrant, behind it."""
MAX_MAC_LINE: Final = 256
"""Characters of a line that holds an address."""
_MAC_SEPARATORS: Final = re.compile(r"[:\-. ]")
_PAIRS: Final = 6
_HEX: Final = re.compile(r"[0-9a-f]+")
_DECIMAL: Final = re.compile(rf"[+-]?[0-9]{{1,{MAX_DIGITS}}}")
_NAME_SEPARATORS: Final = re.compile(f"[,;{re.escape(_ENDS)}]+")
_NAMES: Final = msgspec.json.Decoder(list[str])


def normalize(rule: FieldRule, value: str) -> str | None:
    """Return ``value`` in the normal form of ``rule``, at most MAX_VALUE bytes; None when it cannot be of that kind."""
    return _FORMS[rule.normalize](value)


def strip(value: str) -> str:
    """White space and control characters at the ends removed, no-break spaces made blanks, clipped."""
    return clip(value.replace(_NO_BREAK_SPACE, " ").strip(_ENDS)).strip(_ENDS)


def mac(value: str) -> str | None:
    """A 48-bit hardware address in any usual spelling, or the only one in a line, as ``58:50:ed:1f:e3:85``."""
    text = strip(value).lower()
    if not _MAC_SHAPES.fullmatch(text):
        found = {one["mac"] or one["bare"] for one in _MAC_WITHIN.finditer(text[:MAX_MAC_LINE])}
        if len(found) != 1:
            return None
        (text,) = found
    groups = _MAC_SEPARATORS.split(text)
    digits = "".join(group.zfill(2) if len(groups) == _PAIRS else group for group in groups)
    return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))


def _lower(value: str) -> str:
    return strip(strip(value).lower())


def _upper(value: str) -> str:
    return strip(strip(value).upper())


def _lower_hex(value: str) -> str | None:
    text = strip(value).lower().replace(":", "")
    return text if _HEX.fullmatch(text) else None


def _decimal(value: str) -> str | None:
    text = strip(value)
    return str(int(text)) if _DECIMAL.fullmatch(text) else None


def _int32(value: str) -> str | None:
    text = _decimal(value)
    if text is None:
        return None
    number = int(text)
    return str(number - (1 << 32)) if 1 << 31 <= number < 1 << 32 else text


def _names(value: str) -> str | None:
    text = value.replace(_NO_BREAK_SPACE, " ").strip(_ENDS)
    if text.startswith("["):
        try:
            text = ",".join(_NAMES.decode(text))
        except (msgspec.MsgspecError, UnicodeEncodeError):
            return None
    joined = clip(",".join(name for name in _NAME_SEPARATORS.split(text) if name)).strip(",")
    return None if joined.startswith("[") else joined


_FORMS: Final[Mapping[str, Callable[[str], str | None]]] = {
    "strip": strip,
    "mac": mac,
    "lower": _lower,
    "upper": _upper,
    "lower-hex": _lower_hex,
    "decimal": _decimal,
    "int32": _int32,
    "names": _names,
}
