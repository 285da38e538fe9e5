"""Multicast DNS and DNS service discovery. RFC 6762, RFC 6763; records are read with dnspython.

dnspython's message reader is not used: it takes the cache-flush bit (RFC 6762 section 10.2) for a class
of its own, and then reads no record.
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
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.TXT
import dns.rdtypes.IN.SRV
import dns.rdtypes.nsbase
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
    "_hap._tcp", "_camera._tcp", "_nvr._tcp", "_ipp._tcp", "_printer._tcp", "_workstation._tcp", "_ssh._tcp",
    "_googlecast._tcp", "_airplay._tcp",
)  # fmt: skip
"""Asked for by name: many responders do not answer the question for all types."""

MAX_RECORDS: Final = 512
"""Records of one message: a datagram of 9000 bytes (RFC 6762 section 17) holds fewer than 600."""
MAX_FACTS: Final = 256
"""Facts of one message: a reflector (RFC 6762 appendix) may repeat a whole network's records."""
MAX_TXT: Final = 64
"""Strings of one TXT record: RFC 6763 section 6.2 advises far fewer."""

_ALL_TYPES: Final = dns.name.from_text("_services._dns-sd._udp.local.")
_KINDS: Final = frozenset({dns.rdatatype.PTR, dns.rdatatype.SRV, dns.rdatatype.TXT})
_RESPONSE: Final = 0x8000
_CLASS_BITS: Final = 0x7FFF
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
            parser.get_name()
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
    owner = parser.get_name()
    kind, rdclass, _, size = parser.get_struct("!HHIH")
    end = parser.current + size
    data = _data(parser, kind, rdclass, size)
    parser.seek(end)
    if isinstance(data, dns.rdtypes.nsbase.NSBase):
        yield from _pointer_facts(owner, data.target)
    elif isinstance(data, dns.rdtypes.IN.SRV.SRV):
        yield from _instance_facts(owner)
        yield Fact(HOST, clean(data.target.to_text()))
    elif isinstance(data, dns.rdtypes.ANY.TXT.TXT):
        yield from _instance_facts(owner)
        yield from (Fact(TXT, clean(read_text(entry))) for entry in data.strings[:MAX_TXT])


def _data(parser: dns.wire.Parser, kind: int, rdclass: int, size: int) -> dns.rdata.Rdata | None:
    """Return the record's data; None for another kind, and for data that breaks the rules, such as an empty TXT."""
    if kind not in _KINDS:
        return None
    known, of = dns.rdatatype.RdataType.make(kind), dns.rdataclass.RdataClass.make(rdclass & _CLASS_BITS)
    try:
        with parser.restrict_to(size):
            return dns.rdata.from_wire_parser(of, known, parser)
    except dns.exception.DNSException:
        return None


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
