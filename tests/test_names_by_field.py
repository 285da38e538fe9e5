"""What the covered makers of networks and radios say, family by family, in every field where a device says its kind.

A row is one series in one field; its values are as devices give them, named and nameless. The counter-rows are what
other makers, software and former businesses say in the same fields: none of them may go further than review.
"""

from __future__ import annotations

import msgspec
import pytest

from tests.judging import finding, maker, rank, verdict


class Series(msgspec.Struct, frozen=True):
    """Values of one series in one field, and how far each of them alone must reach."""

    name: str
    maker: str
    field: str
    values: tuple[str, ...]
    least: str = "likely"


class Others(msgspec.Struct, frozen=True):
    """Values of somebody else in one field, and how far each of them may reach at most."""

    name: str
    field: str
    values: tuple[str, ...]
    most: str = "review"


def each(name: str, makes: str, fields: str, *values: str, least: str = "likely") -> list[Series]:
    """One row per field of ``fields``, which stand there apart by blanks."""
    return [Series(name, makes, field, values, least) for field in fields.split()]


def others(name: str, fields: str, *values: str, most: str = "review") -> list[Others]:
    return [Others(name, field, values, most) for field in fields.split()]


HUAWEI_NETWORK: list[Series] = [
    *each("platform", "huawei", "ssh.banner", "SSH-2.0-HUAWEI-1.5"),
]
HUAWEI_PRODUCTS: list[Series] = []
ZTE: list[Series] = []
HYTERA: list[Series] = []

NOT_HUAWEI_NETWORK: list[Others] = [
    *others("the former venture", "snmp.sysobjectid", "1.3.6.1.4.1.25506.1.1"),
]
NOT_HUAWEI_PRODUCTS: list[Others] = []
NOT_ZTE: list[Others] = []
NOT_HYTERA: list[Others] = []


@pytest.mark.parametrize(
    "one", [*HUAWEI_NETWORK, *HUAWEI_PRODUCTS, *ZTE, *HYTERA], ids=lambda one: f"{one.maker} {one.name} {one.field}"
)
def test_what_a_series_says_in_a_field_reaches_its_verdict(one: Series):
    reached = [(value, finding([(one.field, value)])) for value in one.values]
    found = [(value, verdict(said), maker(said)) for value, said in reached]
    assert [cell for cell in found if rank(cell[1]) < rank(one.least) or cell[2] != one.maker] == []


@pytest.mark.parametrize(
    "one",
    [*NOT_HUAWEI_NETWORK, *NOT_HUAWEI_PRODUCTS, *NOT_ZTE, *NOT_HYTERA],
    ids=lambda one: f"{one.name} {one.field}",
)
def test_what_others_say_in_a_field_stays_below_likely(one: Others):
    found = [(value, verdict(finding([(one.field, value)]))) for value in one.values]
    assert [cell for cell in found if rank(cell[1]) > rank(one.most)] == []
