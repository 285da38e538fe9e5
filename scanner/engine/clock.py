"""The clock. Nothing else of the package but the command line reads one."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present moment, time-zone aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - this is the one place that the ban points to
