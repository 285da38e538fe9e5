"""How long and how much one conversation may take."""

from __future__ import annotations

import msgspec


class Limits(msgspec.Struct, frozen=True):
    """Bounds of one conversation with one endpoint; every value must be above zero (ValueError)."""

    connect: float = 3.0
    """Seconds for the connection, again for the TLS handshake, and again for an answer's first byte: old devices think
    slowly, and Linux repeats a lost SYN only after one second."""
    quiet: float = 1.5
    """Seconds without a new byte after which an answer that has begun, or a greeting, is held to be over."""
    deadline: float = 10.0
    """Seconds for the whole conversation."""
    cap: int = 1_048_576
    """Bytes received in the whole conversation: no answer worth reading is longer, and a hostile one is endless."""

    def __post_init__(self) -> None:
        """Refuse a bound that would never, or always, be reached."""
        if not (self.connect > 0 and self.quiet > 0 and self.deadline > 0 and self.cap > 0):
            raise ValueError("limits must be above zero")

    def stretch(self, factor: float) -> Limits:
        """Return the same with ``factor`` times the seconds."""
        return Limits(self.connect * factor, self.quiet * factor, self.deadline * factor, self.cap)
