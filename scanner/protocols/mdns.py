"""Multicast DNS and DNS service discovery. RFC 6762, RFC 6763; names are read with dnspython.

Records are read here: dnspython takes the cache-flush bit (RFC 6762 section 10.2) for a class of its own, and refuses
compressed names in SRV data, which multicast DNS allows (section 18.14).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from uuid import UUID

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import dns.wire

from scanner.model.dialogue import DatagramSpec, Fact, Malformed
from scanner.model.observation import Field
from scanner.protocols._text import clean, read_text

SERVICE: Final = Field("mdns.service")
INSTANCE: Final = Field("mdns.instance")
TXT: Final = Field("mdns.txt")
HOST: Final = Field("mdns.host")

SERVICE_TYPES: Final = (
    "_axis-video._tcp", "_rtsp._tcp", "_onvif._tcp", "_psia._tcp", "_CGI._tcp", "_http._tcp", "_https._tcp",
    "_hap._tcp", "_camera._tcp", "_nvr._tcp", "_ipp._tcp", "_printer._tcp", "_pdl-datastream._tcp", "_workstation._tcp",
    "_ssh._tcp", "_googlecast._tcp", "_airplay._tcp",
)  # fmt: skip
"""Asked for by name: many responders do not answer the question for all types."""

MAX_RECORDS: Final = 512
"""Records of one message: a datagram of 9000 bytes (RFC 6762 section 17) holds fewer than 600."""
MAX_FACTS: Final = 256
"""Facts of one message: a reflector between links may repeat a whole network's records."""
MAX_TXT: Final = 64
"""Strings of one TXT record: RFC 6763 section 6.2 advises far fewer."""

_ALL_TYPES: Final = dns.name.from_text("_services._dns-sd._udp.local.")
_RESPONSE: Final = 0x8000
_UNICAST: Final = 0x8000
"""Top bit of a question's class: please answer to me alone (RFC 6762 section 5.4)."""
_TYPE: Final = re.compile(r"(?:.*?\.)?(_[^.]+\._(?:tcp|udp)\.[^.]+\.)", re.IGNORECASE | re.DOTALL)


def encode(token: UUID) -> tuple[bytes, ...]:
    """Return two queries that ask for unicast answers: all service types, and the types that cameras use.

    The message id comes from ``token``: whoever answers a port other than 5353 repeats it (RFC 6762 section 6.7).
    """
    return (
        _query(token, (_ALL_TYPES,)),
        _query(token, tuple(dns.name.from_text(f"{t}.local.") for t in SERVICE_TYPES)),
    )


def decode(datagram: bytes) -> Iterator[Fact]:
    """Yield services, instances, TXT entries and SRV targets of one response, without repetition.

    A query says nothing. Names end in a dot, an instance is its label as text. Malformed when the datagram
    is no DNS message or breaks off.
    """
    parser = dns.wire.Parser(datagram)
    try:
        _, flags, questions, *records = parser.get_struct("!HHHHHH")
        if not flags & _RESPONSE:
            return
        for _ in range(min(questions, MAX_RECORDS)):
            dns.name.from_wire_parser(parser)
            parser.get_struct("!HH")
        said: set[Fact] = set()
        for _ in range(min(sum(records), MAX_RECORDS)):
            for fact in _record_facts(parser):
                if fact.value and fact not in said and len(said) < MAX_FACTS:
                    said.add(fact)
                    yield fact
    except (dns.exception.DNSException, ValueError) as error:
        raise Malformed(f"not DNS: {type(error).__name__}") from error


def _query(token: UUID, names: tuple[dns.name.Name, ...]) -> bytes:
    message = dns.message.QueryMessage(id=token.int & 0xFFFF)
    message.flags = dns.flags.Flag(0)
    unicast = dns.rdataclass.RdataClass.make(dns.rdataclass.IN | _UNICAST)
    message.question = [dns.rrset.RRset(name, unicast, dns.rdatatype.PTR) for name in names]
    return message.to_wire()


def _record_facts(parser: dns.wire.Parser) -> Iterator[Fact]:
    owner = dns.name.from_wire_parser(parser)
    kind, _, _, size = parser.get_struct("!HHIH")
    end = parser.current + size
    with parser.restrict_to(size):
        try:
            told = tuple(_data_facts(parser, kind, owner))
        except dns.exception.DNSException:
            # Data that breaks the rules says nothing; the record's length still leads to the next one.
            told = ()
        parser.seek(end)
    yield from told


def _data_facts(parser: dns.wire.Parser, kind: int, owner: dns.name.Name) -> Iterator[Fact]:
    if kind == dns.rdatatype.PTR:
        yield from _pointer_facts(owner, dns.name.from_wire_parser(parser))
    elif kind == dns.rdatatype.SRV:
        yield from _instance_facts(owner)
        parser.get_struct("!HHH")
        yield Fact(HOST, clean(dns.name.from_wire_parser(parser).to_text()))
    elif kind == dns.rdatatype.TXT:
        yield from _instance_facts(owner)
        for _ in range(MAX_TXT):
            if not parser.remaining():
                return
            yield Fact(TXT, clean(read_text(parser.get_counted_bytes())))


def _pointer_facts(owner: dns.name.Name, target: dns.name.Name) -> Iterator[Fact]:
    if owner == _ALL_TYPES:
        yield from _service_facts(target)
        return
    yield from _service_facts(owner)
    if _service(owner):
        yield from _instance_facts(target)


def _service_facts(name: dns.name.Name) -> Iterator[Fact]:
    service = _service(name)
    if service:
        yield Fact(SERVICE, service)


def _instance_facts(name: dns.name.Name) -> Iterator[Fact]:
    yield from _service_facts(name)
    if _service(name) and not name.labels[0].startswith(b"_"):
        yield Fact(INSTANCE, clean(read_text(name.labels[0])))


def _service(name: dns.name.Name) -> str:
    told = _TYPE.fullmatch(name.to_text())
    return clean(told[1]) if told else ""


SPEC = DatagramSpec(
    name="mdns",
    fields=(SERVICE, INSTANCE, TXT, HOST),
    port=5353,
    groups=("224.0.0.251", "ff02::fb"),
    encode=encode,
    decode=decode,
    about="Services that devices announce on the local link.",
)
