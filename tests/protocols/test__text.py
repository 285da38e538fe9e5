from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scanner.model.observation import MAX_VALUE
from scanner.protocols._text import clean, fold, read_text


def test_text_is_utf_8_when_it_can_be():
    assert read_text("Büro".encode()) == "Büro"
    assert read_text(b"B\xfcro") == "Büro"


def test_a_declared_encoding_is_believed_only_when_it_is_east_asian():
    assert read_text("大华".encode("gbk"), "GBK") == "大华"
    assert read_text("Büro".encode(), "latin-1") == "Büro"
    assert read_text(b"x\xff", "undefined") == "xÿ"
    assert read_text(b"\x81", "gbk") == "\ufffd"


def test_clean_keeps_blanks_inside_and_fold_does_not():
    assert clean("  a  b\0c \r\n") == "a  b c"
    assert fold("  a  b\0\n c \r\n") == "a b c"


def test_no_break_spaces_are_kept_by_clean_alone():
    assert clean("Dahua\xa0CA") == "Dahua\xa0CA"
    assert fold("Dahua\xa0CA") == "Dahua CA"


@given(st.text())
def test_values_are_trimmed_and_free_of_control_characters(value: str):
    for form in (clean(value), fold(value)):
        assert form == form.strip()
        assert not any(ord(letter) < 32 for letter in form)
        assert len(form.encode()) <= MAX_VALUE


def test_long_values_are_cut():
    assert len(clean("ä" * 5000).encode()) == MAX_VALUE
    assert fold("xyz " * 5000) == clean("xyz " * 5000) == ("xyz " * 1024).strip()
