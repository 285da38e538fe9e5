from urllib.parse import parse_qs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.dashboard.inventory import PAGE, SORTS, Query, choices, find, index
from scanner.reports.rows import rows
from tests.reports.samples import ATTACKS, COMPANIES, FINDINGS, LTS, attacked

ENTRIES = index(rows(FINDINGS, COMPANIES), "s1")
MANY = [entry._replace(row=entry.row._replace(address=f"10.0.0.{n}")) for n in range(250) for entry in ENTRIES[:1]]


def rows_of(part):
    return [entry.row for entry in part.entries]


def test_each_device_knows_its_scan():
    assert {entry.scan for entry in ENTRIES} == {"s1"}
    scans = {finding.host: f"of {finding.host}" for finding in FINDINGS}
    assert all(entry.scan == f"of {entry.row.address}" for entry in index(rows(FINDINGS, COMPANIES), scans))


def addresses(query, entries=ENTRIES):
    return [row.address.removeprefix("192.0.2.") for row in rows_of(find(entries, query))]


def test_all_of_them_the_worst_first():
    assert addresses(Query()) == ["10", "9", "33", "200"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Query(words="hikvision"), ["10"]),
        (Query(words="HIKvision lts"), ["10"]),
        (Query(words="hikvision dahua"), []),
        (Query(words="24:48:45"), ["10"]),
        (Query(words="dnvrs-webs"), ["10"]),
        (Query(words="unknown"), ["33"]),
        (Query(verdict="likely"), ["9"]),
        (Query(verdict="none such"), []),
        (Query(maker="Dahua"), ["9"]),
        (Query(maker="unknown"), ["33"]),
        (Query(kind="recorder"), ["10"]),
        (Query(subnet="192.0.2.0/24", verdict="covered"), ["10"]),
        (Query(subnet="10.0.0.0/24"), []),
    ],
)
def test_filters(query, expected):
    assert addresses(query) == expected


@pytest.mark.parametrize(
    ("sort", "rising"),
    [
        ("address", ["9", "10", "33", "200"]),
        ("maker", ["200", "9", "10", "33"]),
        ("brand", ["9", "10", "33", "200"]),
        ("model", ["10", "9", "200", "33"]),
        ("class", ["10", "9", "33", "200"]),
        ("verdict", ["10", "9", "33", "200"]),
    ],
)
def test_sorting_puts_what_is_empty_last(sort, rising):
    assert addresses(Query(sort=sort)) == rising
    falling = addresses(Query(sort=sort, falling=True))
    assert sorted(falling) == sorted(rising)
    assert set(SORTS) >= {sort}


def test_pages():
    assert find(MANY, Query()).pages == 3
    assert [row.address for row in rows_of(find(MANY, Query(page=2)))] == [f"10.0.0.{n}" for n in range(PAGE, 2 * PAGE)]
    assert (find(MANY, Query(page=99)).page, len(find(MANY, Query(page=99)).entries)) == (3, 50)
    assert find(MANY, Query(page=0)).page == find(MANY, Query(page=-5)).page == 1
    assert find([], Query()) == ((), 0, 1, 1)


def test_a_query_is_read_back_from_its_link():
    query = Query("a&b=c", "covered", "Hikvision", "camera", "10.0.0.0/24", "maker", True, 3)
    sent = {name: values[0] for name, values in parse_qs(query.link("s1")[1:]).items()}
    assert sent.pop("scan") == "s1"
    assert Query.read(sent) == query
    assert Query.read({}) == Query()
    assert Query().link("s1", page=2) == "?scan=s1&page=2"


@pytest.mark.parametrize("page", ["", "x", "-1", "1e9", "\uff19", "9" * 5000, "0x10"])
def test_a_page_that_is_no_number_is_the_first(page):
    assert Query.read({"page": page, "sort": "__class__", "way": "sideways"}) == Query()


def test_choices_are_what_there_is():
    found = choices(ENTRIES)
    assert found.verdict == ("covered", "likely", "undetermined", "not-covered")
    assert found.maker == ("Axis Communications AB", "Dahua", "Hikvision", "unknown")
    assert (found.kind, found.subnet) == (("recorder",), ("192.0.2.0/24",))


@pytest.mark.parametrize("sort", SORTS)
def test_hostile_texts_can_be_sorted_and_linked(sort):
    hostile = index(rows([LTS, *(attacked(attack)[0] for attack in (*ATTACKS, "9" * 5000 + ".1"))], COMPANIES), "s1")
    assert find(hostile, Query(sort=sort, falling=True)).devices == len(hostile)
    assert Query(words="\udc80&\x00").link("s").startswith("?scan=s&q=")


@given(st.builds(Query, st.text(max_size=9), st.text(max_size=9), sort=st.sampled_from(SORTS), page=st.integers()))
@settings(max_examples=50, deadline=None)
def test_any_query_finds_a_part(query):
    part = find(ENTRIES, query)
    assert len(part.entries) <= part.devices <= len(ENTRIES)
    assert 1 <= part.page <= part.pages
