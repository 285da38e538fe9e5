import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scanner.coverage.assess import Question, assess
from scanner.coverage.policies import ALL, DEFAULT, PROFILES, PolicyError, names, read, select
from tests.coverage.shipped import database, day, device, ties

OWN = """
id = "acme-cctv"
title = "Acme purchasing rule 7"
from = 2026-01-01
statement = "Acme buys no equipment of the named companies."
companies = ["hikvision", "uniview"]
brands = ["lorex"]
action = "Ask purchasing."
"""


def test_every_profile_is_whole():
    for profile in names():
        assert select(profile, database().measures)


def test_the_default_asks_about_section_889_first():
    assert [measure.id for measure in select(DEFAULT, database().measures)] == list(PROFILES[DEFAULT])
    assert PROFILES[DEFAULT][0] == "us-ndaa-889"


def test_all_is_every_measure():
    assert [measure.id for measure in select(ALL, database().measures)] == sorted(database().measures)


def test_an_unknown_profile_names_those_that_are_known():
    with pytest.raises(PolicyError, match="no policy is called 'mars': use one of us-federal, us-fcc"):
        select("mars", database().measures)


def test_a_profile_needs_its_measures():
    with pytest.raises(PolicyError, match="policy uk needs uk-wms-2022, uk-dhsc-2022, uk-procurement-act-2023"):
        select("uk", {})


def test_a_rule_of_the_operators_own_is_a_measure():
    measure = read(OWN, ties())
    question = Question(day("2026-11-21"))
    found = {
        company: assess(device(company), measure, ties(), question).verdict
        for company in ("uniview", "ezviz", "dahua", "tiandy")
    }
    assert found == {"uniview": "covered", "ezviz": "covered", "dahua": "not-covered", "tiandy": "not-covered"}
    sold = assess(device("dahua", brand="lorex"), measure, ties(), question)
    assert (sold.verdict, sold.listing, sold.provisions) == ("likely", "lorex", ("rule",))
    assert "named by Acme purchasing rule 7 since 2026-01-01" in sold.reason
    assert measure.action == "Ask purchasing."


def test_the_documented_rule_can_be_used():
    page = (Path(__file__).parents[2] / "docs/data/law.md").read_text(encoding="utf-8")
    (example_text,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    verdict = assess(device("dahua"), read(example_text, ties()), ties(), Question(day("2026-11-21")))
    assert verdict.verdict == "covered"


def test_it_does_not_hold_before_its_day():
    verdict = assess(device("uniview"), read(OWN, ties()), ties(), Question(day("2025-12-31")))
    assert verdict.verdict == "not-covered"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not toml", "the policy file cannot be used"),
        (OWN + 'colour = "red"', "unknown field `colour`"),
        (OWN.replace('"uniview"', '"nobody"'), "names what the data does not know: company nobody"),
        (OWN.replace('"lorex"', '"nothing"'), "names what the data does not know: brand nothing"),
        (OWN.replace('["hikvision", "uniview"]', "[]").replace('["lorex"]', "[]"), "names nobody"),
        (OWN.replace("2026-01-01", '"soon"'), "the policy file cannot be used"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(text, message):
    with pytest.raises(PolicyError, match=message) as caught:
        read(text, ties())
    assert "\n" not in str(caught.value)


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200)))
@example(b"\x80")
@example("a=" + "[" * 5000)
@settings(max_examples=100, deadline=None)
def test_text_that_is_no_rule_is_a_policy_error(text):
    with pytest.raises(PolicyError, match="the policy file cannot be used"):
        read(text, ties())
