"""masscan's JSON (``-oJ``, ``-oD``) and list (``-oL``) output; its XML is read as nmap's.

Names of services and the shape of their banners: robertdavidgraham/masscan src/masscan-app.c, src/proto-snmp.c,
src/out-ndjson.c.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, BinaryIO, Final

from scanner.importers import lines
from scanner.importers.answers import read_answer, read_certificate, read_page
from scanner.importers.importer import BadPart, Given, Importer, Item, read_host, read_port, read_seconds
from scanner.importers.json_values import as_dict, as_list, as_text, read_rows
from scanner.importers.service import Service
from scanner.model.dialogue import Fact
from scanner.model.observation import Carrier, Field
from scanner.protocols import banner, http

SOURCE: Final = "masscan"

_COLUMNS: Final = 5
_LIST: Final = re.compile(r"(?:open|closed|banner) (?:tcp|udp|sctp) [0-9]{1,5} [0-9A-Fa-f.:]+ [0-9]+")
_JSON: Final = re.compile(
    rb'"ip"\s*:\s*"[^"]*"\s*,\s*"timestamp"\s*:\s*"[0-9]+"\s*,\s*"(?:ports"\s*:|port"\s*:\s*[0-9]+\s*,\s*"proto")'
)
_ESCAPE: Final = re.compile(rb"\\x([0-9A-Fa-f]{2})")
_OPTIONS: Final = re.compile(r"^(?: (?:DO|DONT|WILL|WONT|SB)\([^)]{0,64}\))+")
"""Telnet's negotiation, in masscan's words."""
_SNMP_FIELDS: Final = {"sysDescr": Field("snmp.sysdescr"), "sysName": Field("snmp.sysname")}
_SNMP: Final = re.compile(r"(?:^|\n)(sys[A-Z][A-Za-z]{2,12})[.0]*:")
_CARRIERS: Final[Mapping[str, Carrier]] = {"tcp": "tcp", "udp": "udp"}


def recognise_json(head: bytes, name: str) -> bool:  # noqa: ARG001 - every importer takes it
    """True when an object has masscan's keys in masscan's order."""
    return _JSON.search(head) is not None


def read_json(stream: BinaryIO, given: Given) -> Iterator[Item]:  # noqa: ARG001 - every importer takes it
    """Yield open ports and banners; a line that is not masscan's is a bad part."""
    return read_rows(stream, _read_row)


def _read_row(where: str, row: dict[str, Any]) -> Iterator[Item]:
    address = read_host(as_text(row.get("ip")))
    if address is None:
        if "finished" not in row:
            yield BadPart(where, "no address in ip")
        return
    at = read_seconds(row.get("timestamp"))
    for port in as_list(row.get("ports")):
        yield from _read_port(address, as_dict(port), at)
    data = as_dict(row.get("data"))
    if data:  # -oD: one port a line
        service = {"name": data.get("service_name"), "banner": data.get("banner")}
        yield from _read_port(address, {**row, "status": data.get("status"), "service": service}, at)


def recognise_list(head: bytes, name: str) -> bool:  # noqa: ARG001 - every importer takes it
    """True for the heading that masscan writes, or lines as it writes them."""
    first = next((line for line in lines.head_lines(head) if line.strip()), "")
    return first.strip() == "#masscan" or _LIST.match(first) is not None


def read_list(stream: BinaryIO, given: Given) -> Iterator[Item]:  # noqa: ARG001 - every importer takes it
    """Yield open ports and banners of ``open tcp 80 192.0.2.1 1390380064`` and ``banner tcp 80 … http …`` lines."""
    return lines.read_rows(stream, _read_line)


def _read_line(where: str, text: str) -> Iterator[Item]:
    if text.startswith("#"):
        return
    words = text.split(" ", _COLUMNS + 1)
    port, address = (read_port(words[2]), read_host(words[3])) if len(words) >= _COLUMNS else (None, None)
    if port is None or address is None or words[0] not in {"open", "closed", "banner"}:
        yield BadPart(where, "not as masscan writes it")
        return
    row: dict[str, Any] = {"port": port, "proto": words[1], "status": words[0]}
    if words[0] == "banner" and len(words) == _COLUMNS + 2:
        row["service"] = {"name": words[5], "banner": unescape(words[6])}
    yield from _read_port(address, row, read_seconds(words[4]))


def _read_port(address: str, row: dict[str, Any], at: datetime | None) -> Iterator[Item]:
    port = read_port(row.get("port"))
    carrier = _CARRIERS.get(as_text(row.get("proto")))
    if port is None or carrier is None:
        return
    place = Service(SOURCE, address, carrier, port, at)
    if row.get("status") == "open":
        yield from place.is_open()
    service = as_dict(row.get("service"))
    text = service.get("banner")
    if isinstance(text, str) and text:
        yield from place.tell(read_banner(as_text(service.get("name")), text, port))


def read_banner(name: str, text: str, port: int | None) -> Iterable[Fact]:
    """Yield what a banner of the service called ``name`` shows; raises Malformed as the decoders do.

    In ``text`` each byte stands as the character of the same number.
    """
    reader = _READERS.get(name)
    return read_answer(text.encode("latin-1", "replace"), port) if reader is None else reader(text)


def _read_title(text: str) -> Iterable[Fact]:
    return (Fact(http.TITLE, " ".join(html.unescape(text).split())),)


def _read_server(text: str) -> Iterable[Fact]:
    return (Fact(http.SERVER, text.strip()),)


def _read_page(text: str) -> Iterable[Fact]:
    return read_page(None, (), text.encode("latin-1", "replace").decode("utf-8", "replace"), ordered=False)


def _read_telnet(text: str) -> Iterable[Fact]:
    return banner.decode(_OPTIONS.sub("", text).encode("latin-1", "replace"))


def _read_snmp(text: str) -> Iterator[Fact]:
    # A value may have several lines: one that names no other goes on with the one before.
    found = _SNMP.split(text)
    for name, value in zip(found[1::2], found[2::2], strict=True):
        if name in _SNMP_FIELDS and value.strip():
            yield Fact(_SNMP_FIELDS[name], " ".join(value.split()))


_READERS: Final[Mapping[str, Callable[[str], Iterable[Fact]]]] = {
    "title": _read_title,
    "http.server": _read_server,
    "html": _read_page,
    "X509": read_certificate,
    "telnet": _read_telnet,
    "snmp": _read_snmp,
}
"""Service → what reads its banner, where that is not the answer as it was."""


def unescape(text: str) -> str:
    """Return a banner of the list or the XML with each byte in place of its number."""
    return _ESCAPE.sub(lambda found: bytes.fromhex(found[1].decode()), text.encode("utf-8", "replace")).decode(
        "latin-1"
    )


JSON_IMPORTER: Final = Importer("masscan-json", "masscan's JSON output.", recognise_json, read_json)
LIST_IMPORTER: Final = Importer("masscan-list", "masscan's list output.", recognise_list, read_list)
