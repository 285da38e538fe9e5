import json

import msgspec

from scanner.model.finding import Finding, Identification, Summary
from scanner.reports.jsonl import render
from tests.reports.samples import CONTEXT, FINDINGS, SUMMARY, UNKNOWN


def test_findings_in_the_order_they_come_then_the_summary():
    *findings, summary = render(FINDINGS, CONTEXT)
    assert [msgspec.json.decode(line, type=Finding) for line in findings] == list(FINDINGS)
    assert msgspec.json.decode(summary, type=Summary) == SUMMARY
    assert all(line.endswith("\n") and line.count("\n") == 1 for line in (*findings, summary))


def test_no_summary_line_without_a_scan():
    assert len(list(render(FINDINGS, CONTEXT._replace(summary=None)))) == len(FINDINGS)


def test_each_line_is_given_as_soon_as_its_finding_comes():
    def findings():
        yield UNKNOWN
        raise AssertionError("the second was asked for before the first was given")

    assert json.loads(next(render(findings(), CONTEXT)))["host"] == UNKNOWN.host


def test_unknown_slots_are_null_never_missing():
    line = json.loads(next(render([UNKNOWN], CONTEXT)))
    assert line["schema"] == "coveredscan.finding/1"
    assert line["identification"] == dict.fromkeys(Identification.__struct_fields__)
    assert line["mac"] is None
    assert line["last_seen"] is None


def test_evidence_keeps_its_nulls():
    (line, _) = render([FINDINGS[-1]], CONTEXT)
    assert {"field", "value", "signature", "strength", "group", "port", "observed_at", "reporter"} <= set(
        json.loads(line)["evidence"][3]
    )
