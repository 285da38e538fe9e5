"""The shipped data, read once."""

from __future__ import annotations

import functools
import tempfile
from datetime import date
from pathlib import Path

from scanner.coverage.relations import Ties
from scanner.database.load import Database, load
from scanner.model.finding import Identification, Named, Tier


@functools.cache
def database() -> Database:
    with tempfile.TemporaryDirectory() as cache:
        return load(cache=Path(cache))


@functools.cache
def ties() -> Ties:
    data = database()
    return Ties(data.companies, data.brands, data.relations)


def device(
    manufacturer: str | None = None,
    tier: Tier = "confirmed",
    *,
    brand: str | None = None,
    made: str | None = None,
    kind: str | None = None,
    rivals: tuple[str, ...] = (),
    contested: bool = False,
    platform: str | None = None,
) -> Identification:
    return Identification(
        manufacturer=Named(manufacturer, ties().name(manufacturer), tier, rivals, contested) if manufacturer else None,
        brand=Named(brand, brand.title(), "probable") if brand else None,
        manufactured=Named(made, made, "probable") if made else None,
        device_class=Named(kind, kind, "probable") if kind else None,
        platform=Named(platform, platform, "probable") if platform else None,
    )


def day(text: str) -> date:
    return date.fromisoformat(text)
