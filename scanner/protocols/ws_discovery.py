"""WS-Discovery, as ONVIF devices (and printers and computers) speak it. WS-Discovery 2005/04; ONVIF Core Specification.

Some cameras stay silent unless the Types they expect are asked for, others answer only when none are, and some ignore
a probe with line ends in it (reports in edgexfoundry/device-onvif-camera), so a round asks in three shapes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element

from scanner.model.dialogue import DatagramSpec, Fact
from scanner.model.observation import Field
from scanner.protocols._soap import MAC, MODEL, SCOPE, XMLNS, read_body, scope_facts, vendor_namespaces
from scanner.protocols._text import clean
from scanner.protocols._xml import local_name, read_xml

TYPES: Final = Field("wsd.types")
ENDPOINT: Final = Field("wsd.endpoint")
XADDR: Final = Field("wsd.xaddr")

MAX_DEVICES: Final = 64
"""Devices in one answer: a discovery proxy may speak for many, a datagram holds about 60."""
MAX_XADDRS: Final = 16
"""Addresses of one device: two per interface and address family are usual."""

_DEVICES: Final = frozenset({"ProbeMatch", "ResolveMatch", "Hello"})
_TYPES: Final = (
    "<d:Types>dn:NetworkVideoTransmitter</d:Types>",
    "<d:Types>tds:Device</d:Types>",
    "",
)
_PROBE: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
    ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"'
    ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl"'
    ' xmlns:tds="http://www.onvif.org/ver10/device/wsdl">'
    "<s:Header>"
    '<a:Action s:mustUnderstand="1">http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action>'
    "<a:MessageID>urn:uuid:{message}</a:MessageID>"
    "<a:ReplyTo><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>"
    '<a:To s:mustUnderstand="1">urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>'
    "</s:Header><s:Body><d:Probe>{types}</d:Probe></s:Body></s:Envelope>"
)


def encode(token: UUID) -> tuple[bytes, ...]:
    """Return one probe per shape: for video transmitters, for devices, for anything; no line ends.

    Message ids are derived from ``token`` (RFC 9562 version 5), one per shape: stacks drop repeated ids.
    """
    return tuple(_PROBE.format(message=uuid5(token, types), types=types).encode("ascii") for types in _TYPES)


def decode(datagram: bytes) -> Iterator[Fact]:
    """Yield the facts of every ProbeMatch, ResolveMatch or Hello of one envelope, then its vendor namespaces.

    What the message is shows in its body: some devices send a wrong Action. A probe, a Bye or an empty
    ProbeMatches says nothing. Malformed when the datagram is no SOAP envelope.
    """
    document = read_xml(datagram)
    devices = [part for part in read_body(document).iter() if local_name(part) in _DEVICES][:MAX_DEVICES]
    for device in devices:
        yield from _device_facts(device)
    if devices:
        yield from vendor_namespaces(document)


def _device_facts(device: Element) -> Iterator[Fact]:
    texts: dict[str, str] = {}
    for part in device.iter():
        if part.text and part.text.strip():
            texts.setdefault(local_name(part), part.text.strip())
    if endpoint := texts.get("Address"):
        yield Fact(ENDPOINT, clean(endpoint.lower()))
    if types := texts.get("Types"):
        yield Fact(TYPES, clean(" ".join(name.rpartition(":")[2] for name in types.split())))
    yield from scope_facts(iter(texts.get("Scopes", "").split()))
    for address in texts.get("XAddrs", "").split()[:MAX_XADDRS]:
        yield Fact(XADDR, clean(address))


SPEC = DatagramSpec(
    name="ws_discovery",
    fields=(ENDPOINT, TYPES, SCOPE, XADDR, MAC, MODEL, XMLNS),
    port=3702,
    groups=("239.255.255.250", "ff02::c"),
    encode=encode,
    decode=decode,
    about="ONVIF devices announce their name, hardware, types and addresses.",
)
