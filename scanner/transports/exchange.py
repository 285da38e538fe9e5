"""What came of one conversation."""

from __future__ import annotations

import msgspec

from scanner.model.dialogue import Fact
from scanner.model.outcome import OutcomeKind


class Exchange(msgspec.Struct, frozen=True):
    """Facts in the order they were read, how it ended, and the bytes received."""

    facts: tuple[Fact, ...]
    """Kept whatever the end: what was read before a failure was still read."""
    kind: OutcomeKind
    reason: str | None = None
    transcript: bytes = b""
    """What the peer sent (after decryption), at most ``Limits.cap`` bytes."""
    short: bool = False
    """True when an answer did not come, or stopped before its end, whatever was made of the rest: another try may
    better it."""
