"""What became of each question asked. A failed probe is a value, so reports can say what was not reached."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from scanner.model.observation import Endpoint

OutcomeKind = Literal["answered", "refused", "timed-out", "closed", "malformed", "tls-failed", "skipped"]


class Outcome(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """The end of one probe of one endpoint."""

    endpoint: Endpoint
    probe: str
    """The protocol's name, such as ``http``; ``connect`` for the port probe."""
    kind: OutcomeKind
    reason: str | None = None
    """One short phrase; always present with ``skipped`` and ``malformed``."""
    at: datetime | None = None
