"""Text as devices send it, brought to the form values have: no control characters, trimmed, capped."""

from __future__ import annotations

import re
from typing import Final

from scanner.model.observation import MAX_VALUE, clip

_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_EAST_ASIAN: Final = frozenset({"gb2312", "gbk", "gb18030", "big5", "euc-kr", "euc-jp", "shift_jis"})
"""A name from the network is looked up here, never in Python's registry, which knows codecs that are none."""
_BLANKS: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


def read_text(raw: bytes, declared: str = "") -> str:
    """Return ``raw`` as text; never fails.

    ``declared`` is the encoding its sender names: believed for the East Asian ones that cannot be told from the
    bytes, else the text is UTF-8 when it can be and Latin-1 when not, whatever was declared.
    """
    name = declared.lower()
    if name in _EAST_ASIAN:
        return raw.decode(name, "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def clean(value: str) -> str:
    """Return ``value`` as sent, control characters turned to blanks, ends trimmed, at most MAX_VALUE bytes."""
    if value.isascii() and value.isprintable() and len(value) <= MAX_VALUE:
        return value.strip()
    return clip(_CONTROLS.sub(" ", value).strip()).rstrip()


def fold(value: str) -> str:
    """Return ``value`` with every run of white space and control characters made one blank; trimmed and capped."""
    return clip(_BLANKS.sub(" ", value).strip()).rstrip()
