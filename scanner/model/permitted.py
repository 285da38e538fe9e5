"""The right to send: an endpoint that ``engine/scope.py`` has checked. Nothing else may make one."""

from __future__ import annotations

from typing import NewType

from scanner.model.observation import Endpoint

Permitted = NewType("Permitted", Endpoint)
"""Transports accept only this. A test holds that ``Permitted(`` is called in one file."""

PermittedSpan = NewType("PermittedSpan", tuple[int, int, int])
"""The right to send to every address from a first to a last, both included: IP version (4 or 6), first, last.

Exclusions have been cut out of it. Sweeps of millions take this, minted in the same file."""
