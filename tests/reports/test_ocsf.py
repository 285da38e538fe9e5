import json
from functools import cache

import jsonschema
import msgspec
import pytest
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

from scanner.model.measure import LEVELS, Verdict
from scanner.reports.ocsf import OCSF, render
from tests.reports.samples import CONTEXT, FINDINGS, UNKNOWN


@cache
def validator(class_uid):
    schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=OCSF))
    name = schema.lookup_class_name_from_uid(class_uid=class_uid)
    return jsonschema.Draft202012Validator(schema.get_class_schema(class_name=name, profiles=[]))


def events(findings, context=CONTEXT):
    return [json.loads(line) for line in render(findings, context)]


@pytest.mark.parametrize("context", [CONTEXT, CONTEXT._replace(summary=None, measures={})], ids=["scan", "file"])
def test_every_event_is_what_the_published_schema_of_its_class_asks_for(context):
    told = events([*FINDINGS, UNKNOWN], context)
    assert {event["class_uid"] for event in told} == {5001, 2003}
    for event in told:
        assert [error.message for error in validator(event["class_uid"]).iter_errors(event)] == []
        assert event["type_uid"] == event["class_uid"] * 100 + event["activity_id"]


def test_the_schema_is_a_real_one():
    (inventory, *_) = events([UNKNOWN])
    del inventory["device"]["type_id"]
    assert not validator(5001).is_valid(inventory)


def test_covered_fails_undetermined_warns_not_covered_passes():
    verdicts = tuple(Verdict(level, level, "procurement-ban", "why") for level in LEVELS)
    _, *told = events([msgspec.structs.replace(UNKNOWN, verdicts=verdicts)])
    assert {event["compliance"]["status_code"]: event["compliance"]["status"] for event in told} == {
        "covered": "Fail", "likely": "Fail", "review": "Warning", "undetermined": "Warning", "not-covered": "Pass",
    }  # fmt: skip


def test_a_finding_keeps_its_name_from_scan_to_scan():
    names = [[event["finding_info"]["uid"] for event in events(FINDINGS) if "finding_info" in event] for _ in "ab"]
    assert names[0] == names[1]
    assert len(set(names[0])) == len(names[0])
