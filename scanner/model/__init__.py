"""Frozen value types. Imports the standard library and msgspec only."""
