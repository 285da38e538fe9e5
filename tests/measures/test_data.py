"""The shipped law: complete against the survey it was made from, sourced, and right where the press is wrong."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from scanner.coverage.policies import PROFILES
from tests.coverage.shipped import database, day

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
ROWS = tomllib.loads((HERE / "rows.toml").read_text(encoding="utf-8"))
LEFT_OUT = set(
    re.findall(r"^\| ([A-Z][A-Z0-9/.-]*) \|", (ROOT / "docs/data/left-out.md").read_text("utf-8"), re.MULTILINE)
)
FIVE = ("dahua", "hikvision", "huawei", "hytera", "zte")
PURPOSES = (
    "public-safety",
    "government-facility-security",
    "critical-infrastructure-surveillance",
    "other-national-security",
)


def known(identifier):
    data = database()
    kind, _, key = identifier.partition(":")
    tables = {
        "company": data.companies,
        "brand": data.brands,
        "product_line": data.product_lines,
        "relation": {row.id for row in data.relations},
    }
    return key in tables[kind]


def test_the_survey_has_all_its_rows():
    assert (len(ROWS["measures"]), len(ROWS["entities"])) == (64, 203)
    assert sum(row.startswith("CD") for row in ROWS["entities"]) == 92
    assert sum(row.startswith("CH") for row in ROWS["entities"]) == 74


@pytest.mark.parametrize("part", ["measures", "entities"])
def test_every_row_is_shipped_or_left_out_with_a_reason(part):
    lost = {row for row, found in ROWS[part].items() if not found and row not in LEFT_OUT}
    both = {row for row, found in ROWS[part].items() if found and row in LEFT_OUT}
    assert (lost, both) == (set(), set())


def test_what_is_left_out_is_a_row():
    assert LEFT_OUT - {*ROWS["measures"], *ROWS["entities"]} == set()


def test_every_entity_row_points_at_data():
    missing = {found for row in ROWS["entities"].values() for found in row if not known(found)}
    assert missing == set()


def test_every_measure_row_points_at_data():
    for targets in ROWS["measures"].values():
        for target in targets:
            measure, _, provision = target.partition("/")
            rules = {rule.id for rule in database().measures[measure].provision}
            assert not provision or provision in rules, target


@pytest.mark.parametrize("table", ["companies", "brands", "product_lines", "relations"])
def test_rows_are_sorted_by_id(table):
    text = (ROOT / f"fingerprints/entities/{table}.toml").read_text(encoding="utf-8")
    ids = re.findall(r'^id = "(.*)"$', text, re.MULTILINE)
    assert all(first < second for first, second in pairwise(ids))


def test_makers_and_ties_are_dated_and_sourced():
    for relation in database().relations:
        assert relation.sources, relation.id
        assert relation.kind != "manufactures-for" or relation.share, relation.id
        assert relation.confidence != "low" or relation.share in {None, "some"}, relation.id


def test_every_brand_has_a_maker_or_none_is_known():
    made = {row.object for row in database().relations if row.kind == "manufactures-for"}
    covered = {row.object for row in database().relations} | set(FIVE)
    ours = {brand.id for brand in database().brands.values() if brand.holder in covered}
    assert {key for key in ours if not database().brands[key].own and key not in made} == set()


def test_every_measure_can_be_pasted_and_was_checked():
    for measure in database().measures.values():
        assert measure.checked >= date(2026, 11, 21), measure.id
        assert measure.statement.endswith((".", ".)")), measure.id
        assert measure.sources, measure.id
        assert measure.listing, measure.id
        assert all(listing.sources for listing in measure.listing), measure.id
        assert measure.obligation or measure.confidence == "low", measure.id


def test_listings_name_known_companies_and_brands():
    for measure in database().measures.values():
        for listing in measure.listing:
            assert listing.company is None or listing.company in database().companies, measure.id
            assert listing.brand is None or listing.brand in database().brands, measure.id
            assert listing.start >= measure.enacted, measure.id


def test_every_profile_names_measures_of_the_data():
    assert {key for keys in PROFILES.values() for key in keys} <= set(database().measures)


def listed(measure):
    return {listing.company: listing for listing in database().measures[measure].listing if listing.company}


def test_section_889_names_five_and_limits_three():
    rows = listed("us-ndaa-889")
    assert sorted(rows) == list(FIVE)
    assert {row.start for row in rows.values()} == {day("2018-08-13")}
    assert {key: row.use for key, row in rows.items() if row.use} == dict.fromkeys(
        ("dahua", "hikvision", "hytera"), PURPOSES
    )
    for row in rows.values():
        assert set(row.reaches) == {"subsidiary", "affiliate", "produced-by", "component"}


def test_section_889_takes_effect_in_two_steps():
    rules = {rule.id: rule.effective for rule in database().measures["us-ndaa-889"].provision}
    assert rules == {"a-1-A": day("2019-08-13"), "a-1-B": day("2020-08-13"), "b": day("2020-08-13")}


def test_section_889_says_how_to_report():
    obligation = database().measures["us-ndaa-889"].obligation
    assert "within one business day" in obligation
    assert "further ten business days" in obligation
    assert "three and thirty business days" in obligation


def test_the_covered_list_has_all_its_entries():
    days = sorted({listing.start.isoformat() for listing in database().measures["us-fcc-covered-list"].listing})
    assert days == [
        "2021-03-12", "2022-03-25", "2022-09-20", "2024-07-23", "2025-12-22", "2026-03-23", "2026-07-07", "2026-07-28",
    ]  # fmt: skip
    rows = listed("us-fcc-covered-list")
    assert {key for key, row in rows.items() if row.use} == {"dahua", "hikvision", "hytera"}
    assert {key for key, row in rows.items() if row.confidence == "low"} == {"autel", "dji"}


def test_hytera_was_not_put_on_the_entity_list():
    assert "hytera" not in listed("us-bis-entity-list")
    assert listed("us-bis-entity-list")["hikvision"].start == day("2019-10-09")


def test_the_investment_order_is_of_2020():
    assert database().measures["us-ns-cmic"].enacted == day("2020-11-12")
    assert "dahua" not in listed("us-ns-cmic")


def test_the_trade_body_ended_one_membership():
    assert {key: row.start for key, row in listed("industry-sia-2021").items()} == {"dahua": day("2021-06-01")}


def test_the_sale_of_lorex_was_open_in_december():
    (row,) = [row for row in database().relations if row.id == "dahua-owns-lorex"]
    assert row.until is not None
    assert row.until.between == (day("2022-12-15"), day("2023-02-28"))
    assert "2022-11-23" in row.note
    assert [dispute.says for dispute in row.disputes] == [
        "owned until 2022-11-24",
        "closed in February 2023",
        "acquired in 2012",
    ]


def test_the_list_of_section_1260h_in_2026():
    rows = listed("us-dod-1260h")
    assert rows["tp-link"].start == day("2026-06-08")
    assert rows["megvii"].until == day("2025-01-07")
    assert not {"zte", "hytera", "uniview", "tiandy", "kedacom", "tp-link-systems"} & set(rows)


def test_countries_that_name_no_company_have_only_categories():
    for measure in ("uk-wms-2022", "uk-procurement-act-2023", "in-cctv-er"):
        assert listed(measure) == {}
        assert all(row.category for row in database().measures[measure].listing)


def test_kinds_are_told_apart():
    kinds = {key: measure.kind for key, measure in database().measures.items()}
    assert kinds["us-ndaa-889"] == "procurement-ban"
    assert kinds["us-fcc-covered-list"] == kinds["us-fcc-da-26-635"] == kinds["in-cctv-er"] == "authorisation-ban"
    assert kinds["us-bis-entity-list"] == "export-control"
    assert kinds["us-ns-cmic"] == "investment-ban"
    assert kinds["us-dod-1260h"] == "contracting-list"
    assert kinds["uk-wms-2022"] == "guidance"
    assert kinds["industry-sia-2021"] == "industry"
    assert kinds["us-ne-lorex"] == "litigation"


def test_two_companies_are_called_tp_link():
    companies = database().companies
    assert "TP-LINK TECHNOLOGIES CO.,LTD." in companies["tp-link"].registrants
    assert "TP-Link Systems Inc." in companies["tp-link-systems"].registrants


def test_sellers_of_others_equipment_are_marked():
    companies = database().companies
    sellers = {"amcrest": "amcrest", "lorex": "lorex", "aditya": "cp-plus", "nss": "bcs", "ic-realtime": "ic-realtime",
               "trendnet": "trendnet", "swann": "swann", "huacheng": "imou"}  # fmt: skip
    assert {key: companies[key].brand for key in sellers if companies[key].seller_only} == sellers


def test_sources_say_where_they_are():
    for source in database().sources.values():
        assert re.search(r"https?://|/|\.[a-z]{2,}|public capture \d+|^[A-Z]", source.where), source.id
