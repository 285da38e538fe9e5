"""What scans saw, kept: append-only."""

from __future__ import annotations

from scanner.store.errors import StoreError
from scanner.store.store import Scan, Store, open_store

__all__ = ["Scan", "Store", "StoreError", "open_store"]
