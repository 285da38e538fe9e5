"""masscan's JSON (``-oJ``) and list (``-oL``) output; its XML is read as nmap's."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, BinaryIO, Final

from scanner.importers.answers import read_answer, read_certificate
from scanner.importers.importer import (
    OPEN_TCP,
    OPEN_UDP,
    BadPart,
    Given,
    Importer,
    Item,
    observe,
    read_host,
    read_port,
    read_seconds,
)
from scanner.importers.json_values import as_dict, as_list, as_text, read_records
from scanner.importers.lines import head_lines, read_lines
from scanner.model.dialogue import Fact, Malformed
from scanner.model.observation import Carrier
from scanner.protocols import http

SOURCE: Final = "masscan"

_COLUMNS: Final = 5
_LIST: Final = re.compile(r"(?:open|closed|banner) (?:tcp|udp|sctp) [0-9]{1,5} [0-9A-Fa-f.:]+ [0-9]+")
_JSON: Final = re.compile(rb'"ip"\s*:\s*"[^"]*"\s*,\s*"timestamp"\s*:\s*"[0-9]+"\s*,\s*"ports"\s*:')
_ESCAPE: Final = re.compile(rb"\\x([0-9A-Fa-f]{2})")
_TITLE, _SERVER, _CERTIFICATE = "title", "http.server", "X509"


def recognise_json(head: bytes, name: str) -> bool:  # noqa: ARG001 - every importer takes it
    """True when an object has masscan's keys in masscan's order."""
    return _JSON.search(head) is not None


def read_json(stream: BinaryIO, given: Given) -> Iterator[Item]:  # noqa: ARG001 - every importer takes it
    """Yield open ports and banners; a line that is not masscan's is a bad part."""
    for record in read_records(stream):
        if isinstance(record, BadPart):
            yield record
            continue
        where, row = record
        address = read_host(as_text(row.get("ip")))
        if address is None:
            if "finished" not in row:
                yield BadPart(where, "no address in ip")
            continue
        at = read_seconds(row.get("timestamp"))
        for port in as_list(row.get("ports")):
            yield from _read_port(address, as_dict(port), at)


def recognise_list(head: bytes, name: str) -> bool:  # noqa: ARG001 - every importer takes it
    """True for the heading that masscan writes, or lines as it writes them."""
    lines = [line for line in head_lines(head) if line.strip()]
    return bool(lines) and (lines[0].strip() == "#masscan" or _LIST.match(lines[0]) is not None)


def read_list(stream: BinaryIO, given: Given) -> Iterator[Item]:  # noqa: ARG001 - every importer takes it
    """Yield open ports and banners of ``open tcp 80 192.0.2.1 1390380064`` and ``banner tcp 80 … http …`` lines."""
    for line in read_lines(stream):
        if isinstance(line, BadPart):
            yield line
            continue
        number, text = line
        if not text.strip() or text.startswith("#"):
            continue
        words = text.split(" ", _COLUMNS + 1)
        port, address = (read_port(words[2]), read_host(words[3])) if len(words) >= _COLUMNS else (None, None)
        if port is None or address is None or words[0] not in {"open", "closed", "banner"}:
            yield BadPart(f"line {number}", "not as masscan writes it")
            continue
        row: dict[str, Any] = {"port": port, "proto": words[1], "status": words[0]}
        if words[0] == "banner" and len(words) == _COLUMNS + 2:
            row["service"] = {"name": words[5], "banner": _unescape(words[6])}
        yield from _read_port(address, row, read_seconds(words[4]))


def _read_port(address: str, row: dict[str, Any], at: datetime | None) -> Iterator[Item]:
    port = read_port(row.get("port"))
    carrier: Carrier | None = {"tcp": "tcp", "udp": "udp"}.get(as_text(row.get("proto")))  # type: ignore[assignment]  # its values are carriers
    if port is None or carrier is None:
        return
    if row.get("status") == "open":
        yield observe(
            address,
            Fact(OPEN_TCP if carrier == "tcp" else OPEN_UDP, str(port)),
            SOURCE,
            carrier=carrier,
            port=port,
            at=at,
        )
    service = as_dict(row.get("service"))
    name, text = as_text(service.get("name")), service.get("banner")
    if not isinstance(text, str) or not text:
        return
    try:
        for fact in _READERS.get(name, _read_raw)(text, port):
            yield observe(address, fact, SOURCE, carrier=carrier, port=port, at=at)
    except Malformed:
        return


def _read_raw(text: str, port: int) -> Iterable[Fact]:
    # Bytes that are no UTF-8 stand as the characters of the same number.
    return read_answer(text.encode("latin-1", "replace"), port)


def _read_title(text: str, port: int) -> Iterable[Fact]:  # noqa: ARG001 - every reader takes it
    return (Fact(http.TITLE, " ".join(html.unescape(text).split())),)


def _read_server(text: str, port: int) -> Iterable[Fact]:  # noqa: ARG001 - every reader takes it
    return (Fact(http.SERVER, text.strip()),)


def _read_x509(text: str, port: int) -> Iterable[Fact]:  # noqa: ARG001 - every reader takes it
    return read_certificate(text)


_READERS: Final[dict[str, Callable[[str, int], Iterable[Fact]]]] = {
    _TITLE: _read_title,
    _SERVER: _read_server,
    _CERTIFICATE: _read_x509,
}


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda found: bytes.fromhex(found[1].decode()), text.encode("utf-8", "replace")).decode(
        "latin-1"
    )


JSON_IMPORTER: Final = Importer("masscan-json", "masscan's JSON output.", recognise_json, read_json)
LIST_IMPORTER: Final = Importer("masscan-list", "masscan's list output.", recognise_list, read_list)
