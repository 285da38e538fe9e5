"""Devices that answer a group's question from another subnet than ours: misconfigured, or never set up.

What they say unasked is told; nothing is sent to them. New devices share their factory-set address, so those that tell
several hardware addresses from one are told apart by these. Told at the end of listening, in the same order whatever
came first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

import msgspec

from scanner.engine.scope import Scope
from scanner.matching.addresses import read_claim
from scanner.model.dialogue import Fact
from scanner.model.observation import Endpoint

NOT_ASKED: Final = "not asked"
"""The one value of OUTSIDE."""
MAX_OUTSIDE: Final = 1024
"""Addresses kept: a site has a handful, and a hostile neighbour could invent any number."""
MAX_ANSWERS: Final = 64
"""Different answers kept of one address: each device gives one or two a protocol, and some share an address."""
MAX_BYTES: Final = 16 * 1024 * 1024
"""Bytes of all answers kept."""

_BARE: Final = "open."
_MAC: Final = ".mac"
_DIGITS: Final = re.compile(r"[0-9a-f]{12}")


class Answer(msgspec.Struct, frozen=True):
    """One answer as it was heard."""

    source: str
    endpoint: Endpoint
    facts: tuple[Fact, ...]
    transcript: bytes
    at: datetime


class Outsiders:
    """What was heard from outside the scope of one scan."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._heard: dict[str, dict[tuple[str, tuple[Fact, ...]], Answer]] = {}
        self._bytes = 0

    def hear(self, answer: Answer) -> bool:
        """Keep one answer to a group's question; False when it does not count.

        It does not when it says nothing, comes from where the scope has a say, or from a device that is excluded by
        its own account, and beyond the caps.
        """
        own = tuple(fact for fact in answer.facts if fact.subject is None)
        address = answer.endpoint.address
        claims = {claim for fact in own if (claim := read_claim(fact.field, fact.value)) is not None}
        if (
            all(fact.field.startswith(_BARE) for fact in own)
            or not self._scope.overhears(address)
            or any(self._scope.excludes(claim) for claim in claims)
        ):
            return False
        known = self._heard.get(address, {})
        if (answer.source, own) in known:
            return True
        if (
            len(known) >= MAX_ANSWERS
            or self._bytes + len(answer.transcript) > MAX_BYTES
            or (not known and len(self._heard) >= MAX_OUTSIDE)
        ):
            return False
        self._bytes += len(answer.transcript)
        self._heard.setdefault(address, known)[answer.source, own] = msgspec.structs.replace(answer, facts=own)
        return True

    def devices(self) -> Iterator[tuple[str, tuple[Answer, ...]]]:
        """Yield each device's label, its address or that with a hardware address behind ``%``, and its answers."""
        for address, answers in sorted(self._heard.items()):
            devices: dict[str, list[Answer]] = {}
            labels = _labels(address, [answer.facts for answer in answers.values()])
            for answer in sorted(answers.values(), key=_order):
                devices.setdefault(labels.get(_mac(answer.facts), address), []).append(answer)
            for label, some in sorted(devices.items()):
                yield label, tuple(some)


def _order(answer: Answer) -> tuple[str, int, list[tuple[str, str]]]:
    return answer.source, answer.endpoint.port or 0, [(fact.field, fact.value) for fact in answer.facts]


def _labels(address: str, told: Iterable[Sequence[Fact]]) -> dict[str, str]:
    """Return what to call the device of each hardware address: the first by the address alone."""
    macs = sorted({mac for facts in told if (mac := _mac(facts))})
    return {mac: f"{address}%{mac}" if number else address for number, mac in enumerate(macs)}


def _mac(facts: Sequence[Fact]) -> str:
    """Return the hardware address that an answer tells, empty when none."""
    for fact in facts:
        digits = re.sub(r"[:. -]", "", fact.value.lower()) if fact.field.endswith(_MAC) else ""
        if _DIGITS.fullmatch(digits):
            return ":".join(digits[place : place + 2] for place in range(0, 12, 2))
    return ""
