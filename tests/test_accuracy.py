"""The shipped database against published observations: nothing clean may be barred, every covered device found.

``accuracy.md`` holds what came out, as a table to be read in a diff. After a change of the data, write it anew with
``python -m tests.test_accuracy`` and read the diff.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import msgspec
import pytest

from scanner.coverage.assess import Question
from scanner.coverage.relations import Ties
from scanner.database.calibrate import lint_strengths
from scanner.database.load import Database, load
from scanner.matching.hosts import group
from scanner.matching.match import Matcher
from scanner.matching.tally import tally
from scanner.model.finding import Finding
from scanner.model.host import Host
from scanner.model.measure import LEVELS
from scanner.model.observation import Endpoint, Field, Observation, Provenance
from scanner.pipeline import Judge

HERE = Path(__file__).parent
GOLDEN = HERE / "accuracy.md"
WHEN = date(2026, 11, 21)
BARRED = {"likely", "covered"}
SURE = {"probable", "confirmed"}
TIERS = ("confirmed", "probable", "possible", "conflicting", "unknown")
MIN_CLEAN = 2000


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of ``clean/`` (no host) or ``corpus/``."""

    field: str
    value: str
    source: str
    maker: str | None
    host: str = ""


class Device(msgspec.Struct, frozen=True):
    """One host of a set with what the judge said of it."""

    rows: tuple[Row, ...]
    finding: Finding

    @property
    def maker(self) -> str | None:
        """The label."""
        return self.rows[0].maker

    @property
    def said(self) -> str | None:
        """The maker the judge names at any tier."""
        named = self.finding.identification.manufacturer
        return named.value if named else None

    @property
    def tier(self) -> str:
        """How sure the judge is of the maker."""
        named = self.finding.identification.manufacturer
        return named.tier if named else "unknown"


@cache
def database() -> Database:
    return load()


@cache
def rows(folder: str) -> tuple[Row, ...]:
    decode = msgspec.json.Decoder(Row).decode
    files = sorted((HERE / folder).glob("*.jsonl"))
    return tuple(decode(line) for file in files for line in file.read_text(encoding="utf-8").splitlines())


@cache
def clean() -> tuple[Device, ...]:
    """Each value alone, as a host of its own, asked about every measure that bars procurement."""
    hosts = [(f"clean-{number}", (row,)) for number, row in enumerate(rows("clean"))]
    barring = [name for name, measure in database().measures.items() if measure.kind == "procurement-ban"]
    return tuple(judged(hosts, barring))


@cache
def corpus() -> tuple[Device, ...]:
    """The labelled devices, asked about section 889."""
    hosts: dict[str, list[Row]] = {}
    for row in rows("corpus"):
        hosts.setdefault(row.host, []).append(row)
    return tuple(judged([(host, tuple(found)) for host, found in hosts.items()], ["us-ndaa-889"]))


def judged(hosts: Iterable[tuple[str, tuple[Row, ...]]], measures: Iterable[str]) -> Iterator[Device]:
    known = database()
    judge = Judge(known, Question(when=WHEN), [known.measures[name] for name in measures])
    for host, found in hosts:
        observations = [
            Observation(Endpoint(host), Field(row.field), row.value, Provenance(source="test")) for row in found
        ]
        (finding,) = judge.judge(observations, hosts=group)
        yield Device(found, finding)


def is_right(device: Device) -> bool:
    """The label is named, or its owner: EZVIZ is Hikvision's."""
    owners = {r.object: r.subject for r in database().relations if r.kind == "owns"}
    return device.said is not None and device.said in {device.maker, owners.get(device.maker or "")}


def witnesses(device: Device) -> set[str]:
    """Groups of fields in which something names the maker, more than weakly, be it through the label."""
    fields = {
        one.field
        for one in device.finding.evidence
        if one.slot == "manufacturer" and one.says == device.said and one.strength != "weak"
    }
    return {rule.group for field in fields if (rule := database().rule_for(field)) is not None}


def shown(device: Device) -> str:
    row = device.rows[0]
    value = row.value if len(row.value) <= 60 else row.value[:59] + "…"
    return f"{device.maker or 'nobody'} {row.field} {value!r} → {device.said} ({device.tier})"


def report() -> str:
    """The golden file."""
    return "\n".join(
        (
            "# Accuracy",
            "",
            "Made by `python -m tests.test_accuracy`; checked by `tests/test_accuracy.py`.",
            f"Asked for {WHEN.isoformat()}.",
            "",
            *_clean_report(),
            *_corpus_report(),
        )
    )


def _clean_report() -> Iterator[str]:
    devices = clean()
    yield f"## Clean: {len(devices)} single values of equipment that is not covered"
    yield ""
    worst = Counter(max((v.verdict for v in d.finding.verdicts), key=LEVELS.index) for d in devices)
    yield "| highest verdict of a measure that bars procurement | values |"
    yield "|---|---|"
    yield from (f"| {level} | {worst[level]} |" for level in reversed(LEVELS))
    yield ""
    outcome = Counter((_outcome(d), d.tier) for d in devices)
    yield "| maker | " + " | ".join(TIERS) + " |"
    yield "|---|" + "---|" * len(TIERS)
    for kind in ("right", "wrong", "named, where the set does not say"):
        yield f"| {kind} | " + " | ".join(str(outcome[kind, tier]) for tier in TIERS[:-1]) + " | |"
    yield f"| none named | | | | | {outcome['none', 'unknown']} |"
    yield ""
    yield from _listed("Another maker named than the set says", (d for d in devices if _outcome(d) == "wrong"))
    yield from _listed("To be reviewed", (d for d in devices if any(v.verdict == "review" for v in d.finding.verdicts)))


def _corpus_report() -> Iterator[str]:
    devices = corpus()
    yield f"## Corpus: {len(devices)} labelled devices"
    yield ""
    yield "| label | " + " | ".join(f"right, {tier}" for tier in TIERS[:-1]) + " | wrong | none named |"
    yield "|---|" + "---|" * (len(TIERS) + 1)
    for label in sorted({d.maker or "(nobody)" for d in devices}):
        mine = [d for d in devices if (d.maker or "(nobody)") == label]
        right = Counter(d.tier for d in mine if is_right(d))
        wrong = sum(not is_right(d) and d.said is not None for d in mine)
        none = sum(d.said is None for d in mine)
        yield f"| {label} | " + " | ".join(str(right[tier]) for tier in TIERS[:-1]) + f" | {wrong} | {none} |"
    yield ""
    yield from _listed("No maker named", (d for d in devices if d.said is None and d.maker is not None))
    yield from _listed("Another maker named", (d for d in devices if d.said is not None and not is_right(d)))
    yield "### Signatures that were wrong of a device"
    yield ""
    yield "| signature | right of | wrong of | stated |"
    yield "|---|---|---|---|"
    stated = {row.id: row.strength for row in database().signatures}
    for name, (hits, misses) in sorted(counts().items()):
        if misses:
            yield f"| {name} | {hits} | {misses} | {stated[name]} |"
    yield ""
    covered = Counter(d.finding.verdicts[0].verdict for d in devices)
    yield "| verdict of section 889 | devices |"
    yield "|---|---|"
    yield from (f"| {level} | {covered[level]} |" for level in reversed(LEVELS))
    yield ""


def _outcome(device: Device) -> str:
    if device.said is None:
        return "none"
    if device.maker is None:
        return "named, where the set does not say"
    return "right" if is_right(device) else "wrong"


def _listed(heading: str, devices: Iterable[Device]) -> Iterator[str]:
    yield f"### {heading}"
    yield ""
    lines = [f"- {d.rows[0].host + ': ' if d.rows[0].host else ''}`{shown(d)}`" for d in devices]
    yield from lines or ["none"]
    yield ""


def test_every_line_names_a_known_field_source_and_maker():
    known = database()
    for row in (*rows("clean"), *rows("corpus")):
        assert known.rule_for(Field(row.field)) is not None, row
        assert row.source in known.sources or row.source.startswith("capture-"), row
        assert row.maker is None or row.maker in known.companies, row


def test_the_clean_set_is_large_and_without_repetition():
    pairs = Counter((row.field, row.value) for row in rows("clean") if not row.source.startswith("capture-"))
    assert len(rows("clean")) >= MIN_CLEAN
    assert [pair for pair, count in pairs.items() if count > 2] == []


def test_nothing_clean_is_barred():
    barred = [
        (shown(device), verdict.measure, verdict.verdict, [e.signature for e in device.finding.evidence])
        for device in clean()
        for verdict in device.finding.verdicts
        if verdict.verdict in BARRED
    ]
    assert barred == []


def test_no_device_is_surely_somebody_elses():
    wrong = [shown(device) for device in corpus() if device.tier in SURE and not is_right(device)]
    assert wrong == []


def test_two_witnesses_are_enough():
    short = [shown(d) for d in corpus() if len(witnesses(d)) > 1 and is_right(d) and d.tier not in SURE]
    assert short == []


@pytest.mark.parametrize("maker", ["hikvision", "dahua"])
def test_most_covered_devices_are_found(maker: str):
    mine = [device for device in corpus() if device.maker == maker]
    found = [device for device in mine if device.tier in SURE and is_right(device)]
    assert len(found) >= 0.8 * len(mine), [shown(device) for device in mine if device not in found]


def labelled() -> Iterator[tuple[Host, str | None]]:
    """The corpus, and those clean values of which it is known who makes them."""
    hosts: dict[str, list[Row]] = {}
    for number, row in enumerate((*rows("corpus"), *rows("clean"))):
        if row.host or row.maker is not None:
            hosts.setdefault(row.host or f"clean-{number}", []).append(row)
    for name, found in hosts.items():
        seen = [Observation(Endpoint(name), Field(row.field), row.value, Provenance(source="test")) for row in found]
        (host,) = group(seen)
        yield host, found[0].maker


@cache
def counts() -> dict[str, tuple[int, int]]:
    """Signature id → devices of which it was right, and wrong, about the maker."""
    known = database()
    parents = Ties(known.companies, known.brands, known.relations).owners(WHEN)
    return tally(Matcher(known), labelled(), parents)


def test_every_strength_is_earned():
    assert list(lint_strengths(database(), counts())) == []


def test_a_strength_that_is_not_earned_is_seen():
    raised = [
        msgspec.structs.replace(row, strength="conclusive") if row.id == "dahua-wsd-scope-stack" else row
        for row in database().signatures
    ]
    (problem,) = lint_strengths(replace(database(), signatures=tuple(raised)), counts())
    assert (problem.code, problem.where.rpartition(": ")[2]) == ("FP030", "dahua-wsd-scope-stack")


def test_golden():
    assert GOLDEN.read_text(encoding="utf-8") == report(), "read the diff of: python -m tests.test_accuracy"


if __name__ == "__main__":
    GOLDEN.write_text(report(), encoding="utf-8")
