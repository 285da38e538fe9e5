import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.database.normalize import normalize
from scanner.model.observation import MAX_VALUE
from scanner.model.signature import FieldRule

KINDS = ("strip", "mac", "lower", "upper", "lower-hex", "decimal", "int32", "names")


def rule(kind):
    return FieldRule(emits="x", group="x", about="x", normalize=kind)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("strip", " \t\r\n\x00App-webs/\x1b \u3000", "App-webs/"),
        ("strip", "App-webs/\u00a0", "App-webs/"),
        ("strip", "DVR\u00a0Webs  2", "DVR Webs  2"),
        ("strip", "a\r\nb", "a\r\nb"),
        ("strip", "", ""),
        ("mac", "58-50-ED-1F-E3-85", "58:50:ed:1f:e3:85"),
        ("mac", "5850.ed1f.e385", "58:50:ed:1f:e3:85"),
        ("mac", "5850ED1FE385", "58:50:ed:1f:e3:85"),
        ("mac", "58:50:ED:1f:e3:85 ", "58:50:ed:1f:e3:85"),
        ("mac", "5850-ed1f-e385", "58:50:ed:1f:e3:85"),
        ("mac", "5850ed-1fe385", "58:50:ed:1f:e3:85"),
        ("mac", "58 50 ED 1F E3 85", "58:50:ed:1f:e3:85"),
        ("mac", "0:c:29:1:2:3", "00:0c:29:01:02:03"),
        ("mac", "58:50:ed:1f:e3", None),
        ("mac", "58:50:ed:1f:e3:85:00", None),
        ("mac", "58:50-ed:1f:e3:85", None),
        ("mac", "58:50:ed:1f:e3:8g", None),
        ("mac", "5850ed1fe38\u0665", None),
        ("mac", "", None),
        ("mac", "0x5850ED1FE385", "58:50:ed:1f:e3:85"),
        ("mac", "58:50:ED:1F:E3:85 (Some Registrant)", "58:50:ed:1f:e3:85"),
        ("mac", "5850ED1FE385 Some Registrant", "58:50:ed:1f:e3:85"),
        ("mac", "? (192.0.2.1) at 0:d:c5:1:2:3 on en0 ifscope [ethernet]", "00:0d:c5:01:02:03"),
        ("mac", "192.0.2.1 dev eth0 lladdr 00:0d:c5:01:02:03 REACHABLE", "00:0d:c5:01:02:03"),
        ("mac", "00:0d:c5:01:02:03 00:0d:c5:01:02:04", None),
        ("mac", "fe80::1:2:3:4:5:6", None),
        ("mac", "no address", None),
        ("mac", "10.0.0.5", None),
        ("lower", " URN:UUID:1-A ", "urn:uuid:1-a"),
        ("upper", " ds-2cd ", "DS-2CD"),
        ("lower-hex", "D4:1D:8C", "d41d8c"),
        ("lower-hex", "D41D8CD98F00B204E9800998ECF8427E", "d41d8cd98f00b204e9800998ecf8427e"),
        ("lower-hex", "d41d8cg", None),
        ("lower-hex", "", None),
        ("decimal", " 554", "554"),
        ("decimal", "-1234567890", "-1234567890"),
        ("decimal", "+0007", "7"),
        ("decimal", "-0", "0"),
        ("decimal", "80.0", None),
        ("decimal", "0x50", None),
        ("decimal", "\u0665", None),
        ("decimal", "9" * 5000, None),
        ("decimal", "", None),
        ("int32", "2828332525", "-1466634771"),
        ("int32", "-1466785234", "-1466785234"),
        ("int32", "2147483647", "2147483647"),
        ("int32", "4294967296", "4294967296"),
        ("int32", "x", None),
        ("names", "Date, Server;Content-Type\nETag  X-Frame-Options", "Date,Server,Content-Type,ETag,X-Frame-Options"),
        ("names", '["Date", "Server", "Content-Type"]', "Date,Server,Content-Type"),
        ("names", '["Date", 3]', None),
        ("names", "[" * 4000, None),
        ("names", '["[Date"]', None),
        ("names", "Date\x85Server\u00a0Age", "Date,Server,Age"),
        ("names", "Server", "Server"),
        ("names", " ,; ", ""),
    ],
)
def test_forms(kind, value, expected):
    assert normalize(rule(kind), value) == expected


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(KINDS), st.text() | st.text('0123456789abcdefABCDEF:-. ,;[]"\u00a0\n', max_size=40))
def test_any_text_is_normalised_once_and_for_all(kind, value):
    once = normalize(rule(kind), value)
    assert once is None or normalize(rule(kind), once) == once


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(KINDS), st.text(min_size=1, max_size=9), st.integers(500, 5000))
def test_long_values_are_clipped(kind, value, times):
    once = normalize(rule(kind), value * times)
    assert once is None or (len(once.encode()) <= MAX_VALUE and normalize(rule(kind), once) == once)


@settings(max_examples=50, deadline=None)
@given(st.binary(min_size=6, max_size=6))
def test_every_spelling_of_an_address_is_one_value(raw):
    spellings = [raw.hex(separator) for separator in ":-. "] + [raw.hex(), raw.hex(".", 2), raw.hex("-", 3).upper()]
    assert {normalize(rule("mac"), text) for text in spellings} == {raw.hex(":")}


def test_lone_surrogates_are_replaced():
    assert normalize(rule("strip"), "a\ud800b") == "a?b"


def test_the_ends_are_all_white_space_and_control_characters():
    ends = "".join(c for c in map(chr, range(sys.maxunicode + 1)) if c.isspace() or unicodedata.category(c) == "Cc")
    assert normalize(rule("strip"), f"{ends}x{ends}") == "x"
    kept = [c for c in map(chr, range(0x3000 + 1)) if normalize(rule("strip"), c)]
    assert len(kept) == 0x3001 - len(ends) - len("\u200b")
    assert normalize(rule("strip"), "\ufeffx\u200b") == "x"
