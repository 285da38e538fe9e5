"""Signatures meet observations: each match becomes claims."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Final, Protocol, cast

from scanner.matching.hosts import is_hearsay
from scanner.model.entity import Company
from scanner.model.finding import Claim
from scanner.model.host import Host
from scanner.model.observation import Field, Observation
from scanner.model.pattern import Pattern, candidates
from scanner.model.signature import FieldRule, Signature, Slot, Strength

SLOT_FIELD_STRENGTH: Final[Strength] = "moderate"
"""What a device says its model, firmware or serial number is, taken as it stands."""
MAC_STRENGTH: Final[Strength] = "moderate"
"""An address block names its registrant for certain, but not that the box around the chip is the registrant's."""
MAC_STRENGTH_OTHER: Final[Strength] = "weak"
"""The same for companies whose chips and modules sit in everybody's equipment."""
MAX_PIECES: Final = 64
"""Pieces taken of one value: a description has a few dozen lines, a device a dozen scopes."""
REMEMBERED: Final = 65536
"""Distinct (field, value) pairs whose matches are kept: a network repeats a few hundred values."""


class Block(Protocol):
    """One registered block of hardware addresses."""

    @property
    def prefix(self) -> str:
        """Hex digits, upper case."""

    @property
    def company(self) -> str | None:
        """Id of the registrant, where we know it."""


class Data(Protocol):
    """What the matcher needs of the database."""

    @property
    def signatures(self) -> tuple[Signature, ...]:
        """All of them, retired ones too."""

    @property
    def companies(self) -> Mapping[str, Company]:
        """By id."""

    def rule_for(self, field: Field) -> FieldRule | None:
        """Return the field's row of the contract, or None for a field that is not in it."""

    def normalized(self, field: Field, value: str) -> str | None:
        """Return the value in the field's normal form, or None when it has none."""

    def block_of(self, mac: str) -> Block | None:
        """Return the registered block of a normalised hardware address that proves something, else None."""


_Hit = tuple[Signature, Mapping[str, str]]
_Piece = tuple[str, FieldRule, tuple[_Hit, ...]]
"""Normal form, rule of its field, what matches it."""


class _FieldIndex:
    """The signatures of one field, arranged so that most values cost one dictionary look-up and one regex set."""

    def __init__(self, signatures: list[tuple[Signature, Pattern]]) -> None:
        self._exact: dict[str, list[Signature]] = defaultdict(list)
        self._scanned: list[tuple[Signature, Pattern]] = []
        self._regexes: list[tuple[Signature, Pattern]] = []
        for signature, pattern in signatures:
            if signature.match.exact is not None:
                for value in signature.match.exact:
                    self._exact[value].append(signature)
            elif signature.match.regex is not None:
                self._regexes.append((signature, pattern))
            else:
                self._scanned.append((signature, pattern))
        self._candidates: Callable[[str], list[int]] | None = None

    def hits(self, value: str) -> Iterator[_Hit]:
        for signature in self._exact.get(value, ()):
            yield signature, {}
        for signature, pattern in self._scanned:
            if pattern.search(value) is not None:
                yield signature, {}
        if self._regexes:
            if self._candidates is None:
                self._candidates = candidates([pattern.match.regex or "" for _, pattern in self._regexes])
            for index in self._candidates(value):
                signature, pattern = self._regexes[index]
                captured = pattern.search(value)
                if captured is not None:
                    yield signature, captured


class Matcher:
    """All signatures of one database, indexed by field. Pure but for its memory of values already seen."""

    def __init__(self, data: Data) -> None:
        self._data = data
        by_field: dict[str, list[tuple[Signature, Pattern]]] = defaultdict(list)
        self._conditions: dict[str, tuple[tuple[str, Pattern], ...]] = {}
        for signature in data.signatures:
            if signature.status == "retired":
                continue
            by_field[signature.field].append((signature, Pattern(signature.match)))
            if signature.also:
                self._conditions[signature.id] = tuple(
                    (condition.field, Pattern(condition.match)) for condition in signature.also
                )
        self._index = {field: _FieldIndex(signatures) for field, signatures in by_field.items()}
        self._remembered: dict[tuple[str, str], tuple[_Piece, ...]] = {}

    def claims(self, host: Host) -> Iterator[Claim]:
        """Yield every claim the host's observations support, in the order of its observations."""
        values = [
            (observation, value, rule, hits)
            for observation in host.observations
            for value, rule, hits in self._read(observation.field, observation.value)
        ]
        for observation, value, rule, hits in values:
            for signature, captured in hits:
                if self._holds(signature, observation, values):
                    yield from _claims(signature, captured, observation, value, rule)
            if rule.slot is not None:
                yield _claim(rule.slot, value, SLOT_FIELD_STRENGTH, f"field:{observation.field}", observation, rule)
            if rule.normalize == "mac":
                yield from self._registered(observation, value, rule)

    def _read(self, field: Field, text: str) -> tuple[_Piece, ...]:
        """Take an observed value apart: each piece in its normal form, with the signatures that match it."""
        key = (field, text)
        pieces = self._remembered.get(key)
        if pieces is None:
            if len(self._remembered) >= REMEMBERED:
                self._remembered.clear()
            pieces = self._remembered[key] = tuple(self._matched(field, text))
        return pieces

    def _matched(self, field: Field, text: str) -> Iterator[_Piece]:
        rule = self._data.rule_for(field)
        if rule is None:
            return
        for piece in _pieces(rule, text):
            value = self._data.normalized(field, piece)
            if value is not None:
                read = rule.readings(field, value)
                hits = (self._index[other].hits(words) for other, words in read if other in self._index)
                yield value, rule, tuple(chain.from_iterable(hits))

    def _holds(
        self,
        signature: Signature,
        observation: Observation,
        values: list[tuple[Observation, str, FieldRule, tuple[_Hit, ...]]],
    ) -> bool:
        conditions = self._conditions.get(signature.id)
        return conditions is None or all(
            any(
                other.field == field and _same_port(other, observation) and pattern.search(value) is not None
                for other, value, _, _ in values
            )
            for field, pattern in conditions
        )

    def _registered(self, observation: Observation, mac: str, rule: FieldRule) -> Iterator[Claim]:
        block = self._data.block_of(mac)
        company = self._data.companies.get(block.company) if block is not None and block.company is not None else None
        if block is None or company is None:
            return
        slot: Slot = "brand" if company.seller_only else "manufacturer"
        says = company.brand if company.seller_only else company.id
        if says is not None:
            strength = MAC_STRENGTH if company.makes == "surveillance" else MAC_STRENGTH_OTHER
            yield _claim(slot, says, strength, f"oui:{block.prefix}", observation, rule)


_NEXT_URI: Final = re.compile(r"[\s,;|\"'\[\]]+(?=[A-Za-z][A-Za-z0-9+.-]*://)")
_AROUND_URI: Final = "\"',;|[] \t\r\n"
"""What other programs put between and around the members of a list."""


def _pieces(rule: FieldRule, value: str) -> list[str]:
    if rule.pieces == "lines" and "\n" in value:
        return [line for line in value.splitlines() if line.strip()][:MAX_PIECES]
    if rule.pieces == "uris" and "://" in value:
        return [uri.strip(_AROUND_URI) for uri in _NEXT_URI.split(value.strip(_AROUND_URI))][:MAX_PIECES]
    return [value]


def _same_port(one: Observation, other: Observation) -> bool:
    ports = (one.subject.port, other.subject.port)
    return None in ports or ports[0] == ports[1]


def _claims(
    signature: Signature, captured: Mapping[str, str], observation: Observation, value: str, rule: FieldRule
) -> Iterator[Claim]:
    for slot, says in signature.asserts.items():
        yield _claim(slot, says, signature.strength, signature.id, observation, rule, value)
    for slot, says in signature.refutes.items():
        yield _claim(slot, says, signature.strength, signature.id, observation, rule, value, refutes=True)
    for group, says in captured.items():
        if says:
            slot = cast("Slot", group)  # the linter holds captured groups to slots
            yield _claim(slot, says, signature.strength, signature.id, observation, rule, value)


def _claim(  # noqa: PLR0917 - one constructor's worth of fields
    slot: Slot,
    says: str,
    strength: Strength,
    signature: str,
    observation: Observation,
    rule: FieldRule,
    value: str | None = None,
    *,
    refutes: bool = False,
) -> Claim:
    return Claim(
        slot=slot,
        value=says,
        strength=strength,
        group=rule.group,
        signature=signature,
        field=observation.field,
        observed=observation.value if value is None else value,
        port=observation.subject.port,
        reporter=observation.provenance.reporter if is_hearsay(observation) else None,
        observed_at=observation.provenance.observed_at,
        refutes=refutes,
    )
