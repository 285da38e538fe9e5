"""What the shipped data says of a few observations, in one call."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Literal

from scanner.coverage.assess import Question
from scanner.database.load import Database, load
from scanner.matching.hosts import group
from scanner.model.finding import Finding, Named
from scanner.model.measure import LEVELS
from scanner.pipeline import Judge
from tests.observations import seen

WHEN = date(2026, 11, 21)
MEASURE = "us-ndaa-889"
"""The measure asked about: it names Hikvision, Dahua, Hytera, Huawei and ZTE."""

Facts = Iterable[tuple[str, str] | tuple[str, str, str]]
"""Field, value, and who reported it when that is somebody else."""


@cache
def shipped() -> Database:
    return load()


@cache
def _judge() -> Judge:
    return Judge(shipped(), Question(when=WHEN), [shipped().measures[MEASURE]])


def finding(facts: Facts) -> Finding:
    """The finding on one host of which ``facts`` are known."""
    observations = [seen("h", field, value, reporter="".join(reporter) or None) for field, value, *reporter in facts]
    (one,) = _judge().judge(observations, hosts=group)
    return one


def verdict(one: Finding) -> str:
    return one.verdicts[0].verdict


def rank(level: str) -> int:
    """How far a verdict goes: what nobody knows and what is cleared go no way at all."""
    return LEVELS.index(level) if level in {"covered", "likely", "review"} else -1


def maker(one: Finding) -> str | None:
    named = one.identification.manufacturer
    return named.value if named else None


def brand(one: Finding) -> str | None:
    named = one.identification.brand
    return named.value if named else None


def tier(one: Finding, slot: Literal["manufacturer", "brand"]) -> str:
    named: Named | None = getattr(one.identification, slot)
    return named.tier if named else "unknown"
