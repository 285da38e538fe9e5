from __future__ import annotations

import pytest

from tests.cli.command import one_line

pytestmark = pytest.mark.process


def test_instruments_are_listed_with_their_age(command):
    shown = command("measures", "list", "--date", "2026-12-01").stdout.decode()
    assert "us-ndaa-889" in shown
    assert "checked  10 days ago" in shown


def test_one_instrument_is_shown_with_its_conditions(command):
    shown = command("measures", "show", "us-ndaa-889").stdout.decode()
    assert "hikvision" in shown
    assert "only for: public-safety" in shown
    assert "since 2019-08-13" in shown
    assert "no such measure" in one_line(command("measures", "show", "us-ndaa-888").stderr)


def test_policies_are_listed(command):
    assert b"us-federal" in command("measures", "policies").stdout


@pytest.mark.parametrize(
    ("day", "says"),
    [("2017-06-01", ": no"), ("2019-06-01", ": yes"), ("2022-12-15", ": unclear"), ("2024-06-01", ": no")],
)
def test_who_owned_lorex_on_a_day(command, day, says):
    shown = command("who", "lorex", "--on", day).stdout.decode()
    (line,) = [line for line in shown.splitlines() if line.startswith("├─ Dahua owns Lorex")]
    assert line.endswith(says)


def test_nobody_of_that_name(command):
    assert "no company or brand" in one_line(command("who", "nobody at all").stderr)
