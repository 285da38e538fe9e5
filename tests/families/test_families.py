"""What the covered makers say, family by family, in every field where a device says its kind.

The counter-rows are what other makers, software and former businesses say in the same fields: none may go further than
review.
"""

from __future__ import annotations

import pytest

from tests.families.dahua import DAHUA, NOT_DAHUA
from tests.families.hikvision import HIKVISION, NOT_HIKVISION
from tests.families.huawei_network import HUAWEI_NETWORK, NOT_HUAWEI_NETWORK
from tests.families.huawei_products import HUAWEI_PRODUCTS, NOT_HUAWEI_PRODUCTS
from tests.families.hytera import HYTERA, NOT_HYTERA
from tests.families.labels import LABELS, NOT_LABELS
from tests.families.rows import Others, Series
from tests.families.zte import NOT_ZTE, ZTE
from tests.judging import finding, maker, rank, verdict


@pytest.mark.parametrize(
    "one",
    [*HUAWEI_NETWORK, *HUAWEI_PRODUCTS, *ZTE, *HYTERA, *DAHUA, *HIKVISION, *LABELS],
    ids=lambda one: f"{one.maker} {one.name} {one.field}",
)
def test_what_a_series_says_in_a_field_reaches_its_verdict(one: Series):
    reached = [(value, finding([(one.field, value)])) for value in one.values]
    found = [(value, verdict(said), maker(said)) for value, said in reached]
    assert [cell for cell in found if rank(cell[1]) < rank(one.least) or cell[2] != one.maker] == []


@pytest.mark.parametrize(
    "one",
    [*NOT_HUAWEI_NETWORK, *NOT_HUAWEI_PRODUCTS, *NOT_ZTE, *NOT_HYTERA, *NOT_DAHUA, *NOT_HIKVISION, *NOT_LABELS],
    ids=lambda one: f"{one.name} {one.field}",
)
def test_what_others_say_in_a_field_stays_below_likely(one: Others):
    found = [(value, verdict(finding([(one.field, value)]))) for value in one.values]
    assert [cell for cell in found if rank(cell[1]) > rank(one.most)] == []
