"""The whole judgement on one screen: observations in, findings out. No clock, no socket, no global.

The same observations, database and question always give the same findings.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from scanner.coverage.assess import Question, assess, depends_on
from scanner.coverage.relations import Ties
from scanner.database.load import Database
from scanner.database.normalize import mac
from scanner.matching.addresses import OUTSIDE, read_claim
from scanner.matching.catalogue import read_catalogue
from scanner.matching.hosts import OPEN_PORTS, identities, is_hearsay, merge, port_of
from scanner.matching.match import Matcher
from scanner.matching.models import Models
from scanner.matching.weigh import weigh
from scanner.model.finding import Claim, Evidence, Finding, Identification
from scanner.model.host import Host
from scanner.model.measure import Measure, Verdict
from scanner.model.observation import Observation
from scanner.model.signature import STRENGTHS, Slot, Strength

MAX_EVIDENCE: Final = 64
"""Pieces of evidence kept in one finding: enough for every protocol, while a hostile page cannot grow a report."""
MAX_CLAIMED: Final = 16
"""Addresses that a device may say it has: two per interface and address family are usual."""
REMEMBERED: Final = 4096
"""Kinds of device whose verdicts are kept."""
_FIRST_SLOTS: Final[tuple[Slot, ...]] = ("manufacturer", "brand", "product_line", "device_class", "platform")
_SLOT_RANK: Final[Mapping[Slot, int]] = {slot: rank for rank, slot in enumerate(_FIRST_SLOTS)}
_STRENGTH_RANK: Final[Mapping[Strength, int]] = {strength: -rank for rank, strength in enumerate(STRENGTHS)}


class Judge:
    """One database, one question, one set of measures; judges any number of hosts."""

    def __init__(self, database: Database, question: Question, measures: Iterable[Measure]) -> None:
        self._database = database
        self._question = question
        self._measures = tuple(measures)
        self._matcher = Matcher(database)
        self._models = Models(database.models)
        self._ties = Ties(database.companies, database.brands, database.relations)
        self._told: dict[Hashable, tuple[Verdict, ...]] = {}
        self._parents = self._ties.owners(question.when)

    def judge(
        self,
        observations: Iterable[Observation],
        hosts: Callable[[Iterable[Observation]], Iterator[Host]] = merge,
    ) -> Iterator[Finding]:
        """Yield one finding per host, in order of first appearance; ``hosts`` says what one host is."""
        for host in hosts(observations):
            seen = tuple(self._matcher.claims(host))
            claims = (
                *seen,
                *read_catalogue(seen, self._ties.makers_of, self._question.when),
                *self._models.read(seen, self._ties.makers_of, self._question.when),
            )
            who = weigh(claims, name=self._name, parents=self._parents)
            verdicts = self._verdicts(who)
            yield Finding(
                host=host.key,
                addresses=host.addresses,
                mac=None if host.mac is None else mac(host.mac) or host.mac,
                identification=who,
                verdicts=verdicts,
                evidence=_evidence(claims, who),
                open_ports=_open_ports(host),
                found_by=tuple(sorted({o.provenance.source for o in host.observations})),
                last_seen=max(
                    (o.provenance.observed_at for o in host.observations if o.provenance.observed_at), default=None
                ),
                claimed=_claimed(host),
                outside=_outside(host),
                endpoint=next((value for kind, value in identities(host.observations) if kind == "endpoint"), None),
            )

    def _verdicts(self, who: Identification) -> tuple[Verdict, ...]:
        # A network has a handful of kinds of device, and the law says the same of each of a kind.
        kind = depends_on(who)
        verdicts = self._told.get(kind)
        if verdicts is None:
            verdicts = tuple(assess(who, measure, self._ties, self._question) for measure in self._measures)
            if len(self._told) >= REMEMBERED:
                self._told.clear()
            self._told[kind] = verdicts
        return verdicts

    def _name(self, slot: Slot, value: str) -> str:
        if slot == "manufacturer" and value in self._database.companies:
            return self._database.companies[value].name
        if slot == "brand" and value in self._database.brands:
            return self._database.brands[value].name
        if slot == "product_line" and value in self._database.product_lines:
            return self._database.product_lines[value].name
        return value


def _evidence(claims: tuple[Claim, ...], who: Identification) -> tuple[Evidence, ...]:
    shown = [claim for claim in claims if getattr(who, claim.slot) is not None]
    shown.sort(key=_rank)
    evidence: dict[Evidence, Evidence] = {}
    for claim in shown:
        piece = Evidence(
            field=claim.field,
            value=claim.observed,
            signature=claim.signature,
            strength=claim.strength,
            group=claim.group,
            slot=claim.slot,
            says=f"not {claim.value}" if claim.refutes else claim.value,
            port=claim.port,
            observed_at=claim.observed_at,
            reporter=claim.reporter,
        )
        # Two protocols of one port may tell the same: that is said once.
        evidence.setdefault(replace(piece, observed_at=None), piece)
    return tuple(evidence.values())[:MAX_EVIDENCE]


def _rank(claim: Claim) -> tuple[int, int, str, str, str, int]:
    """What matters most first, and the same order whichever answer came first."""
    slot, strength = _SLOT_RANK.get(claim.slot, len(_FIRST_SLOTS)), _STRENGTH_RANK[claim.strength]
    return slot, strength, claim.field, claim.observed, claim.signature, claim.port or 0


def _claimed(host: Host) -> tuple[str, ...]:
    claims = {
        claim
        for observation in host.observations
        if not is_hearsay(observation) and (claim := read_claim(observation.field, observation.value)) is not None
    }
    return tuple(sorted(claims - set(host.addresses), key=lambda claim: (":" in claim, claim)))[:MAX_CLAIMED]


def _outside(host: Host) -> bool:
    """Whether every address of it answered from outside the targets."""
    return {each.subject.address for each in host.observations if each.field == OUTSIDE} >= set(host.addresses)


def _open_ports(host: Host) -> tuple[str, ...]:
    ports = {
        (port, observation.field.removeprefix("open."))
        for observation in host.observations
        if observation.field in OPEN_PORTS and not is_hearsay(observation)
        if (port := port_of(observation.value)) is not None
    }
    return tuple(f"{port}/{carrier}" for port, carrier in sorted(ports))
