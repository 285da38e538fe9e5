"""Raw answers that other scanners kept, read by our own decoders."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from scanner.importers.json_values import as_text
from scanner.model.dialogue import Fact, Malformed, WebReply
from scanner.protocols import banner, http, rtsp, sip, tls


def read_answer(raw: bytes, port: int | None, path: str = "/") -> Iterator[Fact]:
    """Yield what an answer of unknown protocol shows: an HTTP, RTSP or SIP response, or a banner; nothing for others.

    Raises Malformed as the decoders do.
    """
    if raw.startswith(b"HTTP/"):
        yield from (fact for fact in http.decode(raw) if path == "/" or fact.field != http.STATUS)
    elif raw.startswith(b"RTSP/"):
        yield from rtsp.decode(raw)
    elif raw.startswith(b"SIP/"):
        yield from sip.decode(raw)
    elif port in banner.SPEC.ports or raw.startswith(b"SSH-"):
        yield from banner.decode(raw)


def read_page(status: object, headers: Iterable[tuple[str, str]], body: object, *, ordered: bool) -> Iterator[Fact]:
    """Yield what one HTTP response shows of which status, headers and body are given apart.

    ``ordered``: the headers have the order and letter case in which they were sent; otherwise their names tell nothing.
    """
    code = status if isinstance(status, int) and not isinstance(status, bool) else 0
    reply = WebReply(code, tuple(headers), as_text(body).encode("utf-8", "replace"))
    for fact in http.facts(reply):
        if (ordered or fact.field != http.HEADER_NAMES) and (code or fact.field != http.STATUS):
            yield fact


def read_certificate(value: object) -> Iterator[Fact]:
    """Yield the facts of a certificate given as PEM, or as DER in base64; Malformed when it is none."""
    text = as_text(value)
    try:
        if "-----BEGIN" in text:
            der = x509.load_pem_x509_certificate(text.encode("ascii", "replace")).public_bytes(Encoding.DER)
        else:
            der = base64.b64decode(text, validate=True)
    except (ValueError, TypeError, binascii.Error) as error:
        raise Malformed("not a certificate") from error
    yield from tls.facts(der)


def header_pairs(headers: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (name, value) of an object of headers, whose values may be text, lists or objects with a list inside.

    Names such as ``www_authenticate`` come back with hyphens.
    """
    for name, value in headers.items():
        for text in _values(value):
            yield name.replace("_", "-"), text


def _values(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value[:64]:
            yield from _values(item) if isinstance(item, str) else ()
    elif isinstance(value, dict):
        yield from _values(value.get("headers") or value.get("value") or [])
