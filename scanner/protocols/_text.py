"""Text as devices send it, brought to the form values have: no control characters, trimmed, capped."""

from __future__ import annotations

import re
from typing import Final

from scanner.model.observation import clip

_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_BLANKS: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


def read_text(raw: bytes) -> str:
    """Return ``raw`` as text: UTF-8 when it is UTF-8, else Latin-1, which never fails."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def clean(value: str) -> str:
    """Return ``value`` as sent, control characters turned to blanks, ends trimmed, at most MAX_VALUE bytes."""
    return clip(_CONTROLS.sub(" ", value).strip())


def fold(value: str) -> str:
    """Return ``value`` with every run of white space and control characters made one blank; trimmed and capped."""
    return clip(_BLANKS.sub(" ", value).strip())
