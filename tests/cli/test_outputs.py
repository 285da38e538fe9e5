from __future__ import annotations

import pytest

from scanner.cli.failure import Failure
from scanner.cli.outputs import format_named, format_of, open_reports
from scanner.reports import Context


def test_a_report_appears_under_its_name_only_when_whole(tmp_path):
    path = tmp_path / "report.jsonl"
    (file,) = open_reports([path])
    file.stream(b'{"host":"a"}\n')
    assert not path.exists()
    assert (tmp_path / "report.jsonl.partial").read_bytes() == b'{"host":"a"}\n'
    file.finish([], Context())
    assert path.exists()
    assert [each.name for each in tmp_path.iterdir()] == ["report.jsonl"]


def test_what_was_streamed_stays_when_the_scan_fails(tmp_path):
    jsonl, html = open_reports([tmp_path / "a.jsonl", tmp_path / "a.html"])
    jsonl.stream(b"{}\n")
    html.stream(b"{}\n")
    jsonl.abandon()
    html.abandon()
    assert [each.name for each in tmp_path.iterdir()] == ["a.jsonl.partial"]


def test_bad_paths_are_told_before_anything_is_sent(tmp_path):
    with pytest.raises(Failure, match=r"no format has the extension \.xyz"):
        open_reports([tmp_path / "good.csv", tmp_path / "report.xyz"])
    with pytest.raises(Failure, match="cannot be written"):
        open_reports([tmp_path / "none" / "report.csv"])
    assert list(tmp_path.iterdir()) == []


def test_formats_by_name_and_extension(tmp_path):
    assert format_of(tmp_path / "X.HTML").name == "html"
    assert format_named("csv").name == "csv"
    with pytest.raises(Failure, match="--format odt: no such format"):
        format_named("odt")
