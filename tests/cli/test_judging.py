from __future__ import annotations

from datetime import date

import pytest

from scanner.cli.failure import Failure
from scanner.cli.judging import Judging, load_database, measures_of, parse_day
from scanner.database.load import load

OWN = """
id = "acme-rule"
title = "Acme buys no Dahua"
from = 2024-01-01
statement = "No Dahua here."
companies = ["dahua"]
"""


@pytest.fixture(scope="module")
def database():
    return load()


def test_a_day_is_a_day():
    assert parse_day("2026-11-21") == date(2026, 11, 21)
    assert parse_day(None) >= date(2026, 1, 1)
    with pytest.raises(Failure, match=r"--date 21\.11\.2026: not a date"):
        parse_day("21.11.2026")


def test_a_policy_is_a_name_or_a_file(database, tmp_path):
    assert measures_of("us-federal", database)[0].id == "us-ndaa-889"
    path = tmp_path / "own.toml"
    path.write_text(OWN)
    assert [m.id for m in measures_of(str(path), database)] == ["acme-rule"]
    with pytest.raises(Failure, match="cannot be read"):
        measures_of(str(tmp_path / "none.toml"), database)
    path.write_text(OWN.replace("dahua", "dahuha"))
    with pytest.raises(Failure, match="company dahuha"):
        measures_of(str(path), database)


def test_faults_of_the_data_are_failures(tmp_path):
    with pytest.raises(Failure, match="no such folder"):
        load_database(tmp_path / "none")


def test_the_terms_name_what_is_judged_by():
    judging = Judging(None, "us-federal", "2024-02-29", None)
    assert judging.terms == (judging.judge, "us-federal", date(2024, 2, 29), judging.database.version)
