"""nmap's XML output (``-oX``), and masscan's, which has the same shape. nmap.dtd of nmap 7.

Product and version of ``-sV`` are nmap's own conclusions, not what the device said: they are left out, save for those
that nmap draws from one answer only, which are read as that answer. The raw answers of services that nmap does not know
(``servicefp``) are read by our own decoders.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, BinaryIO, Final
from xml.parsers import expat

import msgspec

from scanner.importers import masscan
from scanner.importers.answers import read_answer, read_certificate
from scanner.importers.importer import (
    DNS_NAME,
    LINK_MAC,
    OPEN_TCP,
    OPEN_UDP,
    BadPart,
    Given,
    Importer,
    Item,
    Unreadable,
    observe,
    read_host,
    read_port,
    read_seconds,
)
from scanner.model.dialogue import Fact, Malformed
from scanner.model.observation import MAX_VALUE, Carrier, Field
from scanner.protocols import hik_sdk, http, mdns, rtsp

MAX_DEPTH: Final = 32
"""nmap nests eight deep; NSE tables a few more."""
MAX_TOKEN: Final = 8 << 20
"""Bytes without a whole tag: the longest real attribute is the output of one script, some hundred kilobytes."""
MAX_TEXT: Final = 262_144
"""Characters kept of one script's elements: the raw answer to one request."""
MAX_ELEMENTS: Final = 4096
"""Elements kept of one script; the longest list of one that we read is of some dozen."""
MAX_NAMES: Final = 64
"""Names of one host that are told."""

SOURCE: Final = "nmap-xml"

_CHUNK: Final = 1 << 18
_SNMP_DESCRIPTION: Final = Field("snmp.sysdescr")
_SSDP_SERVER: Final = Field("ssdp.server")
_WSD_TYPES: Final = Field("wsd.types")
_WSD_ADDRESS: Final = Field("wsd.xaddr")
_UPNP: Final = (
    ("Server", _SSDP_SERVER),
    ("Location", Field("ssdp.location")),
    ("Manufacturer", Field("upnp.manufacturer")),
    ("Model Name", Field("upnp.model_name")),
    ("Model Version", Field("upnp.model_number")),
    ("Name", Field("upnp.friendly_name")),
)
_ONE_ANSWER: Final[Mapping[str, Fact]] = {
    "Hikvision IPCam control port": Fact(hik_sdk.CODE, "30"),
    "Hikvision IP camera httpd": Fact(http.SERVER, "App-webs/"),
    "Hikvision Network Video Recorder http admin": Fact(http.SERVER, "DNVRS-Webs"),
    "Hikvision camera httpd": Fact(http.SERVER, "Hikvision-Webs"),
    "Hikvision DVR httpd": Fact(http.SERVER, "Hikvision-Webs"),
    "Dahua IP camera rtspd": Fact(rtsp.SERVER, "Dahua Rtsp Server"),
}
"""Product → what every answer says of which nmap tells it. nmap/nmap nmap-service-probes, the patterns of 7.93."""
_MD5: Final = re.compile(r"\b[0-9A-Fa-f]{32}\b")
_ESCAPE: Final = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_CONTROLS: Final = {b"0": b"\0", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"a": b"\a", b"f": b"\f", b"v": b"\v"}
_SERVICE: Final = re.compile(r"[0-9]{1,5}/(tcp|udp) ([\w-]{1,63})")
_RAW: Final = re.compile(r'%r\((\w{1,64}),[0-9A-Fa-f]{1,6},"((?:[^"\\]|\\.)*)"\)', re.DOTALL)


class Script(msgspec.Struct):
    """What one NSE script said."""

    id: str
    output: str
    elements: list[tuple[str, str]]
    """(key, text) of each element, in order."""

    def all(self, key: str) -> list[str]:
        """Return the texts of the elements with that key."""
        return [text for name, text in self.elements if name == key]


def recognise(head: bytes, name: str) -> bool:  # noqa: ARG001 - every importer takes it
    """True when the root element is nmap's."""
    return head.lstrip()[:1] == b"<" and re.search(rb"<nmaprun[\s>]", head) is not None


def read(stream: BinaryIO, given: Given) -> Iterator[Item]:  # noqa: ARG001 - every importer takes it
    """Yield open ports, names, hardware addresses and what scripts and probes brought, host by host.

    Document types are passed over; entities are refused, as are tags of absurd size or depth. Raises Unreadable when
    the file is not nmap's.
    """
    run = _Run()
    parser = run.parser()
    fed = 0
    try:
        while True:
            chunk = stream.read(_CHUNK)
            parser.Parse(chunk, not chunk)
            fed += len(chunk)
            yield from run.take()
            if not chunk:
                break
            _check_token(fed - parser.CurrentByteIndex)
    except (expat.ExpatError, LookupError, ValueError, _Refused) as error:
        # The two in the middle come of an encoding that the file claims to have.
        yield from run.take()
        if not run.began:
            raise Unreadable(f"not nmap's XML: {_reason(error)}") from error
        yield BadPart(
            f"line {parser.CurrentLineNumber} (byte {max(parser.CurrentByteIndex, 0)})",
            f"{_reason(error)}; the rest of the file was not read",
        )


def _check_token(size: int) -> None:
    if size > MAX_TOKEN:
        raise _Refused(f"a tag of more than {MAX_TOKEN} bytes")


def _reason(error: Exception) -> str:
    return expat.ErrorString(error.code) if isinstance(error, expat.ExpatError) else str(error)


class _Refused(Exception):  # noqa: N818 - never leaves this file
    """The document uses what no scanner writes."""


class _Run:
    """The state of one document while it is read."""

    def __init__(self) -> None:
        self.began = False
        self._items: list[Item] = []
        self._starts: Mapping[str, Callable[[dict[str, str]], None]] = {
            "host": self._host,
            "address": self._address,
            "hostname": self._hostname,
            "port": self._port_begins,
            "state": self._state,
            "service": self._service,
            "script": self._script_begins,
            "elem": self._element,
            "table": self._table,
        }
        self._ends: Mapping[str, Callable[[], None]] = {
            "host": self._host_ends,
            "port": self._port_ends,
            "elem": self._element_ends,
            "script": self._script_ends,
        }
        self._depth = 0
        self._started: datetime | None = None
        self._at: datetime | None = None
        self._inside = False
        self._host_address: str | None = None
        self._mac: str | None = None
        self._names = 0
        self._port: int | None = None
        self._carrier: Carrier | None = None
        self._open = self._closed = False
        self._script: Script | None = None
        self._key = ""
        self._tables = ""
        self._text: list[str] | None = None
        self._length = 0

    def parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = self._entity
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        return parser

    def take(self) -> list[Item]:
        items, self._items = self._items, []
        return items

    # Elements

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _Refused(f"nested more than {MAX_DEPTH} deep")
        if not self.began:
            if name != "nmaprun":
                raise _Refused(f"the root element is {name[:40]}")
            self.began = True
            self._started = read_seconds(attributes.get("start"))
        handler = self._starts.get(name)
        if handler is not None:
            handler(attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        handler = self._ends.get(name)
        if handler is not None:
            handler()

    def _characters(self, text: str) -> None:
        if self._text is not None and self._length < MAX_TEXT:
            self._text.append(text)
            self._length += len(text)

    def _entity(self, *_: Any) -> None:
        raise _Refused("it declares an entity")

    def _host(self, attributes: dict[str, str]) -> None:
        self._inside = True
        self._at = read_seconds(attributes.get("endtime") or attributes.get("starttime")) or self._started

    def _host_ends(self) -> None:
        self._inside = False
        self._host_address = self._mac = self._at = None
        self._names = 0
        self._port_ends()

    def _port_ends(self) -> None:
        self._port = self._carrier = None
        self._open = self._closed = False

    def _address(self, attributes: dict[str, str]) -> None:
        if not self._inside:
            # A hint of a host that comes, whole, later.
            return
        address, kind = attributes.get("addr", ""), attributes.get("addrtype", "ipv4")
        if kind == "mac":
            self._mac = address or None
        elif self._host_address is None:
            self._host_address = read_host(address)
        if self._mac is not None and self._host_address is not None:
            self._tell((Fact(LINK_MAC, self._mac.lower()),), carrier="link")
            self._mac = None

    def _hostname(self, attributes: dict[str, str]) -> None:
        if attributes.get("type") == "PTR" and attributes.get("name") and self._names < MAX_NAMES:
            self._names += 1
            self._tell((Fact(DNS_NAME, attributes["name"]),))

    def _port_begins(self, attributes: dict[str, str]) -> None:
        self._port = read_port(attributes.get("portid"))
        carrier = attributes.get("protocol")
        self._carrier = "tcp" if carrier == "tcp" else "udp" if carrier == "udp" else None

    def _state(self, attributes: dict[str, str]) -> None:
        if self._port is None or self._carrier is None:
            return
        self._open = attributes.get("state") == "open"
        self._closed = attributes.get("state") == "closed"
        if self._open:
            self._tell((Fact(OPEN_TCP if self._carrier == "tcp" else OPEN_UDP, str(self._port)),))

    def _service(self, attributes: dict[str, str]) -> None:
        if not self._open:
            return
        told = _ONE_ANSWER.get(attributes.get("product", ""))
        if told is not None and attributes.get("method") == "probed":
            self._tell((told,))
        for probe, raw in _raw_answers(attributes.get("servicefp", "")):
            # Of web servers the root page counts, of those that speak first what they say unasked.
            web = raw.startswith(b"HTTP/") and probe == "GetRequest"
            if web or raw.startswith((b"RTSP/", b"SIP/")) or probe == "NULL":
                self._tell_raw(raw)
        if "banner" in attributes:  # masscan
            text = masscan.unescape(attributes["banner"])
            self._tell(masscan.read_banner(attributes.get("name", ""), text, self._port))

    def _tell_raw(self, raw: bytes) -> None:
        self._tell(read_answer(raw, self._port))

    def _script_begins(self, attributes: dict[str, str]) -> None:
        self._script = Script(attributes.get("id", ""), attributes.get("output", ""), [])
        self._tables = ""
        self._length = 0

    def _table(self, attributes: dict[str, str]) -> None:
        self._tables = attributes.get("key", "")

    def _element(self, attributes: dict[str, str]) -> None:
        self._key, self._text = attributes.get("key", self._tables), []

    def _element_ends(self) -> None:
        if self._script is not None and self._text is not None and len(self._script.elements) < MAX_ELEMENTS:
            self._script.elements.append((self._key, "".join(self._text)))
        self._text = None

    def _script_ends(self) -> None:
        script, self._script = self._script, None
        if script is None or self._host_address is None or self._closed:
            return
        if script.output.startswith("ERROR:"):
            return
        if script.id == "banner":
            self._tell_raw(_unescape(script.output))
        elif (reader := SCRIPTS.get(script.id)) is not None:
            self._tell(reader(script))

    def _tell(self, facts: Iterable[Fact], carrier: Carrier | None = None) -> None:
        if self._host_address is None:
            return
        try:
            for fact in facts:
                self._items.append(
                    observe(
                        self._host_address,
                        fact,
                        SOURCE,
                        carrier=carrier or self._carrier,
                        port=self._port,
                        at=self._at,
                    )
                )
        except Malformed:
            return


def _raw_answers(fingerprint: str) -> Iterator[tuple[str, bytes]]:
    """Yield (probe, answer) of a service fingerprint, which nmap prints when it knows no such service."""
    joined = fingerprint.replace("\nSF:", "").replace("\n", "")
    for found in _RAW.finditer(joined):
        yield found[1], _unescape(found[2])


def _unescape(text: str) -> bytes:
    def plain(match: re.Match[bytes]) -> bytes:
        return bytes.fromhex(match[1].decode()) if match[1] else _CONTROLS.get(match[2], match[2])

    return _ESCAPE.sub(plain, text.encode("utf-8", "replace"))


def _lines(text: str) -> Iterator[str]:
    return (line.strip() for line in text.split("\n") if line.strip())


def _title(script: Script) -> Iterator[Fact]:
    titles = script.all("title")
    if not titles and not script.output.startswith(("Site doesn't have", "Did not follow")):
        titles = list(_lines(script.output))[:1]
    yield from (Fact(http.TITLE, title.strip()) for title in titles if title.strip())


def _server_header(script: Script) -> Iterator[Fact]:
    values = [text.strip() for _, text in script.elements] or list(_lines(script.output))
    yield from (Fact(http.SERVER, value) for value in dict.fromkeys(values) if value)


def _favicon(script: Script) -> Iterator[Fact]:
    found = _MD5.search(script.output)
    if found is not None:
        yield Fact(http.FAVICON_MD5, found[0].lower())


def _certificate(script: Script) -> Iterator[Fact]:
    for pem in script.all("pem")[:1]:
        yield from read_certificate(pem)


def _methods(script: Script) -> Iterator[Fact]:
    for line in list(_lines(script.output))[:1]:
        yield Fact(rtsp.PUBLIC, line)


def _headers(script: Script) -> Iterator[Fact]:
    # The output is the head as it was sent, each line indented, then how it was asked for.
    head, _, _ = script.output.partition("(Request type:")
    lines = list(_lines(head))
    if lines and not lines[0].startswith("HTTP/"):
        lines.insert(0, "HTTP/1.1 200 OK")
    for fact in http.decode("\r\n".join([*lines, "", ""]).encode("utf-8", "replace")):
        if fact.field != http.STATUS:
            yield fact


def _authentication(script: Script) -> Iterator[Fact]:
    # nmap takes the quotes off; they come back where our patterns, and the devices, have them.
    for line in _lines(script.output):
        scheme, _, rest = line.partition(" ")
        realm = re.search(r"\brealm=(.*?)(?:\s+[\w-]{1,20}=|$)", rest)
        if scheme in {"Basic", "Digest"} and realm is not None:
            yield Fact(http.AUTHENTICATE, f'{scheme} realm="{realm[1].strip()}"')


def _upnp(script: Script) -> Iterator[Fact]:
    for line in _lines(script.output):
        key, colon, value = line.partition(":")
        for name, field in _UPNP:
            if colon and key.strip() == name and value.strip():
                yield Fact(field, value.strip())


def _services(script: Script) -> Iterator[Fact]:
    # A line "80/tcp axis-video" for each service, then its TXT entries, then its addresses.
    for line in _lines(script.output):
        found = _SERVICE.fullmatch(line)
        if found is not None:
            yield Fact(mdns.SERVICE, f"_{found[2].lower()}._{found[1]}.local.")
        elif "=" in line and not line.startswith("Address="):
            yield Fact(mdns.TXT, line)


def _discovery(script: Script) -> Iterator[Fact]:
    for line in _lines(script.output):
        key, _, value = line.partition(":")
        if key == "Type" and value.strip():
            yield Fact(_WSD_TYPES, " ".join(name.rpartition(":")[2] for name in value.split()))
        elif key == "Address" and value.strip():
            yield Fact(_WSD_ADDRESS, value.strip())


def _snmp_description(script: Script) -> Iterator[Fact]:
    for line in list(_lines(script.output))[:1]:
        yield Fact(_SNMP_DESCRIPTION, line[:MAX_VALUE])


SCRIPTS: Final[Mapping[str, Callable[[Script], Iterator[Fact]]]] = {
    "dns-service-discovery": _services,
    "http-auth": _authentication,
    "http-favicon": _favicon,
    "http-headers": _headers,
    "http-server-header": _server_header,
    "http-title": _title,
    "rtsp-methods": _methods,
    "snmp-sysdescr": _snmp_description,
    "ssl-cert": _certificate,
    "upnp-info": _upnp,
    "wsdd-discover": _discovery,
}
"""NSE script → what reads its output."""

IMPORTER: Final = Importer("nmap-xml", "nmap's XML output, and masscan's.", recognise, read)
