import json

import msgspec
import pytest
from markdown_it import MarkdownIt

from scanner.reports.defectdojo import MAX_TITLE, render
from tests.reports.samples import ATTACKS, CONTEXT, FINDINGS, LTS, UNKNOWN, attacked

REQUIRED = {"title", "severity", "description"}
ALLOWED = REQUIRED | {
    "date", "mitigation", "impact", "steps_to_reproduce", "severity_justification", "references", "active", "verified",
    "component_name", "component_version", "static_finding", "dynamic_finding", "unique_id_from_tool",
    "vuln_id_from_tool", "tags", "endpoints",
}  # fmt: skip
"""Of DefectDojo/django-DefectDojo dojo/tools/generic/json_parser.py: it refuses a file with any other key."""
HASHED = ("title", "description", "unique_id_from_tool", "vuln_id_from_tool")
"""What DefectDojo compares a finding by, in any of its ways to find duplicates."""


def findings_of(findings, context=CONTEXT):
    return json.loads("".join(render(findings, context)))["findings"]


def test_keys_and_severities_are_those_that_defectdojo_takes():
    made = findings_of(FINDINGS)
    assert all(set(each) >= REQUIRED and set(each) <= ALLOWED for each in made)
    assert [each["severity"] for each in made] == ["High", "High", "Medium"]
    assert made[0]["date"] == "2026-11-21"
    assert made[0]["endpoints"] == [{"host": "192.0.2.10"}, {"host": "fe80::2648:45ff:fe00:1"}]


def test_what_defectdojo_hashes_outlasts_everything_but_device_maker_and_measure():
    who = msgspec.structs.replace(LTS.identification, model=None, firmware=None)
    verdicts = tuple(msgspec.structs.replace(each, verdict="review", reason="new") for each in LTS.verdicts)
    later = msgspec.structs.replace(LTS, identification=who, verdicts=verdicts, evidence=(), last_seen=None)
    before, after = findings_of([LTS]), findings_of([UNKNOWN, later])
    assert [[each[key] for key in HASHED] for each in before] == [[each[key] for key in HASHED] for each in after]


def test_no_two_findings_are_taken_for_one():
    second = msgspec.structs.replace(LTS, host="192.0.2.11", addresses=("192.0.2.11",), mac="24:48:45:00:00:02")
    made = findings_of([*FINDINGS, second])
    assert len({each["unique_id_from_tool"] for each in made}) == len(made)
    assert len({(each["title"], each["description"]) for each in made}) == len(made)


@pytest.mark.parametrize("attack", ATTACKS)
def test_whatever_devices_say_is_text(attack):
    finding, context = attacked(attack)
    (made,) = findings_of([finding], context)
    assert set(made) <= ALLOWED
    assert "endpoints" not in made
    assert len(made["title"]) <= MAX_TITLE
    for key in ("description", "mitigation", "impact", "severity_justification", "steps_to_reproduce", "references"):
        page = MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(made.get(key, ""))
        assert not any(f"<{tag}" in page for tag in ("script", "img", "a ", "style", "h1", "table"))


def test_nothing_found_is_an_empty_list():
    assert findings_of([UNKNOWN]) == []
