from __future__ import annotations

import json
import shutil

import pytest

from scanner.database.load import shipped
from tests.cli.command import CAMERA, one_line

pytestmark = pytest.mark.process


@pytest.fixture
def camera(tmp_path):
    path = tmp_path / "camera.jsonl"
    path.write_bytes(CAMERA)
    return str(path)


def test_two_days_differ_by_what_became_law_between_them(command, camera):
    done = command("judge", camera, "--date", "2026-11-21", "--against", "2018-01-01")
    shown = done.stdout.decode()
    assert (done.returncode, done.stderr) == (0, b"")
    assert shown.startswith("2018-01-01 by data ")
    assert "10.0.0.5  Hikvision  us-ndaa-889: not-covered → covered" in shown


def test_the_same_day_differs_in_nothing(command, camera):
    shown = command("judge", camera, "--date", "2026-11-21", "--against", "2026-11-21").stdout.decode()
    assert shown.endswith("no verdict differs\n")


def test_two_databases_are_compared(command, camera, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(shipped(), other)
    for path in (other / "signatures").glob("hikvision*.toml"):
        path.unlink()
    done = command("judge", camera, "--against", str(other), "-f", "jsonl")
    differences = [json.loads(line) for line in done.stdout.splitlines()]
    assert {"host": "10.0.0.5", "measure": "us-ndaa-889", "before": "undetermined", "after": "covered"}.items() <= (
        differences[0].items()
    )


def test_nothing_to_compare_with(command, camera):
    done = command("judge", camera, "--against", "yesterday")
    assert done.returncode == 2
    assert "neither a day" in one_line(done.stderr)


def test_a_file_of_observations_is_judged_for_a_day(command, camera):
    now = json.loads(command("judge", camera, "-f", "jsonl").stdout.splitlines()[0])
    then = json.loads(command("judge", camera, "-f", "jsonl", "--date", "2018-01-01").stdout.splitlines()[0])
    assert (now["verdicts"][0]["verdict"], then["verdicts"][0]["verdict"]) == ("covered", "not-covered")
