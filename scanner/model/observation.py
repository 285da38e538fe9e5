"""The one currency: what was seen, on what, by whom, when. Everything else is derived from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, NewType

import msgspec

Field = NewType("Field", str)
"""A name from ``fingerprints/fields.toml``, such as ``http.server``."""

Carrier = Literal["tcp", "udp", "link"]

MAX_VALUE: Final = 4096
"""Bytes of UTF-8 kept of one value: hostile devices send megabytes, and no signature needs more."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where something answers: an address, and when it matters the carrier and port.

    A dataclass, so that ``Permitted`` can be a NewType of it.
    """

    address: str
    """Canonical IPv4 or IPv6 text, or in offline input whatever label the operator gave the host."""
    carrier: Carrier | None = None
    port: int | None = None


class Provenance(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """How an observation came to be."""

    source: str
    """The protocol, importer or command that yielded it, such as ``rtsp`` or ``nmap-xml``."""
    reporter: str | None = None
    """Address of whoever spoke, when that is not the subject: hearsay."""
    observed_at: datetime | None = None
    """When it was true, not when it was read; None when the input does not say. Always time-zone aware."""
    transcript: str | None = None
    """SHA-256 (hex) of the raw bytes, when they were kept."""


class Observation(msgspec.Struct, frozen=True, gc=False):
    """One field of one subject had one value."""

    subject: Endpoint
    field: Field
    value: str
    """Normalised text of at most MAX_VALUE bytes; never a body, never raw bytes."""
    provenance: Provenance


def clip(value: str) -> str:
    """Return ``value`` cut to MAX_VALUE bytes of UTF-8, on a character boundary; lone surrogates are replaced."""
    if len(value) * 4 <= MAX_VALUE and value.isascii():
        return value
    raw = value.encode("utf-8", "replace")
    return raw[:MAX_VALUE].decode("utf-8", "ignore")
