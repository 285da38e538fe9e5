from __future__ import annotations

import asyncio
import json

import pytest

from scanner.cli.failure import Failure
from scanner.cli.job import Job, tell
from scanner.cli.options import Law, Printing
from scanner.cli.verdicts import Threshold
from scanner.engine.request import Request
from tests.cli.test_ten_scans import NET, PORT, network

pytestmark = pytest.mark.loopback
LISTENING = Request(targets=(f"{NET}.1-2",), ports=(PORT,), discovery=())


def ran(request, form="table", output=None, **options):
    with Printing(form, output).open(live=True) as outputs:
        job = Job(request, Law().judging(None), outputs, quiet=True, **options)
        asyncio.run(job.run())
        job.report()
    return job


def test_findings_stream_and_the_summary_is_last(tmp_path, capfdbinary):
    with network(("1", "DS-A-20200101AAAA111111", {})):
        job = ran(LISTENING, "jsonl", [tmp_path / "f.jsonl"])
    finding, summary = map(json.loads, capfdbinary.readouterr().out.splitlines())
    assert finding["host"] == f"{NET}.1"
    assert summary["schema"] == "coveredscan.summary/1"
    assert (tmp_path / "f.jsonl").exists()
    assert (job.exit_code(None), job.exit_code(Threshold("covered", new=False))) == (0, 10)


def test_a_very_large_scope_is_not_begun_unasked(monkeypatch):
    monkeypatch.setattr("scanner.cli.job.ASK_ABOVE", 1)
    with pytest.raises(Failure, match="the targets mean 2 addresses; add --yes"):
        ran(LISTENING)


def test_what_the_operator_can_mend_is_a_failure():
    with pytest.raises(Failure, match="has host bits set"):
        ran(Request(targets=(f"{NET}.1/24",)))


def test_what_is_told_is_one_line(capsys):
    tell("the disk\x1b[2J\nis full")
    assert capsys.readouterr().err == "coveredscan: the disk [2J is full\n"
