"""Shodan's exports: banners as JSON lines (``shodan download``), one host, or a page of search results.

Field names: datapedia.shodan.io.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Final

import mmh3

from scanner.importers.answers import read_answer, read_certificate, read_page
from scanner.importers.importer import (
    DNS_NAME,
    OPEN_TCP,
    OPEN_UDP,
    BadPart,
    Given,
    Importer,
    Item,
    observe,
    read_host,
    read_instant,
    read_port,
)
from scanner.importers.json_values import as_dict, as_list, as_text, read_records
from scanner.model.dialogue import Fact, Malformed
from scanner.model.observation import Carrier, Field
from scanner.protocols import http

SOURCE: Final = "shodan"
MAX_NAMES: Final = 16
"""Names of one address that are told."""

_JARM: Final = Field("tls.jarm")
_SIGN: Final = re.compile(rb'"_shodan"\s*:\s*\{|"ip_str"\s*:\s*"')


def recognise(head: bytes, name: str) -> bool:  # noqa: ARG001 - every importer takes it
    """True when an object has the keys that only Shodan writes."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") and _SIGN.search(head) is not None


def read(stream: BinaryIO, given: Given) -> Iterator[Item]:  # noqa: ARG001 - every importer takes it
    """Yield ports, names and what our decoders read in each banner; an object without a host is a bad part."""
    for record in read_records(stream):
        if isinstance(record, BadPart):
            yield record
            continue
        where, row = record
        banners = [row]
        for key in ("matches", "data"):
            if isinstance(row.get(key), list):
                # A host's own record has its address above its banners.
                banners = [{"ip_str": row.get("ip_str"), **as_dict(item)} for item in as_list(row[key])]
        for item in banners:
            address = read_host(as_text(item.get("ip_str")))
            if address is None:
                yield BadPart(where, "no address in ip_str")
                continue
            yield from _read_banner(address, item)


def _read_banner(address: str, row: dict[str, Any]) -> Iterator[Item]:  # noqa: C901 - one line a key
    port, at = read_port(row.get("port")), read_instant(row.get("timestamp"))
    carrier: Carrier = "udp" if row.get("transport") == "udp" else "tcp"

    def tell(facts: Iterable[Fact]) -> Iterator[Item]:
        try:
            for fact in facts:
                yield observe(address, fact, SOURCE, carrier=carrier, port=port, at=at)
        except Malformed:
            return

    if port is not None:
        yield from tell((Fact(OPEN_TCP if carrier == "tcp" else OPEN_UDP, str(port)),))
    for name in as_list(row.get("hostnames"))[:MAX_NAMES]:
        if as_text(name):
            yield observe(address, Fact(DNS_NAME, as_text(name)), SOURCE, at=at)
    web = as_dict(row.get("http"))
    data = row.get("data")
    path = as_text(web.get("location")) or "/"
    if isinstance(data, str):
        yield from tell(read_answer(data.encode("utf-8", "replace"), port, path))
    if as_text(web.get("html")):
        yield from tell(read_page(None, (), web["html"], ordered=False))
    yield from tell(_icon(as_dict(web.get("favicon"))))
    tls = as_dict(row.get("ssl"))
    for certificate in as_list(tls.get("chain"))[:1]:
        yield from tell(read_certificate(certificate))
    if as_text(tls.get("jarm")).strip("0"):
        yield from tell((Fact(_JARM, as_text(tls["jarm"])),))


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
