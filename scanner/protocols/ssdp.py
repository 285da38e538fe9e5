"""SSDP: what devices announce and where they describe themselves. UPnP Device Architecture 1.1, section 1."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from uuid import UUID

from scanner.model.dialogue import DatagramSpec, Fact, Malformed
from scanner.model.observation import Field
from scanner.protocols._message import read_head

SERVER: Final = Field("ssdp.server")
TARGET: Final = Field("ssdp.st")
LOCATION: Final = Field("ssdp.location")
NAME: Final = Field("ssdp.usn")

MAX_WAIT: Final = 2
"""Seconds within which devices answer at random, as the question tells them: a scan listens for three."""

_QUESTION: Final = (
    "M-SEARCH * HTTP/1.1\r\n"
    "HOST: 239.255.255.250:1900\r\n"
    'MAN: "ssdp:discover"\r\n'
    f"MX: {MAX_WAIT}\r\n"
    "ST: {target}\r\n"
    "\r\n"
)
_TARGETS: Final = ("ssdp:all", "upnp:rootdevice")
_STATUS_LINE: Final = re.compile(r"HTTP/1\.[01] +200\b", re.IGNORECASE)
_REQUEST_LINE: Final = re.compile(r"(NOTIFY|M-SEARCH) +\* +HTTP/1\.[01]", re.IGNORECASE)
_LEAVING: Final = "ssdp:byebye"
_FIELDS: Final = (("server", SERVER), ("st", TARGET), ("nt", TARGET), ("location", LOCATION), ("usn", NAME))


def encode(token: UUID) -> tuple[bytes, ...]:  # noqa: ARG001 - the question has no place for an id
    """Return two searches, for everything and for root devices alone: small stacks answer but one of them."""
    return tuple(_QUESTION.format(target=target).encode("ascii") for target in _TARGETS)


def decode(datagram: bytes) -> Iterator[Fact]:
    """Yield what one answer or announcement says; nothing for a search or a farewell. Malformed when it is none."""
    head = read_head(datagram)
    request = _REQUEST_LINE.match(head.start)
    if request is None and not _STATUS_LINE.match(head.start):
        raise Malformed("no SSDP message")
    if request is not None and (request[1].upper() != "NOTIFY" or _LEAVING in head.all("nts")):
        return
    said: set[Fact] = set()
    for name, field in _FIELDS:
        for value in head.all(name):
            fact = Fact(field, value)
            if value and fact not in said:
                said.add(fact)
                yield fact


SPEC = DatagramSpec(
    name="ssdp",
    fields=(SERVER, TARGET, LOCATION, NAME),
    port=1900,
    groups=("239.255.255.250", "ff02::c"),
    encode=encode,
    decode=decode,
    about="What devices announce, what they run, and where they describe themselves.",
)
