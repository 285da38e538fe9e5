import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from trestle.oscal.assessment_results import Model

from scanner.reports import Context
from scanner.reports.oscal import VERSION, render
from tests.reports.samples import ATTACKS, AXIS, CONTEXT, FINDINGS, LTS, attacked


def results_of(findings, context=CONTEXT):
    text = "".join(render(findings, context))
    Model.parse_raw(text)
    document = json.loads(text)["assessment-results"]
    assert document["metadata"]["oscal-version"] == VERSION
    return document


def only_result(findings, context=CONTEXT):
    (result,) = results_of(findings, context)["results"]
    return result


@pytest.mark.parametrize("findings", [FINDINGS, (AXIS,), ()])
@pytest.mark.parametrize("context", [CONTEXT, Context()])
def test_trestle_reads_it(findings, context):
    assert only_result(findings, context)["reviewed-controls"]


@pytest.mark.parametrize("attack", ATTACKS)
def test_trestle_reads_it_whatever_devices_say(attack):
    finding, context = attacked(attack)
    assert len(only_result([finding], context)["findings"]) == 1


@pytest.mark.slow
@pytest.mark.process
@pytest.mark.parametrize("findings", [FINDINGS, ()])
def test_trestle_validates_it(tmp_path, findings):
    trestle = str(Path(sys.executable).with_name("trestle"))
    subprocess.run([trestle, "init", "--local"], cwd=tmp_path, check=True, capture_output=True, timeout=60)
    folder = tmp_path / "assessment-results" / "scan"
    folder.mkdir(parents=True)
    (folder / "assessment-results.json").write_text("".join(render(findings, CONTEXT)), "utf-8")
    done = subprocess.run(
        [trestle, "validate", "-t", "assessment-results", "-n", "scan"],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, "VALID: Model" in done.stdout) == (0, True), done.stdout + done.stderr


def test_a_finding_for_each_maker_and_measure():
    result = only_result(FINDINGS)
    assert [each["target"]["target-id"] for each in result["findings"]] == [
        "us-ndaa-889",
        "us-fcc-covered-list",
        "us-ndaa-889",
    ]
    observed = {each["uuid"]: each for each in result["observations"]}
    items = {each["uuid"] for each in result["local-definitions"]["inventory-items"]}
    for finding in result["findings"]:
        for related in finding["related-observations"]:
            (subject,) = observed[related["observation-uuid"]]["subjects"]
            assert subject["subject-uuid"] in items
    assert len(items) == len(FINDINGS)


def uuids(result):
    return (
        [each["uuid"] for each in result["local-definitions"]["inventory-items"]],
        [each["uuid"] for each in result["observations"]],
        [each["uuid"] for each in result["findings"]],
    )


def test_a_later_report_of_the_same_devices_has_the_same_identifiers_but_the_documents_own():
    later = [msgspec.structs.replace(each, last_seen=None) for each in FINDINGS]
    assert uuids(only_result(later)) == uuids(only_result(FINDINGS))
    assert results_of(later)["uuid"] != results_of(FINDINGS)["uuid"]
    assert results_of(FINDINGS)["uuid"] == results_of(list(FINDINGS))["uuid"]


def test_review_is_told_from_failure():
    verdicts = tuple(msgspec.structs.replace(each, verdict="review") for each in LTS.verdicts)
    result = only_result([msgspec.structs.replace(LTS, verdicts=verdicts)])
    assert {each["target"]["status"]["reason"] for each in result["findings"]} == {"other"}
    assert {each["target"]["status"]["reason"] for each in only_result([LTS])["findings"]} == {"fail"}


def test_what_was_reached_is_told():
    assert "no route to host" in only_result(FINDINGS)["remarks"]
