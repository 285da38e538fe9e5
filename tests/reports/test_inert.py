import html
import json
import re
import unicodedata

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from scanner.model.finding import Finding
from scanner.reports.inert import cell, code, line, markup, terminal
from tests.reports.samples import ATTACKS, FINDINGS, attacked

texts = st.text(st.characters(), max_size=60)


@given(texts, st.none() | st.integers(0, 40))
@settings(max_examples=100, deadline=None)
def test_terminal_text_is_printable_and_short(text, limit):
    shown = terminal(text, limit)
    assert shown.isprintable()
    assert limit is None or len(shown) <= limit
    shown.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("App-webs/", "App-webs/"),
        ("Überwachung 监控", "Überwachung 监控"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\x00b\n", r"a\x00b\x0a"),
        ("\x9b2J", r"\x9b2J"),
        ("\u202egpj", r"\u202egpj"),
        ("\udc80", r"\udc80"),
        ("\U000e0041", r"\U000e0041"),
    ],
)
def test_terminal_spells_out_what_cannot_be_seen(text, shown):
    assert terminal(text) == shown


def test_terminal_says_where_it_cut():
    assert terminal("abcdef", 6) == "abcdef"
    assert terminal("abcdefg", 6) == "abcde…"
    assert terminal("\x1b" * 9, 6) == r"\x1b\…"
    assert terminal("abc", 0) == ""


@given(texts)
@settings(max_examples=100, deadline=None)
def test_no_cell_begins_like_a_formula(text):
    shown = cell(text)
    for part in shown.replace(",", ";").replace("|", ";").split(";"):
        assert unicodedata.normalize("NFKC", part.lstrip(" "))[:1] not in {"=", "+", "-", "@"}
    assert shown.isprintable()


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@A", "\t1", "\r1", " =1", "\uff1d1"])
def test_cells_that_would_be_formulas_start_with_an_apostrophe(text):
    assert cell(text).startswith("'")


def test_cells_that_are_harmless_stay():
    assert cell("DS-2CD2032-I V5.4, 24:48:45") == "DS-2CD2032-I V5.4, 24:48:45"


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: finding.host)
def test_a_line_is_the_finding(finding):
    assert msgspec.json.decode(line(finding), type=Finding) == finding


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
@settings(max_examples=100, deadline=None)
def test_a_line_shows_nothing_unprintable_and_loses_nothing(text):
    finding, _ = attacked(text)
    written = line(finding)
    assert written.isprintable()
    assert msgspec.json.decode(written, type=Finding) == finding


def test_a_line_can_hold_what_utf8_cannot():
    finding, _ = attacked("a\udc80b")
    assert json.loads(line(finding))["host"] == "a?b"


def read_markdown(text):
    return MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(text)


def shown_of(text):
    """What a reader of the rendered text sees."""
    return html.unescape(re.sub(r"</?(?:p|code)>", "", read_markdown(text))).removesuffix("\n")


@given(st.text(st.characters(), max_size=40) | st.sampled_from(ATTACKS))
@settings(max_examples=100, deadline=None)
def test_markdown_shows_text_as_it_is(text):
    wanted = " ".join(f"x {terminal(text)} x".split())
    assert " ".join(shown_of(f"x {markup(text)} x").split()) == wanted
    assert set(re.findall(r"<\w+", read_markdown(f"x {markup(text)} x"))) == {"<p"}


@given(st.text(st.characters(), max_size=40) | st.sampled_from(ATTACKS))
@settings(max_examples=100, deadline=None)
def test_a_code_span_holds_the_whole_text(text):
    wanted = terminal(text).replace("|", r"\x7c")
    if not wanted.strip():
        assert code(text) == ""
        return
    assert shown_of(f"x {code(text)} x") == f"x {wanted} x"
    row = read_markdown(f"| a | b |\n|---|---|\n| {code(text)} | {markup(text)} |\n| 1 | 2 |")
    assert row.count("<td>") == 4


@pytest.mark.parametrize(
    "text", ["[a](http://192.0.2.1)", "http://192.0.2.1", "www.example.org", "a@example.org", "<b>", "![a](b)", "`a`"]
)
def test_markdown_that_would_be_a_link_or_markup_is_broken(text):
    assert markup(text) != text
    assert "<a" not in MarkdownIt("commonmark").render(f"x {markup(text)}")


def test_a_limit_cuts():
    assert (markup("abcdef", 4), code("abcdef", 4)) == ("abc\u2026", "`abc\u2026`")
