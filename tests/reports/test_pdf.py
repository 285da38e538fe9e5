import re
import sys
import zlib

import msgspec
import pytest

from scanner.reports import Context, FormatMissing, pdf
from tests.reports.samples import ATTACKS, CONTEXT, FINDINGS, LTS, attacked

MARKUP = "<img src='http://192.0.2.1/x'><link rel=attachment href='file:///etc/passwd'><script>alert(1)</script>"


@pytest.fixture
def laid_out():
    try:
        import weasyprint  # noqa: F401, PLC0415 - it may not be there
    except (ModuleNotFoundError, OSError):
        pytest.skip("WeasyPrint or the system's Pango is not installed")
    return lambda findings, context=CONTEXT: b"".join(pdf.render(findings, context))


def parts_of(data):
    """The streams of a PDF that can be read."""
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL):
        try:
            yield zlib.decompress(stream)
        except zlib.error:
            yield stream


def test_a_document_with_pages(laid_out):
    data = laid_out(FINDINGS)
    assert data.startswith(b"%PDF-")
    assert data.rstrip().endswith(b"%%EOF")
    assert laid_out(()).startswith(b"%PDF-")


def test_markup_from_devices_loads_and_embeds_nothing(laid_out, monkeypatch):
    asked = []
    refuse = pdf._refuse

    def spied(url, *rest, **more):
        asked.append(url)
        refuse(url)

    monkeypatch.setattr(pdf, "_refuse", spied)
    finding, context = attacked(MARKUP)
    data = laid_out([finding], context)
    assert asked == []
    text = b"".join([data, *parts_of(data)])
    for banned in (b"/EmbeddedFile", b"/JavaScript", b"/Launch", b"/URI"):
        assert banned not in text


def test_nothing_that_many_devices_say_is_obeyed_either(laid_out, monkeypatch):
    monkeypatch.setattr(pdf, "LINES", 1)
    monkeypatch.setattr(pdf, "SHEETS", 2)
    data = laid_out([attacked(text)[0] for text in (MARKUP, *ATTACKS)])
    text = b"".join([data, *parts_of(data)])
    for banned in (b"/EmbeddedFile", b"/JavaScript", b"/Launch", b"/URI"):
        assert banned not in text


def test_nothing_is_ever_fetched():
    with pytest.raises(ValueError, match="nothing is loaded"):
        pdf._refuse("file:///etc/passwd", timeout=1)


@pytest.mark.slow
@pytest.mark.timeout(60)
@pytest.mark.parametrize("endless", ["W" * 5000, "\u754c" * 3000, "\U000e0041\u0300" * 50])
def test_no_text_takes_for_ever(laid_out, endless):
    finding, context = attacked(endless)
    assert laid_out([finding], context).startswith(b"%PDF-")


def test_more_devices_than_sheets(laid_out, monkeypatch):
    def size(count):
        monkeypatch.setattr(pdf, "SHEETS", count)
        return len(laid_out(FINDINGS))

    assert size(1) < size(4)


def test_thousands_alike_take_few_pages(laid_out):
    many = [msgspec.structs.replace(LTS, host=f"10.0.{n // 250}.{n % 250}") for n in range(5000)]
    assert len(laid_out(many)) < 2 * len(laid_out([LTS]))


def test_without_the_library_one_line_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(FormatMissing, match=r"pip install 'coveredscan\[pdf\]'"):
        next(pdf.render([msgspec.structs.replace(LTS)], Context()))
