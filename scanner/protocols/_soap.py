"""What SOAP envelopes of ONVIF and WS-Discovery have in common: vendor namespaces, the body, scopes.

ONVIF Core Specification, device discovery (scopes); SOAP 1.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from scanner.model.dialogue import Fact, Malformed
from scanner.model.observation import Field
from scanner.protocols._text import clean, fold
from scanner.protocols._xml import Document, local_name

XMLNS: Final = Field("onvif.xmlns")
MAC: Final = Field("onvif.mac")
MODEL: Final = Field("onvif.model")
SCOPE: Final = Field("wsd.scope")

MAX_SCOPES: Final = 64
"""Devices list 5 to 30; a bound keeps one datagram from becoming thousands of observations."""
MAX_XMLNS: Final = 32
"""Vendor stacks declare up to five of their own."""

_STANDARD: Final = re.compile(
    r"(?i)(?:https?://(?:[^/:]*\.)?(?:onvif\.org|oasis-open\.org|w3\.org|xmlsoap\.org)(?:[/:]|$)|urn:oasis:)"
)
_SCOPE: Final = re.compile(r"(?i)onvif://www\.onvif\.org/(mac|hardware)/(.+)")
_MAC: Final = re.compile(r"(?:[0-9A-Fa-f]{2}[:.-]?){5}[0-9A-Fa-f]{2}")


def read_body(document: Document) -> Element:
    """Return the Body of a SOAP envelope; Malformed when the document is none."""
    if local_name(document.root) == "Envelope":
        for part in document.root:
            if local_name(part) == "Body":
                return part
    raise Malformed("no SOAP envelope")


def vendor_namespaces(document: Document) -> Iterator[Fact]:
    """Yield one fact per declared namespace that is not of ONVIF, OASIS, W3C or xmlsoap.org.

    The value is ``prefix=namespace``; a default namespace has the prefix ``xmlns``.
    """
    own = ((prefix or "xmlns", uri) for prefix, uri in document.namespaces if uri and not _STANDARD.match(uri))
    for _, (prefix, uri) in zip(range(MAX_XMLNS), own, strict=False):
        yield Fact(XMLNS, clean(f"{prefix}={uri}"))


def scope_facts(scopes: Iterator[str]) -> Iterator[Fact]:
    """Yield each scope as sent, and the hardware address and model that some of them hold."""
    for _, scope in zip(range(MAX_SCOPES), scopes, strict=False):
        yield Fact(SCOPE, clean(scope))
        told = _SCOPE.fullmatch(scope)
        if told is None:
            continue
        value = fold(unquote(told[2]).strip("/"))
        if told[1].lower() == "hardware" and value:
            yield Fact(MODEL, value)
        if told[1].lower() == "mac" and _MAC.fullmatch(value):
            yield Fact(MAC, value.lower())
