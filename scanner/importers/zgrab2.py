"""zgrab2's JSON lines: one host a line, one object a module. zmap/zgrab2, zgrab2_schemas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from scanner.importers.answers import header_pairs, read_answer, read_certificate, read_page
from scanner.importers.importer import BadPart, Given, Importer, Item, read_host, read_instant, read_port
from scanner.importers.json_values import as_dict, as_list, as_text, read_rows
from scanner.importers.service import Service

SOURCE: Final = "zgrab2"

_SIGN: Final = re.compile(rb'"data"\s*:\s*\{\s*"[\w-]{1,64}"\s*:\s*\{\s*"status"\s*:\s*"')
_DEFAULT_PORTS: Final = {"http": 80, "https": 443, "tls": 443, "ftp": 21, "ssh": 22, "telnet": 23}
_SUCCESS: Final = frozenset({"success", "application-error"})
_UNKNOWN: Final = "unknown"


def recognise(head: bytes, name: str) -> bool:  # noqa: ARG001 - every importer takes it
    """True when modules with a status stand inside ``data``."""
    return _SIGN.search(head) is not None and (b'"ip"' in head or b'"domain"' in head)


def read(stream: BinaryIO, given: Given) -> Iterator[Item]:  # noqa: ARG001 - every importer takes it
    """Yield what each module brought; a line without an address or modules is a bad part."""
    return read_rows(stream, _read_row)


def _read_row(where: str, row: dict[str, Any]) -> Iterator[Item]:
    address = read_host(as_text(row.get("ip"))) or as_text(row.get("domain"))
    modules = row.get("data")
    if not address or not isinstance(modules, dict):
        yield BadPart(where, "no ip, or no data")
        return
    for module in modules.values():
        yield from _read_module(address, as_dict(module))


def _read_module(address: str, module: dict[str, Any]) -> Iterator[Item]:
    if module.get("status") not in _SUCCESS:
        return
    protocol = as_text(module.get("protocol"))
    result = as_dict(module.get("result"))
    response = as_dict(result.get("response"))
    url = as_dict(as_dict(response.get("request")).get("url"))
    port = read_port(module.get("port")) or _port_of(url) or _DEFAULT_PORTS.get(protocol)
    service = Service(SOURCE, address, "tcp", port, read_instant(module.get("timestamp")))
    yield from service.is_open()
    if response:
        status = response.get("status_code") if as_text(url.get("path")) in {"", "/"} else None
        headers = list(_headers(as_dict(response.get("headers"))))
        yield from service.tell(read_page(status, headers, response.get("body"), ordered=False))
    text = result.get("banner") or as_dict(result.get("server_id")).get("raw")
    if isinstance(text, str):
        yield from service.tell(read_answer(text.encode("utf-8", "replace"), port))
    log = (
        as_dict(result.get("tls")) or result
        if protocol == "tls"
        else as_dict(as_dict(response.get("request")).get("tls_log"))
    )
    handshake = as_dict(as_dict(log.get("handshake_log")) or log.get("tls_log") or {})
    handshake = as_dict(handshake.get("handshake_log")) or handshake
    certificate = as_dict(as_dict(handshake.get("server_certificates")).get("certificate")).get("raw")
    if certificate:
        yield from service.tell(read_certificate(certificate))


def _headers(headers: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield name and value; headers that zgrab2 has no name for stand in a list of their own."""
    for item in as_list(headers.get(_UNKNOWN)):
        name = as_text(as_dict(item).get("key"))
        yield from header_pairs({name: as_dict(item).get("value")}) if name else ()
    yield from header_pairs({name: value for name, value in headers.items() if name != _UNKNOWN})


def _port_of(url: dict[str, Any]) -> int | None:
    host = as_text(url.get("host"))
    return read_port(host.rpartition(":")[2]) if ":" in host and not host.endswith("]") else None


IMPORTER: Final = Importer("zgrab2", "zgrab2's JSON lines.", recognise, read)
