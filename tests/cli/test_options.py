from __future__ import annotations

from datetime import date

import pytest

from scanner.cli.failure import Failure
from scanner.cli.options import Law, Printing


def test_the_law_asked_for_is_the_one_that_judges():
    judging = Law("us-federal", "2017-01-01", ["public-safety"]).judging(None)
    assert (judging.policy, judging.when) == ("us-federal", date(2017, 1, 1))
    with pytest.raises(Failure, match="--date"):
        Law(day="soon").judging(None)


def test_what_is_printed_is_opened_or_refused(tmp_path):
    with Printing("jsonl", [tmp_path / "a.csv"]).open() as outputs:
        assert not outputs.streams
        assert (tmp_path / "a.csv.partial").exists()
    assert not (tmp_path / "a.csv.partial").exists()
    with Printing("jsonl").open(live=True) as outputs:
        assert outputs.streams
    with pytest.raises(Failure, match="--format odt"):
        Printing("odt").open()
