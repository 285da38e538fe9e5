import re

import msgspec
import pytest
from rich.cells import cell_len

from scanner.model.finding import Named
from scanner.reports.statement import NOTICE
from scanner.reports.table import MAX_SENTENCES, MIN_WIDTH, render
from tests.reports.samples import ATTACKS, CONTEXT, FINDINGS, LTS, SUMMARY, UNKNOWN, attacked, verdict


def table(findings=FINDINGS, **changes):
    return "".join(render(findings, CONTEXT._replace(**changes)))


def test_a_wide_terminal():
    assert table(width=120).splitlines() == [
        "ADDRESS      MAKER                 BRAND  MODEL       VERDICT       WHY",
        "192.0.2.10   Hikvision             LTS    LTN8704-P4  covered       HTTP server DNVRS-Webs · RTSP realm IP Camera(C2183)",
        "192.0.2.9    Dahua                 Lorex  N841A81     likely        DHIP device type N841A81",
        "192.0.2.33   unknown                                  undetermined  open 554/tcp",
        "192.0.2.200  Axis Communications…         P3245-LV    not-covered   ONVIF manufacturer AXIS · mDNS service _axis-video.…",
        "",
        "4 devices: 1 covered, 1 likely, 1 undetermined, 1 not-covered.",
        "Asked 254 addresses on 3 ports (2 excluded); 4 answered.",
        "Coverage was incomplete: part of the scope was not reached.",
        "Not reached: 192.0.2.64/26: no route to host",
        "Questions without an answer: http 1 timed-out.",
        "1 answer from outside the scope dropped.",
        "1 unknown device: nothing seen says who made it.",
        "Judged by: policy us-federal, date 2026-11-21, signature database 2026.11.21.",
        NOTICE,
    ]


def test_a_narrow_terminal_has_reasons_below():
    assert table(width=80).splitlines()[:9] == [
        "ADDRESS      MAKER                 BRAND  MODEL       VERDICT",
        "192.0.2.10   Hikvision             LTS    LTN8704-P4  covered",
        "    HTTP server DNVRS-Webs · RTSP realm IP Camera(C2183) · MAC block 24:48:45",
        "192.0.2.9    Dahua                 Lorex  N841A81     likely",
        "    DHIP device type N841A81",
        "192.0.2.33   unknown                                  undetermined",
        "    open 554/tcp",
        "192.0.2.200  Axis Communications…         P3245-LV    not-covered",
        "",
    ]


def test_one_long_name_widens_no_column_for_all():
    named = msgspec.structs.replace(LTS.identification, model=Named("M" * 24, "M" * 24, "probable"))
    odd = msgspec.structs.replace(LTS, host="192.0.2.77", identification=named)
    lines = table(
        [*FINDINGS, *[msgspec.structs.replace(LTS, host=f"192.0.2.{n}") for n in range(100, 120)], odd], width=100
    )
    assert "MMMMMMMMMMM…  covered" in lines
    assert "LTN8704-P4    covered" in lines
    assert "Lorex  N841A81" in lines


@pytest.mark.parametrize("width", [1, 80, 100, 120])
def test_no_line_is_wider_than_the_terminal(width):
    long = msgspec.structs.replace(LTS, host="2001:db8:1111:2222:3333:4444:5555:6666")
    hostile = [attacked(text)[0] for text in ATTACKS]
    for line in table([*FINDINGS, long, *hostile], width=width).splitlines():
        assert cell_len(line) <= max(width, MIN_WIDTH)


def test_one_line_per_device_whatever_it_says():
    hostile = [attacked(text)[0] for text in ATTACKS]
    lines = table(hostile, width=100).splitlines()
    assert lines.index("") == 1 + len(hostile)


def test_another_measure_than_the_first_is_named():
    finding = msgspec.structs.replace(
        LTS, verdicts=(verdict("not-covered"), verdict("covered", "us-fcc-covered-list", "Listed."))
    )
    assert "under us-fcc-covered-list · HTTP server DNVRS-Webs" in table([finding], width=120)


def test_columns_that_nobody_fills_are_left_out():
    assert "BRAND" not in table([UNKNOWN])


def test_verdicts_are_words_with_or_without_colour():
    plain, coloured = table(colour=False), table(colour=True)
    assert "\x1b" not in plain
    assert "\x1b[1;31mcovered" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured).split() == plain.split()


def test_none_found_is_never_said_without_coverage():
    text = table([])
    assert "No covered equipment found" in text
    assert "Asked 254 addresses" in text


def test_a_long_list_of_gaps_is_cut_and_says_so():
    gaps = tuple(f"192.0.2.{number}: filtered" for number in range(40))
    summary = msgspec.structs.replace(SUMMARY, coverage=msgspec.structs.replace(SUMMARY.coverage, not_reached=gaps))
    text = table(summary=summary)
    assert text.count("Not reached") == MAX_SENTENCES - 2
    assert "more like these" in text


def test_legal_advice_is_disclaimed_once():
    assert table().count("legal advice") == 1
