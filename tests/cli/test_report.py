from __future__ import annotations

import json
import zipfile

import pytest

from tests.cli.command import CAMERA, one_line

pytestmark = pytest.mark.process


@pytest.fixture
def camera(tmp_path):
    path = tmp_path / "camera.jsonl"
    path.write_bytes(CAMERA)
    return path


@pytest.mark.parametrize(
    "name",
    [
        "r.html", "r.json", "r.jsonl", "r.csv", "r.txt", "r.md", "r.evidence.csv", "r.sarif", "r.dojo.json",
        "r.oscal.json", "r.cdx.json",
    ],
)  # fmt: skip
def test_a_report_in_each_format(command, camera, tmp_path, name):
    done = command("report", str(camera), "-o", str(tmp_path / name))
    assert (done.returncode, done.stderr) == (0, b"")
    assert "10.0.0.5" in (tmp_path / name).read_text()


@pytest.mark.parametrize("name", ["r.docx", "r.xlsx", "r.zip"])
def test_a_report_of_bytes(command, camera, tmp_path, name):
    done = command("report", str(camera), "-o", str(tmp_path / name))
    assert (done.returncode, done.stderr) == (0, b"")
    assert (tmp_path / name).read_bytes().startswith(b"PK")


def lines_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_scan_and_the_findings_of_another_are_merged(command, camera, tmp_path):
    found, both = tmp_path / "found.jsonl", tmp_path / "both.jsonl"
    assert command("report", str(camera), "-o", str(found)).returncode == 0
    other = tmp_path / "other.jsonl"
    other.write_bytes(CAMERA.replace(b"10.0.0.5", b"10.0.0.6"))
    done = command("report", str(found), str(camera), str(other), "-o", str(both), "-o", str(tmp_path / "both.txt"))
    assert (done.returncode, done.stderr) == (0, b"")
    assert [line["host"] for line in lines_of(both)] == ["10.0.0.5", "10.0.0.6"]
    text = " ".join((tmp_path / "both.txt").read_text().split())
    assert "Merged from 3 sources, each judged by itself: found.jsonl, camera.jsonl, other.jsonl." in text
    assert "The verdicts in found.jsonl are as they were judged." in text


def test_findings_are_not_judged_anew(command, camera, tmp_path):
    found = tmp_path / "found.jsonl"
    assert command("report", str(camera), "-o", str(found)).returncode == 0
    done = command("report", str(found), "--date", "2018-01-01", "-o", str(tmp_path / "r.txt"))
    assert done.returncode == 2
    assert one_line(done.stderr).startswith("--date: ")
    assert not (tmp_path / "r.txt").exists()


def test_a_file_that_cannot_be_written_is_told_before_anything_is_judged(command, camera, tmp_path):
    done = command("report", str(camera), "-o", str(tmp_path / "r.txt"), "-o", str(tmp_path / "none" / "r.txt"))
    assert "cannot be written" in one_line(done.stderr)
    assert [each.name for each in tmp_path.glob("r.txt*")] == []


def test_another_policy_and_day(command, camera, tmp_path):
    path = tmp_path / "r.jsonl"
    done = command("report", str(camera), "--policy", "us-fcc", "--date", "2018-01-01", "-o", str(path))
    assert done.returncode == 0
    (finding,) = lines_of(path)
    assert {each["verdict"] for each in finding["verdicts"]} == {"not-covered"}
    assert finding["verdicts"][0]["measure"].startswith("us-fcc")


def test_only_some_verdicts(command, camera, tmp_path):
    path = tmp_path / "r.txt"
    assert command("report", str(camera), "--only", "likely,review", "-o", str(path)).returncode == 0
    text = path.read_text()
    assert "10.0.0.5" not in text
    assert "Only likely, review shown; 1 device with another verdict left out." in text
    assert "No covered equipment" not in text
    done = command("report", str(camera), "--only", "guilty", "-o", str(path))
    assert "--only guilty: no such verdict" in one_line(done.stderr)


def test_redacted(command, camera, tmp_path):
    path = tmp_path / "r.zip"
    assert command("report", str(camera), str(camera), "--redact", "-o", str(path)).returncode == 0
    with zipfile.ZipFile(path) as package:
        assert "observations.jsonl" not in package.namelist()
        text = "".join(package.read(name).decode() for name in package.namelist())
    assert "10.0.0.5" not in text
    assert "camera.jsonl" not in text
    assert "240.0.0.1" in text


def test_a_pack_holds_what_it_was_judged_from(command, camera, tmp_path):
    path = tmp_path / "r.zip"
    assert command("report", str(camera), "-o", str(path)).returncode == 0
    with zipfile.ZipFile(path) as package:
        again = tmp_path / "again.jsonl"
        again.write_bytes(package.read("observations.jsonl"))
        told = package.read("findings.jsonl")
    assert command("identify", str(again)).stdout == told


def test_templates(command, camera, tmp_path):
    own = tmp_path / "own.md.j2"
    own.write_text("Ours: {{ groups[0].name }}")
    path = tmp_path / "r.md"
    assert command("report", str(camera), "--template", str(own), "-o", str(path)).returncode == 0
    assert path.read_text() == "Ours: Hikvision"
    own.write_text("{% if %}")
    done = command("report", str(camera), "--template", str(own), "-o", str(tmp_path / "bad.md"))
    assert "the Markdown template cannot be used" in one_line(done.stderr)
    assert [each.name for each in tmp_path.glob("bad*")] == []
    for wrong, said in (("own.odt", "a template is"), ("none.docx", "cannot be read")):
        done = command("report", str(camera), "--template", str(tmp_path / wrong), "-o", str(path))
        assert said in one_line(done.stderr)


def test_bad_lines_are_told_and_skipped(command, camera, tmp_path):
    camera.write_bytes(CAMERA + b"nonsense\n")
    done = command("report", str(camera), "-o", str(tmp_path / "r.jsonl"))
    assert done.returncode == 3
    assert "line 3 skipped" in one_line(done.stderr)
    found = tmp_path / "r.jsonl"
    found.write_bytes(found.read_bytes() + b"{}\n")
    done = command("report", str(found), "-o", str(tmp_path / "again.jsonl"))
    assert done.returncode == 3
    assert "line 2 skipped" in one_line(done.stderr)
    assert len(lines_of(tmp_path / "again.jsonl")) == 1


def test_nothing_is_stored_yet(command):
    for words in (("show",), ("judge",), ("report", "-o", "x.csv")):
        assert "no scan is stored yet" in one_line(command(*words).stderr)
    assert command("history").stdout == b""


def test_a_scan_that_is_not_there(command):
    done = command("show", "01ABC")
    assert done.returncode == 2
    assert "01ABC" in one_line(done.stderr)
