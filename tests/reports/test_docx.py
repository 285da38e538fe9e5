import io
import re
import shutil
import subprocess
import zipfile

import docx as word
import msgspec
import pytest

from scanner.reports import Context, FormatMissing, docx
from scanner.reports.docx import HOSTS, MARKER, render
from tests.reports.samples import ATTACKS, CONTEXT, FINDINGS, LTS, UNKNOWN, attacked


def data_of(findings, context=CONTEXT):
    return b"".join(render(findings, context))


def document_of(findings, context=CONTEXT):
    return word.Document(io.BytesIO(data_of(findings, context)))


def told(document):
    texts = [each.text for each in document.paragraphs]
    return texts + [cell.text for table in document.tables for row in table.rows for cell in row.cells]


def headings(document, level):
    return [each.text for each in document.paragraphs if each.style.name == f"Heading {level}"]


def test_a_finding_for_each_maker_and_measure():
    assert headings(document_of(FINDINGS), 2) == [
        "Findings",
        "1. Hikvision equipment: Pub. L. 115-232, § 889",
        "2. Hikvision equipment: 47 CFR 1.50002",
        "3. Dahua equipment: Pub. L. 115-232, § 889",
        "Not determined",
        "Reached, and not reached",
    ]


def test_a_finding_has_devices_evidence_obligation_and_remediation():
    texts = "\n".join(told(document_of([LTS])))
    for said in (
        "192.0.2.10", "HTTP server DNVRS-Webs", "Federal agencies may not buy", "since 2019-08-13",
        "To be settled: used for public safety", "Ask the contracting officer", "Verdict: covered.",
    ):  # fmt: skip
        assert said in texts


def test_the_undetermined_and_the_unreached_are_told():
    texts = told(document_of([UNKNOWN]))
    assert {"192.0.2.33", "554/tcp"} <= set(texts)
    assert any("no route to host" in text for text in texts)
    assert told(document_of((), Context())).count("None among these devices.") == 2


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_a_device_says_is_a_field_a_link_or_a_part(attack):
    finding, context = attacked(attack)
    data = data_of([finding], context)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        body = package.read("word/document.xml").decode()
        links = package.read("word/_rels/document.xml.rels").decode()
        names = package.namelist()
    assert not re.search(r"<w:(?:fldSimple|instrText|hyperlink|object|drawing|pict|altChunk)\b", body)
    assert "TargetMode" not in links
    assert names == [each.filename for each in zipfile.ZipFile(io.BytesIO(data_of(FINDINGS))).infolist()]
    assert all(text.isprintable() for text in told(word.Document(io.BytesIO(data))))


def many(finding, count):
    return [msgspec.structs.replace(finding, host=f"10.0.{n // 200}.{n % 200}", mac=None) for n in range(count)]


def test_many_devices_are_drawn_together(monkeypatch):
    monkeypatch.setattr(docx, "APPENDED", 60)
    document = document_of([*many(LTS, 210), *many(UNKNOWN, HOSTS + 1)])
    texts = told(document)
    assert "210 devices, those alike together; their evidence is in the appendix." in texts
    assert texts.count("10.0.0.0-199 · 10.0.1.0-9") == 1
    assert "They are the devices of finding 1, where their addresses stand." in texts
    assert "10.0.0.0-50" in texts
    assert headings(document, 2)[-1] == "Appendix: evidence"
    assert any(text.startswith("The first 60 of 210 devices; reports as .evidence.csv") for text in texts)
    assert texts.count("HTTP server DNVRS-Webs; RTSP realm IP Camera(C2183); MAC block 24:48:45") == 60


def test_few_devices_are_listed_one_by_one():
    document = document_of(many(LTS, HOSTS))
    assert f"10.0.0.{HOSTS - 1}" in told(document)
    assert "Appendix: evidence" not in headings(document, 2)


def test_nothing_that_many_devices_say_is_a_field_or_a_link_either():
    attacks = [msgspec.structs.replace(attacked(text)[0], host=f"{text}{n}") for n, text in enumerate(ATTACKS * 3)]
    same = [
        msgspec.structs.replace(each, verdicts=attacks[0].verdicts, identification=attacks[0].identification)
        for each in attacks
    ]
    for found in (attacks, same):
        assert len(found) > HOSTS
        data = data_of(found)
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            body = package.read("word/document.xml").decode()
            assert "TargetMode" not in package.read("word/_rels/document.xml.rels").decode()
        assert not re.search(r"<w:(?:fldSimple|instrText|hyperlink|object|drawing|pict|altChunk)\b", body)
        assert all(text.isprintable() for text in told(word.Document(io.BytesIO(data))))
    assert "Appendix: evidence" in headings(document_of(same), 2)


def template(*paragraphs):
    document = word.Document()
    document.sections[0].header.paragraphs[0].text = "The firm"
    for text in paragraphs:
        document.add_paragraph(text)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def test_a_template_of_the_firms_own_keeps_its_header_and_says_where():
    context = CONTEXT._replace(templates={"docx": template("Before", MARKER, "After")})
    document = document_of([LTS], context)
    texts = [each.text for each in document.paragraphs]
    assert document.sections[0].header.paragraphs[0].text == "The firm"
    assert MARKER not in texts
    assert texts.index("Before") < texts.index("Findings") < texts.index("After")
    assert len(document.tables) == len(document_of([LTS]).tables)


def test_a_template_that_does_not_say_where_gets_them_at_its_end():
    texts = told(document_of([LTS], CONTEXT._replace(templates={"docx": template("Before")})))
    assert texts.index("Before") < texts.index("Findings")


def test_a_template_without_the_usual_styles_serves():
    document = word.Document()
    for style in [each for each in document.styles if each.name in {"Heading 2", "List Bullet", "Table Grid"}]:
        style.delete()
    file = io.BytesIO()
    document.save(file)
    context = CONTEXT._replace(templates={"docx": file.getvalue()})
    assert "Findings" in told(document_of([LTS], context))


def test_what_is_no_template_is_told_in_a_line():
    with pytest.raises(FormatMissing, match="DOCX template cannot be used") as error:
        data_of([LTS], CONTEXT._replace(templates={"docx": b"PK no"}))
    assert "\n" not in str(error.value)


@pytest.mark.slow
@pytest.mark.process
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it_and_makes_a_pdf(tmp_path):
    finding, _ = attacked("<w:p>\x1b =1+1")
    (tmp_path / "findings.docx").write_bytes(data_of([*FINDINGS, *many(LTS, 5000), finding]))
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "pdf",
            "--outdir", str(tmp_path), str(tmp_path / "findings.docx"),
        ],
        check=True, capture_output=True, timeout=100,
    )  # fmt: skip
    data = (tmp_path / "findings.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    assert len(data) > 10_000
