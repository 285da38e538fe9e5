"""Shodan's exports: banners as JSON lines (``shodan download``), one host, or a page of search results.

Field names: datapedia.shodan.io.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import mmh3

from scanner.importers.answers import read_answer, read_certificate, read_page
from scanner.importers.importer import BadPart, Given, Importer, Item, read_host, read_instant, read_port
from scanner.importers.json_values import as_dict, as_list, as_text, read_rows
from scanner.importers.service import Service, read_jarm
from scanner.model.dialogue import Fact
from scanner.protocols import http

SOURCE: Final = "shodan"

_SIGN: Final = re.compile(rb'"_shodan"\s*:\s*\{|"ip_str"\s*:\s*"')


def recognise(head: bytes, name: str) -> bool:  # noqa: ARG001 - every importer takes it
    """True when an object has the keys that only Shodan writes."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") and _SIGN.search(head) is not None


def read(stream: BinaryIO, given: Given) -> Iterator[Item]:  # noqa: ARG001 - every importer takes it
    """Yield ports, names and what our decoders read in each banner; an object without a host is a bad part."""
    return read_rows(stream, _read_row)


def _read_row(where: str, row: dict[str, Any]) -> Iterator[Item]:
    banners = [row]
    for key in ("matches", "data"):
        if isinstance(row.get(key), list):
            # A host's own record has its address above its banners.
            banners = [{"ip_str": row.get("ip_str"), **as_dict(item)} for item in as_list(row[key])]
    for item in banners:
        address = read_host(as_text(item.get("ip_str")))
        if address is None:
            yield BadPart(where, "no address in ip_str")
        else:
            yield from _read_banner(address, item)


def _read_banner(address: str, row: dict[str, Any]) -> Iterator[Item]:
    port, at = read_port(row.get("port")), read_instant(row.get("timestamp"))
    service = Service(SOURCE, address, "udp" if row.get("transport") == "udp" else "tcp", port, at)
    yield from service.is_open()
    yield from service.is_named(row.get("hostnames"))
    web = as_dict(row.get("http"))
    data = row.get("data")
    path = as_text(web.get("location")) or "/"
    if isinstance(data, str):
        yield from service.tell(read_answer(data.encode("utf-8", "replace"), port, path))
    if as_text(web.get("html")):
        yield from service.tell(read_page(None, (), web["html"], ordered=False))
    yield from service.tell(_icon(as_dict(web.get("favicon"))))
    tls = as_dict(row.get("ssl"))
    for certificate in as_list(tls.get("chain"))[:1]:
        yield from service.tell(read_certificate(certificate))
    yield from service.tell(read_jarm(tls.get("jarm")))


def _icon(icon: dict[str, Any]) -> Iterator[Fact]:
    try:
        raw = base64.b64decode(as_text(icon.get("data")))
    except (ValueError, binascii.Error):
        raw = b""
    if raw:
        yield Fact(http.FAVICON_MD5, hashlib.md5(raw, usedforsecurity=False).hexdigest())
        yield Fact(http.FAVICON_MMH3, str(mmh3.hash(base64.encodebytes(raw))))
    elif isinstance(icon.get("hash"), int):
        yield Fact(http.FAVICON_MMH3, str(icon["hash"]))


IMPORTER: Final = Importer("shodan", "Shodan's exports.", recognise, read)
