"""What signatures say once: the grammar of a model is the same in every field where a model stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from scanner.model.signature import Match, Signature, SignatureFile

_CALL: Final = re.compile(r"\(\?&([^()]*)\)")
"""As PCRE writes that another pattern stands here (pcre2pattern(3), "Groups as subroutines")."""
_LINE_BREAK: Final = re.compile(r"\s*\n\s*")


class UnknownPatternError(ValueError):
    """A name that is not in the table above, or not yet."""


def whole(grammar: Mapping[str, str], shared: Mapping[str, str]) -> dict[str, str]:
    """Return the patterns of a file and ``shared``, those of all files, with what they call: each the ones before it.

    Line breaks, and the blanks around them, are no part of a pattern: a long one is written a range a line.
    Raises UnknownPatternError.
    """
    known = dict(shared)
    for name, pattern in grammar.items():
        known[name] = expand(_joined(pattern), known)
    return known


def _joined(pattern: str) -> str:
    # The first line break of a text in three quotes is none to TOML, yet its line is indented as the others.
    return _LINE_BREAK.sub("", f"\n{pattern}") if "\n" in pattern else pattern


def expand(regex: str, known: Mapping[str, str]) -> str:
    """Return ``regex`` with each ``(?&name)`` as the pattern of that name. Raises UnknownPatternError."""

    def called(call: re.Match[str]) -> str:
        if call[1] not in known:
            raise UnknownPatternError(call[1])
        return f"(?:{known[call[1]]})"

    return _CALL.sub(called, regex)


def expanded(row: Signature, known: Mapping[str, str]) -> Signature:
    """Return ``row`` with its patterns whole, those of its conditions too. Raises UnknownPatternError."""
    match = _expanded(row.match, known)
    also = tuple(msgspec.structs.replace(other, match=_expanded(other.match, known)) for other in row.also)
    if match is row.match and also == row.also:
        return row
    return msgspec.structs.replace(row, match=match, also=also)


def _expanded(match: Match, known: Mapping[str, str]) -> Match:
    if match.regex is None or "(?&" not in match.regex:
        return match
    return msgspec.structs.replace(match, regex=expand(match.regex, known))


def called(file: SignatureFile) -> set[str]:
    """Return the names that the regexes and patterns of the file call."""
    texts = list(file.grammar.values())
    for row in file.signature:
        texts += [match.regex for match in (row.match, *(other.match for other in row.also)) if match.regex is not None]
    return calls(texts)


def calls(regexes: Iterable[str]) -> set[str]:
    """Return the names that ``regexes`` call."""
    return {call[1] for regex in regexes for call in _CALL.finditer(regex)}
