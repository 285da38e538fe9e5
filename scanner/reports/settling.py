"""What a scan leaves open of one device, what would settle it, and what the measures ask to be done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from scanner.model.finding import Finding
from scanner.model.measure import LEVELS, Measure, Verdict, VerdictLevel
from scanner.model.signature import STRENGTHS

_OPEN: Final[frozenset[VerdictLevel]] = frozenset({"covered", "likely", "review"})
"""Verdicts that ask something of the operator."""
_WEB_PORTS: Final = ("80/tcp", "443/tcp", "8080/tcp", "8443/tcp")
_LABEL: Final = "Read maker, model and serial number on the type label, or on its box or invoice."
_STRONG: Final = STRENGTHS.index("strong")


class Open(NamedTuple):
    """A question and the ways to settle it. Texts may hold what a device said: callers make them inert."""

    question: str
    ways: tuple[str, ...]


class Action(NamedTuple):
    """What is to be done under one measure."""

    measure: str
    verdict: VerdictLevel
    action: str
    obligation: str


def open_questions(finding: Finding) -> list[Open]:
    """Return what stands between this finding and a certain answer, who made it first."""
    questions = [*_maker(finding), *_unseen(finding), *_conditions(finding.verdicts)]
    return list(dict.fromkeys(questions))


def actions(finding: Finding, measures: Mapping[str, Measure]) -> list[Action]:
    """Return what the measures that speak of the device recommend and oblige to, in the order of the verdicts."""
    found = []
    for verdict in finding.verdicts:
        measure = measures.get(verdict.measure)
        if verdict.verdict in _OPEN and measure is not None and (measure.action or measure.obligation):
            found.append(Action(measure.id, verdict.verdict, measure.action, measure.obligation))
    return found


def _maker(finding: Finding) -> Iterator[Open]:
    maker = finding.identification.manufacturer
    worst = max((verdict.verdict for verdict in finding.verdicts), key=LEVELS.index, default="undetermined")
    if maker is None or maker.tier == "unknown":
        yield Open("Who made it?", (_LABEL, *_more_evidence(finding)))
    elif maker.tier == "conflicting":
        rivals = ", ".join((maker.name, *maker.rivals))
        yield Open(f"Which of these made it: {rivals}?", (_LABEL, *_more_evidence(finding)))
    elif maker.tier != "confirmed" and worst != "not-covered":
        groups = dict.fromkeys(
            piece.group for piece in finding.evidence if piece.slot == "manufacturer" and piece.says == maker.value
        )
        witness = f"Another witness beside {', '.join(groups)} would confirm it." if groups else ""
        yield Open(
            f"Was it made by {maker.name}? So far that is {maker.tier}.",
            (*filter(None, (witness,)), _LABEL, *_more_evidence(finding)),
        )


def _unseen(finding: Finding) -> Iterator[Open]:
    """Yield what keeps a verdict open although the maker is known."""
    maker = finding.identification.manufacturer
    if maker is not None and maker.tier in {"confirmed", "probable"}:
        for verdict in finding.verdicts:
            if verdict.verdict == "undetermined":
                yield Open(
                    f"Does {verdict.measure} reach it?",
                    (verdict.reason, "No scan can see this: ask the seller, or read the device's papers."),
                )


def _more_evidence(finding: Finding) -> Iterator[str]:
    """Yield what another scan could see that this one did not."""
    fields = {piece.field.partition(".")[0] for piece in finding.evidence}
    web = [port for port in finding.open_ports if port in _WEB_PORTS]
    if web and not any(
        piece.group == "web" and STRENGTHS.index(piece.strength) >= _STRONG for piece in finding.evidence
    ):
        yield f"Look at its web page ({', '.join(web)}): the login page often names maker or model."
    if "onvif" not in fields:
        yield "Scan again with --credentials, so that ONVIF tells maker, model and serial number."
    if finding.mac is None:
        yield "Scan from its own link, so that its hardware address tells who registered it."


def _conditions(verdicts: Iterable[Verdict]) -> Iterator[Open]:
    for verdict in verdicts:
        if verdict.verdict not in _OPEN:
            continue
        unclear = [condition for condition in verdict.conditions if condition.met == "unclear"]
        for condition in unclear:
            text = condition.text
            if condition.kind == "use":
                yield Open(
                    f"Is it {text}?", ("Ask who runs it what it is for, and state that with --use when judging again.",)
                )
            elif condition.kind == "relation":
                yield Open(f"Does this hold: {text}?", ("Ask the seller, in writing, who made this model and when.",))
            elif condition.kind == "date":
                yield Open(
                    f"Does this hold: {text}?", ("Read the date of manufacture off the label, or ask the seller.",)
                )
            elif condition.kind == "equipment":
                yield Open(f"Does this hold: {text}?", ("Look at what the device does and is sold as.",))
        if bound := [condition for condition in unclear if condition.kind == "binds"]:
            who = dict.fromkeys(condition.text.partition(": no ")[0].removeprefix("It binds ") for condition in bound)
            yield Open(
                f"Does {verdict.measure} bind you? It binds {'; '.join(who)}.",
                ("Ask counsel, or whoever signs the representations to your customers.",),
            )
