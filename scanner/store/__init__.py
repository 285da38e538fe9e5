"""What scans saw, kept: append-only."""

from __future__ import annotations

from scanner.store.errors import StoreError
from scanner.store.packing import Done
from scanner.store.store import Ending, Scan, Store, open_store

__all__ = ["Done", "Ending", "Scan", "Store", "StoreError", "open_store"]
