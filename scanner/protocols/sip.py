"""SIP OPTIONS: what door stations, phones and gateways call themselves. RFC 3261 section 11; RFC 3581.

The question rings nowhere. It may not be passed on either: a proxy has to answer it itself (section 16.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from uuid import UUID

from scanner.model.dialogue import DatagramSpec, Fact, Malformed
from scanner.model.observation import Field
from scanner.protocols._message import read_head

USER_AGENT: Final = Field("sip.user_agent")
SERVER: Final = Field("sip.server")

_QUESTION: Final = (
    "OPTIONS sip:coveredscan.invalid SIP/2.0\r\n"
    "Via: SIP/2.0/UDP coveredscan.invalid:5060;branch=z9hG4bK{token.hex};rport\r\n"
    "Max-Forwards: 0\r\n"
    "From: <sip:coveredscan.invalid>;tag={token.hex}\r\n"
    "To: <sip:coveredscan.invalid>\r\n"
    "Call-ID: {token}\r\n"
    "CSeq: 1 OPTIONS\r\n"
    "Accept: application/sdp\r\n"
    "Content-Length: 0\r\n"
    "\r\n"
)
_STATUS_LINE: Final = re.compile(r"SIP/2\.0 +[1-6][0-9]{2}(?: |$)")
_REQUEST_LINE: Final = re.compile(r"[A-Z]+ \S+ SIP/2\.0")
_FIELDS: Final = (("user-agent", USER_AGENT), ("server", SERVER))


def encode(token: UUID) -> tuple[bytes, ...]:
    """Return one OPTIONS request whose branch, tag and call id are ``token``."""
    return (_QUESTION.format(token=token).encode("ascii"),)


def decode(datagram: bytes) -> Iterator[Fact]:
    """Yield what a response names its sender; nothing for a request. Malformed when it is neither."""
    head = read_head(datagram)
    if not _STATUS_LINE.match(head.start):
        if _REQUEST_LINE.fullmatch(head.start):
            return
        raise Malformed("no SIP message")
    for name, field in _FIELDS:
        yield from (Fact(field, value) for value in dict.fromkeys(head.all(name)) if value)


SPEC = DatagramSpec(
    name="sip",
    fields=(USER_AGENT, SERVER),
    port=5060,
    groups=(),
    encode=encode,
    decode=decode,
    about="What door stations and phones call themselves.",
)
