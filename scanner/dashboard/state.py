"""How far a scan is, for whoever watches it."""

from __future__ import annotations

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
    devices: int = 0
    """Found, once it has ended."""
    trouble: str = ""
    """What went wrong, in one line."""

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self.stage in {"running", "judging"}

    @property
    def share(self) -> int:
        """Percent that is done; the addresses are visited first, the living among them probed next."""
        total = self.addresses + self.alive
        return 100 * (self.visited + self.done) // total if total else 0
