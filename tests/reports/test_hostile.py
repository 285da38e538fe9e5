"""A finding whose every text is an attack is inert in each format."""

import csv
import io
import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.reports import FORMATS
from tests.reports.reading import shown
from tests.reports.samples import ATTACKS, attacked

READABLE = [name for name in FORMATS if name != "pdf"]
"""A PDF's text is drawn, not written: its own test says that nothing in it is obeyed."""


def rendered(name, attack):
    finding, context = attacked(attack)
    return shown(name, b"".join(FORMATS[name].encode([finding], context)))


def assert_shows_nothing_unprintable(text):
    assert all(line.isprintable() for line in text.replace("\r\n", "\n").split("\n"))
    text.encode("utf-8")


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("name", READABLE)
def test_known_attacks(name, attack):
    assert_shows_nothing_unprintable(rendered(name, attack))


@given(st.sampled_from(READABLE), st.text(st.characters(), max_size=30))
@settings(max_examples=40, deadline=None)
def test_any_text(name, attack):
    assert_shows_nothing_unprintable(rendered(name, attack))


@pytest.mark.parametrize("attack", ATTACKS)
def test_machine_formats_stay_parseable(attack):
    assert [json.loads(line)["schema"] for line in rendered("jsonl", attack).splitlines()] == [
        "coveredscan.finding/1",
        "coveredscan.summary/1",
    ]
    assert len(json.loads(rendered("json", attack))["findings"]) == 1
    heading, line = csv.reader(io.StringIO(rendered("csv", attack), newline=""))
    assert len(line) == len(heading)
    assert not any(cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r")) for cell in line)


@pytest.mark.parametrize("name", READABLE)
def test_a_title_of_a_megabyte(name):
    title = "<b>=1+1\x1b[31m" * (1 << 16)
    finding, context = attacked("x")
    finding = msgspec.structs.replace(
        finding, evidence=(msgspec.structs.replace(finding.evidence[0], field="http.title", value=title),)
    )
    text = shown(name, b"".join(FORMATS[name].encode([finding], context)))
    assert "\x1b" not in text
    assert len(text) < 24 << 20
