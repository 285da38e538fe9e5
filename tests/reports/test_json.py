import json

import msgspec

from scanner.model.finding import Finding, Summary
from scanner.reports.json import render
from tests.reports.samples import CONTEXT, FINDINGS, SUMMARY


def test_one_document():
    document = json.loads("".join(render(FINDINGS, CONTEXT)))
    assert document["schema"] == "coveredscan.report/1"
    assert document["database"] == "2026.11.21"
    assert msgspec.convert(document["summary"], Summary) == SUMMARY
    assert msgspec.convert(document["findings"], list[Finding]) == list(FINDINGS)


def test_nothing_is_a_document_too():
    assert json.loads("".join(render((), CONTEXT._replace(summary=None)))) == {
        "schema": "coveredscan.report/1",
        "database": "2026.11.21",
        "summary": None,
        "findings": [],
    }
