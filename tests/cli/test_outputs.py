from __future__ import annotations

import io
import sys

import pytest

from scanner.cli.failure import Failure
from scanner.cli.outputs import ReportFile, format_named, format_of, open_reports, print_report
from scanner.reports import Context, Format, FormatMissing


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


def test_the_longer_end_of_a_name_tells_the_format(tmp_path):
    names = {"a.csv": "csv", "a.evidence.csv": "evidence", "a.json": "json", "a.OSCAL.json": "oscal", "a.zip": "pack"}
    assert {name: format_of(tmp_path / name).name for name in names} == names


def missing(findings, context):
    if not findings:
        raise FormatMissing("install it")
    yield ""


def test_a_format_that_is_missing_leaves_nothing_behind(tmp_path):
    file = ReportFile(tmp_path / "a.some", Format("some", (".some",), "text/plain", missing, "Some"))
    with pytest.raises(Failure, match="install it"):
        file.finish([], Context())
    assert list(tmp_path.iterdir()) == []


class Terminal(io.TextIOWrapper):
    def isatty(self):
        return True


@pytest.mark.parametrize("made", [io.TextIOWrapper, Terminal])
def test_bytes_go_to_a_pipe_and_to_no_terminal(monkeypatch, made):
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", made(written, "utf-8", write_through=True))
    form = Format("some", (".some",), "application/zip", lambda findings, context: iter((b"PK",)), "Some")
    if made is Terminal:
        with pytest.raises(Failure, match="-o"):
            print_report(form, [], Context())
    else:
        print_report(form, [], Context())
    assert written.getvalue() == (b"" if made is Terminal else b"PK")


def test_a_format_that_is_missing_is_told_where_it_is_printed():
    with pytest.raises(Failure, match="--format some: install it"):
        print_report(Format("some", (".some",), "text/plain", missing, "Some"), [], Context())
