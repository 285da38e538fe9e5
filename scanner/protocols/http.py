"""HTTP: what a web server's answers show. RFC 9110, RFC 9112.

Pages are scanned for tags in time linear in their size instead of being parsed: real device pages are broken,
write half their tags from scripts, and a hostile page makes a backtracking parser run for minutes.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from itertools import islice
from typing import Final
from urllib.parse import quote, unquote, urljoin, urlsplit

import mmh3
import re2

from scanner.model.dialogue import Fact, Malformed, WebAsk, WebDialogue, WebReply, WebSpec
from scanner.model.observation import Field
from scanner.protocols._message import MAX_HEADERS, challenges, read_reply
from scanner.protocols._text import clean, fold, read_text
from scanner.protocols._xml import local_name, namespace, read_xml

STATUS: Final = Field("http.status")
SERVER: Final = Field("http.server")
TITLE: Final = Field("http.title")
AUTHENTICATE: Final = Field("http.www_authenticate")
HEADER_NAMES: Final = Field("http.header_names")
LOCATION: Final = Field("http.location")
ETAG: Final = Field("http.etag")
SET_COOKIE: Final = Field("http.set_cookie")
POWERED_BY: Final = Field("http.x_powered_by")
FAVICON_MD5: Final = Field("http.favicon.md5")
FAVICON_MMH3: Final = Field("http.favicon.mmh3")
BODY_MARKER: Final = Field("http.body_marker")
ISAPI_XMLNS: Final = Field("isapi.xmlns")
ISAPI_ROOT: Final = Field("isapi.root")

MAX_MARKERS: Final = 64
"""Markers of one page: a login page of a device has 10 to 40; portals have thousands and are none."""
MAX_MARKER: Final = 200
"""Characters of one marker: the longest that tell devices apart are document types of 120."""
MAX_TAGS: Final = 512
"""Tags, headings or redirects of one page that are read: eight times the markers, as few of them tell anything."""
MAX_TAG: Final = 1024
"""Bytes of one tag or heading that are read: an object tag with all its attributes has 400."""
MAX_PAGE: Final = 262_144
"""Bytes of a page that are scanned: the cap of one request."""
MAX_COOKIE_VALUE: Final = 16
"""Characters of a cookie's value that are kept: settings are short, session ids are long and tell nothing."""
MAX_ERROR_PAGE: Final = 2048
"""Bytes up to which an error page is the server's own standard text."""
MAX_REQUESTS: Final = 6
"""Requests to one endpoint: root, up to three redirects, icon, and related paths within what is left."""
MAX_REDIRECTS: Final = 3
"""Real roots need two: to a login directory, then to its page."""
MAX_PATH: Final = 1024
"""Characters of a redirect's path; longer ones are no path of a device."""

RELATED: Final = ("/ISAPI/System/deviceInfo", "/cgi-bin/magicBox.cgi?action=getSystemInfo")
"""Paths whose refusal names the device: only the challenge of the 401 is wanted, no credentials are sent."""
SESSION_CAPABILITIES: Final = "/ISAPI/Security/sessionLogin/capabilities?username=admin"
"""Answers a challenge to everybody. It is no login, but the device keeps the challenge for a while."""

_OPTIONS: Final = re2.Options()
_OPTIONS.encoding = re2.Options.Encoding.LATIN1
_OPTIONS.log_errors = False
_OPTIONS.case_sensitive = False
_OPTIONS.dot_nl = True

_TAG: Final = re2.compile(rb"<(script|link|img|frame|iframe|embed|form|object|meta)\b([^>]*)", _OPTIONS)
_TITLE: Final = re2.compile(rb"<title\b[^>]*>([^<]*)", _OPTIONS)
_HEADING: Final = re2.compile(rb"<h[12]\b[^>]*>(.*?)</h[12]", _OPTIONS)
_LOCATION: Final = re2.compile(
    rb"\blocation(?:\.href|\.replace|\.assign)?\s*(?:=|\()\s*(?:\"([^\"<>]{1,200})\"|'([^'<>]{1,200})')", _OPTIONS
)
_MARKUP: Final = re2.compile(rb"<(?:style|script)\b.*?</(?:style|script)\s*>|<[^>]*>?", _OPTIONS)
_START: Final = re2.compile(rb"(\xef\xbb\xbf)?\s*(<[!?a-z][^>]{0,400}>?)", _OPTIONS)
_CHARSET: Final = re2.compile(rb"charset\s*=\s*[\"']?([a-z0-9_-]{2,20})", _OPTIONS)
_ATTRIBUTE: Final = re2.compile(rb"([a-z-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", _OPTIONS)
_REFRESH: Final = re.compile(r"(?i)\s*[0-9.]*\s*[;,]?\s*url\s*=\s*[\"']?([^\"']+)")

_TELLING: Final = {
    b"script": ("src",),
    b"link": ("href",),
    b"img": ("src",),
    b"frame": ("src",),
    b"iframe": ("src",),
    b"embed": ("src", "type"),
    b"form": ("action",),
    b"object": ("classid", "codebase", "data"),
}
"""Attributes whose values name parts of a device's own web pages."""
_ICON_TYPES: Final = ("image/x-icon", "image/vnd.microsoft.icon")
_ERROR: Final = 400
_OK: Final = 200
_UNAUTHORIZED: Final = 401
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_ROOT_NAMESPACE: Final = re.compile(r"https?://[^/]+/ver[0-9]+/XMLSchema|urn:psialliance-org|urn:selfextension:.*")
_FORBIDDEN: Final = re.compile(
    r"(?i)[?&](?:auth|user(?:name)?|usr|passw(?:or)?d|pass|pwd)=|^//|/web_caps|/current_config|/mtd/|configurationfile"
    r"|onvif-http/|/sdk/|audio\.cgi|logout|reboot|restart|restore|reset|format|upgrade|delete"
)
"""Never asked for, even when a device sends us there: logins, actions, reads of secrets, paths of known exploits."""
_SAFE: Final = "/%?&=:@!$'()*+,;~-._"
_ISAPI_PAGE: Final = re.compile(
    r"(?:^|/)doc/(?:page/|index\.html|script/|ui/)|/codebase/|(?:^|/)ISAPI/|^bom\+<!doctype html>$"
)
_ISAPI_SERVER: Final = re.compile(r"(?i)[a-z]+-webs/?|webs?|webserver")
_MAGICBOX_HEADERS: Final = frozenset({"CONNECTION", "CONTENT-LENGTH", "CONTENT-TYPE"})
_MAGICBOX_ETAG: Final = re.compile(r'"[0-9]{9,10}:[0-9a-f]+"')
_MAGICBOX_PAGE: Final = re.compile(r"@WebVersion@|RPC2_Login|custom_lang/|web_lang/|(?:^|/)jsBase/|(?:^|/)baseProj/")


def decode(raw: bytes) -> Iterator[Fact]:
    """Yield the facts of one raw HTTP response, head and body, maybe cut short; Malformed when it is none."""
    yield from facts(read_reply(raw))


def facts(reply: WebReply) -> Iterator[Fact]:
    """Yield what one response shows: status, headers, page, icon, and ISAPI's document form. Never raises."""
    yield Fact(STATUS, str(reply.status))
    yield from _header_facts(reply.headers)
    if _is_icon(reply):
        yield from _icon_facts(reply.body)
    elif _is_text(reply):
        yield from _page_facts(reply)
        yield from _isapi_facts(reply)


def browse(address: str, port: int, *, session_capabilities: bool = False) -> WebDialogue:
    """Ask for the root, the pages it leads to, the icon, and what related paths refuse; at most MAX_REQUESTS requests.

    Redirects are followed only to the same host, scheme and port, by a page (meta refresh, script) once. A root
    that asks for credentials has said enough. ``session_capabilities`` adds SESSION_CAPABILITIES where ISAPI is likely.
    """
    said: set[Fact] = set()
    asked = {"/"}
    pages: list[WebReply] = []
    by_page = False
    reply = yield WebAsk("/")
    while reply is not None:
        pages.append(reply)
        yield from _new(_of_page(reply, is_root=len(pages) == 1), said)
        target = _header_target(reply, address, port)
        if target is None and not by_page:
            by_page = True
            target = _page_target(reply, address, port)
        if target is None or target in asked or len(pages) > MAX_REDIRECTS:
            break
        asked.add(target)
        reply = yield WebAsk(target)
    if not pages or pages[-1].status == _UNAUTHORIZED:
        return
    icon = _icon_path(pages[-1], address, port)
    for path in (icon, *_related(pages, session_capabilities=session_capabilities)):
        if path in asked or len(asked) >= MAX_REQUESTS:
            continue
        asked.add(path)
        reply = yield WebAsk(path)
        if reply is None:
            continue
        if path == icon:
            yield from _new(_icon_facts(reply.body) if reply.status == _OK else (), said)
        else:
            yield from _new(_of_page(reply, is_root=False), said)


def _new(told: Iterable[Fact], said: set[Fact]) -> Iterator[Fact]:
    for fact in told:
        if fact not in said:
            said.add(fact)
            yield fact


def _of_page(reply: WebReply, *, is_root: bool) -> Iterator[Fact]:
    return (fact for fact in facts(reply) if is_root or fact.field != STATUS)


def _header_facts(headers: tuple[tuple[str, str], ...]) -> Iterator[Fact]:
    simple = {"server": SERVER, "location": LOCATION, "etag": ETAG, "x-powered-by": POWERED_BY}
    headers = headers[:MAX_HEADERS]
    names = [clean(name) for name, _ in headers]
    if names:
        yield Fact(HEADER_NAMES, clean(",".join(names)))
    for name, raw in headers:
        value, key = clean(raw), name.lower()
        if not value:
            continue
        if key in simple:
            yield Fact(simple[key], value)
        elif key == "www-authenticate":
            yield from (Fact(AUTHENTICATE, challenge) for challenge in challenges(value))
        elif key == "set-cookie":
            yield from _cookie_facts(value)


def _cookie_facts(value: str) -> Iterator[Fact]:
    name, equals, content = value.partition(";")[0].partition("=")
    if name.strip():
        keep = equals and 0 < len(content.strip()) <= MAX_COOKIE_VALUE
        yield Fact(SET_COOKIE, f"{name.strip()}={content.strip()}" if keep else name.strip())


def _page_facts(reply: WebReply) -> Iterator[Fact]:
    body = reply.body[:MAX_PAGE]
    charset = _charset(reply, body)
    title = _TITLE.search(body)
    if title is not None and (text := _text(title[1][:MAX_TAG], charset)):
        yield Fact(TITLE, text)
    markers = dict.fromkeys(fold(text)[:MAX_MARKER].rstrip() for text in _markers(reply, body, charset))
    yield from (Fact(BODY_MARKER, marker) for marker in [marker for marker in markers if marker][:MAX_MARKERS])


def _markers(reply: WebReply, body: bytes, charset: str) -> Iterator[str]:
    start = _START.match(body)
    if start is not None:
        yield ("bom+" if start[1] else "") + read_text(start[2])
    yield from _page_targets(body, charset)
    for name, attributes in _tags(body, charset):
        if name == b"meta" and attributes.get("name", "").lower() == "generator":
            yield attributes.get("content", "")
        for key in _TELLING.get(name, ()):
            value = attributes.get(key, "")
            if not value.lower().startswith("data:"):
                yield value
    for heading in islice(_HEADING.finditer(body), MAX_TAGS):
        yield _text(heading[1][:MAX_TAG], charset)
    if reply.status >= _ERROR and len(body) <= MAX_ERROR_PAGE:
        yield _text(body, charset)


def _page_targets(body: bytes, charset: str) -> Iterator[str]:
    for name, attributes in _tags(body, charset):
        if name == b"meta" and attributes.get("http-equiv", "").lower() == "refresh":
            refresh = _REFRESH.match(attributes.get("content", ""))
            if refresh is not None:
                yield refresh[1].strip()
    for found in islice(_LOCATION.finditer(body), MAX_TAGS):
        yield read_text(found[1] or found[2], charset)


def _tags(body: bytes, charset: str) -> Iterator[tuple[bytes, dict[str, str]]]:
    for found in islice(_TAG.finditer(body), MAX_TAGS):
        attributes = {
            read_text(match[1]).lower(): html.unescape(read_text(match[2] or match[3] or match[4] or b"", charset))
            for match in _ATTRIBUTE.finditer(found[2][:MAX_TAG])
        }
        yield found[1].lower(), attributes


def _text(markup: bytes, charset: str) -> str:
    return fold(html.unescape(read_text(_MARKUP.sub(b" ", markup), charset)))


def _charset(reply: WebReply, body: bytes) -> str:
    for source in (_content_type(reply).encode("utf-8", "replace"), body[:2048]):
        found = _CHARSET.search(source)
        if found is not None:
            return str(found[1], "ascii")
    return ""


def _isapi_facts(reply: WebReply) -> Iterator[Fact]:
    if b"<?xml" not in reply.body[:64] and b"xmlns=" not in reply.body[:512]:
        return
    try:
        root = read_xml(reply.body).root
    except Malformed:
        return
    if _ROOT_NAMESPACE.fullmatch(namespace(root)):
        yield Fact(ISAPI_ROOT, clean(local_name(root)))
        yield Fact(ISAPI_XMLNS, clean(namespace(root)))


def _content_type(reply: WebReply) -> str:
    return next((value.lower() for name, value in reply.headers if name.lower() == "content-type"), "")


def _is_icon(reply: WebReply) -> bool:
    by_path = reply.path.partition("?")[0].endswith(".ico")
    return reply.status == _OK and (by_path or _content_type(reply).startswith(_ICON_TYPES))


def _is_text(reply: WebReply) -> bool:
    kind = _content_type(reply) or "text/"
    return bool(reply.body) and any(word in kind for word in ("text/", "html", "xml", "json"))


def _icon_facts(body: bytes) -> Iterator[Fact]:
    # A page in place of an icon is how single-page sites answer every path; a cut icon has another hash.
    if not body or body.lstrip()[:1] == b"<" or len(body) >= MAX_PAGE:
        return
    yield Fact(FAVICON_MD5, hashlib.md5(body, usedforsecurity=False).hexdigest())
    yield Fact(FAVICON_MMH3, str(mmh3.hash(base64.encodebytes(body))))


def _header_target(reply: WebReply, address: str, port: int) -> str | None:
    if reply.status not in _REDIRECTS:
        return None
    location = next((value for name, value in reply.headers if name.lower() == "location"), "")
    return _path(location, reply, address, port)


def _page_target(reply: WebReply, address: str, port: int) -> str | None:
    if reply.status != _OK or not _is_text(reply):
        return None
    paths = (_path(target, reply, address, port) for target in _page_targets(reply.body[:MAX_PAGE], ""))
    return next((path for path in paths if path), None)


def _icon_path(page: WebReply, address: str, port: int) -> str:
    for name, attributes in _tags(page.body[:MAX_PAGE], "") if _is_text(page) else ():
        if name == b"link" and "icon" in attributes.get("rel", "").lower().split():
            path = _path(attributes.get("href", ""), page, address, port)
            if path is not None:
                return path
    return "/favicon.ico"


def _path(target: str, reply: WebReply, address: str, port: int) -> str | None:
    """Return the path (and query) that ``target`` means on the same host, scheme and port; None when it leads away."""
    host = f"[{address}]" if ":" in address else address
    origin = f"{reply.scheme}://{host}:{port}"
    try:
        parts = urlsplit(urljoin(origin + reply.path, fold(target)))
        same_port = (parts.port or {"http": 80, "https": 443}.get(parts.scheme)) == port
        same_host = ip_address(parts.hostname or "") == ip_address(address)
    except ValueError:
        return None
    path = quote(parts.path or "/", safe=_SAFE) + (f"?{quote(parts.query, safe=_SAFE)}" if parts.query else "")
    if not target.strip() or parts.scheme != reply.scheme or not same_port or not same_host or len(path) > MAX_PATH:
        return None
    return path if path.startswith("/") and not _FORBIDDEN.search(unquote(path)) else None


def _related(pages: list[WebReply], *, session_capabilities: bool) -> Iterator[str]:
    shown = [fact for page in pages for fact in facts(page)]
    values = {field: {fact.value for fact in shown if fact.field == field} for field in (SERVER, BODY_MARKER, ETAG)}
    names = {name for page in pages for name, _ in page.headers}
    if any(_ISAPI_PAGE.search(marker) for marker in values[BODY_MARKER]) or any(
        _ISAPI_SERVER.fullmatch(server) for server in values[SERVER]
    ):
        yield RELATED[0]
        if session_capabilities:
            yield SESSION_CAPABILITIES
    if (
        names >= _MAGICBOX_HEADERS
        or any(_MAGICBOX_ETAG.fullmatch(etag) for etag in values[ETAG])
        or any(_MAGICBOX_PAGE.search(marker) for marker in values[BODY_MARKER])
    ):
        yield RELATED[1]


SPEC = WebSpec(
    name="http",
    fields=(
        STATUS, SERVER, TITLE, AUTHENTICATE, HEADER_NAMES, LOCATION, ETAG, SET_COOKIE, POWERED_BY,
        FAVICON_MD5, FAVICON_MMH3, BODY_MARKER, ISAPI_XMLNS, ISAPI_ROOT,
    ),
    decode=decode,
    dialogue=browse,
    about="Root page, login page and icon of a web server, and what related paths refuse.",
)  # fmt: skip
