"""DNS answers of virtual devices, for service discovery (RFC 6762, RFC 6763)."""

from __future__ import annotations

from collections.abc import Mapping

import dns.exception
import dns.flags
import dns.message
import dns.rdatatype
import dns.rrset

from scanner.lab.transcript import Line, Transcript, fill

_MULTICAST_DNS = 5353
_FIELDS = 5
"""name, time to live, class, type, data"""


def answer(request: bytes, peer_port: int, transcript: Transcript, slots: Mapping[str, str]) -> bytes | None:
    """The datagram that answers ``request``; None when it is no query or asks for nothing that ``transcript`` has.

    A query from another port than 5353 is a plain resolver's: it gets its id and question back (RFC 6762 6.7).
    """
    try:
        query = dns.message.from_wire(request)
    except dns.exception.DNSException:
        return None
    if query.flags & dns.flags.QR:
        return None
    reply = dns.message.QueryMessage(id=query.id if peer_port != _MULTICAST_DNS else 0)
    reply.flags = dns.flags.QR | dns.flags.AA
    for question in query.question:
        kind = dns.rdatatype.to_text(question.rdtype)
        exchange = transcript.records(question.name.to_text(), kind)
        if exchange is None:
            continue
        if peer_port != _MULTICAST_DNS:
            reply.question.append(question)
        for line in exchange.answer:
            (reply.additional if line.mark == "<+" else reply.answer).append(_record(line, slots))
    return reply.to_wire() if reply.answer else None


def _record(line: Line, slots: Mapping[str, str]) -> dns.rrset.RRset:
    name, ttl, rdclass, rdtype, data = fill(line.text, slots).split(None, _FIELDS - 1)
    return dns.rrset.from_text(name, int(ttl), rdclass, rdtype, data)
