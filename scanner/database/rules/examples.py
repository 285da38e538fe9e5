"""What a signature says of itself: the values that it must match, and those that it must not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from scanner.database.load import Database
from scanner.database.normalize import normalize
from scanner.database.rules.problem import Problem, Report
from scanner.database.rules.trial import Trial, value_of
from scanner.model.signature import Counterexample, Example

EXPLANATIONS: Final[Mapping[str, str]] = {
    "FP010": "A signature carries its own test: at least one value that it must match, with the source it comes from.",
    "FP011": "A signature carries its own doubt: at least one value that it must not match although one might "
    "think so, such as the words in another place, a competitor's spelling, a bare product name.",
    "FP012": "An example does not match its own signature. Either the pattern or the example is wrong. Where the "
    "signature has also conditions, the example states the values that go with it.",
    "FP013": "An example states what its named groups capture, every group that takes part. The pattern captured "
    "something else.",
    "FP015": "A counterexample matches its own signature: the pattern is too wide.",
    "FP019": "An example or counterexample gives its value either as text or, when it has control characters, as "
    "the UTF-8 bytes in hex.",
    "FP021": "Single facts may be restated from any source with citation. A longer excerpt of a source whose "
    "licence forbids copying may not be shipped: shorten it to the part that matters.",
    "FP022": "A stable signature has been seen on a real device. While all its examples are synthetic it stays "
    "experimental.",
}
"""Code → paragraph."""

MAX_QUOTE: Final = 256
"""Characters restated from a source whose licence forbids copying: header values are facts, a page is not."""

_FORBIDS_COPYING: Final = re.compile(
    r"\b(?:[AL]?GPL|NPSL|NC|NonCommercial|none|unlicen[cs]ed|no licen[cs]e|proprietary"
    r"|all rights reserved|facts restated)\b",
    re.IGNORECASE,
)


def lint(database: Database, trials: Sequence[Trial], report: Report) -> Iterator[Problem]:
    """Every problem of the examples of one signature, tried in each of its fields where they may stand."""
    row, own = trials[0].row, [one for one in trials if one.likened is None]
    if not row.examples:
        yield report("FP010", "no example: give a value it must match")
    elif bare := [one.field for one in own if not any(one.takes(example) for example in row.examples)]:
        yield report("FP010", f"no example for {', '.join(bare)}: give one, or one that may stand in any field")
    if not row.counterexamples:
        yield report("FP011", "no counterexample: give a value it must not match, and why one might think so")
    for number, example in enumerate(row.examples, 1):
        tried = [one for one in trials if one.takes(example)]
        for code, text in dict.fromkeys([*_lint_place(example, tried), *_lint_matches(database, example, tried)]):
            yield report(code, f"example {number}: {text}")
    for number, counterexample in enumerate(row.counterexamples, 1):
        tried = [one for one in trials if one.takes(counterexample)]
        for code, text in [*_lint_place(counterexample, tried), *_lint_doubt(counterexample, tried)]:
            yield report(code, f"counterexample {number}: {text}")
    if row.status == "stable" and row.examples and all(example.source == "synthetic" for example in row.examples):
        yield report("FP022", "stable, but every example is synthetic: quote a real one or make it experimental")


def _lint_place(example: Example | Counterexample, tried: Sequence[Trial]) -> Iterator[tuple[str, str]]:
    if not tried:
        yield "FP003", f"{example.field} is none of the signature's fields"
    if value_of(example) is None:
        yield "FP019", "give value or hex (UTF-8 bytes), one of them"


def _lint_doubt(counterexample: Counterexample, tried: Iterable[Trial]) -> Iterator[tuple[str, str]]:
    value = value_of(counterexample)
    for one in tried if value is not None else ():
        if value is not None and one.search(value, counterexample.also) is not None:
            yield "FP015", f"{value!r} matches{_there(one)}"


def _lint_matches(database: Database, example: Example, tried: Sequence[Trial]) -> Iterator[tuple[str, str]]:
    value = example.value
    if value is not None and tried and all(normalize(one.rule, value) != value for one in tried):
        yield "FP018", f"{value!r} is not in normal form: write {normalize(tried[0].rule, value)!r}"
    for one in tried:
        yield from _lint_example(database, one, example)


def _lint_example(database: Database, one: Trial, example: Example) -> Iterator[tuple[str, str]]:
    value = value_of(example)
    if value is None:
        return
    for field, rule, _ in one.also:
        if field not in example.also:
            yield "FP012", f"also needs a value for {field}"
        elif normalize(rule, example.also[field]) != example.also[field]:
            yield "FP018", f"{example.also[field]!r} is not in the normal form of {field}"
    found = one.search(value, example.also)
    if found is None:
        yield "FP012", f"{value!r} does not match{_there(one)}"
    elif found != example.captures:
        yield "FP013", f"captures {found} where {example.captures} is stated"
    source = database.sources.get(example.source)
    if source is None and example.source != "synthetic":
        yield "FP020", f"the source '{example.source}' is not in sources.toml"
    elif source is not None and len(value) > MAX_QUOTE and _FORBIDS_COPYING.search(source.licence):
        yield "FP021", f"{len(value)} characters from '{source.id}', whose licence ({source.licence}) forbids copying"


def _there(one: Trial) -> str:
    return f" in {one.field}" if len(one.row.fields) > 1 else ""
