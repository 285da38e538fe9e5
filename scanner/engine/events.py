"""What a scan says while it runs."""

from __future__ import annotations

import msgspec

from scanner.model.observation import Observation
from scanner.model.outcome import Outcome


class HostDone(msgspec.Struct, frozen=True):
    """Nothing more will be asked of this address. What others say of it may still come."""

    address: str


class Progress(msgspec.Struct, frozen=True):
    """How far the scan is."""

    addresses: int
    """To visit."""
    visited: int
    alive: int
    done: int
    """Of the alive, how many nothing more will be asked of."""
    stage: str = ""
    """What is being done, in two words; empty before and after."""
    found: int = 0
    """Devices that have shown life so far; ``alive`` counts them once nothing more is asked to find them."""
    left: float | None = None
    """Seconds that it will yet take, as far as can be told."""


Event = Observation | Outcome | HostDone | Progress
