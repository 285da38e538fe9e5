"""What devices say is written by strangers: here it becomes text that does nothing where it is shown."""

from __future__ import annotations

import json
import re
from typing import Final

import msgspec

_FORMULA: Final = re.compile(r"(^|[;,|\t\r\n])(?= *[=+\-@\t\r\uff0b\uff0d\uff1d\uff20])")
"""Where a spreadsheet may begin to read a formula: at the start, or after what some locales take for a cell's end."""
_MARKUP: Final = re.compile(r"[\\`*_{}\[\]<>#|~$&@]|:(?=//)|(?<=www)\.", re.IGNORECASE)
"""What Markdown, its usual extensions and mail clients make something of in the middle of a line."""
_TICKS: Final = re.compile("`+")


def terminal(text: str, limit: int | None = None) -> str:
    r"""Return ``text`` on one line with nothing a terminal obeys, at most ``limit`` characters, ``…`` where it was cut.

    Control and escape characters, line ends, direction overrides, zero-width and other unprintable characters are
    spelled out, as in ``\x1b``.
    """
    if limit is not None and len(text) > limit:
        # Spelling out only lengthens, so what lies beyond the limit never shows.
        text = text[:limit] + "…"
    if not text.isprintable():
        text = "".join(character if character.isprintable() else _spelled(character) for character in text)
    if limit is not None and len(text) > limit:
        text = text[: max(limit - 1, 0)] + "…" if limit else ""
    return text


def cell(text: str) -> str:
    """Return ``text`` as ``terminal`` does, and such that no spreadsheet takes any part of it for a formula."""
    return terminal(_FORMULA.sub(r"\1'", text))


def markup(text: str, limit: int | None = None) -> str:
    """Return ``text`` as ``terminal`` does, and such that Markdown shows it as it is: no markup, no HTML, no link.

    For the middle of a line: at its start a digit or a dash could begin a list.
    """
    return _MARKUP.sub(r"\\\g<0>", terminal(text, limit))


def code(text: str, limit: int | None = None) -> str:
    r"""Return ``text`` as ``terminal`` does, as a Markdown code span; nothing for no text.

    It may stand in a table: a bar, where cells end whatever stands before it, is spelled ``\x7c``.
    """
    shown = terminal(text, limit).replace("|", r"\x7c")
    if not shown.strip():
        return ""
    longest = max((len(run) for run in _TICKS.findall(shown)), default=0)
    fence = "`" * (longest + 1)
    # One space at each end is dropped again where Markdown is read.
    pad = " " if longest or shown.startswith(" ") or shown.endswith(" ") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def line(record: object) -> str:
    r"""Return ``record`` as JSON on one line, without a line end, every unprintable character escaped as ``\uXXXX``.

    It may be whatever msgspec encodes.
    """
    try:
        text = msgspec.json.encode(record).decode()
    except UnicodeEncodeError:  # lone surrogates, as command-line arguments in a foreign encoding have them
        text = json.dumps(msgspec.to_builtins(record), ensure_ascii=False, separators=(",", ":"))
        text = text.encode("utf-8", "replace").decode()
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else json.dumps(character)[1:-1] for character in text)


def _spelled(character: str) -> str:
    code = ord(character)
    if code <= 0xFF:  # noqa: PLR2004 - where the short spelling ends
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - likewise
