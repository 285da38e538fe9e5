from __future__ import annotations

import pytest

from tests.cli.command import CAMERA, one_line

pytestmark = pytest.mark.process


@pytest.fixture
def camera(tmp_path):
    path = tmp_path / "camera.jsonl"
    path.write_bytes(CAMERA)
    return path


@pytest.mark.parametrize("name", ["r.html", "r.json", "r.jsonl", "r.csv", "r.txt"])
def test_a_report_in_each_format(command, camera, tmp_path, name):
    done = command("report", str(camera), "-o", str(tmp_path / name))
    assert (done.returncode, done.stderr) == (0, b"")
    assert "10.0.0.5" in (tmp_path / name).read_text()


def test_nothing_is_stored_yet(command):
    for words in (("show",), ("judge",), ("report", "-o", "x.csv")):
        assert "no scan is stored yet" in one_line(command(*words).stderr)
    assert command("history").stdout == b""


def test_a_scan_that_is_not_there(command):
    done = command("show", "01ABC")
    assert done.returncode == 2
    assert "01ABC" in one_line(done.stderr)
