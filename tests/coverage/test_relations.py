from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.coverage.relations import ANSWERS, Ties, answer_of, combine, holds, period, started
from scanner.model.entity import Bound, Brand, Company, Relation
from tests.coverage.shipped import day, ties

DAYS = st.dates(date(2010, 1, 1), date(2030, 12, 31))


def relation(subject, kind, obj, start=None, until=None, *, confidence="high", share=None, key=None):
    return Relation(key or f"{subject}-{kind}-{obj}", subject, kind, obj, confidence, ("s",), share, "", start, until)


def on(text, basis="filed"):
    return Bound(basis, on=day(text))


def between(first, last, basis="reported"):
    return Bound(basis, between=(day(first), day(last)))


def companies(*names):
    return {name: Company(name, name.title()) for name in names}


@pytest.mark.parametrize(
    ("bound", "when", "answer"),
    [
        (None, "2020-01-01", "yes"),
        (on("2020-01-01"), "2019-12-31", "no"),
        (on("2020-01-01"), "2020-01-01", "yes"),
        (between("2020-01-01", "2020-02-01"), "2019-12-31", "no"),
        (between("2020-01-01", "2020-02-01"), "2020-01-01", "unclear"),
        (between("2020-01-01", "2020-02-01"), "2020-02-01", "unclear"),
        (between("2020-01-01", "2020-02-01"), "2020-02-02", "yes"),
        (Bound("reported"), "2020-01-01", "unclear"),
    ],
)
def test_a_bound_has_three_answers(bound, when, answer):
    assert started(bound, day(when)) == answer


@pytest.mark.parametrize(
    ("start", "until", "confidence", "when", "answer"),
    [
        (None, None, "high", "1990-01-01", "yes"),
        (None, None, "low", "2020-01-01", "unclear"),
        (None, on("2020-01-01"), "high", "2019-12-31", "yes"),
        (None, on("2020-01-01"), "high", "2020-01-01", "no"),
        (on("2018-02-06"), None, "high", "2018-02-05", "no"),
        (on("2018-02-06"), None, "low", "2018-02-05", "no"),
        (on("2018-02-06", "alleged"), None, "high", "2018-02-06", "unclear"),
        (None, Bound("reported"), "high", "2018-02-06", "unclear"),
        (None, between("2022-01-01", "2022-12-31"), "high", "2022-06-01", "unclear"),
        (None, between("2022-01-01", "2022-12-31"), "high", "2023-01-01", "no"),
    ],
)
def test_a_relation_holds_between_its_bounds(start, until, confidence, when, answer):
    assert holds(relation("a", "owns", "b", start, until, confidence=confidence), day(when)) == answer


def test_a_chain_is_as_sure_as_its_weakest_tie():
    assert combine([]) == "yes"
    assert combine(["yes", "unclear"]) == "unclear"
    assert combine(["unclear", "no", "yes"]) == "no"


@given(st.lists(st.sampled_from(ANSWERS), max_size=6))
@settings(max_examples=100, deadline=None)
def test_combining_does_not_depend_on_order(answers):
    assert combine(answers) == combine(reversed(answers)) == combine([*answers, "yes"])


@pytest.mark.parametrize(
    ("when", "answer"),
    [
        ("2017-06-01", "no"),
        ("2018-02-06", "yes"),
        ("2022-11-23", "yes"),
        ("2022-12-15", "unclear"),
        ("2023-02-28", "unclear"),
        ("2023-03-01", "no"),
        ("2026-11-21", "no"),
    ],
)
def test_lorex_was_owned_by_dahua_for_a_time(when, answer):
    path = ties().listed_path("lorex", "dahua", day(when))
    assert path is not None
    assert answer_of(path) == answer
    assert path[0].text == "Dahua —owned 2018-02-06…2022-12-15/2023-02-28→ Lorex"


def test_supply_to_lorex_goes_on_after_the_sale():
    (maker,) = ties().makers_of("lorex", day("2026-11-21"))
    assert (maker.company, maker.share, maker.answer) == ("dahua", "most", "yes")


def test_a_brand_can_have_several_makers():
    found = {maker.company: maker.answer for maker in ties().makers_of("annke", day("2026-11-21"))}
    assert found == {"dahua": "unclear", "hikvision": "yes"}


def test_a_holder_that_makes_its_own_is_a_maker():
    found = {maker.company: (maker.share, maker.relation) for maker in ties().makers_of("bosch", day("2026-11-21"))}
    assert found == {"bosch": ("most", "own:bosch"), "dahua": ("some", "dahua-manufactures-for-bosch")}


def test_nobody_is_known_to_make_an_unknown_brand():
    assert ties().makers_of("no-such-brand", day("2026-11-21")) == ()


def test_a_company_is_its_own_path():
    assert ties().listed_path("dahua", "dahua", day("2000-01-01")) == ()
    assert ties().listed_path("no-such-company", "no-such-company", day("2000-01-01")) == ()


def test_a_company_without_ties_has_no_path():
    assert ties().listed_path("bosch", "dahua", day("2026-11-21")) is None
    assert ties().listed_path("dahua", "lorex", day("2020-01-01")) is None


def test_a_longer_path_is_walked_step_by_step():
    path = ties().listed_path("luminys", "dahua", day("2026-11-21"))
    assert path is not None
    assert [step.relation for step in path] == ["luminys-succeeds-dahua-usa", "dahua-owns-dahua-usa"]
    assert answer_of(path) == "no"
    assert ties().listed_path("luminys", "dahua", day("2026-11-21"), frozenset({"owns"})) is None


def test_the_surer_of_two_paths_is_taken():
    rows = [
        relation("top", "owns", "low", until=on("2020-01-01")),
        relation("top", "owns", "middle"),
        relation("middle", "owns", "low"),
    ]
    path = Ties(companies("top", "middle", "low"), {}, rows).listed_path("low", "top", day("2021-01-01"))
    assert path is not None
    assert [step.relation for step in path] == ["middle-owns-low", "top-owns-middle"]


def test_a_tie_that_once_held_is_remembered():
    path = ties().listed_path("sepura", "hytera", day("2026-11-21"))
    assert path is not None
    assert ties().held_before(path, day("2026-11-21"))
    assert not ties().held_before(path, day("2017-05-01"))


def test_owners_are_those_of_the_day():
    before, after = ties().owners(day("2020-01-01")), ties().owners(day("2026-11-21"))
    assert before["lorex"] == "dahua"
    assert after["lorex"] == "skywatch"
    assert after["ezviz"] == "hikvision"


def test_a_period_is_written_for_people():
    assert period(relation("a", "owns", "b")) == "…"
    assert period(relation("a", "owns", "b", on("2020-01-01"), Bound("reported"))) == "2020-01-01…?"


NAMES = st.sampled_from("abcde")


@st.composite
def graphs(draw):
    ties_drawn = draw(
        st.lists(st.tuples(NAMES, st.sampled_from(("owns", "affiliate-of", "succeeds")), NAMES), max_size=12)
    )
    rows = []
    for index, (subject, kind, obj) in enumerate(ties_drawn):
        until = Bound("filed", on=draw(DAYS)) if draw(st.booleans()) else None
        rows.append(relation(subject, kind, obj, until=until, key=f"r{index}"))
    return rows


@given(graphs(), NAMES, NAMES, DAYS)
@settings(max_examples=100, deadline=None)
def test_cycles_end_and_order_does_not_matter(rows, maker, company, when):
    known = companies(*"abcde")
    path = Ties(known, {}, rows).listed_path(maker, company, when)
    assert path == Ties(known, {}, rows[::-1]).listed_path(maker, company, when)
    assert path is None or len({step.relation for step in path}) == len(path)
    if maker == company:
        assert path == ()


@given(graphs(), NAMES, NAMES, DAYS)
@settings(max_examples=100, deadline=None)
def test_one_more_tie_never_makes_a_path_less_sure(rows, maker, company, when):
    known = companies(*"abcde")
    all_of_them = Ties(known, {}, rows).listed_path(maker, company, when)
    some = Ties(known, {}, rows[1:]).listed_path(maker, company, when)
    if some is not None:
        assert all_of_them is not None
        assert ANSWERS.index(answer_of(all_of_them)) >= ANSWERS.index(answer_of(some))


def test_own_share_is_kept_beside_others():
    brand = Brand("label", "Label", "holder", own="some")
    rows = [relation("maker", "manufactures-for", "label", share="most")]
    found = Ties(companies("holder", "maker"), {"label": brand}, rows).makers_of("label", day("2020-01-01"))
    assert [(maker.company, maker.share) for maker in found] == [("maker", "most"), ("holder", "some")]


def test_every_path_leads_to_a_company_above():
    known = ties()
    makers = sorted(known.companies)
    reached = {(maker, company) for maker in makers for company in known.above(maker)}
    assert ("ezviz", "hikvision") in reached
    assert ("hikvision", "ezviz") not in reached
    for maker in makers:
        for company in makers:
            path = known.listed_path(maker, company, date(2026, 11, 21))
            assert ((maker, company) in reached) == (path is not None)


def test_a_company_nobody_knows_is_above_itself():
    assert ties().above("nobody at all") == {"nobody at all"}
