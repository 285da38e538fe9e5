import io
import zipfile

import msgspec
import openpyxl
import pytest

from scanner.reports import Context, csv, evidence_csv, xlsx
from tests.reports.samples import ATTACKS, CONTEXT, FINDINGS, LTS, attacked


def book_of(findings, context=CONTEXT):
    return openpyxl.load_workbook(io.BytesIO(b"".join(xlsx.render(findings, context))))


def lines_of(sheet):
    return [tuple(value or "" for value in line) for line in sheet.iter_rows(values_only=True)]


def test_a_line_a_device_and_a_line_a_piece_of_evidence():
    book = book_of(FINDINGS)
    assert book.sheetnames == ["Devices", "Evidence", "Measures", "Coverage"]
    devices, evidence = lines_of(book["Devices"]), lines_of(book["Evidence"])
    assert devices[0] == csv.COLUMNS
    assert [line[1] for line in devices[1:]] == ["covered", "likely", "undetermined", "not-covered"]
    assert evidence[0] == evidence_csv.COLUMNS
    assert len(evidence) == 1 + sum(len(each.evidence) for each in FINDINGS)
    assert [line[0] for line in lines_of(book["Measures"])[1:]] == ["us-ndaa-889", "us-fcc-covered-list"]
    assert any("no route to host" in line[0] for line in lines_of(book["Coverage"]))


def test_nothing_found_is_a_book_all_the_same():
    assert [len(lines_of(sheet)) for sheet in book_of((), Context()).worksheets][:3] == [1, 1, 1]


@pytest.mark.parametrize("attack", ATTACKS)
def test_every_cell_is_text(attack):
    finding, context = attacked(attack)
    data = b"".join(xlsx.render([finding], context))
    for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets:
        for line in sheet.iter_rows():
            for each in line:
                assert each.data_type in {"s", "n"}
                assert each.hyperlink is None
                assert each.value is None or isinstance(each.value, str)
                assert each.value is None or not each.value.lstrip().startswith(("=", "+", "-", "@"))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert not any("<f>" in package.read(name).decode() for name in package.namelist())


def test_a_text_longer_than_a_cell_is_cut(monkeypatch):
    monkeypatch.setattr(xlsx, "MAX_TEXT", 10)
    book = book_of([msgspec.structs.replace(LTS, host="h" * 11)])
    assert lines_of(book["Devices"])[1][0] == "h" * 9 + "\u2026"


def test_a_full_sheet_goes_on_in_another(monkeypatch):
    monkeypatch.setattr(xlsx, "MAX_ROWS", 4)
    book = book_of(FINDINGS)
    assert [name for name in book.sheetnames if name.startswith("Devices")] == ["Devices", "Devices 2"]
    told = [line[0] for name in ("Devices", "Devices 2") for line in lines_of(book[name])[1:]]
    assert sorted(told) == sorted(each.host for each in FINDINGS)


def test_no_time_but_the_scans_is_in_it():
    data = b"".join(xlsx.render(FINDINGS, CONTEXT))
    assert book_of(FINDINGS).properties.created.isoformat() == "2026-11-21T02:04:00"
    assert data == b"".join(xlsx.render(FINDINGS, CONTEXT))
