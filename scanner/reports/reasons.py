"""Evidence in a few words, as people say it: ``HTTP server DNVRS-Webs``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from scanner.model.finding import Evidence, Finding
from scanner.model.signature import STRENGTHS

_NAMES: Final[Mapping[str, str]] = {
    "link.mac": "MAC",
    "http.www_authenticate": "HTTP realm",
    "http.header_names": "HTTP header order",
    "http.location": "HTTP redirect",
    "http.body_marker": "web page",
    "http.favicon.md5": "favicon",
    "http.favicon.mmh3": "favicon",
    "http.set_cookie": "HTTP cookie",
    "rtsp.www_authenticate": "RTSP realm",
    "rtsp.sdp": "RTSP description",
    "tls.subject": "certificate",
    "tls.issuer": "certificate issuer",
    "onvif.hardware_id": "ONVIF hardware",
    "onvif.xmlns": "ONVIF namespace",
    "open.tcp": "open TCP port",
    "open.udp": "open UDP port",
    "name.dns": "DNS name",
}
_PROTOCOLS: Final[Mapping[str, str]] = {
    "wsd": "ONVIF",
    "upnp": "UPnP",
    "mdns": "mDNS",
    "hik_sdk": "SDK",
    "dahua": "Dahua CGI",
    "telnet": "Telnet",
}
_OBSCURE: Final = frozenset(
    {"http.body_marker", "http.header_names", "http.etag", "http.favicon.md5", "http.favicon.mmh3", "rtsp.sdp"}
)
TELLING: Final = 4
"""Letters from which on a value says something by itself."""
_AGAINST: Final = "not "
"""How evidence begins that speaks against a value."""
_REALM: Final = re.compile(r'realm\s*=\s*(?:"([^"]*)"|([^\s,"]+))', re.IGNORECASE)
_SCOPE: Final = re.compile(r"onvif://www\.onvif\.org/", re.IGNORECASE)


def best(finding: Finding, count: int) -> Iterator[str]:
    """Yield up to ``count`` reasons for the maker found (else for the brand, else anything), strongest first.

    Of equals, mere codes come last: ``HTTP server DNVRS-Webs`` can be looked up by whoever doubts it, ``30`` cannot,
    nor can a line out of a web page.
    Each comes from another evidence group, as long as there are any: signals that fail together convince as one.
    Without evidence the open ports are named, so that somebody can go and look.
    """
    chosen: list[Evidence] = []
    for candidates in _witnesses(finding):
        ranked = sorted(
            (piece for piece in candidates if not piece.says.startswith(_AGAINST)),
            key=lambda piece: (-STRENGTHS.index(piece.strength), _is_obscure(piece)),
        )
        first = {piece.group: piece for piece in reversed(ranked)}
        chosen = [piece for piece in ranked if first[piece.group] is piece]
        chosen += [piece for piece in ranked if first[piece.group] is not piece]
        if chosen:
            break
    words: dict[str, str] = {}
    for piece in chosen:
        # What was seen is told once, and the plainest way: through the catalogue it says the same again.
        seen, told = f"{piece.field} {_told(piece)}", phrase(piece)
        words[seen] = min(words.get(seen, told), told, key=len)
    yield from list(words.values())[:count]
    if not words and finding.open_ports:
        yield f"open {', '.join(finding.open_ports)}"


def phrase(piece: Evidence) -> str:
    """Return what was seen in a few words. As hostile as the device: callers make it inert."""
    if piece.signature.startswith("oui:"):
        return f"MAC block {piece.signature.removeprefix('oui:')}"
    words = f"{name(piece.field)} {_told(piece)}"
    if piece.signature.startswith("catalogue:"):
        words += f" (catalogue: {piece.signature.removeprefix('catalogue:')})"
    return words if piece.reporter is None else f"{words} (says {piece.reporter})"


def name(field: str) -> str:
    """Return what people call ``field``: ``HTTP server`` for ``http.server``."""
    if field in _NAMES:
        return _NAMES[field]
    protocol, _, rest = field.partition(".")
    return f"{_PROTOCOLS.get(protocol, protocol.upper())} {rest.replace('_', ' ')}".strip()


def _witnesses(finding: Finding) -> Iterator[Iterable[Evidence]]:
    for slot in ("manufacturer", "brand"):
        named = getattr(finding.identification, slot)
        if named is not None:
            yield [piece for piece in finding.evidence if piece.slot == slot and piece.says == named.value]
            # The claims of an owned company also speak for its owner.
            yield [piece for piece in finding.evidence if piece.slot == slot]
    yield finding.evidence


def _is_obscure(piece: Evidence) -> bool:
    return piece.field in _OBSCURE or len(_told(piece)) < TELLING


def _told(piece: Evidence) -> str:
    if piece.field.endswith(".www_authenticate") and (realm := _REALM.search(piece.value)):
        return realm[1] if realm[1] is not None else realm[2]
    if piece.field == "wsd.scope":
        return _SCOPE.sub("", piece.value, count=1)
    return piece.value
