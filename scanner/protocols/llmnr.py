"""LLMNR: the name that a machine answers to on its link. RFC 4795; names are read with dnspython.

The group is asked, not the machine: RFC 4795 section 2.4 wants addresses asked about by TCP, which MS-LLMNRP section
2.1 leaves out and Windows does not listen to; and a question by UDP to the machine itself must be ignored.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rdatatype
import dns.reversename

from scanner.model.dialogue import Fact, Malformed, NameSpec
from scanner.model.observation import Field
from scanner.protocols._text import clean, read_text

NAME: Final = Field("name.llmnr")

MAX_SIZE: Final = 9216
"""Bytes of one message: section 2.1 has responders accept so much; names of one address fill a few hundred."""

_TENTATIVE_OR_CONFLICT: Final = 0x0500
"""Section 2.1.1: the name is not known to be unique (T), or known not to be (C, where DNS has AA)."""


def encode(token: UUID, address: str) -> bytes:
    """Return the question for the name of ``address``; its id is cut from ``token``."""
    message = dns.message.make_query(dns.reversename.from_address(address), dns.rdatatype.PTR, id=token.int & 0xFFFF)
    message.flags = dns.flags.Flag(0)
    return message.to_wire()


def decode(datagram: bytes) -> Iterator[Fact]:
    """Yield each name that an answer tells, about the address it is the name of; nothing for a question.

    An answer whose sender is not sure of its name says nothing either. Malformed when it is no DNS message.
    """
    if len(datagram) > MAX_SIZE:
        raise Malformed("too large for LLMNR")
    try:
        message = dns.message.from_wire(datagram, ignore_trailing=True)
        if not message.flags & dns.flags.QR or message.flags & _TENTATIVE_OR_CONFLICT:
            return
        told = [
            Fact(NAME, _read_name(record.target), subject=address)
            for answer in message.answer
            if answer.rdtype == dns.rdatatype.PTR and (address := _read_address(answer.name)) is not None
            for record in answer
        ]
    except (dns.exception.DNSException, ValueError) as error:
        raise Malformed(f"not LLMNR: {type(error).__name__}") from error
    yield from (fact for fact in dict.fromkeys(told) if fact.value)


def _read_address(name: dns.name.Name) -> str | None:
    """Return the address whose reverse name this is; None when it is another name."""
    try:
        return dns.reversename.to_address(name)
    except (dns.exception.DNSException, ValueError):
        return None


def _read_name(name: dns.name.Name) -> str:
    # Labels are UTF-8 here (section 3), which dnspython would write with escapes.
    return clean(read_text(b".".join(label for label in name.labels if label)))


SPEC = NameSpec(
    name="llmnr",
    fields=(NAME,),
    port=5355,
    groups=("224.0.0.252", "ff02::1:3"),
    encode=encode,
    decode=decode,
    about="The name that a machine answers to on its link.",
)
