"""Judges the data itself: every rule has a code, a one-line problem and a paragraph that explains it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final, get_args

import msgspec

from scanner.database.fault import DataError
from scanner.database.load import Database, load
from scanner.database.normalize import normalize
from scanner.database.registry import spelling
from scanner.model.entity import Bound, DeviceClass, Model, Relation
from scanner.model.measure import Measure
from scanner.model.pattern import Pattern, PatternError
from scanner.model.signature import Counterexample, Example, FieldRule, Match, Signature, Slot

MAX_QUOTE: Final = 256
"""Characters restated from a source whose licence forbids copying: header values are facts, a page is not."""

_ENTITY_SLOTS: Final[frozenset[Slot]] = frozenset({"manufacturer", "brand", "product_line"})
_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_FORBIDS_COPYING: Final = re.compile(
    r"\b(?:[AL]?GPL|NPSL|NC|NonCommercial|none|unlicen[cs]ed|no licen[cs]e|proprietary"
    r"|all rights reserved|facts restated)\b",
    re.IGNORECASE,
)
_IMPROBABLE: Final = ("qzv 7# jxk-0417 ~ wvh", "{%Jq!zx/8;(kv)}?", "00")
"""A pattern that matches all of these says nothing about any of them."""


class Problem(msgspec.Struct, frozen=True):
    """One fault of the data."""

    code: str
    where: str
    """File and row."""
    text: str
    """What is wrong and what to do, on one line."""


def check(
    root: Path | None = None, clean: Iterable[tuple[str, str]] = (), *, cache: Path | None = None
) -> list[Problem]:
    """Lint the folder ``root`` (None: the shipped data), its shape included.

    ``clean`` holds (field, value) pairs of equipment that no signature asserting a manufacturer may match;
    ``cache`` is as for ``load``.
    """
    try:
        database = load(root, cache=cache)
    except DataError as error:
        return [Problem(error.code, error.where, error.text)]
    return [*lint(database), *match_clean(database, clean)]


def lint(database: Database) -> Iterator[Problem]:
    """Every problem of the signatures, then the entities, the models, the measures."""
    yield from _lint_signatures(database)
    yield from _lint_entities(database)
    yield from _lint_models(database)
    yield from _lint_measures(database)


def explain(code: str) -> str:
    """Return a paragraph on the rule ``code``. Raises KeyError when there is no such rule."""
    return EXPLANATIONS[code]


# Signatures


class _Ready(msgspec.Struct, frozen=True):
    """A signature, in one of its fields, with what is needed to try values on it."""

    row: Signature
    field: str
    rule: FieldRule
    pattern: Pattern
    also: tuple[tuple[str, FieldRule, Pattern], ...]

    def search(self, value: str, also: Mapping[str, str]) -> dict[str, str] | None:
        """What production matching would capture from ``value`` beside the ``also`` values; None: no match."""
        normal = normalize(self.rule, value)
        found = None if normal is None else self.pattern.search(normal)
        if found is None:
            return None
        for field, rule, pattern in self.also:
            other = normalize(rule, also[field]) if field in also else None
            if other is None or pattern.search(other) is None:
                return None
        return found


def _lint_signatures(database: Database) -> Iterator[Problem]:
    ready: list[_Ready] = []
    for row in database.signatures:
        where = _where(database, row)

        def problem(code: str, text: str, where: str = where) -> Problem:
            return Problem(code, where, text)

        yield from _lint_row(database, row, problem)
        if row.status == "retired":
            continue
        rules = {field: database.rule_for(field) for field in row.fields}
        also = [(condition.field, database.rule_for(condition.field), condition.match) for condition in row.also]
        faults = [*_lint_match(row.match, rules, problem, alone=not row.also)]
        for field, other, match in also:
            faults += _lint_match(match, {field: other}, problem, alone=False)
        yield from faults
        if None in rules.values() or any(fault.code == "FP017" for fault in faults):
            continue
        pattern = Pattern(row.match)
        beside = tuple((name, rule, Pattern(match)) for name, rule, match in also if rule is not None)
        if len(beside) == len(also):
            ones = [_Ready(row, field, rule, pattern, beside) for field, rule in rules.items() if rule is not None]
            yield from _lint_examples(database, ones, problem)
            ready += ones
    yield from _lint_clashes(database, ready)
    yield from _lint_repeats(database)


_Report = Callable[[str, str], Problem]


def _where(database: Database, row: Signature) -> str:
    return f"{database.origins[row.id].file}: {row.id}"


def _lint_row(database: Database, row: Signature, problem: _Report) -> Iterator[Problem]:
    maker = database.origins[row.id].maker
    yield from _lint_ids(row, maker, problem)
    for field in (*row.fields, *(condition.field for condition in row.also)):
        if database.rule_for(field) is None:
            yield problem("FP003", f"'{field}' is not in fields.toml, nor a set of sets.toml")
    yield from _lint_says(database, row, problem)
    for source in _missing(row.sources, database):
        yield problem("FP020", f"the source '{source}' is not in sources.toml")
    if not row.sources:
        yield problem("FP020", "no source: say where it is known from")
    if row.status == "retired":
        if row.retired_on is None or not row.because:
            yield problem("FP023", "a retired signature needs retired_on and because")
    elif row.retired_on is not None or row.because is not None:
        yield problem("FP023", "retired_on or because is given, but the status is not retired")


def _lint_ids(row: Signature, maker: str, problem: _Report) -> Iterator[Problem]:
    for name in (row.id, *row.formerly):
        if not name.startswith(f"{maker}-"):
            yield problem("FP002", f"the id {name} must start with '{maker}-', the maker of its file")
        if not _ID.fullmatch(name):
            yield problem("FP002", f"the id {name} must be lower-case words joined by single hyphens")


def _lint_says(database: Database, row: Signature, problem: _Report) -> Iterator[Problem]:
    if not (row.asserts or row.refutes or row.captures):
        yield problem("FP006", "it says nothing: give asserts, refutes or captures")
    known: Mapping[str, Iterable[str]] = {
        "manufacturer": database.companies,
        "brand": database.brands,
        "product_line": database.product_lines,
        "device_class": get_args(DeviceClass),
    }
    for slot, value in (*row.asserts.items(), *row.refutes.items()):
        if slot in known and value not in known[slot]:
            where = "a device class" if slot == "device_class" else "in entities/"
            yield problem("FP004", f"{slot} '{value}' is not {where}")
    for slot in row.asserts:
        if row.refutes.get(slot) == row.asserts[slot]:
            yield problem("FP006", f"it asserts and refutes {slot} '{row.asserts[slot]}'")
    for name in row.captures:
        if name not in get_args(Slot) or name in _ENTITY_SLOTS:
            yield problem("FP016", f"'{name}' is captured but is not a text slot")


def _lint_match(
    match: Match, rules: Mapping[str, FieldRule | None], problem: _Report, *, alone: bool
) -> Iterator[Problem]:
    given = [kind for kind in (match.exact, match.prefix, match.contains, match.regex) if kind is not None]
    texts = [*(match.exact or ()), *(match.prefix or ()), *(match.contains or ())]
    if len(given) != 1 or not given[0] or "" in (match.prefix or ()) or "" in (match.contains or ()):
        yield problem("FP005", "match needs exactly one of exact, prefix, contains, regex, and no empty text")
    for field, rule in rules.items():
        for text in texts if rule is not None else ():
            if rule is not None and not _normal(rule, text, whole=text in (match.exact or ())):
                yield problem("FP018", f"{text!r} can never match: no value of {field} looks like that")
    if match.regex is None:
        return
    pattern = Pattern(match)
    try:
        pattern.compile()
    except PatternError as error:
        yield problem("FP017", str(error))
        return
    if alone and all(pattern.search(value) is not None for value in _IMPROBABLE):
        yield problem("FP017", "the regex matches any value at all")
    if nested_repeats(match.regex):
        yield problem("FP017", "the regex repeats without bound what already repeats without bound")


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


def _normal(rule: FieldRule, text: str, *, whole: bool) -> bool:
    """Whether ``text`` can be (part of) a value in normal form."""
    if whole:
        return normalize(rule, text) == text
    if rule.normalize in {"mac", "lower-hex", "lower"}:
        return text == text.lower()
    if rule.normalize == "upper":
        return text == text.upper()
    return "\u00a0" not in text


def _lint_examples(database: Database, ones: Sequence[_Ready], problem: _Report) -> Iterator[Problem]:
    """Try the examples of one signature, in each of its fields where they may stand."""
    row, groups = ones[0].row, ones[0].pattern.compile()
    if set(groups) != set(row.captures):
        yield problem("FP016", f"captures is {list(row.captures)} but the pattern's named groups are {list(groups)}")
    if not row.examples:
        yield problem("FP010", "no example: give a value it must match")
    elif bare := [one.field for one in ones if not any(_may_stand(example, one) for example in row.examples)]:
        yield problem("FP010", f"no example for {', '.join(bare)}: give one, or one that may stand in any field")
    if not row.counterexamples:
        yield problem("FP011", "no counterexample: give a value it must not match, and why one might think so")
    for number, example in enumerate(row.examples, 1):
        tried = [one for one in ones if _may_stand(example, one)]
        for code, text in dict.fromkeys([*_lint_place(example, tried), *_lint_matches(database, example, tried)]):
            yield problem(code, f"example {number}: {text}")
    for number, counterexample in enumerate(row.counterexamples, 1):
        tried = [one for one in ones if _may_stand(counterexample, one)]
        for code, text in [*_lint_place(counterexample, tried), *_lint_doubt(counterexample, tried)]:
            yield problem(code, f"counterexample {number}: {text}")
    if row.status == "stable" and row.examples and all(example.source == "synthetic" for example in row.examples):
        yield problem("FP022", "stable, but every example is synthetic: quote a real one or make it experimental")


def _may_stand(example: Example | Counterexample, one: _Ready) -> bool:
    return example.field in {None, one.field}


def _lint_place(example: Example | Counterexample, tried: Sequence[_Ready]) -> Iterator[tuple[str, str]]:
    if not tried:
        yield "FP003", f"{example.field} is none of the signature's fields"
    if _value(example) is None:
        yield "FP019", "give value or hex (UTF-8 bytes), one of them"


def _lint_doubt(counterexample: Counterexample, tried: Iterable[_Ready]) -> Iterator[tuple[str, str]]:
    value = _value(counterexample)
    for one in tried if value is not None else ():
        if value is not None and one.search(value, counterexample.also) is not None:
            yield "FP015", f"{value!r} matches{_there(one)}"


def _lint_matches(database: Database, example: Example, tried: Sequence[_Ready]) -> Iterator[tuple[str, str]]:
    value = example.value
    if value is not None and tried and all(normalize(one.rule, value) != value for one in tried):
        yield "FP018", f"{value!r} is not in normal form: write {normalize(tried[0].rule, value)!r}"
    for one in tried:
        yield from _lint_example(database, one, example)


def _lint_example(database: Database, one: _Ready, example: Example) -> Iterator[tuple[str, str]]:
    value = _value(example)
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


def _there(one: _Ready) -> str:
    return f" in {one.field}" if len(one.row.fields) > 1 else ""


def _value(example: Example | Counterexample) -> str | None:
    if example.hex is None:
        return example.value
    if example.value is not None:
        return None
    try:
        return bytes.fromhex(example.hex).decode("utf-8")
    except ValueError:
        return None


def _lint_clashes(database: Database, ready: Iterable[_Ready]) -> Iterator[Problem]:
    """Examples that a signature of another manufacturer matches too."""
    by_field: defaultdict[str, list[_Ready]] = defaultdict(list)
    for one in ready:
        by_field[one.field].append(one)
    for rivals in by_field.values():
        for one in rivals:
            for example in one.row.examples:
                value = _value(example)
                if value is None or not _may_stand(example, one):
                    continue
                for other in rivals:
                    if _contradicts(one.row, other.row) and other.search(value, example.also) is not None:
                        text = f"its example {value!r} also matches {other.row.id}, which names another manufacturer"
                        yield Problem("FP014", _where(database, one.row), text)


def _lint_repeats(database: Database) -> Iterator[Problem]:
    """Signatures of one file that differ in nothing but their fields."""
    first: dict[tuple[str, bytes], Signature] = {}
    for row in database.signatures:
        if row.status == "retired":
            continue
        says = msgspec.msgpack.encode((row.match, row.also, row.asserts, row.refutes, row.strength))
        known = first.setdefault((database.origins[row.id].file, says), row)
        if known is not row:
            text = f"{known.id} says the same of the same pattern: name its fields there, this id under formerly"
            yield Problem("FP009", _where(database, row), text)


def _contradicts(one: Signature, other: Signature) -> bool:
    mine = one.asserts.get("manufacturer")
    theirs = other.asserts.get("manufacturer")
    if mine is None or other.id == one.id:
        return False
    return (theirs is not None and theirs != mine) or other.refutes.get("manufacturer") == mine


def match_clean(database: Database, clean: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    """Signatures that assert a manufacturer and match a (field, value) pair of unrelated equipment."""
    by_field: defaultdict[str, list[_Ready]] = defaultdict(list)
    for row in database.signatures:
        if row.status == "retired" or row.also or "manufacturer" not in row.asserts:
            continue
        for field in row.fields:
            rule = database.rule_for(field)
            if rule is not None:
                by_field[field].append(_Ready(row, field, rule, Pattern(row.match), ()))
    for field, value in clean:
        for one in by_field[field]:
            try:
                found = one.search(value, {})
            except PatternError:
                continue
            if found is not None:
                yield Problem("FP031", _where(database, one.row), f"matches {value!r} of unrelated equipment")


# Entities


def _lint_entities(database: Database) -> Iterator[Problem]:
    yield from _lint_companies(database)
    for brand in database.brands.values():
        where = f"{database.folder}/entities/brands.toml: {brand.id}"
        if brand.holder not in database.companies:
            yield Problem("EN002", where, f"the holder '{brand.holder}' is not in companies.toml")
        yield from _lint_named(database, where, brand.id, brand.sources)
    for line in database.product_lines.values():
        where = f"{database.folder}/entities/product_lines.toml: {line.id}"
        if line.company not in database.companies:
            yield Problem("EN002", where, f"the company '{line.company}' is not in companies.toml")
        yield from _lint_named(database, where, line.id, line.sources)
    yield from _lint_relations(database)


def _lint_named(database: Database, where: str, name: str, sources: tuple[str, ...]) -> Iterator[Problem]:
    if not _ID.fullmatch(name):
        yield Problem("EN008", where, "the id must be lower-case words joined by single hyphens")
    if not sources:
        yield Problem("EN003", where, "no source: say where it is known from")
    for source in _missing(sources, database):
        yield Problem("EN003", where, f"the source '{source}' is not in sources.toml")


def _lint_companies(database: Database) -> Iterator[Problem]:
    blocks = list(database.registry.blocks())
    registered = {spelling(block.registrant) for block in blocks}
    holders: dict[str, str] = {}
    for company in database.companies.values():
        where = f"{database.folder}/entities/companies.toml: {company.id}"
        yield from _lint_named(database, where, company.id, company.sources)
        if company.country and not _COUNTRY.fullmatch(company.country):
            yield Problem("EN007", where, f"the country '{company.country}' is not two capital letters (ISO 3166)")
        if company.brand is not None and company.brand not in database.brands:
            yield Problem("EN002", where, f"the brand '{company.brand}' is not in brands.toml")
        if company.brand is not None and not company.seller_only:
            yield Problem("EN009", where, "brand is given without seller_only")
        if company.seller_only and company.registrants and company.brand is None:
            yield Problem("EN009", where, "its address blocks assert nothing: give the brand")
        for name in company.registrants:
            if registered and spelling(name) not in registered:
                yield Problem("EN005", where, f"no block of the address registry is held by '{name}'")
            holder = holders.setdefault(spelling(name), company.id)
            if holder != company.id:
                yield Problem("EN006", where, f"the registrant '{name}' is also claimed by {holder}")


def _lint_relations(database: Database) -> Iterator[Problem]:
    for relation in database.relations:
        where = f"{database.folder}/entities/relations.toml: {relation.id}"
        cited = (*relation.sources, *(dispute.source for dispute in relation.disputes))
        yield from _lint_named(database, where, relation.id, cited)
        yield from _lint_ends(database, where, relation)
        if (relation.kind == "manufactures-for") != (relation.share is not None):
            yield Problem("EN010", where, "share is given with manufactures-for, and only there")
        for bound in (relation.start, relation.until):
            if bound is not None:
                yield from _lint_bound(where, bound)
        if _after(_first(relation.start), _last(relation.until)):
            yield Problem("EN004", where, "from is later than until")


def _lint_ends(database: Database, where: str, relation: Relation) -> Iterator[Problem]:
    if relation.subject not in database.companies:
        yield Problem("EN002", where, f"the subject '{relation.subject}' is not in companies.toml")
    if relation.kind == "manufactures-for":
        if relation.object not in database.brands:
            yield Problem("EN002", where, f"the object '{relation.object}' is not in brands.toml")
    elif relation.object not in database.companies:
        yield Problem("EN002", where, f"the object '{relation.object}' is not in companies.toml")
    elif relation.subject == relation.object:
        yield Problem("EN002", where, "it ties a company to itself")


def _lint_bound(where: str, bound: Bound) -> Iterator[Problem]:
    if bound.on is not None and bound.between is not None:
        yield Problem("EN011", where, "a bound is given by on or by between, not by both")
    elif bound.between is not None and bound.between[0] > bound.between[1]:
        yield Problem("EN011", where, "the window of between ends before it begins")


def _first(bound: Bound | None) -> date | None:
    return None if bound is None else bound.on or (bound.between[0] if bound.between else None)


def _last(bound: Bound | None) -> date | None:
    return None if bound is None else bound.on or (bound.between[1] if bound.between else None)


def _after(start: date | None, until: date | None) -> bool:
    return start is not None and until is not None and start > until


def _missing(sources: Iterable[str], database: Database) -> Iterator[str]:
    return (source for source in sources if source not in database.sources)


# Models


_MODEL_TEXT: Final = FieldRule(emits="", group="", about="", normalize="upper")
"""Labels' models are compared in capitals."""


def _lint_models(database: Database) -> Iterator[Problem]:
    seen: set[str] = set()
    labels = {row.asserts.get("brand") for row in database.signatures if row.status != "retired"}
    ready: list[tuple[str, Model, Pattern, str]] = []
    for maker, rows in database.models.items():
        file = f"{database.folder}/models/{maker}.toml"
        if maker not in database.companies:
            yield Problem("MD002", file, f"the maker '{maker}' is not in companies.toml")
        for row in rows:
            where = f"{file}: {row.id}"
            if row.id in seen or not row.id.startswith(f"{maker}-") or not _ID.fullmatch(row.id):
                yield Problem("MD001", where, f"the id must be its own, in lower-case words, and start with '{maker}-'")
            seen.add(row.id)
            yield from _lint_model(database, maker, row, where, labels)

            def problem(code: str, text: str, where: str = where) -> Problem:
                return Problem(code, where, text)

            faults = list(_lint_match(row.match, {"a model": _MODEL_TEXT}, problem, alone=True))
            yield from faults
            if not any(fault.code == "FP017" for fault in faults):
                ready.append((maker, row, Pattern(row.match), where))
    yield from _lint_labels(ready)


def _lint_model(
    database: Database, maker: str, row: Model, where: str, labels: Container[str | None]
) -> Iterator[Problem]:
    if row.brand not in database.brands:
        yield Problem("MD002", where, f"the brand '{row.brand}' is not in brands.toml")
    elif row.brand not in labels:
        yield Problem("MD008", where, f"no signature asserts the brand {row.brand}, so the row can never speak")
    elif not _makes(database, maker, row.brand):
        yield Problem("MD003", where, f"no relation says that {maker} makes anything sold as {row.brand}")
    if not row.original or "" in row.original:
        yield Problem("MD004", where, "original names no model of the maker")
    for source in row.sources or ("",):
        if source not in database.sources:
            yield Problem("MD005", where, f"the source '{source}' is not in sources.toml")


def _makes(database: Database, maker: str, brand: str) -> bool:
    return any(
        relation.kind == "manufactures-for" and (relation.subject, relation.object) == (maker, brand)
        for relation in database.relations
    )


def _lint_labels(ready: Iterable[tuple[str, Model, Pattern, str]]) -> Iterator[Problem]:
    """Examples, each of which one row matches: its own."""
    by_brand: defaultdict[str, list[tuple[str, Model, Pattern, str]]] = defaultdict(list)
    for one in ready:
        by_brand[one[1].brand].append(one)
    for rivals in by_brand.values():
        for maker, row, pattern, where in rivals:
            if not row.examples:
                yield Problem("MD006", where, "no example: give a model that it must match")
            for example in row.examples:
                if pattern.search(example.upper()) is None:
                    yield Problem("MD006", where, f"the example {example!r} does not match")
                for other, theirs, rival, _ in rivals:
                    if (other, theirs.original) != (maker, row.original) and rival.search(example.upper()) is not None:
                        yield Problem("MD007", where, f"its example {example!r} also matches {theirs.id}")


# Measures


def _lint_measures(database: Database) -> Iterator[Problem]:
    for measure in database.measures.values():
        file = database.measure_files[measure.id]
        where = f"{file}: {measure.id}"
        if Path(file).stem != measure.id:
            yield Problem("MS001", where, f"the file must be named {measure.id}.toml")
        if not measure.sources:
            yield Problem("MS003", where, "no source: say where the instrument can be read")
        for source in _missing(dict.fromkeys(_cited(measure)), database):
            yield Problem("MS003", where, f"the source '{source}' is not in sources.toml")
        if not measure.listing and not measure.provision:
            yield Problem("MS005", where, "it lists nobody and forbids nothing")
        if measure.checked < measure.enacted:
            yield Problem("MS004", where, "checked is earlier than enacted")
        yield from _lint_provisions(where, measure)
        yield from _lint_listings(database, where, measure)


def _cited(measure: Measure) -> Iterator[str]:
    yield from measure.sources
    for provision in measure.provision:
        yield from provision.sources
    for listing in measure.listing:
        yield from listing.sources


def _lint_provisions(where: str, measure: Measure) -> Iterator[Problem]:
    seen: set[str] = set()
    for provision in measure.provision:
        if provision.id in seen:
            yield Problem("MS001", where, f"two provisions have the id '{provision.id}'")
        seen.add(provision.id)
        if _after(provision.effective, provision.until):
            yield Problem("MS004", where, f"provision {provision.id}: effective is later than until")


def _lint_listings(database: Database, where: str, measure: Measure) -> Iterator[Problem]:
    for number, listing in enumerate(measure.listing, 1):
        if sum(named is not None for named in (listing.company, listing.brand, listing.category)) != 1:
            yield Problem("MS002", where, f"listing {number}: give company, brand or category, one of them")
        if listing.company is not None and listing.company not in database.companies:
            yield Problem("MS002", where, f"listing {number}: '{listing.company}' is not in companies.toml")
        if listing.brand is not None and listing.brand not in database.brands:
            yield Problem("MS002", where, f"listing {number}: '{listing.brand}' is not in brands.toml")
        if _after(listing.start, listing.until):
            yield Problem("MS004", where, f"listing {number}: from is later than until")


EXPLANATIONS: Final[Mapping[str, str]] = {
    "FP000": "The file has not the shape of its schema: TOML that cannot be read, an unknown key, a value of the "
    "wrong type, a date in quotes. Nothing else can be judged until it is corrected.",
    "FP001": "Two rows have the same id. Ids are permanent, because old findings cite them: give the new row "
    "another id and leave the old one as it is.",
    "FP002": "A signature's id starts with the maker of its file and a hyphen, in lower-case words joined by "
    "hyphens, so that an id alone tells where to look.",
    "FP003": "fields.toml is the contract between those who observe and those who match. A field that is not there"
    " is never emitted, so the signature could never match.",
    "FP004": "What a signature asserts or refutes must exist: a manufacturer in entities/companies.toml, a brand "
    "in brands.toml, a product line in product_lines.toml, a device class from the fixed list.",
    "FP005": "A match has exactly one kind: exact, prefix, contains or regex. An empty prefix or part would match "
    "everything, an empty list nothing.",
    "FP006": "A signature says something of a device: it asserts, refutes or captures, and never both asserts and "
    "refutes the same.",
    "FP007": "What several patterns of a file share is said once, in its [grammar] table, and called as (?&name); what "
    "several files share, in grammar.toml. The name called must stand there, before the pattern that calls it; a name "
    "that nothing calls is deleted, and none stands in both.",
    "FP008": "A signature is read in one field, or in several: give field or fields. What is said alike in many "
    "fields, as a name or a model, names a set of sets.toml among its fields.",
    "FP009": "What is said once is mended once: two signatures of a file that say the same of the same pattern are "
    "one, with the fields of both. The ids that it takes in stay known under formerly, for old findings cite them.",
    "FP010": "A signature carries its own test: at least one value that it must match, with the source it comes from.",
    "FP011": "A signature carries its own doubt: at least one value that it must not match although one might "
    "think so, such as the words in another place, a competitor's spelling, a bare product name.",
    "FP012": "An example does not match its own signature. Either the pattern or the example is wrong. Where the "
    "signature has also conditions, the example states the values that go with it.",
    "FP013": "An example states what its named groups capture, every group that takes part. The pattern captured "
    "something else.",
    "FP014": "A value cannot show two makers. The example also matches a signature that asserts another "
    "manufacturer (or refutes this one): narrow one of the two, or assert only the brand. Brands never "
    "clash with manufacturers.",
    "FP015": "A counterexample matches its own signature: the pattern is too wide.",
    "FP016": "captures lists the named groups of the pattern, and each names a text slot (platform, device_class, "
    "model, original_model, firmware, serial, manufactured).",
    "FP017": "The regular expression is not RE2 syntax, or matches any value at all, or repeats without bound "
    "something that already does. Patterns meet hostile input: prefer exact, prefix or contains.",
    "FP018": "Values are brought to their field's normal form before they are compared (fields.toml, normalize). "
    "Text in another form could never match.",
    "FP019": "An example or counterexample gives its value either as text or, when it has control characters, as "
    "the UTF-8 bytes in hex.",
    "FP020": "Everything is known from somewhere. Sources are rows of sources.toml, named by their id; an example "
    "may instead be 'synthetic', when it is made up in the known form.",
    "FP021": "Single facts may be restated from any source with citation. A longer excerpt of a source whose "
    "licence forbids copying may not be shipped: shorten it to the part that matters.",
    "FP022": "A stable signature has been seen on a real device. While all its examples are synthetic it stays "
    "experimental.",
    "FP023": "A wrong signature is retired, never deleted, because old findings cite it: status retired, the day "
    "(retired_on) and the reason (because). Signatures in force have neither.",
    "FP030": "The labelled corpus does not support this strength: the exact one-sided 95 % lower bound on the "
    "signature's precision is below what its grade promises. Lower the strength or correct the pattern.",
    "FP031": "The signature asserts a manufacturer for a value that was recorded from unrelated equipment.",
    "EN001": "Two entities of one kind have the same id.",
    "EN002": "An entity names another that does not exist: a brand's holder, a line's company, a relation's "
    "subject or object. The object of manufactures-for is a brand, every other object a company other "
    "than the subject.",
    "EN003": "Companies, brands, product lines, relations and disputes each cite a source that is in sources.toml.",
    "EN004": "A relation cannot end before it begins: compare the earliest day of from with the latest of until.",
    "EN005": "The registrant is not in the IEEE registry as shipped (letter case, blanks and punctuation aside). "
    "Spell it as the registry does, or rebuild the registry.",
    "EN006": "Two companies claim the same registrant, so its address blocks would name either.",
    "EN007": "Countries are written as two capital letters, ISO 3166-1.",
    "EN008": "Ids are lower-case words joined by single hyphens.",
    "EN009": "An address block of a company that only sells asserts a brand, so seller_only comes with the brand; "
    "a company that makes its own equipment is itself what its blocks assert.",
    "EN010": "share grades what a brand proves about its maker, so it is given with manufactures-for and only there.",
    "EN011": "One end of a period is a day (on) or a window (between, in order), not both. With neither it is known to "
    "have come, but not when.",
    "MD001": "A row of models/ has an id of its own, in lower-case words, that starts with the maker of its file, of "
    "which there is one: findings cite it.",
    "MD002": "The maker of a file of models/ is in entities/companies.toml, the brand of a row in brands.toml.",
    "MD003": "A label's model proves its maker only where that maker is known to make for the label: write the "
    "relation manufactures-for first, with its dates and sources.",
    "MD004": "A row says what the maker calls the model, or the series or hardware it belongs to.",
    "MD005": "Everything is known from somewhere: a row cites sources that are in sources.toml.",
    "MD006": "A row carries its own test: at least one name that the label uses, and that the row matches.",
    "MD007": "One name of a label leads to one original: another row of the same brand, with another maker or another "
    "original, matches this row's example too. Narrow one of the two.",
    "MD008": "A label's model is read beside the brand it belongs to: some signature must assert that brand.",
    "MS001": "One measure, one file, named by its id; provisions have ids of their own.",
    "MS002": "A listing names one of: a company or a brand of entities/, a category of goods.",
    "MS003": "A measure is read in law: it, its provisions and its listings cite sources that are in sources.toml.",
    "MS004": "A period cannot end before it begins, and a measure cannot be checked before it was enacted.",
    "MS005": "A measure lists somebody or forbids something.",
}
"""Code → paragraph."""
