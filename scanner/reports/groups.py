"""Findings as assessors write them: one for each maker under each measure, the affected hosts drawn together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from scanner.model.finding import Finding
from scanner.model.measure import ConditionState, Measure, Verdict, VerdictLevel
from scanner.reports import reasons
from scanner.reports.context import Context
from scanner.reports.identity import Identity, identities
from scanner.reports.kinds import Kind, kinds
from scanner.reports.rows import WORST_FIRST, Row, rows

TOLD: Final[tuple[VerdictLevel, ...]] = ("covered", "likely", "review")
"""Verdicts that make a finding; the others are counted and listed, but nobody has to act on them."""
BEST: Final = 3
"""Reasons given for one host: the evidence list has them all."""
_CONFIRM: Final = "Confirm maker, model and serial number on the device, then ask counsel whether it binds you."
_MEANING: Final[dict[VerdictLevel, str]] = {
    "covered": "The maker is confirmed by independent kinds of evidence and is named by the measure on that day.",
    "likely": "The maker is probable and is named by the measure on that day.",
    "review": "The evidence, or the tie to the named company, is open: a person has to look.",
    "undetermined": "Nothing seen says who made it. That is not a clearance.",
    "not-covered": "The maker is known and is not named by the measure on that day.",
}


class Device(NamedTuple):
    """A row and what the device is known by."""

    row: Row
    identity: Identity


class Affected(NamedTuple):
    """One device and what the group's measure says of it."""

    row: Row
    identity: Identity
    verdict: Verdict

    @property
    def seen(self) -> tuple[str, ...]:
        """The best reasons, in words. As hostile as the device: callers make them inert."""
        return tuple(reasons.best(self.row.finding, BEST))


class Group(NamedTuple):
    """One maker under one measure. Texts may come from a device: callers make them inert."""

    measure: str
    law: Measure | None
    """None when the verdicts come from a measure that is not at hand."""
    maker: str
    """Company id; the brand's where only that is known; empty when neither is."""
    name: str
    level: VerdictLevel
    """The worst of the affected."""
    affected: tuple[Affected, ...]

    @property
    def id(self) -> str:
        """The same in every report: ``us-ndaa-889/hikvision``."""
        return f"{self.measure}/{self.maker or 'unknown'}"

    @property
    def citation(self) -> str:
        """What people call the measure."""
        return self.law.citation if self.law else self.measure

    @property
    def title(self) -> str:
        """The same in every report: without counts, dates or verdicts."""
        return f"{self.name} equipment: {self.citation}"

    @property
    def obligation(self) -> str:
        """What the measure asks of those it binds; its plain statement where nothing more is known."""
        return (self.law.obligation or self.law.statement) if self.law else ""

    @property
    def remediation(self) -> str:
        """What to do."""
        if self.law and self.law.action:
            return self.law.action
        return _CONFIRM

    @property
    def reasons(self) -> tuple[str, ...]:
        """The different reasons given for the affected."""
        return tuple(dict.fromkeys(each.verdict.reason for each in self.affected))

    @property
    def kinds(self) -> list[Kind]:
        """The affected drawn together, by what this measure says of them."""
        return kinds(each.row._replace(level=each.verdict.verdict) for each in self.affected)

    @property
    def conditions(self) -> tuple[ConditionState, ...]:
        """The different conditions the verdicts hang on."""
        return tuple(dict.fromkeys(state for each in self.affected for state in each.verdict.conditions))

    @property
    def provisions(self) -> tuple[str, ...]:
        """What the verdicts say is barred, to whom, since when."""
        if self.law is None:
            return ()
        spoken = {provision for each in self.affected for provision in each.verdict.provisions}
        return tuple(
            f"{provision.citation or provision.id}: bars {provision.binds} from {provision.forbids}"
            + (f", since {provision.effective}" if provision.effective else "")
            for provision in self.law.provision
            if provision.id in spoken
        )


def devices(findings: Iterable[Finding], context: Context) -> list[Device]:
    """Return every device, as ``rows`` sorts them, with its identity."""
    listed = rows(findings, context.companies)
    return [
        Device(row, identity) for row, identity in zip(listed, identities(row.finding for row in listed), strict=True)
    ]


def grouped(listed: Sequence[Device], context: Context) -> list[Group]:
    """Return the groups whose verdicts are among TOLD: the worst first, then in the policy's order."""
    found: dict[tuple[str, str], list[Affected]] = {}
    for device in listed:
        for verdict in device.row.finding.verdicts:
            if verdict.verdict in TOLD:
                key = verdict.measure, _maker(device.row.finding)
                found.setdefault(key, []).append(Affected(device.row, device.identity, verdict))
    order = {measure: place for place, measure in enumerate(context.measures)}
    made = [
        Group(
            measure=measure,
            law=context.measures.get(measure),
            maker=maker,
            name=_name(affected[0].row),
            level=min((each.verdict.verdict for each in affected), key=WORST_FIRST.index),
            affected=tuple(affected),
        )
        for (measure, maker), affected in found.items()
    ]
    made.sort(key=lambda each: (WORST_FIRST.index(each.level), order.get(each.measure, len(order)), each.id))
    return made


def meaning(level: VerdictLevel) -> str:
    """Return what a verdict says, in a sentence."""
    return _MEANING[level]


def references(law: Measure, context: Context) -> list[tuple[str, str]]:
    """Return (title, where) of what the measure's row was written from; (id, id) for a source that is not at hand."""
    known = [(each, context.sources.get(each)) for each in law.sources]
    return [(source.title, source.where) if source else (each, each) for each, source in known]


def _maker(finding: Finding) -> str:
    who = finding.identification
    if who.manufacturer is not None and who.manufacturer.tier != "unknown":
        return who.manufacturer.value
    return who.brand.value if who.brand is not None else ""


def _name(row: Row) -> str:
    return row.maker or row.brand or "Unidentified"
