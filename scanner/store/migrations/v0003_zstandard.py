"""Pieces are packed with Zstandard from here on; those that are there stay as they are, and can be read."""

from __future__ import annotations

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Nothing but the number, by which a program that could not read such pieces refuses the store."""
