"""What an importer is, what it is told of a file, and what it yields."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import BinaryIO, Final

import msgspec

from scanner.database.normalize import normalize
from scanner.model.dialogue import Fact
from scanner.model.observation import Carrier, Endpoint, Field, Observation, Provenance, clip
from scanner.model.signature import FieldRule

LINK_MAC: Final = Field("link.mac")
OPEN_TCP: Final = Field("open.tcp")
OPEN_UDP: Final = Field("open.udp")
DNS_NAME: Final = Field("name.dns")


class Unreadable(Exception):  # noqa: N818 - the file's state, not an error of the program
    """Nothing in the file can be read as what it is taken for; the text says why, in one line."""


class BadPart(msgspec.Struct, frozen=True):
    """A part of the file that could not be read, and was left out."""

    where: str
    """Such as ``line 12``, ``packet 7`` or ``byte 4096``."""
    reason: str


class Given(msgspec.Struct, frozen=True):
    """What is known of a file beside its content."""

    name: str
    """Its name, without folders; it stands as the reporter of hearsay whose speaker the file does not name."""
    columns: tuple[tuple[str, str], ...] = ()
    """(column, field) pairs of a table; the field ``host`` is the address."""


Item = Observation | BadPart
Read = Callable[[BinaryIO, Given], Iterator[Item]]
"""Any bytes in; observations and bad parts out in the order of the file, in memory that does not grow with it."""


class Importer(msgspec.Struct, frozen=True):
    """One kind of file."""

    name: str
    about: str
    recognise: Callable[[bytes, str], bool]
    """Takes the file's first bytes, decompressed, and its name; the content decides."""
    read: Read


def observe(
    address: str,
    fact: Fact,
    source: str,
    *,
    carrier: Carrier | None = None,
    port: int | None = None,
    reporter: str | None = None,
    at: datetime | None = None,
) -> Observation:
    """Return the observation that ``address`` (canonical, or a label) shows ``fact``.

    A fact about another subject becomes hearsay of ``address``.
    """
    subject = _endpoint(address, carrier, port)
    if fact.subject is not None and fact.subject != address:
        subject, reporter = _endpoint(fact.subject, None, None), address
    return Observation(subject, fact.field, clip(fact.value), _provenance(source, reporter, at))


# What one answer says stands together: its observations share where and whence.
_endpoint: Final = functools.lru_cache(maxsize=64)(Endpoint)
_provenance: Final = functools.lru_cache(maxsize=64)(Provenance)


def normal(observation: Observation, rules: Callable[[str], FieldRule | None]) -> Observation | None:
    """Return the observation with its value in its field's normal form, as a live scan has it; None when it has none.

    A field without a rule keeps its value.
    """
    rule = rules(observation.field)
    value = observation.value if rule is None else normalize(rule, observation.value)
    if not value:
        return None
    if value == observation.value:
        return observation
    return Observation(observation.subject, observation.field, value, observation.provenance)


def read_host(text: str) -> str | None:
    """Return the canonical form of an IPv4 or IPv6 address (a zone is kept), None for anything else."""
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        return None


def read_port(value: object) -> int | None:
    """Return a port number given as number or decimal text; None for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= len("65535"):
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 65535 else None  # noqa: PLR2004 - the highest port


def read_seconds(value: object) -> datetime | None:
    """Return the moment meant by seconds since 1970, given as number or text; None for what is none."""
    try:
        return datetime.fromtimestamp(float(value), UTC) if isinstance(value, (int, float, str)) else None
    except (ValueError, OverflowError, OSError):
        return None


def read_instant(value: object) -> datetime | None:
    """Return the moment meant by ISO 8601 text, taken as UTC without an offset; None for what is none."""
    if not isinstance(value, str):
        return None
    try:
        when = datetime.fromisoformat(value)
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
