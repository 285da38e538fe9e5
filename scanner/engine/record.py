"""Facts → observations: subject, normal form, provenance."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from ipaddress import IPv6Address

from scanner.database.normalize import normalize
from scanner.engine.ranges import read_address
from scanner.model.dialogue import Fact
from scanner.model.observation import Endpoint, Field, Observation, Provenance, clip
from scanner.model.signature import FieldRule

Rules = Callable[[str], FieldRule | None]
"""Returns the rule of a field, None when fields.toml does not have it."""
Keep = Callable[[str, bytes], None]
"""Takes a transcript's SHA-256 (hex) and its bytes, and keeps them."""


class Recorder:
    """Turns what was answered into observations; a value that its field cannot hold is dropped.

    ``keep`` is given each transcript that facts were read from; without it provenance names none.
    """

    def __init__(self, rules: Rules, keep: Keep | None = None) -> None:
        self._rules = rules
        self._keep = keep

    def record(
        self, facts: Iterable[Fact], *, source: str, endpoint: Endpoint, at: datetime, transcript: bytes = b""
    ) -> Iterator[Observation]:
        """Yield one observation per distinct fact that ``endpoint`` told at ``at``; ``source`` is the spec's name.

        A fact about another address becomes hearsay: that address is the subject, the answerer the reporter.
        """
        digest: str | None = None
        seen: set[tuple[Endpoint, Field, str]] = set()
        for fact in facts:
            subject = _subject(fact, endpoint)
            value = self._normal(fact.field, fact.value)
            if subject is None or not value or (subject, fact.field, value) in seen:
                continue
            seen.add((subject, fact.field, value))
            if self._keep is not None and transcript and digest is None:
                digest = hashlib.sha256(transcript).hexdigest()
                self._keep(digest, transcript)
            reporter = None if subject.address == endpoint.address else endpoint.address
            yield Observation(subject, fact.field, value, Provenance(source, reporter, at, digest))

    def _normal(self, field: Field, value: str) -> str | None:
        rule = self._rules(field)
        return clip(value.strip()) if rule is None else normalize(rule, value)


def _subject(fact: Fact, endpoint: Endpoint) -> Endpoint | None:
    """Return who the fact is about, None when that is not an address.

    A link-local address is one of the endpoint's own link.
    """
    if fact.subject is None:
        return endpoint
    address = read_address(fact.subject)
    if address is None:
        return None
    _, percent, zone = endpoint.address.partition("%")
    if percent and isinstance(address, IPv6Address) and address.is_link_local and address.scope_id is None:
        address = IPv6Address(f"{address}%{zone}")
    return endpoint if str(address) == endpoint.address else Endpoint(str(address))
