from datetime import UTC, datetime

import pytest

from scanner.reports import FORMATS, Context
from scanner.reports.context import Format, FormatMissing
from tests.reports.reading import shown
from tests.reports.samples import CONTEXT, FINDINGS, LOREX, LTS, SUMMARY

TELLS_FINDINGS_ALONE = {"sarif", "defectdojo", "evidence", "markdown", "docx"}
"""Formats without a line for a device of which there is nothing to tell."""


def rendered(name, findings, context=CONTEXT):
    return b"".join(FORMATS[name].encode(findings, context))


def test_formats_are_found_by_their_own_name():
    assert {"table", "jsonl", "json", "csv", "html"} <= set(FORMATS)
    assert all(name == each.name for name, each in FORMATS.items())


def test_no_extension_means_two_formats():
    extensions = [extension for each in FORMATS.values() for extension in each.extensions]
    assert len(set(extensions)) == len(extensions)
    assert all(extension.startswith(".") and extension == extension.lower() for extension in extensions)


def test_text_is_encoded_as_utf_8_whatever_it_holds():
    form = Format("some", (".some",), "text/plain", lambda findings, context: iter(("\u00e9", "\udc80")), "Some")
    assert b"".join(form.encode((), Context())) == b"\xc3\xa9?"


def test_what_is_missing_is_told_in_one_line():
    assert "\n" not in str(FormatMissing("install it"))


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_input_gives_the_same_bytes(name):
    assert rendered(name, iter(FINDINGS)) == rendered(name, list(FINDINGS))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_can_say_that_there_is_nothing(name):
    text = shown(name, rendered(name, (), Context()))
    assert text == "" if name in {"jsonl", "syslog", "ecs", "ocsf"} else text.strip()


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in {"prometheus", "pdf"}])
def test_every_device_is_in_every_format(name):
    text = shown(name, rendered(name, FINDINGS))
    told = [LTS, LOREX] if name in TELLS_FINDINGS_ALONE else FINDINGS
    assert all(finding.host in text for finding in told)


def test_what_nobody_knows_is_empty_and_the_moment_is_never_now():
    assert (Context().judged_by, Context().judged_for) == ("", "")
    assert Context().moment == datetime(1970, 1, 1, tzinfo=UTC)
    assert Context(day="2026-11-21").moment == datetime(2026, 11, 21, tzinfo=UTC)


def test_what_the_report_is_judged_by_goes_before_what_the_scan_was():
    assert (CONTEXT.judged_by, CONTEXT.judged_for) == ("us-federal", "2026-11-21")
    assert CONTEXT.moment == SUMMARY.ended_at
    later = CONTEXT._replace(policy="uk", day="2027-01-01")
    assert (later.judged_by, later.judged_for) == ("uk", "2027-01-01")
    assert later.moment == SUMMARY.ended_at
