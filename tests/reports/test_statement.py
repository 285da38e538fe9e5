from datetime import date

import msgspec

from scanner.model.finding import Coverage
from scanner.reports.context import Context
from scanner.reports.rows import rows
from scanner.reports.statement import NOTICE, basis, state
from tests.reports.samples import AXIS, COMPANIES, CONTEXT, FINDINGS, SUMMARY, UNKNOWN


def said(findings, summary):
    return state(rows(findings, COMPANIES), Context(summary))


def test_counts_and_what_was_reached():
    statement = said(FINDINGS, SUMMARY)
    assert statement.result == "4 devices: 1 covered, 1 likely, 1 undetermined, 1 not-covered."
    assert statement.reached == (
        "Asked 254 addresses on 3 ports (2 excluded); 4 answered.",
        "Coverage was incomplete: part of the scope was not reached.",
        "Not reached: 192.0.2.64/26: no route to host",
        "Questions without an answer: http 1 timed-out.",
        "1 answer from outside the scope dropped.",
    )
    assert statement.unknown == "1 unknown device: nothing seen says who made it."


def test_what_was_read_and_not_asked_says_so():
    files = tuple(f"{n}.pcap" for n in range(7))
    coverage = Coverage(addresses=4, alive=4, read=files, not_reached=("0.pcap: packet 7: the file breaks off here",))
    assert said(FINDINGS, msgspec.structs.replace(SUMMARY, coverage=coverage)).reached == (
        (
            "Read from 0.pcap, 1.pcap, 2.pcap, 3.pcap, 4.pcap and 2 more. Nothing was asked: what is not in it may be there "
            "all the same."
        ),
        "Not read: 0.pcap: packet 7: the file breaks off here",
    )


def test_none_found_comes_with_what_was_reached():
    statement = said([AXIS], SUMMARY)
    assert statement.result == "No covered equipment found among 1 device: 1 not-covered."
    assert statement.reached[0].startswith("Asked 254 addresses")
    assert statement.unknown == ""


def test_undetermined_is_not_called_clear():
    assert said([AXIS, UNKNOWN], SUMMARY).result.endswith("Undetermined is not clear.")


def test_nothing_seen():
    statement = said([], None)
    assert statement.result == "No covered equipment found: no device was seen."
    assert "not recorded" in statement.reached[0]


def test_an_interrupted_scan_says_so_and_errors_are_told():
    cut = msgspec.structs.replace(SUMMARY, interrupted=True, errors=("http: \x1b[2J",))
    reached = said(FINDINGS, cut).reached
    assert any("interrupted" in sentence for sentence in reached)
    assert reached[-1] == r"Error: http: \x1b[2J"


def test_a_complete_scan_claims_no_gap():
    whole = msgspec.structs.replace(
        SUMMARY, complete=True, coverage=msgspec.structs.replace(SUMMARY.coverage, not_reached=(), outcomes={})
    )
    assert len(said(FINDINGS, whole).reached) == 2


def test_who_was_asked_more_slowly_is_named_while_they_are_few():
    lines = tuple(f"192.0.2.{n} stopped answering while it was asked, and was asked more slowly" for n in range(5))
    few, many = (
        said(
            FINDINGS, msgspec.structs.replace(SUMMARY, coverage=msgspec.structs.replace(SUMMARY.coverage, spared=some))
        )
        for some in (lines[:1], lines)
    )
    assert f"{lines[0]}." in few.reached
    assert "5 hosts or subnets stopped answering while they were asked, and were asked more slowly." in many.reached


def test_what_was_asked_again_is_told():
    coverage = msgspec.structs.replace(SUMMARY.coverage, repeated={"connect": 0, "dhip": 1406, "http": 2})
    reached = said(FINDINGS, msgspec.structs.replace(SUMMARY, coverage=coverage)).reached
    assert "Asked again, for answers were missing: dhip 1,406, http 2." in reached


def test_devices_that_are_elsewhere_are_named():
    outside = msgspec.structs.replace(UNKNOWN, outside=True, claimed=("192.168.1.108",))
    moved = msgspec.structs.replace(AXIS, claimed=("10.1.1.1", "10.1.1.2"))
    reached = said([outside, moved], SUMMARY).reached
    assert f"Answered from outside the targets, not asked further: {outside.host} (says 192.168.1.108)." in reached
    assert f"Says another address as well: {moved.host} (says 10.1.1.1, 10.1.1.2)." in reached
    many = [msgspec.structs.replace(outside, host=f"192.168.1.{n}", claimed=()) for n in range(10)]
    assert said(many, SUMMARY).reached[-1].endswith("192.168.1.7; and 2 more.")


def test_the_notice_is_no_advice():
    assert "not legal advice" in NOTICE


def test_what_is_left_out_is_never_told_as_not_found():
    said = state([], CONTEXT._replace(only=("covered", "likely"), left_out=3))
    assert said.result == "No device to show. Only covered, likely shown; 3 devices with another verdict left out."
    assert "No covered equipment" not in state(rows([AXIS], COMPANIES), CONTEXT._replace(only=("not-covered",))).result


def test_how_the_report_was_made_is_told_and_inert():
    assert state([], CONTEXT._replace(notes=("redacted\x1b",))).reached[-1] == "redacted\\x1b"


def test_what_the_verdicts_go_by():
    assert basis(CONTEXT) == "Judged by: policy us-federal, date 2026-11-21, signature database 2026.11.21."
    assert basis(CONTEXT._replace(policy="uk", day="2027-01-01")).startswith("Judged by: policy uk, date 2027-01-01")
    assert basis(Context()) == ""


def test_old_law_data_says_how_old_it_is():
    measure = next(iter(CONTEXT.measures.values()))
    aged = {measure.id: msgspec.structs.replace(measure, checked=date(2026, 1, 2))}
    told = basis(CONTEXT._replace(measures=aged, day="2026-11-21"))
    assert told.endswith("last compared with its sources on 2026-01-02, 323 days before: check for changes.")
    fresh = {measure.id: msgspec.structs.replace(measure, checked=date(2026, 11, 2))}
    assert "compared" not in basis(CONTEXT._replace(measures=fresh, day="2026-11-21"))
