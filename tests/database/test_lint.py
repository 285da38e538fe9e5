import pytest

from scanner.database import calibrate, lint
from scanner.database.rules import clashes, entities, examples, measures, models, patterns, signatures
from tests.database.folder import DATA
from tests.database.rules.plant import ACME, caught, problems

PARTS = (signatures, patterns, examples, clashes, calibrate, entities, models, measures)


def test_the_sample_data_has_no_problem():
    assert problems(DATA) == []


def test_the_shipped_data_has_no_problem(tmp_path):
    assert lint.check(cache=tmp_path) == []


def test_a_misspelt_key_is_caught(tmp_path):
    assert caught(tmp_path, ("FP000", ACME, "strength", "strenght")) == {"FP000"}


def test_every_code_is_explained_in_one_part():
    told = [code for part in PARTS for code in part.EXPLANATIONS]
    assert sorted(["FP000", *told]) == sorted(lint.EXPLANATIONS)
    for code in lint.EXPLANATIONS:
        assert len(lint.explain(code)) > 40
    with pytest.raises(KeyError):
        lint.explain("FP999")
