"""What a ``match`` may be, that of a signature and that of a label's model alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from scanner.database.normalize import normalize
from scanner.database.rules.problem import Problem, Report
from scanner.model.pattern import Pattern, PatternError
from scanner.model.signature import FieldRule, Match

EXPLANATIONS: Final[Mapping[str, str]] = {
    "FP005": "A match has exactly one kind: exact, prefix, contains or regex. An empty prefix or part would match "
    "everything, an empty list nothing.",
    "FP007": "What several patterns of a file share is said once, in its [grammar] table, and called as (?&name); what "
    "several files share, in grammar.toml. The name called must stand there, before the pattern that calls it; a name "
    "that nothing calls is deleted, and none stands in both.",
    "FP017": "The regular expression is not RE2 syntax, or matches any value at all, or repeats without bound "
    "something that already does. Patterns meet hostile input: prefer exact, prefix or contains.",
    "FP018": "Values are brought to their field's normal form before they are compared (fields.toml, normalize). "
    "Text in another form could never match.",
}
"""Code → paragraph."""

_IMPROBABLE: Final = ("qzv 7# jxk-0417 ~ wvh", "{%Jq!zx/8;(kv)}?", "00")
"""A pattern that matches all of these says nothing about any of them."""


def lint(match: Match, rules: Mapping[str, FieldRule | None], report: Report, *, alone: bool) -> Iterator[Problem]:
    """Every problem of ``match`` where values of the fields in ``rules`` (None: not known) are tried on it.

    ``alone`` when nothing else is asked of a device. A match with FP017 must not be compiled.
    """
    given = [kind for kind in (match.exact, match.prefix, match.contains, match.regex) if kind is not None]
    texts = [*(match.exact or ()), *(match.prefix or ()), *(match.contains or ())]
    if len(given) != 1 or not given[0] or "" in (match.prefix or ()) or "" in (match.contains or ()):
        yield report("FP005", "match needs exactly one of exact, prefix, contains, regex, and no empty text")
    for field, rule in rules.items():
        for text in texts if rule is not None else ():
            if rule is not None and not _is_normal(rule, text, whole=text in (match.exact or ())):
                yield report("FP018", f"{text!r} can never match: no value of {field} looks like that")
    if match.regex is None:
        return
    pattern = Pattern(match)
    try:
        pattern.compile()
    except PatternError as error:
        yield report("FP017", str(error))
        return
    if alone and all(pattern.search(value) is not None for value in _IMPROBABLE):
        yield report("FP017", "the regex matches any value at all")
    if nested_repeats(match.regex):
        yield report("FP017", "the regex repeats without bound what already repeats without bound")


def nested_repeats(regex: str) -> bool:
    """True when a group that holds an unbounded repeat is itself repeated without bound, as ``(a+)*``.

    RE2 is safe from those; other readers of the data may not be.
    """
    text = re.sub(r"\\[pP]\{[^}]*\}|\\.", "x", regex, flags=re.DOTALL)
    text = re.sub(r"\[\^?\]?[^\]]*\]", "x", text)
    stack = [False]
    ended = False
    for token in re.finditer(r"\(|\)|[*+]|\{\d+,\}|.", text, re.DOTALL):
        match token[0]:
            case "(":
                stack.append(False)
                ended = False
            case ")" if len(stack) > 1:
                ended = stack.pop()
                stack[-1] = stack[-1] or ended
            case "*" | "+":
                if ended:
                    return True
                stack[-1] = True
            case repeat if repeat.startswith("{") and len(repeat) > 1:
                if ended:
                    return True
                stack[-1] = True
            case _:
                ended = False
    return False


def _is_normal(rule: FieldRule, text: str, *, whole: bool) -> bool:
    """Whether ``text`` can be (part of) a value in normal form."""
    if whole:
        return normalize(rule, text) == text
    if rule.normalize in {"mac", "lower-hex", "lower"}:
        return text == text.lower()
    if rule.normalize == "upper":
        return text == text.upper()
    return "\u00a0" not in text
