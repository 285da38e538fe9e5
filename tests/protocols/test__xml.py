from __future__ import annotations

import pytest
from hypothesis import given, settings

from scanner.model.dialogue import Malformed
from scanner.protocols._xml import MAX_DEPTH, MAX_ELEMENTS, MAX_SIZE, local_name, namespace, read_xml
from tests import strategies
from tests.protocols import answers

BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol1 "&lol;&lol;&lol;&lol;">]><lolz>&lol1;</lolz>"""
EXTERNAL = b"""<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><r>&x;</r>"""


def test_names_and_namespaces_are_told_apart():
    document = read_xml(b'<?xml version="1.0"?><a:r xmlns:a="urn:a" xmlns="urn:b"><c/></a:r>')
    assert (local_name(document.root), namespace(document.root)) == ("r", "urn:a")
    assert (local_name(document.root[0]), namespace(document.root[0])) == ("c", "urn:b")
    assert document.namespaces == (("a", "urn:a"), ("", "urn:b"))


def test_an_element_without_a_namespace_has_an_empty_one():
    assert namespace(read_xml(b"<r/>").root) == ""


def test_blanks_around_a_namespace_are_taken_off():
    # home-assistant/core issue 153230: line ends inside the quotes.
    assert read_xml(b'<r xmlns:t="\n http://www.onvif.org/x"/>').namespaces == (("t", "http://www.onvif.org/x"),)


@pytest.mark.parametrize("raw", [b"\0\0<r>x</r>\0", b"junk<r>x</r>junk", b"\xef\xbb\xbf<r>x</r>", b"<r>\x01x</r>"])
def test_junk_is_taken_off(raw: bytes):
    assert read_xml(raw).root.text == "x"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ('<?xml version="1.0" encoding="GB2312"?><r>大华</r>'.encode("gb2312"), "大华"),
        ('<?xml version="1.0" encoding="utf-8"?><r>ü</r>'.encode("latin-1"), "ü"),
        ('<?xml version="1.0" encoding="UTF-16"?><r>大</r>'.encode("utf-16"), "大"),
        (b'<?xml version="1.0" encoding="rot13"?><r>x</r>', "x"),
    ],
)
def test_encodings_are_read_for_what_they_are(raw: bytes, text: str):
    assert read_xml(raw).root.text == text


@pytest.mark.parametrize(
    "raw",
    [
        BOMB,
        EXTERNAL,
        b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1),
        b"<a>" * 50_000,
        b"<r>" + b"<a/>" * MAX_ELEMENTS + b"</r>",
        b"<r>" + b" " * MAX_SIZE + b"</r>",
        b"<r>&undefined;</r>",
        b"<r><x:y/></r>",
        b"<r>",
        b"",
        b">",
        b"no markup",
    ],
)
def test_what_is_refused_or_broken_is_malformed(raw: bytes):
    with pytest.raises(Malformed):
        read_xml(raw)


@settings(max_examples=100, deadline=None)
@given(strategies.hostile((*answers.WS_DISCOVERY, BOMB, EXTERNAL)))
def test_any_bytes_give_a_document_or_malformed(raw: bytes):
    try:
        document = read_xml(raw)
    except Malformed:
        return
    assert len(list(document.root.iter())) <= MAX_ELEMENTS
