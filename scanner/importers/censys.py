"""Censys host records, as JSON lines, an array, or a page of results.

Both shapes are read: the search API's version 2 (``services[].http.response``) and the platform's
(``services[].endpoints[].http``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Final

from scanner.importers.answers import header_pairs, read_answer, read_page
from scanner.importers.importer import BadPart, Given, Importer, Item, read_host, read_instant, read_port
from scanner.importers.json_values import as_dict, as_list, as_text, read_rows
from scanner.importers.service import Service, read_jarm
from scanner.model.dialogue import Fact
from scanner.protocols import http, tls

SOURCE: Final = "censys"

_SIGN: Final = re.compile(rb'"services"\s*:\s*\[')
_OWN: Final = re.compile(rb'"(?:extended_service_name|service_name|transport_protocol|autonomous_system)"\s*:')


def recognise(head: bytes, name: str) -> bool:  # noqa: ARG001 - every importer takes it
    """True when an object has a list of services as Censys describes them."""
    return _SIGN.search(head) is not None and _OWN.search(head) is not None


def read(stream: BinaryIO, given: Given) -> Iterator[Item]:  # noqa: ARG001 - every importer takes it
    """Yield ports, names and what each service showed; an object without a host is a bad part."""
    return read_rows(stream, _read_row)


def _read_row(where: str, row: dict[str, Any]) -> Iterator[Item]:
    hosts = list(_hosts(row))
    if not hosts:
        yield BadPart(where, "no host with an ip")
    for host in hosts:
        yield from _read_host(host)


def _hosts(row: dict[str, Any], depth: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the host records in ``row``, however the API or the export wrapped them."""
    if read_host(as_text(row.get("ip"))) is not None:
        yield row
        return
    for key in ("result", "hits", "resource", "host", "host_v1", "hosts"):
        inner = row.get(key)
        for item in as_list(inner) if isinstance(inner, list) else [inner]:
            if isinstance(item, dict) and depth < 4:  # noqa: PLR2004 - result, hits, host_v1, resource
                yield from _hosts(item, depth + 1)


def _read_host(host: dict[str, Any]) -> Iterator[Item]:
    address = read_host(as_text(host.get("ip")))
    assert address is not None  # checked by _hosts
    updated = read_instant(host.get("last_updated_at"))
    names = as_dict(as_dict(host.get("dns")).get("reverse_dns")).get("names")
    yield from Service(SOURCE, address, at=updated).is_named(names)
    for item in as_list(host.get("services")):
        record = as_dict(item)
        port = read_port(record.get("port"))
        if port is None:
            continue
        at = read_instant(record.get("observed_at") or record.get("scan_time")) or updated
        tcp = as_text(record.get("transport_protocol")).lower() == "tcp"
        service = Service(SOURCE, address, "tcp" if tcp else "udp", port, at)
        yield from service.is_open()
        for facts in _read_service(record, port):
            yield from service.tell(facts)


def _read_service(service: dict[str, Any], port: int) -> Iterator[Iterable[Fact]]:
    pages = [as_dict(as_dict(service.get("http")).get("response"))]
    pages += [as_dict(as_dict(endpoint).get("http")) for endpoint in as_list(service.get("endpoints"))]
    for page in pages:
        if page:
            yield _page(page)
    text = service.get("banner")
    if isinstance(text, str) and not any(pages):
        yield read_answer(text.encode("utf-8", "replace"), port)
    yield _certificate(service)


def _page(page: dict[str, Any]) -> Iterator[Fact]:
    headers = list(header_pairs({k: v for k, v in as_dict(page.get("headers")).items() if k != "_encoding"}))
    yield from read_page(page.get("status_code"), headers, page.get("body"), ordered=False)
    if as_text(page.get("html_title")) and not as_text(page.get("body")):
        yield Fact(http.TITLE, " ".join(as_text(page["html_title"]).split()))
    for icon in as_list(page.get("favicons"))[:4]:
        digest = as_text(as_dict(icon).get("md5_hash") or as_dict(icon).get("hash_md5"))
        if digest:
            yield Fact(http.FAVICON_MD5, digest.lower())
        mixed = as_dict(icon).get("shodan_hash", as_dict(icon).get("hash_shodan"))
        if isinstance(mixed, int):
            yield Fact(http.FAVICON_MMH3, str(mixed))


def _certificate(service: dict[str, Any]) -> Iterator[Fact]:
    leaf = as_dict(as_dict(as_dict(service.get("tls")).get("certificates")).get("leaf_data"))
    leaf = leaf or as_dict(as_dict(service.get("cert")).get("parsed"))
    for field, key in ((tls.SUBJECT, "subject_dn"), (tls.ISSUER, "issuer_dn")):
        if name := as_text(leaf.get(key)):
            # Censys writes the most general part first; RFC 4514, as our decoder reads it, the most specific.
            yield Fact(field, _specific_first(name))
    yield from read_jarm(as_dict(service.get("jarm")).get("fingerprint"))


def _specific_first(name: str) -> str:
    parts = re.split(r", (?=[A-Za-z]{1,16}=)", name)
    if len(parts) > 1 and parts[0].startswith(("C=", "ST=", "O=", "DC=")):
        parts.reverse()
    return ",".join(parts)


IMPORTER: Final = Importer("censys", "Censys host records.", recognise, read)
