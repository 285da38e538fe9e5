"""How far a scan is, for whoever watches it."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import msgspec


class State(msgspec.Struct, frozen=True):
    """One moment of a scan."""

    stage: Literal["none", "running", "judging", "ended", "stopped", "failed"] = "none"
    scan: str = ""
    """Its id, once it has one."""
    targets: tuple[str, ...] = ()
    ports: int = 0
    """How many are tried."""
    speed: str = ""
    addresses: int = 0
    """To visit."""
    visited: int = 0
    alive: int = 0
    done: int = 0
    """Of the alive, how many nothing more will be asked of."""
    doing: str = ""
    """What is being done, in two words."""
    found: int = 0
    """Devices that have shown life so far."""
    left: float | None = None
    """Seconds that it will yet take, as far as can be told."""
    devices: int = 0
    """Found, once it has ended."""
    trouble: str = ""
    """What went wrong, in one line."""

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self.stage in {"running", "judging"}

    @property
    def time_left(self) -> str:
        """As ``0:01:20``; empty when that cannot be told."""
        return "" if self.left is None else str(timedelta(seconds=round(self.left)))

    @property
    def share(self) -> int:
        """Percent that is done; the addresses are visited first, the living among them probed next."""
        total = self.addresses + self.alive
        return 100 * (self.visited + self.done) // total if total else 0
