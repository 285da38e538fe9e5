"""XML from strangers: no document types, no entities, bounded size, depth and number of elements.

Devices wrap their XML in NUL bytes and junk, declare encodings they do not use and put control
characters into text, so all of that is taken off before the parser sees it.
"""

from __future__ import annotations

import re
from typing import Final
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

import msgspec
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from scanner.model.dialogue import Malformed
from scanner.protocols._text import read_text

MAX_SIZE: Final = 262_144
"""Bytes: the cap of one HTTP answer; the longest real envelope seen is a tenth of it."""
MAX_DEPTH: Final = 64
"""Real device answers stay under 20; more only serves to exhaust a recursive reader."""
MAX_ELEMENTS: Final = 8192
"""A GetServices answer with capabilities has some hundreds; each element costs far more memory than its bytes."""
MAX_DECLARATIONS: Final = 256
"""gSOAP stacks declare up to 80 namespaces; values beyond this cannot be evidence."""

_DECLARATION: Final = re.compile(r"<\?xml[^>]{0,200}\?>")
_ENCODING: Final = re.compile(rb"<\?xml[^>]{0,100}encoding=[\"']([A-Za-z0-9._-]{2,20})")
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


class Document(msgspec.Struct, frozen=True):
    """One parsed document."""

    root: Element
    namespaces: tuple[tuple[str, str], ...]
    """(prefix, namespace) of each declaration in order, without repetition; the prefix is empty for a default."""


class _CappedBuilder(TreeBuilder):
    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.elements = 0
        self.namespaces: dict[tuple[str, str], None] = {}

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self.depth += 1
        self.elements += 1
        if self.depth > MAX_DEPTH or self.elements > MAX_ELEMENTS:
            raise Malformed("XML nested too deep or too large")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self.depth -= 1
        return super().end(tag)

    def start_ns(self, prefix: str, uri: str) -> None:
        if len(self.namespaces) < MAX_DECLARATIONS:
            self.namespaces[prefix or "", (uri or "").strip()] = None


def read_xml(raw: bytes) -> Document:
    """Return the document inside ``raw``; Malformed when there is none, or when it uses or exceeds what is refused."""
    if len(raw) > MAX_SIZE:
        raise Malformed("XML too large")
    text = _ILLEGAL.sub("", _decode(raw))
    begin, end = text.find("<"), text.rfind(">")
    if begin < 0 or end < begin:
        raise Malformed("no XML")
    builder = _CappedBuilder()
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    try:
        parser.feed(_DECLARATION.sub("", text[begin : end + 1], count=1))
        root = parser.close()
    except (ParseError, DefusedXmlException) as error:
        raise Malformed(f"not XML: {type(error).__name__}") from error
    return Document(root, tuple(builder.namespaces))


def local_name(element: Element) -> str:
    """Return the element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def namespace(element: Element) -> str:
    """Return the element's namespace, empty when it has none."""
    head, brace, _ = str(element.tag).rpartition("}")
    return head[1:] if brace else ""


def _decode(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    declared = _ENCODING.search(raw[:400])
    return read_text(raw, declared[1].decode("ascii") if declared else "")
