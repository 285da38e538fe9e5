import csv
import io

import msgspec

from scanner.reports.csv import COLUMNS, render
from tests.reports.samples import CONTEXT, FINDINGS, LTS


def read(findings):
    return list(csv.DictReader(io.StringIO("".join(render(findings, CONTEXT)), newline="")))


def test_one_line_a_device_worst_first():
    lines = read(FINDINGS)
    assert [line["verdict"] for line in lines] == ["covered", "likely", "undetermined", "not-covered"]
    assert all(set(line) == set(COLUMNS) for line in lines)


def test_a_covered_device():
    (line,) = read([LTS])
    assert line["manufacturer"] == "Hangzhou Hikvision Digital Technology Co., Ltd."
    assert line["manufacturer_tier"] == "confirmed"
    assert line["brand"] == "LTS"
    assert line["measure"] == "us-ndaa-889"
    assert line["addresses"] == "192.0.2.10 fe80::2648:45ff:fe00:1"
    assert line["verdicts"] == "us-ndaa-889: covered; us-fcc-covered-list: covered"
    assert line["evidence"].startswith("HTTP server DNVRS-Webs; RTSP realm IP Camera(C2183)")
    assert line["last_seen"] == "2026-11-21T02:03:04+00:00"


def test_lines_end_as_rfc_4180_says():
    text = "".join(render(FINDINGS, CONTEXT))
    assert text.count("\r\n") == 1 + len(FINDINGS)


def test_formulas_are_text():
    (line,) = read([msgspec.structs.replace(LTS, host='=HYPERLINK("http://192.0.2.1/")')])
    assert line["host"] == '\'=HYPERLINK("http://192.0.2.1/")'
