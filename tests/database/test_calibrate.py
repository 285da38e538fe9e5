import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.database.calibrate import PROMISES, earn, grade, lint_strengths, lower_bound, upper_bound
from scanner.database.load import load
from tests.database.folder import DATA, copy


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        (0, 0, 0.0),
        (0, 7, 0.0),
        (1, 0, 0.05),
        (59, 0, 0.05 ** (1 / 59)),
        (8, 2, 0.4931),  # Clopper & Pearson: the two-sided 90 % interval of 8 in 10 begins there
        (18, 2, 0.7174),
        (95, 5, 0.8978),
    ],
)
def test_exact_lower_bounds(right, wrong, expected):
    assert math.isclose(lower_bound(right, wrong), expected, abs_tol=5e-4)


@pytest.mark.parametrize(
    ("right", "wrong", "strength"),
    [
        (0, 0, "weak"),
        (4, 0, "weak"),
        (5, 0, "moderate"),
        (13, 0, "moderate"),
        (14, 0, "strong"),
        (58, 0, "strong"),
        (59, 0, "conclusive"),
        (59, 1, "strong"),
        (91, 1, "strong"),
        (92, 1, "conclusive"),
        (1, 9, "weak"),
    ],
)
def test_strengths_are_earned(right, wrong, strength):
    assert earn(right, wrong) == strength


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400), st.integers(1, 60))
def test_the_bound_is_where_the_tail_holds_five_percent(right, wrong):
    bound = lower_bound(right, wrong)
    total = right + wrong
    below = math.fsum(math.comb(total, n) * bound**n * (1 - bound) ** (total - n) for n in range(right))
    assert math.isclose(1 - below, 0.05, abs_tol=1e-6)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 400), st.integers(0, 60))
def test_bounds_behave(right, wrong):
    low, high = lower_bound(right, wrong), upper_bound(right, wrong)
    assert 0 <= low <= high <= 1
    assert lower_bound(right + 1, wrong) > low
    assert lower_bound(right, wrong + 1) <= low


@pytest.fixture(scope="module")
def database():
    return load(DATA, cache=Path("/dev/null"))


def test_every_signature_in_force_is_graded(database):
    grades = {one.signature: one for one in grade(database, {"acme-http-server": (14, 0)})}
    assert "acme-old" not in grades
    assert grades["acme-http-server"].earned == "strong"
    assert grades["borg-http-server"].earned == "weak"
    assert (grades["borg-http-server"].at_least, grades["borg-http-server"].at_most) == (0.0, 1.0)


def test_what_its_basis_allows_may_be_stated_before_it_is_earned(database):
    assert list(lint_strengths(database, {})) == []


def test_a_corpus_that_contradicts_a_strength(database):
    (problem,) = lint_strengths(database, {"acme-http-server": (2, 6)})
    assert problem.code == "FP030"
    assert problem.where == "fingerprints/signatures/acme.toml: acme-http-server"
    assert "strong promises 80%; 2 right and 6 wrong" in problem.text


def test_a_signature_that_another_strength_keeps_apart_is_graded_by_itself(tmp_path):
    again = (
        '[[signature]]\nid = "acme-title"\nfield = "http.title"\nmatch = { exact = ["Acme-Webs", "AcmeVision"] }\n'
        'asserts = { manufacturer = "acme" }\nstrength = "moderate"\nbasis = "published"\nstatus = "experimental"\n'
        'added = 2026-11-20\nsources = ["acme-manual"]\nwhy = "x"\n\n[[signature]]\nid = "acme-serial"'
    )
    database = load(
        copy(tmp_path, ("signatures/acme.toml", '[[signature]]\nid = "acme-serial"', again)), cache=Path("/dev/null")
    )
    counts = {"acme-http-server": (14, 0), "acme-title": (1, 9)}
    grades = {one.signature: one for one in grade(database, counts)}
    assert (grades["acme-http-server"].earned, grades["acme-title"].earned) == ("strong", "weak")
    assert [problem.where.rpartition(": ")[2] for problem in lint_strengths(database, counts)] == ["acme-title"]


def test_conclusive_is_only_earned(tmp_path):
    database = load(copy(tmp_path, ("signatures/acme.toml", '"strong"', '"conclusive"')), cache=Path("/dev/null"))
    assert [problem.code for problem in lint_strengths(database, {})] == ["FP030"]
    assert list(lint_strengths(database, {"acme-http-server": (59, 0)})) == []


def test_promises_rise():
    assert list(PROMISES.values()) == sorted(PROMISES.values(), reverse=True)
