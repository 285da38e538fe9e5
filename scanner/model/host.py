"""A host: endpoints and addresses held to be one device, with all that was observed of it."""

from __future__ import annotations

import msgspec

from scanner.model.observation import Observation


class Host(msgspec.Struct, frozen=True):
    """One device."""

    key: str
    """The address (or operator's label) it first appeared under."""
    addresses: tuple[str, ...]
    """Every address or label, the key first."""
    mac: str | None
    """Lower case with colons; from the link, or as the device reports itself."""
    observations: tuple[Observation, ...]
    """In order of arrival, without repetition."""
