import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.pattern import Pattern, PatternError, candidates, is_hedged
from scanner.model.signature import FieldRule, Match


@pytest.mark.parametrize(
    ("match", "value", "expected"),
    [
        (Match(exact=("App-webs/", "Webs")), "App-webs/", {}),
        (Match(exact=("App-webs/",)), "app-webs/", None),
        (Match(exact=("App-webs/",)), "App-webs/ ", None),
        (Match(prefix=("DS-", "IDS-")), "IDS-7208", {}),
        (Match(prefix=("DS-",)), "xDS-7208", None),
        (Match(contains=("vision",)), "Hikvision-Webs", {}),
        (Match(contains=("vision",)), "Hik Vision", None),
        (Match(regex="App-webs/?"), "App-webs", {}),
        (Match(regex="App-webs/?"), "App-webs/2", None),
        (Match(regex="App"), "xApp", None),
        (Match(regex="(?i)app"), "APP", {}),
        (Match(regex="(?P<model>[A-Z]+)-(?P<serial>[0-9]+)?"), "AB-12", {"model": "AB", "serial": "12"}),
        (Match(regex="(?P<model>[A-Z]+)-(?P<serial>[0-9]+)?"), "AB-", {"model": "AB"}),
        (Match(regex=r"\p{Han}+"), "海康威视", {}),
        (Match(), "", None),
    ],
)
def test_the_four_kinds_of_match(match, value, expected):
    assert Pattern(match).search(value) == expected


def test_groups_are_named_in_order():
    assert Pattern(Match(regex="(?P<serial>a)(?P<model>b)")).compile() == ("serial", "model")
    assert Pattern(Match(exact=("a",))).compile() == ()


@pytest.mark.parametrize("regex", ["(", "a(?=b)", r"(a)\1", "[", "a{2000}"])
def test_what_re2_refuses_is_one_error(regex):
    with pytest.raises(PatternError, match="not a regular expression RE2 accepts"):
        Pattern(Match(regex=regex)).search("a")
    with pytest.raises(PatternError, match="not a regular expression RE2 accepts"):
        candidates([regex])


def test_hostile_values_take_linear_time():
    assert Pattern(Match(regex=r"(\w+\s?)*")).search("a" * 4000 + "!") is None


REGEXES = ["[a-c]+", "a.*", "(?P<model>ab?)c", "", "b{2,3}"]


@settings(max_examples=100, deadline=None)
@given(st.text("abc", max_size=6))
def test_a_set_finds_what_each_pattern_finds(value):
    alone = [index for index, regex in enumerate(REGEXES) if Pattern(Match(regex=regex)).search(value) is not None]
    assert candidates(REGEXES)(value) == alone


def test_a_hedge_is_looked_for_in_the_plainest_form_of_a_value():
    hedge = FieldRule("any", "any", "\u2026", hedge=r"(?i)(?:.*-)?backup.*")
    assert is_hedged(hedge, ["nvr-Backup", 'hostname "nvr-Backup"'])
    assert not is_hedged(hedge, ["nvr", 'backup-hostname "nvr"'])
    assert not is_hedged(FieldRule("any", "any", "\u2026"), ["backup"])


def test_a_value_of_which_no_form_is_plain_is_hedged():
    plain = FieldRule("any", "any", "\u2026", plain=r"(?i)(?:a-\d|login| )+")
    assert not is_hedged(plain, ["<A-1 Login>", "A-1 Login"])
    assert is_hedged(plain, ["A-1 forum"])
