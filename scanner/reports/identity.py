"""What a device is known by from one report to the next, so that those who take reports in see it once."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final, Literal, NamedTuple
from uuid import UUID, uuid5

from scanner.matching.hosts import MIN_SERIAL
from scanner.model.finding import Finding

Kind = Literal["serial", "endpoint", "mac", "address"]
_NAMES: Final[dict[Kind, str]] = {
    "serial": "serial number",
    "endpoint": "endpoint",
    "mac": "hardware address",
    "address": "address",
}
_SPACE: Final = UUID("a3d4c8c2-6f0b-5a0e-9d7b-2f4f1d0c7e51")
"""Under which every UUID in a report is made from its name (RFC 9562 5.5). Never changed: others keep them."""
_PLACEHOLDER: Final = 2
"""Different characters up to which a serial number is no identity, as ``000000`` and ``0101010``."""


class Identity(NamedTuple):
    """The steadiest thing known of one device."""

    kind: Kind
    value: str

    @property
    def text(self) -> str:
        """For people. As hostile as the device: callers make it inert."""
        return f"{_NAMES[self.kind]} {self.value}"

    def uuid(self, *about: str) -> str:
        """Return the UUID of what ``about`` names on this device; always the same."""
        return make_uuid(self.kind, self.value, *about)

    def digest(self, *about: str) -> str:
        """Return 64 hexadecimal digits for what ``about`` names on this device; always the same."""
        return _digest(self.kind, self.value, *about)


def identities(findings: Iterable[Finding]) -> list[Identity]:
    """Return the identity of each finding, in order: no two are equal.

    That is its serial number, else WS-Discovery endpoint, else hardware address, else address; what two devices have in
    common (a placeholder, a cloned key) names neither.
    """
    candidates = [tuple(_candidates(finding)) for finding in findings]
    holders = Counter(candidate for each in candidates for candidate in each)
    taken: Counter[Identity] = Counter()
    chosen: list[Identity] = []
    for each in candidates:
        identity = next((candidate for candidate in each if holders[candidate] == 1), each[-1])
        taken[identity] += 1
        if taken[identity] > 1:
            identity = identity._replace(value=f"{identity.value}#{taken[identity]}")
        chosen.append(identity)
    return chosen


def steadiest(finding: Finding) -> Identity:
    """Return the identity of a finding seen by itself; another device may have the same where numbers are cloned."""
    return next(_candidates(finding))


def make_uuid(*name: str) -> str:
    """Return the UUID that ``name`` always has."""
    return str(uuid5(_SPACE, _digest(*name)))


def _digest(*parts: str) -> str:
    # Lengths keep ("a", "bc") and ("ab", "c") apart.
    return hashlib.sha256("".join(f"{len(each)}:{each}" for each in parts).encode("utf-8", "surrogatepass")).hexdigest()


def _candidates(finding: Finding) -> Iterator[Identity]:
    serial = finding.identification.serial
    if serial is not None and len(serial.value) >= MIN_SERIAL and len(set(serial.value)) > _PLACEHOLDER:
        yield Identity("serial", serial.value.upper())
    if finding.endpoint:
        yield Identity("endpoint", finding.endpoint)
    if finding.mac:
        yield Identity("mac", finding.mac)
    yield Identity("address", finding.host)
