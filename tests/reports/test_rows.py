import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.finding import Named
from scanner.reports.rows import is_unknown, rows, short_name
from tests.reports.samples import AXIS, COMPANIES, FINDINGS, LTS, UNKNOWN, verdict


@given(st.permutations(FINDINGS))
@settings(max_examples=24, deadline=None)
def test_the_worst_come_first_in_whatever_order_they_came(findings):
    assert [row.level for row in rows(findings, COMPANIES)] == ["covered", "likely", "undetermined", "not-covered"]


def test_equals_are_sorted_by_address_as_a_number():
    hosts = ["north gate", "2001:db8::2", "192.0.2.10", "192.0.2.9"]
    findings = [msgspec.structs.replace(AXIS, host=host) for host in hosts]
    assert [row.address for row in rows(findings, COMPANIES)] == hosts[::-1]


def test_the_worst_verdict_counts_and_of_equals_the_first():
    finding = msgspec.structs.replace(
        LTS, verdicts=(verdict("not-covered", "a"), verdict("likely", "b"), verdict("likely", "c"))
    )
    (row,) = rows([finding], COMPANIES)
    assert row.level == "likely"
    assert row.verdict is not None
    assert row.verdict.measure == "b"
    assert row.under == "b"


def test_the_policys_first_measure_goes_without_saying():
    assert {row.under for row in rows(FINDINGS, COMPANIES)} == {""}


def test_no_verdict_is_undetermined_never_clear():
    (row,) = rows([msgspec.structs.replace(AXIS, verdicts=())], COMPANIES)
    assert (row.level, row.verdict) == ("undetermined", None)


def test_the_brand_shows_only_when_it_is_not_the_makers():
    brands = {row.address: row.brand for row in rows(FINDINGS, COMPANIES)}
    assert brands == {"192.0.2.10": "LTS", "192.0.2.9": "Lorex", "192.0.2.33": "", "192.0.2.200": ""}
    alias = msgspec.structs.replace(LTS.identification, brand=Named("hikvision-brand", "HIKVISION", "probable"))
    (row,) = rows([msgspec.structs.replace(LTS, identification=alias)], COMPANIES)
    assert row.brand == ""


def test_short_names():
    assert short_name("hikvision", "Hangzhou …", COMPANIES) == "Hikvision"
    assert short_name("dahua", "Zhejiang …", COMPANIES) == "Dahua"
    assert short_name("nobody", "Nobody Ltd.", COMPANIES) == "Nobody Ltd."


def test_unknown_is_no_maker_or_a_maker_of_no_tier():
    assert is_unknown(UNKNOWN)
    assert not is_unknown(LTS)
    who = msgspec.structs.replace(LTS.identification, manufacturer=Named("x", "X", "unknown"))
    (row,) = rows([msgspec.structs.replace(LTS, identification=who)], COMPANIES)
    assert row.maker == ""
