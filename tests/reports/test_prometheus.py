import msgspec
from prometheus_client.parser import text_string_to_metric_families

from scanner.model.measure import LEVELS
from scanner.reports.prometheus import render
from tests.reports.samples import CONTEXT, FINDINGS, SUMMARY


def samples(context):
    text = "".join(render(FINDINGS, context))
    return {
        (sample.name, sample.labels.get("verdict") or sample.labels.get("outcome")): (sample.value, sample.labels)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_client_librarys_parser_reads_every_line():
    summary = msgspec.structs.replace(SUMMARY, site='a "north"\\gate\n', complete=True)
    found = samples(CONTEXT._replace(summary=summary))
    assert sum(found["coveredscan_devices", level][0] for level in LEVELS) == len(FINDINGS)
    assert found["coveredscan_devices", "covered"][1]["site"] == summary.site
    assert found["coveredscan_scan_complete", None][0] == 1
    assert found["coveredscan_scan_last_success_timestamp_seconds", None][0] == summary.ended_at.timestamp()
    took = (summary.ended_at - summary.started_at).total_seconds()
    assert found["coveredscan_scan_duration_seconds", None][0] == took


def test_an_incomplete_scan_is_no_success():
    found = samples(CONTEXT._replace(summary=msgspec.structs.replace(SUMMARY, complete=False)))
    assert ("coveredscan_scan_last_success_timestamp_seconds", None) not in found
    assert found["coveredscan_scan_complete", None][0] == 0


def test_no_label_names_a_device():
    labels = {name for _, told in samples(CONTEXT).values() for name in told}
    assert labels == {"site", "verdict", "outcome"}
    assert {name for name, _ in samples(CONTEXT._replace(summary=None))} == {"coveredscan_devices"}


def test_a_clock_that_went_back_gives_no_negative_time():
    summary = msgspec.structs.replace(SUMMARY, ended_at=SUMMARY.started_at.replace(year=2020))
    assert samples(CONTEXT._replace(summary=summary))["coveredscan_scan_duration_seconds", None][0] == 0
