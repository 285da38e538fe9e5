"""What became different between scans, device by device. The published JSON schema is generated from here."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from scanner.model.measure import VerdictLevel

ChangeKind = Literal[
    "appeared", "returned", "gone", "moved", "re-flashed", "verdict-changed", "law-changed", "label-changed"
]
"""First seen · seen again after it was gone · not seen by several scans that reached its address · at another
address · other firmware · other verdict, for other evidence · other verdict, for the same evidence · other maker,
brand or model."""

CHANGES: tuple[ChangeKind, ...] = (
    "appeared", "returned", "gone", "moved", "re-flashed", "verdict-changed", "law-changed", "label-changed",
)  # fmt: skip


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is different about one device."""

    schema: Literal["coveredscan.change/1"] = "coveredscan.change/1"
    id: str
    """Never repeats: whoever gets the same one twice may drop it."""
    scan: str
    """The scan that showed it."""
    site: str
    at: datetime
    kind: ChangeKind
    device: str
    """Stays with the device, whatever its address."""
    host: str
    """Its address now; for ``gone``, the last one."""
    manufacturer: str | None
    model: str | None
    verdict: VerdictLevel
    """The highest one now; for ``gone``, the last one."""
    subject: str | None = None
    """The measure, or the slot, that is different."""
    before: str | None = None
    after: str | None = None
