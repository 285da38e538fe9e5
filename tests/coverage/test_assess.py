from datetime import date

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.coverage.assess import BANS, Question, assess, depends_on
from scanner.coverage.relations import Ties
from scanner.model.finding import Identification, Named, Tier
from scanner.model.measure import LEVELS, Listing, Measure, Provision
from tests.coverage.shipped import database, day, device, ties

NDAA, LIST, NOTICE, DOD = "us-ndaa-889", "us-fcc-covered-list", "us-fcc-da-26-635", "us-dod-1260h"
TEXAS, EXPORT, STOCKS = "us-tx-prohibited-technologies", "us-bis-entity-list", "us-ns-cmic"
NOW = "2026-11-21"

HIK, DAH = device("hikvision"), device("dahua")
LOREX_BY_DAHUA = device("dahua", brand="lorex")


def ask(who, measure, when=NOW, **stated):
    return assess(who, database().measures[measure], ties(), Question(day(when), **stated))


CASES = [
    # NDAA section 889: named 2018-08-13, part A 2019-08-13, part B and grants 2020-08-13
    (HIK, NDAA, "2018-08-12", "not-covered"),
    (HIK, NDAA, "2018-08-13", "review"),
    (HIK, NDAA, "2019-08-12", "review"),
    (HIK, NDAA, "2019-08-13", "covered"),
    (HIK, NDAA, "2020-08-12", "covered"),
    (HIK, NDAA, "2020-08-13", "covered"),
    (HIK, NDAA, NOW, "covered"),
    (device("hikvision", "probable"), NDAA, NOW, "likely"),
    (device("hikvision", "possible"), NDAA, NOW, "review"),
    (device("hikvision", "conflicting", rivals=("uniview",)), NDAA, NOW, "review"),
    (device("uniview", "conflicting", rivals=("hikvision",)), NDAA, NOW, "review"),
    (device("uniview", "probable", rivals=("hikvision",), contested=True), NDAA, NOW, "review"),
    (device("uniview", "probable", rivals=("hikvision",)), NDAA, NOW, "not-covered"),
    (device("uniview", "confirmed", rivals=("hikvision",)), NDAA, NOW, "not-covered"),
    (device("hikvision", "unknown"), NDAA, NOW, "undetermined"),
    (device(), NDAA, NOW, "undetermined"),
    (device(brand="lorex"), NDAA, NOW, "undetermined"),
    # the other four
    (DAH, NDAA, NOW, "covered"),
    (device("hytera"), NDAA, NOW, "covered"),
    (device("huawei", kind="router"), NDAA, NOW, "covered"),
    (device("huawei", kind="inverter"), NDAA, NOW, "review"),
    (device("zte"), NDAA, NOW, "covered"),
    # what they own, and what they sell under other names
    (device("ezviz"), NDAA, NOW, "covered"),
    (device("ezviz", "probable"), NDAA, NOW, "likely"),
    (device("hikvision", brand="hilook"), NDAA, NOW, "covered"),
    (device("hikmicro"), NDAA, NOW, "covered"),
    (device("hikrobot"), NDAA, NOW, "covered"),
    (device("pyronix"), NDAA, NOW, "covered"),
    (device("zhilian"), NDAA, NOW, "covered"),
    (device("hisilicon"), NDAA, NOW, "covered"),
    (device("dahua", brand="amcrest"), NDAA, NOW, "covered"),
    (device("amcrest"), NDAA, NOW, "review"),
    (device("hikvision", brand="prama"), NDAA, NOW, "covered"),
    (device("prama"), NDAA, NOW, "review"),
    # Lorex: owned by Dahua from 2018-02-06 to a day between 2022-12-15 and 2023-02-28; supplied ever since
    (device("lorex"), NDAA, "2017-06-01", "not-covered"),
    (device("lorex"), NDAA, "2019-09-01", "covered"),
    (device("lorex"), NDAA, "2022-12-14", "covered"),
    (device("lorex"), NDAA, "2022-12-15", "review"),
    (device("lorex"), NDAA, "2024-06-01", "review"),
    (LOREX_BY_DAHUA, NDAA, "2019-09-01", "covered"),
    (LOREX_BY_DAHUA, NDAA, "2024-06-01", "covered"),
    (device("dahua", "probable", brand="lorex"), NDAA, "2024-06-01", "likely"),
    (device("lorex", made="2020-05"), NDAA, "2024-06-01", "covered"),
    # Dahua USA and Luminys; Imou, whose sale was agreed in March 2025
    (device("dahua-usa"), NDAA, "2023-06-01", "covered"),
    (device("dahua-usa"), NDAA, "2024-01-15", "review"),
    (device("luminys"), NDAA, NOW, "review"),
    (device("huacheng"), NDAA, "2025-01-01", "covered"),
    (device("huacheng"), NDAA, NOW, "review"),
    (device("dahua", brand="imou"), NDAA, NOW, "covered"),
    # Sepura, Teltronic
    (device("sepura"), NDAA, "2020-06-01", "covered"),
    (device("sepura"), NDAA, "2022-06-01", "review"),
    (device("sepura"), NDAA, NOW, "review"),
    (device("sepura", made="2019"), NDAA, NOW, "covered"),
    (device("sepura", made="2024-03"), NDAA, NOW, "not-covered"),
    (device("sepura", made="2016-01-31"), NDAA, NOW, "not-covered"),
    (device("sepura", made="2022"), NDAA, NOW, "review"),
    (device("sepura", made="no date"), NDAA, NOW, "review"),
    (device("teltronic"), NDAA, "2024-06-01", "covered"),
    (device("teltronic"), NDAA, NOW, "review"),
    # former and doubtful ties
    (device("honor"), NDAA, NOW, "not-covered"),
    (device("nubia"), NDAA, NOW, "review"),
    (device("holowits"), NDAA, NOW, "review"),
    (device("norsat"), NDAA, NOW, "review"),
    # not named by section 889
    (device("uniview"), NDAA, NOW, "not-covered"),
    (device("uniview", "probable"), NDAA, NOW, "not-covered"),
    (device("uniview", "possible"), NDAA, NOW, "undetermined"),
    (device("tiandy"), NDAA, NOW, "not-covered"),
    (device("tp-link"), NDAA, NOW, "not-covered"),
    (device("bosch"), NDAA, NOW, "not-covered"),
    (device("dahua", brand="bosch"), NDAA, NOW, "covered"),
    (device("tiandy", platform="HiSilicon"), NDAA, NOW, "review"),
    # FCC Covered List and DA 26-635
    (HIK, LIST, "2021-03-11", "not-covered"),
    (HIK, LIST, "2021-03-12", "covered"),
    (HIK, LIST, NOW, "covered"),
    (device("huawei"), LIST, NOW, "covered"),
    (device("uniview"), LIST, NOW, "not-covered"),
    (device("bosch"), LIST, NOW, "not-covered"),
    (device("tp-link", kind="router"), LIST, "2026-03-22", "not-covered"),
    (device("tp-link", kind="router"), LIST, NOW, "undetermined"),
    (device("tp-link", kind="camera"), LIST, NOW, "not-covered"),
    (device("dji", kind="drone"), LIST, NOW, "review"),
    (HIK, NOTICE, "2026-06-25", "not-covered"),
    (HIK, NOTICE, "2026-06-26", "review"),
    (HIK, NOTICE, "2026-07-16", "covered"),
    (device("uniview"), NOTICE, NOW, "not-covered"),
    # section 1260H is a list, not a ban
    (HIK, DOD, "2021-06-02", "not-covered"),
    (HIK, DOD, NOW, "review"),
    (DAH, DOD, "2022-10-04", "not-covered"),
    (DAH, DOD, NOW, "review"),
    (device("tp-link"), DOD, "2026-06-07", "not-covered"),
    (device("tp-link"), DOD, "2026-06-08", "review"),
    (device("tp-link-systems"), DOD, NOW, "review"),
    (device("zte"), DOD, NOW, "not-covered"),
    (device("hytera"), DOD, NOW, "not-covered"),
    (device("tiandy"), DOD, NOW, "not-covered"),
    (device("megvii"), DOD, "2024-06-01", "review"),
    (device("megvii"), DOD, NOW, "not-covered"),
    # export control, investment, states
    (device("uniview"), EXPORT, "2024-12-10", "not-covered"),
    (device("uniview"), EXPORT, NOW, "review"),
    (device("tiandy"), EXPORT, NOW, "review"),
    (device("kedacom"), EXPORT, NOW, "review"),
    (device("hytera"), EXPORT, NOW, "not-covered"),
    (device("ezviz"), EXPORT, NOW, "not-covered"),
    (device("ezviz"), "us-bis-affiliates-rule", NOW, "review"),
    (HIK, STOCKS, NOW, "review"),
    (DAH, STOCKS, NOW, "not-covered"),
    (device("uniview"), TEXAS, "2026-01-25", "not-covered"),
    (device("uniview"), TEXAS, "2026-01-26", "covered"),
    (device("tp-link"), TEXAS, NOW, "covered"),
    (HIK, TEXAS, "2022-12-06", "not-covered"),
    (HIK, TEXAS, "2023-06-01", "review"),
    (HIK, TEXAS, NOW, "covered"),
    (HIK, "us-vt-directive", NOW, "review"),
    # elsewhere
    (HIK, "uk-wms-2022", NOW, "undetermined"),
    (HIK, "uk-dhsc-2022", NOW, "covered"),
    (DAH, "uk-dhsc-2022", NOW, "not-covered"),
    (DAH, "au-defence-2023", NOW, "review"),
    (HIK, "ca-hikvision-2025", "2025-06-26", "not-covered"),
    (HIK, "ca-hikvision-2025", "2025-06-27", "covered"),
    (DAH, "in-cctv-er", "2024-06-05", "not-covered"),
    (DAH, "in-cctv-er", NOW, "undetermined"),
    (HIK, "tw-prc-ict", NOW, "review"),
    (LOREX_BY_DAHUA, "us-ne-lorex", NOW, "review"),
    (device("hikvision", brand="capture"), "us-ne-resideo", NOW, "review"),
    (device("tiandy"), "us-ndaa-5949", NOW, "not-covered"),
    (device("tiandy"), "us-ndaa-5949", "2028-01-01", "undetermined"),
]


@pytest.mark.parametrize(("who", "measure", "when", "level"), CASES)
def test_cases(who, measure, when, level):
    verdict = ask(who, measure, when)
    assert verdict.verdict == level, verdict.reason


def test_the_table_is_large():
    assert len(CASES) >= 60


def test_a_reason_is_one_plain_sentence():
    assert ask(HIK, NDAA).reason == (
        "Made by Hikvision (confirmed); named by NDAA FY2019 § 889(f)(3)(B) since 2018-08-13; "
        "the naming is limited to four purposes, and the use here is not stated."
    )


def test_a_label_that_differs_is_mentioned():
    assert ask(LOREX_BY_DAHUA, NDAA).reason.startswith("Sold as Lorex, made by Dahua (confirmed); named by")
    assert ask(device("ezviz", brand="ezviz"), NDAA).reason.startswith("Made by EZVIZ (confirmed); ")


def test_a_path_is_told():
    verdict = ask(device("ezviz"), NDAA)
    assert verdict.listing == "hikvision"
    assert [step.relation for step in verdict.path] == ["hikvision-owns-ezviz"]
    assert "Hikvision —owned …→ EZVIZ; Hikvision is named by" in verdict.reason


def test_before_its_time_a_measure_did_not_exist():
    assert "did not exist on 2018-01-01; it dates from 2018-08-13" in ask(HIK, NDAA, "2018-01-01").reason
    assert (
        "did not name it on 2024-01-01; it does since 2024-12-11" in ask(device("uniview"), EXPORT, "2024-01-01").reason
    )


def test_an_ended_tie_is_told_where_it_clears():
    reason = ask(device("sepura", made="2024-03"), NDAA).reason
    assert "Hytera is named, but that did not hold on that day" in reason


def test_a_parent_that_the_naming_does_not_reach_beyond_is_told():
    assert "Hikvision is named, but its naming does not reach further" in ask(device("ezviz"), EXPORT).reason


def test_provisions_are_those_in_force():
    assert ask(HIK, NDAA, "2019-09-01").provisions == ("a-1-A",)
    assert ask(HIK, NDAA).provisions == ("a-1-A", "a-1-B", "b")
    assert ask(HIK, LIST, "2022-12-01").provisions == ("subsidies", "interim-freeze")
    assert ask(HIK, LIST).provisions == ("subsidies", "authorisation", "modules")
    assert ask(HIK, DOD, "2027-06-30").provisions == ("805-direct", "805-indirect")


def conditions(verdict, kind):
    return [condition.met for condition in verdict.conditions if condition.kind == kind]


def test_purposes_are_a_condition_for_those_named_with_them():
    assert conditions(ask(HIK, NDAA), "use") == ["unclear"]
    assert conditions(ask(device("huawei"), NDAA), "use") == []


def test_a_stated_purpose_meets_the_condition():
    verdict = ask(HIK, NDAA, use=("public-safety", "comfort"))
    assert (verdict.verdict, conditions(verdict, "use")) == ("covered", ["yes"])


def test_a_use_outside_the_purposes_goes_to_a_person():
    verdict = ask(HIK, NDAA, use=("comfort",))
    assert (verdict.verdict, conditions(verdict, "use")) == ("review", ["no"])
    assert "a person must confirm" in verdict.reason
    assert ask(device("huawei"), NDAA, use=("comfort",)).verdict == "covered"


def test_no_stated_use_is_not_a_use():
    assert ask(HIK, NDAA, use=()) == ask(HIK, NDAA)


def test_who_is_bound_is_a_condition_per_provision():
    assert conditions(ask(HIK, NDAA), "binds") == ["unclear"] * 3
    assert conditions(ask(HIK, NDAA, bound=("us-ndaa-889/a-1-B",)), "binds") == ["no", "yes", "no"]
    assert conditions(ask(HIK, NDAA, bound=("us-ndaa-889",)), "binds") == ["yes"] * 3
    assert ask(HIK, NDAA, bound=()).verdict == "covered"


def test_a_unit_made_under_the_owner_stays_his():
    verdict = ask(device("lorex", made="2020-05"), NDAA, "2024-06-01")
    assert conditions(verdict, "date") == ["yes"]
    assert conditions(ask(device("sepura"), NDAA), "date") == ["unclear"]


def test_an_unclear_tie_is_a_condition():
    (condition,) = [one for one in ask(device("lorex"), NDAA, "2022-12-15").conditions if one.kind == "relation"]
    assert condition.met == "unclear"
    assert condition.text == "Dahua —owned 2018-02-06…2022-12-15/2023-02-28→ Lorex"


def test_a_seller_of_others_equipment_is_not_cleared():
    assert ask(device("amcrest"), NDAA).reason.startswith(
        "Made by Amcrest (confirmed), which sells equipment that Dahua may have made; named by"
    )
    unlisted = ask(device("allnet"), NDAA)
    assert unlisted.verdict == "undetermined"
    assert unlisted.reason == "Made by ALLNET (confirmed), which sells equipment that others make."


def test_a_label_without_a_maker_is_told():
    assert ask(device(), NDAA).reason == "Nothing that was seen says who made it."
    assert ask(device(brand="lorex"), NDAA).reason == "Sold as Lorex; nothing that was seen says who made it."


def test_a_seller_that_also_makes_is_a_maker():
    assert ask(device("honeywell"), NDAA).verdict == "not-covered"


def test_a_rival_that_is_named_is_told_with_the_leader():
    reason = ask(device("uniview", "probable", rivals=("hikvision",), contested=True), NDAA).reason
    assert reason.startswith("Made by Hikvision (possible); named by")
    assert "other evidence speaks for Uniview (probable)" in reason


def test_where_leader_and_rival_are_both_named_it_is_told_of_the_leader():
    reason = ask(device("hikvision", "possible", rivals=("dahua",)), NDAA).reason
    assert reason.startswith("Made by Hikvision (possible); named by")
    assert "other evidence" not in reason


def test_a_part_inside_is_told_as_a_part():
    verdict = ask(device("tiandy", platform="HiSilicon"), NDAA)
    assert verdict.reason.startswith("Built on HiSilicon (probable); Huawei —owned …→ HiSilicon; Huawei is named by")
    assert ask(device("tiandy", platform="linux"), NDAA).verdict == "not-covered"


def test_goods_outside_the_naming_go_to_a_person():
    verdict = ask(device("huawei", kind="inverter"), NDAA)
    assert conditions(verdict, "equipment") == ["unclear"]


def test_a_suspended_measure_says_so():
    verdict = ask(device("uniview"), "us-bis-affiliates-rule", "2026-01-01")
    assert verdict.verdict == "review"
    assert "suspended" in verdict.reason
    assert "suspended" not in ask(device("uniview"), "us-bis-affiliates-rule", "2025-10-15").reason


def test_services_and_software_are_not_devices():
    assert "service" not in ask(device("cloudwalk", kind="nas"), LIST).reason


@pytest.mark.parametrize("measure", ["us-bis-entity-list", "us-ns-cmic", "au-defence-2023", "industry-sia-2021"])
def test_context_says_that_it_is_no_ban(measure):
    verdict = ask(DAH if measure != STOCKS else HIK, measure)
    assert verdict.verdict == "review"
    assert verdict.kind not in BANS


def test_a_measure_that_has_ended_names_nobody():
    old = Measure(
        id="old", title="Old", citation="Old Act", issuer="x", jurisdiction="XX", kind="procurement-ban",
        enacted=day("2000-01-01"), checked=day("2020-01-01"), sources=(), statement="", until=day("2010-01-01"),
        listing=(Listing(day("2000-01-01"), company="dahua"),),
    )  # fmt: skip
    assert assess(DAH, old, ties(), Question(day("2009-12-31"))).verdict == "covered"
    after = assess(DAH, old, ties(), Question(day("2010-01-01")))
    assert (after.verdict, after.reason) == ("not-covered", "Made by Dahua (confirmed); Old Act ended on 2010-01-01.")


def test_a_brand_can_be_named():
    measure = Measure(
        id="own", title="Own", citation="Own rule", issuer="x", jurisdiction="own", kind="procurement-ban",
        enacted=day("2020-01-01"), checked=day("2020-01-01"), sources=(), statement="",
        provision=(Provision("rule", "us", "buying it", effective=day("2020-01-01")),),
        listing=(Listing(day("2020-01-01"), brand="lorex"),),
    )  # fmt: skip
    verdict = assess(device("tiandy", brand="lorex"), measure, ties(), Question(day(NOW)))
    assert (verdict.verdict, verdict.listing) == ("likely", "lorex")
    assert verdict.reason.startswith("Sold as Lorex (probable); named by Own rule")
    assert assess(device("tiandy", brand="abus"), measure, ties(), Question(day(NOW))).verdict == "not-covered"


COMPANIES = st.sampled_from(sorted(database().companies))
MEASURES = st.sampled_from(sorted(database().measures))
DAYS = st.dates(date(2005, 1, 1), date(2030, 12, 31))
RISING: tuple[Tier, ...] = ("possible", "probable", "confirmed")


def rank(verdict):
    return LEVELS.index(verdict.verdict)


@given(COMPANIES, MEASURES, DAYS)
@settings(max_examples=100, deadline=None)
def test_more_evidence_for_a_named_maker_never_lowers_a_verdict(company, measure, when):
    found = [ask(device(company, tier), measure, when.isoformat()) for tier in RISING]
    if found[0].listing is not None:
        assert [rank(one) for one in found] == sorted(rank(one) for one in found)


@given(COMPANIES, MEASURES, DAYS)
@settings(max_examples=100, deadline=None)
def test_before_the_first_listing_nothing_is_covered(company, measure, when):
    starts = [listing.start for listing in database().measures[measure].listing]
    if when < min(starts):
        assert ask(device(company), measure, when.isoformat()).verdict in {"not-covered", "undetermined"}


@given(MEASURES, DAYS, st.booleans(), st.booleans())
@settings(max_examples=100, deadline=None)
def test_unknown_is_never_clear(measure, when, tier, branded):
    who = device("hikvision" if tier else None, "unknown", brand="abus" if branded else None)
    assert ask(who, measure, when.isoformat()).verdict == "undetermined"


@given(COMPANIES, MEASURES, DAYS, st.booleans())
@settings(max_examples=100, deadline=None)
def test_a_maker_that_is_only_possible_neither_clears_nor_covers(company, measure, when, torn):
    who = device(company, "conflicting" if torn else "possible")
    assert ask(who, measure, when.isoformat()).verdict in {"undetermined", "review"}


@given(COMPANIES, MEASURES, DAYS)
@settings(max_examples=100, deadline=None)
def test_only_bans_cover(company, measure, when):
    verdict = ask(device(company), measure, when.isoformat())
    if verdict.verdict in {"covered", "likely"}:
        assert verdict.kind in BANS
        assert verdict.listing is not None


@given(COMPANIES, MEASURES, DAYS, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_the_data_does_not_matter(company, measure, when, random):
    data = database()
    relations, listings = list(data.relations), list(data.measures[measure].listing)
    random.shuffle(relations)
    random.shuffle(listings)
    shuffled = Ties(data.companies, data.brands, relations)
    row = data.measures[measure]
    other = Measure(**{name: getattr(row, name) for name in row.__struct_fields__} | {"listing": tuple(listings)})
    question = Question(when)
    who = device(company)
    assert assess(who, other, shuffled, question).verdict == assess(who, row, ties(), question).verdict


@given(COMPANIES, MEASURES, DAYS)
@settings(max_examples=60, deadline=None)
def test_stating_a_use_never_makes_it_worse(company, measure, when):
    silent = ask(device(company), measure, when.isoformat())
    assert rank(ask(device(company), measure, when.isoformat(), use=("comfort",))) <= rank(silent)


def test_a_name_that_the_data_does_not_know_is_used_as_it_is():
    who = Identification(manufacturer=Named("acme", "Acme", "confirmed"))
    assert ask(who, NDAA).reason.startswith("Made by Acme (confirmed); not named by")


NAMED = st.none() | st.builds(
    Named,
    st.sampled_from([*sorted(database().companies)[::9], "hikvision", "dahua", "lorex", "skywatch", "camera", "2019"]),
    st.just("Name"),
    st.sampled_from(("unknown", "conflicting", "possible", "probable", "confirmed")),
    st.lists(st.sampled_from(("hikvision", "axis", "dahua")), max_size=2, unique=True).map(tuple),
    st.booleans(),
)


WHO = st.builds(Identification, manufacturer=NAMED, brand=NAMED, manufactured=NAMED)
RIVALS = st.lists(st.sampled_from(("hikvision", "axis")), max_size=2).map(tuple)


@given(WHO, RIVALS, MEASURES, DAYS)
@settings(max_examples=100, deadline=None)
def test_devices_that_a_verdict_cannot_tell_apart_are_judged_alike(who, rivals, measure, when):
    other = msgspec.structs.replace(
        who,
        manufacturer=who.manufacturer and msgspec.structs.replace(who.manufacturer, rivals=rivals),
        brand=who.brand and msgspec.structs.replace(who.brand, rivals=rivals, contested=True),
        model=Named("x", "x", "confirmed"),
    )
    if depends_on(who) == depends_on(other):
        question = Question(when)
        assert assess(who, database().measures[measure], ties(), question) == assess(
            other, database().measures[measure], ties(), question
        )
