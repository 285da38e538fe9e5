import pytest

from scanner.database.rules import patterns
from tests.database.rules.plant import ACME, BORG, SERIAL, caught, codes

PLANTED = {
    "two kinds of match": ("FP005", BORG, 'prefix = ["Borg/"]', 'prefix = ["Borg/"], contains = ["Borg"]'),
    "no kind of match": ("FP005", BORG, 'prefix = ["Borg/"]', ""),
    "empty list": ("FP005", BORG, 'prefix = ["Borg/"]', "prefix = []"),
    "empty prefix": ("FP005", BORG, 'prefix = ["Borg/"]', 'prefix = [""]'),
    "call of no pattern": ("FP007", ACME, SERIAL, "(?P<model>(?&modle))-(?P<manufactured>20[0-9]{6})"),
    "pattern that nothing calls": ("FP007", ACME, 'maker = "acme"\n', 'maker = "acme"\ngrammar = { model = "AC-[0-9]{4}" }\n'),
    "pattern that calls a later one": ("FP007", ACME, 'maker = "acme"\n', 'maker = "acme"\ngrammar = { serial = "(?&model)-.*", model = "AC" }\n'),
    "regex that RE2 refuses": ("FP017", ACME, SERIAL, "(?P<model>AC)(?=-)(?P<manufactured>.)"),
    "regex not closed": ("FP017", ACME, SERIAL, "(?P<model>AC"),
    "matches anything": ("FP017", ACME, SERIAL, "(?P<model>.+)"),
    "nested repeats": ("FP017", ACME, SERIAL, "(?P<model>(AC-[0-9]+)+)-(?P<manufactured>20[0-9]{6})"),
    "exact not in normal form": ("FP018", ACME, '"Acme-Webs", "AcmeVision"', '"Acme-Webs", "AcmeVision "'),
}  # fmt: skip


@pytest.mark.parametrize("fault", PLANTED.values(), ids=list(PLANTED))
def test_planted_faults_are_caught(tmp_path, fault):
    assert fault[0] in caught(tmp_path, fault)


def test_every_explained_code_is_planted():
    assert codes(PLANTED) >= set(patterns.EXPLANATIONS)


@pytest.mark.parametrize("regex", ["(a+)+", "(a*)*b", "((ab)+c)*", "(?P<x>[a-z]+,?)+", "(a{2,})*", "(x(a+)y){3,}"])
def test_nested_repeats_are_seen(regex):
    assert patterns.nested_repeats(regex)


@pytest.mark.parametrize(
    "regex",
    ["(a+)", "a+b+", "(ab)*", "(a+)?", "(a+){2,3}", r"\(a+\)+", "([+*])+", r"(\+)+", "(?:DS-)?[0-9]+", r"(\p{Lu})+"],
)
def test_plain_repeats_are_allowed(regex):
    assert not patterns.nested_repeats(regex)
