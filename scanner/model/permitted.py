"""The right to send: an endpoint that ``engine/scope.py`` has checked. Nothing else may make one."""

from __future__ import annotations

from typing import NewType

from scanner.model.observation import Endpoint

Permitted = NewType("Permitted", Endpoint)
"""Transports accept only this. A test holds that ``Permitted(`` is called in one file."""
