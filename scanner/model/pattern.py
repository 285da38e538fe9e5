"""A ``Match`` made ready to compare values with: the one place that says what "matches" means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final

from scanner.model.signature import FieldRule, Match

REGEX_MEMORY: Final = 1 << 20
"""Bytes RE2 may use for one pattern: a thousand patterns must not need a gigabyte."""


class PatternError(ValueError):
    """A regular expression that RE2 does not accept."""


class Pattern:
    """Compares whole values, letter case included. Regular expressions are compiled at first use."""

    __slots__ = ("_contains", "_exact", "_prefix", "_regex", "match")

    def __init__(self, match: Match) -> None:
        self.match: Final = match
        self._exact = frozenset(match.exact or ())
        self._prefix = match.prefix or ()
        self._contains = match.contains or ()
        self._regex: Any = None

    def compile(self) -> tuple[str, ...]:
        """Compile the regular expression, if any; return its named groups in order. PatternError when it is invalid."""
        if self.match.regex is None:
            return ()
        if self._regex is None:
            self._regex = _compiled(self.match.regex)
        groups: dict[str, int] = self._regex.groupindex
        return tuple(sorted(groups, key=groups.__getitem__))

    def search(self, value: str) -> dict[str, str] | None:
        """Return what the named groups captured (maybe nothing) when ``value`` matches, else None.

        ``value`` is in its field's normal form. Raises PatternError for an invalid regular expression.
        """
        if value in self._exact or (self._prefix and value.startswith(self._prefix)):
            return {}
        if any(part in value for part in self._contains):
            return {}
        if self.match.regex is None:
            return None
        self.compile()
        found = self._regex.fullmatch(value)
        return None if found is None else {name: text for name, text in found.groupdict().items() if text is not None}


def is_hedged(rule: FieldRule, forms: Sequence[str]) -> bool:
    """Return whether a value was written by people, as its field's rule knows, by its normal ``forms``, plainest first.

    What a program noted around it is in the later ones, and is nobody's word.
    """
    if rule.hedge is not None and _pattern(rule.hedge).search(forms[0]) is not None:
        return True
    return rule.plain is not None and all(_pattern(rule.plain).search(form) is None for form in forms)


@cache
def _pattern(regex: str) -> Pattern:
    return Pattern(Match(regex=regex))


def _compiled(regex: str) -> Any:
    import re2  # noqa: PLC0415 - only programs that match pay for loading it

    options = re2.Options()
    options.log_errors = False
    options.max_mem = REGEX_MEMORY
    try:
        return re2.compile(regex, options)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise PatternError(f"not a regular expression RE2 accepts: {text}") from error


SET_MEMORY: Final = 32 << 20
"""Bytes RE2 may use for a few patterns together; past it the set falls back to a slower automaton."""


def candidates(regexes: Sequence[str], memory: int = SET_MEMORY) -> Callable[[str], list[int]]:
    """Return a function from a value to the indices, ascending, of the ``regexes`` that match the whole of it.

    All are tried in one pass, in time linear in the value, with at most ``memory`` bytes for what RE2 has worked out.
    Raises PatternError for an invalid regular expression.
    """
    import re2  # noqa: PLC0415 - only programs that match pay for loading it

    options = re2.Options()
    options.log_errors = False
    options.max_mem = memory
    together = re2.Set.FullMatchSet(options)
    for regex in regexes:
        try:
            together.Add(regex)
        except re2.error as error:
            raise PatternError(f"not a regular expression RE2 accepts: {regex}") from error
    together.Compile()
    return lambda value: sorted(together.Match(value) or ())
