import hashlib
import json

import msgspec
import pytest
from markdown_it import MarkdownIt

from scanner.reports.defectdojo import render
from tests.reports.samples import ATTACKS, CONTEXT, FINDINGS, LTS, UNKNOWN, attacked

REQUIRED = {"title", "severity", "description"}
ALLOWED = REQUIRED | {
    "date", "cwe", "cve", "epss_score", "epss_percentile", "cvssv3", "cvssv3_score", "cvssv4", "cvssv4_score",
    "mitigation", "impact", "steps_to_reproduce", "severity_justification", "references", "active", "verified",
    "false_p", "out_of_scope", "risk_accepted", "under_review", "is_mitigated", "thread_id", "mitigated",
    "numerical_severity", "param", "payload", "line", "file_path", "component_name", "component_version",
    "static_finding", "dynamic_finding", "scanner_confidence", "unique_id_from_tool", "vuln_id_from_tool",
    "sast_source_object", "sast_sink_object", "sast_source_line", "sast_source_file_path", "nb_occurences",
    "publish_date", "service", "planned_remediation_date", "planned_remediation_version", "effort_for_fixing", "tags",
    "kev_date", "known_exploited", "ransomware_used", "fix_available", "fix_version",
}  # fmt: skip
"""Of dojo/tools/generic/json_parser.py in DefectDojo/django-DefectDojo at 7cfa159a: a file with any other key, but for
the next ones, is refused."""
APART = {"endpoints", "files", "vulnerability_ids", "cwes"}
"""Taken out before keys are looked at."""
LONGEST = {
    "title": 511, "component_name": 500, "component_version": 100, "unique_id_from_tool": 500, "vuln_id_from_tool": 500,
}  # fmt: skip
"""Columns of dojo/finding/models.py, characters."""
SEVERITIES = {"Info", "Low", "Medium", "High", "Critical"}
HASHED = ("title", "description", "unique_id_from_tool", "vuln_id_from_tool")
"""What DefectDojo compares a finding by, in any of its ways to find duplicates."""


def hash_code(made):
    """dojo/finding/models.py, compute_hash_code_legacy and hash_fields: settings.dist.py has the algorithm hash_code for
    "Generic Findings Import", and names no fields for it."""
    text = made["title"].title() + str(made.get("cwe", 0)) + str(made.get("line")) + str(made.get("file_path"))
    text += made["description"] + made.get("service", "")
    return hashlib.sha256(text.casefold().encode().strip()).hexdigest()


def findings_of(findings, context=CONTEXT):
    return json.loads("".join(render(findings, context)))["findings"]


def test_keys_and_severities_are_those_that_defectdojo_takes():
    made = findings_of(FINDINGS)
    assert all(set(each) >= REQUIRED and set(each) <= ALLOWED | APART for each in made)
    assert [each["severity"] for each in made] == ["High", "High", "Medium"]
    assert {each["severity"] for each in made} <= SEVERITIES
    assert made[0]["date"] == "2026-11-21"
    assert made[0]["endpoints"] == [{"host": "192.0.2.10"}, {"host": "fe80::2648:45ff:fe00:1"}]


def test_what_defectdojo_hashes_outlasts_everything_but_device_maker_and_measure():
    who = msgspec.structs.replace(LTS.identification, model=None, firmware=None)
    verdicts = tuple(msgspec.structs.replace(each, verdict="review", reason="new") for each in LTS.verdicts)
    later = msgspec.structs.replace(LTS, identification=who, verdicts=verdicts, evidence=(), last_seen=None)
    before, after = findings_of([LTS]), findings_of([UNKNOWN, later])
    assert [[each[key] for key in HASHED] for each in before] == [[each[key] for key in HASHED] for each in after]
    assert [hash_code(each) for each in before] == [hash_code(each) for each in after]


def test_no_two_findings_are_taken_for_one():
    second = msgspec.structs.replace(LTS, host="192.0.2.11", addresses=("192.0.2.11",), mac="24:48:45:00:00:02")
    made = findings_of([*FINDINGS, second])
    assert len({each["unique_id_from_tool"] for each in made}) == len(made)
    assert len({hash_code(each) for each in made}) == len(made)


def test_hosts_are_addresses_without_zones():
    zoned = msgspec.structs.replace(LTS, addresses=("fe80::1%eth0", "192.0.2.10", "gate"))
    made = findings_of([zoned])
    assert made[0]["endpoints"] == [{"host": "fe80::1"}, {"host": "192.0.2.10"}]


@pytest.mark.parametrize("attack", ATTACKS)
def test_whatever_devices_say_is_text(attack):
    finding, context = attacked(attack)
    (made,) = findings_of([finding], context)
    assert set(made) <= ALLOWED
    assert all(len(made.get(key, "")) <= most for key, most in LONGEST.items())
    assert made["severity"] in SEVERITIES
    for key in ("description", "mitigation", "impact", "severity_justification", "steps_to_reproduce", "references"):
        page = MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(made.get(key, ""))
        assert not any(f"<{tag}" in page for tag in ("script", "img", "a ", "style", "h1", "table"))


def test_nothing_found_is_an_empty_list():
    assert findings_of([UNKNOWN]) == []
