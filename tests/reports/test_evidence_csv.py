import csv
import io

import msgspec

from scanner.reports.evidence_csv import COLUMNS, render
from scanner.reports.identity import identities
from tests.reports.samples import CONTEXT, FINDINGS, LTS


def read(findings):
    return list(csv.DictReader(io.StringIO("".join(render(findings, CONTEXT)), newline="")))


def test_one_line_a_piece_of_evidence_worst_device_first():
    lines = read(FINDINGS)
    assert len(lines) == sum(len(each.evidence) for each in FINDINGS)
    assert [line["host"] for line in lines[:5]] == [LTS.host] * 5
    assert all(set(line) == set(COLUMNS) for line in lines)


def test_a_piece_in_full():
    line = read([LTS])[0]
    assert line | {"device": ""} == {
        "host": "192.0.2.10",
        "device": "",
        "verdict": "covered",
        "manufacturer": "Hangzhou Hikvision Digital Technology Co., Ltd.",
        "manufacturer_tier": "confirmed",
        "field": "http.server",
        "value": "DNVRS-Webs",
        "port": "80",
        "observed_at": "2026-11-21T02:03:04+00:00",
        "reporter": "",
        "slot": "manufacturer",
        "says": "hikvision",
        "strength": "strong",
        "group": "http",
        "signature": "hikvision-http-server-webs",
        "in_words": "HTTP server DNVRS-Webs",
    }
    assert line["device"] == identities([LTS])[0].uuid()


def test_formulas_are_text():
    piece = msgspec.structs.replace(LTS.evidence[0], value='=HYPERLINK("http://192.0.2.1/")')
    (line,) = read([msgspec.structs.replace(LTS, evidence=(piece,))])
    assert line["value"] == '\'=HYPERLINK("http://192.0.2.1/")'
    assert "'=HYPERLINK" in line["in_words"] or not line["in_words"].startswith("=")


def test_a_device_without_evidence_has_no_line():
    assert read([msgspec.structs.replace(LTS, evidence=())]) == []
