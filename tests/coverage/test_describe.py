from __future__ import annotations

from datetime import date

import pytest

from scanner.coverage.describe import describe
from scanner.coverage.relations import Ties
from scanner.model.entity import Bound, Brand, Company, Dispute, Relation
from scanner.model.measure import Listing, Measure

TIES = (
    {"big": Company("big", "Big Co.", "CN", aliases=("Grande",)), "small": Company("small", "Small Co.", "CA")},
    {"label": Brand("label", "Label", "small")},
    (
        Relation(
            "big-owns-small", "big", "owns", "small", "high", ("s",),
            start=Bound("filed", on=date(2018, 2, 6)), until=Bound("reported", between=(date(2022, 12, 15), date(2023, 2, 28))),
            disputes=(Dispute("until November", "another", "not followed"),),
        ),
        Relation("big-label", "big", "manufactures-for", "label", "high", ("s",), share="most"),
    ),
)  # fmt: skip
MEASURES = {
    "law": Measure(
        "law", "A law", "L 1", "Parliament", "US", "procurement-ban", date(2018, 8, 13), date(2026, 11, 21), ("s",), "No.",
        listing=(Listing(date(2018, 8, 13), company="big", reaches=("subsidiary",), use=("public-safety",)),),
    )
}  # fmt: skip

NAMED = "law, ban on buying or using: names Big Co. since 2018-08-13, for 1 purposes only"


def told(name: str, when: date) -> list[str]:
    companies, brands, relations = TIES
    trees = describe(name, when, Ties(companies, brands, relations), relations, MEASURES)
    return [line for tree in trees for line in tree.draw()]


def test_a_company_with_its_ties_disputes_and_lists():
    assert told("small", date(2020, 1, 1)) == [
        "company Small Co. (CA), on 2020-01-01",
        "├─ Big Co. owns Small Co., 2018-02-06…2022-12-15/2023-02-28: yes",
        "│  └─ another says until November: not followed",
        "└─ lists",
        f"   └─ {NAMED}",
        "      └─ through Big Co. —owned 2018-02-06…2022-12-15/2023-02-28→ Small Co.: yes",
    ]


@pytest.mark.parametrize(
    ("when", "answer"), [(date(2017, 1, 1), "no"), (date(2022, 12, 20), "unclear"), (date(2024, 1, 1), "no")]
)
def test_the_day_decides(when, answer):
    assert told("small", when)[1].endswith(f": {answer}")


def test_a_brand_names_its_maker_and_the_lists_that_reach_it():
    assert told("LABEL", date(2020, 1, 1)) == [
        "brand Label, sold by Small Co., on 2020-01-01",
        "└─ made by Big Co. (most of it, high confidence): yes",
        f"   └─ {NAMED}",
    ]


def test_an_alias_is_a_name_and_nobody_is_nobody():
    assert told("grande", date(2017, 1, 1))[-1] == "   └─ no list in the data reaches it on that day"
    assert told("nobody", date(2020, 1, 1)) == []
