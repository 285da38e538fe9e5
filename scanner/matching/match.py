"""Signatures meet observations: each match becomes claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple, Protocol, cast

from scanner.matching.hosts import is_hearsay
from scanner.model.entity import Company
from scanner.model.finding import Claim
from scanner.model.host import Host
from scanner.model.observation import Field, Observation
from scanner.model.pattern import SET_MEMORY, Pattern, candidates, is_hedged
from scanner.model.signature import FieldRule, Signature, Slot, Strength

SLOT_FIELD_STRENGTH: Final[Strength] = "moderate"
"""What a device says its model, firmware or serial number is, taken as it stands."""
MAC_STRENGTH: Final[Strength] = "moderate"
"""An address block names its registrant for certain, but not that the box around the chip is the registrant's."""
MAC_STRENGTH_OTHER: Final[Strength] = "weak"
"""The same for companies whose chips and modules sit in everybody's equipment."""
REMEMBERED: Final = 65536
"""Distinct (field, value) pairs whose matches are kept: a network repeats a few hundred values."""
WIDE: Final = 8
"""Fields from which on a signature is kept with its like, once for all fields: compiled in each, they cost seconds."""
FIRST_FIELDS: Final = 2
"""Fields for which they are compiled by themselves before all are compiled at once: one line has one field."""
WIDE_MEMORY: Final = 256 << 20
"""Bytes RE2 may use for those: with 64 MiB it forgets and works out again what most values need."""


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

    def read(self, field: Field, text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each thing an observed text holds: as it was seen, and its normal forms, the plainest first."""

    def readings(self, field: str, value: str) -> Iterator[tuple[str, FieldRule, str]]:
        """Yield whose signatures read a normal form of ``field``: field, its rule, and what they read of it."""

    def block_of(self, mac: str) -> Block | None:
        """Return the registered block of a normalised hardware address that proves something, else None."""


_Hit = tuple[Signature, Mapping[str, str]]


class _Piece(NamedTuple):
    """One of the things that an observed value holds."""

    seen: str
    forms: tuple[str, ...]
    """Its normal forms, the plainest first."""
    rule: FieldRule
    hits: tuple[_Hit, ...]
    """The signatures that match any of them."""
    addresses: tuple[str, ...]
    """The hardware addresses among them."""


class _Index:
    """Some signatures, arranged so that most values cost one dictionary look-up and one regex set."""

    def __init__(self, signatures: list[tuple[Signature, Pattern]], memory: int = SET_MEMORY) -> None:
        self._memory = memory
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

    def hits(self, field: str, value: str) -> Iterator[_Hit]:
        for signature in self._exact.get(value, ()):
            if field in signature.fields:
                yield signature, {}
        for signature, pattern in self._scanned:
            if field in signature.fields and pattern.search(value) is not None:
                yield signature, {}
        if self._regexes:
            if self._candidates is None:
                regexes = [pattern.match.regex or "" for _, pattern in self._regexes]
                self._candidates = candidates(regexes, self._memory)
            for index in self._candidates(value):
                signature, pattern = self._regexes[index]
                captured = pattern.search(value) if field in signature.fields else None
                if captured is not None:
                    yield signature, captured


class Matcher:
    """All signatures of one database, by field. Pure but for its memory of values already seen."""

    def __init__(self, data: Data) -> None:
        self._data = data
        by_field: dict[str, list[tuple[Signature, Pattern]]] = defaultdict(list)
        wide: list[tuple[Signature, Pattern]] = []
        self._conditions: dict[str, tuple[tuple[str, Pattern], ...]] = {}
        for signature in data.signatures:
            if signature.status == "retired":
                continue
            pattern = Pattern(signature.match)
            if len(signature.fields) >= WIDE:
                wide.append((signature, pattern))
            else:
                for field in signature.fields:
                    by_field[field].append((signature, pattern))
            if signature.also:
                self._conditions[signature.id] = tuple(
                    (condition.field, Pattern(condition.match)) for condition in signature.also
                )
        self._narrow = {field: _Index(signatures) for field, signatures in by_field.items()}
        self._wide = wide
        self._wide_of: dict[str, _Index] = {}
        self._at_once: _Index | None = None
        self._read_by_wide = frozenset(field for signature, _ in wide for field in signature.fields)
        self._remembered: dict[tuple[str, str], tuple[_Piece, ...]] = {}

    def claims(self, host: Host) -> Iterator[Claim]:
        """Yield every claim the host's observations support, in the order of its observations."""
        pieces = [
            (observation, piece)
            for observation in host.observations
            for piece in self._read(observation.field, observation.value)
        ]
        for observation, (seen, forms, rule, hits, addresses) in pieces:
            for signature, captured in hits:
                if self._holds(signature, observation, pieces):
                    yield from _claims(signature, captured, observation, seen, rule)
            if rule.slot is not None:
                name = f"field:{observation.field}"
                yield _claim(rule.slot, forms[0], SLOT_FIELD_STRENGTH, name, observation, rule, seen)
            for mac in addresses:
                yield from self._registered(observation, seen, mac, rule)

    def _read(self, field: Field, text: str) -> tuple[_Piece, ...]:
        """Take an observed value apart: each piece in its normal forms, with the signatures that match one of them."""
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
        for seen, forms in self._data.read(field, text):
            hits: dict[str, _Hit] = {}
            addresses: dict[str, None] = {}
            for form in forms:
                for other, reader, words in self._data.readings(field, form):
                    for hit in self._hits(other, words):
                        hits.setdefault(hit[0].id, hit)
                    if reader.normalize == "mac":
                        addresses[words] = None
            told = tuple(hits.values())
            if told and is_hedged(rule, forms):
                told = tuple((row.hedged(), captured) for row, captured in told)
            yield _Piece(seen, forms, rule, told, tuple(addresses))

    def _hits(self, field: str, value: str) -> Iterator[_Hit]:
        if field in self._narrow:
            yield from self._narrow[field].hits(field, value)
        if field in self._read_by_wide:
            yield from self._wide_for(field).hits(field, value)

    def _wide_for(self, field: str) -> _Index:
        """The wide signatures: those of ``field`` while few fields were asked for, from then on those of all."""
        if self._at_once is not None:
            return self._at_once
        if field not in self._wide_of:
            if len(self._wide_of) == FIRST_FIELDS:
                self._wide_of.clear()
                self._at_once = _Index(self._wide, WIDE_MEMORY)
                return self._at_once
            self._wide_of[field] = _Index([one for one in self._wide if field in one[0].fields])
        return self._wide_of[field]

    def _holds(
        self,
        signature: Signature,
        observation: Observation,
        pieces: list[tuple[Observation, _Piece]],
    ) -> bool:
        conditions = self._conditions.get(signature.id)
        return conditions is None or all(
            any(
                other.field == field
                and _same_port(other, observation)
                and any(pattern.search(form) is not None for form in piece.forms)
                for other, piece in pieces
            )
            for field, pattern in conditions
        )

    def _registered(self, observation: Observation, seen: str, mac: str, rule: FieldRule) -> Iterator[Claim]:
        block = self._data.block_of(mac)
        company = self._data.companies.get(block.company) if block is not None and block.company is not None else None
        if block is None or company is None:
            return
        slot: Slot = "brand" if company.seller_only else "manufacturer"
        says = company.brand if company.seller_only else company.id
        if says is not None:
            strength = MAC_STRENGTH_OTHER if company.makes == "other" else MAC_STRENGTH
            yield _claim(slot, says, strength, f"oui:{block.prefix}", observation, rule, seen)


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
