"""NetBIOS node status: the name a machine has in its Windows network. RFC 1002 sections 4.2.17 and 4.2.18."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final
from uuid import UUID

from scanner.model.dialogue import DatagramSpec, Fact, Malformed
from scanner.model.observation import Field
from scanner.protocols._text import clean, read_text

NAME: Final = Field("name.netbios")

_HEADER: Final = struct.Struct("!HHHHHH")
_RECORD: Final = struct.Struct("!HHIH")
_ENTRY: Final = struct.Struct("!15sBH")
_ANYBODY: Final = b"\x20CK" + b"A" * 30 + b"\0"
"""The name ``*`` in its encoded form."""
_QUESTION: Final = _ANYBODY + b"\0\x21\0\x01"
_NODE_STATUS: Final = 0x21
_RESPONSE: Final = 0x8000
_GROUP: Final = 0x8000
_POINTER: Final = 0xC0
_MACHINE: Final = 0x00
"""Last byte of the name that a machine itself has, not one of its services."""


def encode(token: UUID) -> tuple[bytes, ...]:
    """Return the request for all names of whoever it reaches; its id is cut from ``token``."""
    return (_HEADER.pack(token.int & 0xFFFF, 0, 1, 0, 0, 0) + _QUESTION,)


def decode(datagram: bytes) -> Iterator[Fact]:
    """Yield the machine's own name; nothing for a request. Malformed when it is no node status or stops short."""
    try:
        _, flags, questions, answers, _, _ = _HEADER.unpack_from(datagram)
        if not flags & _RESPONSE:
            return
        at = _HEADER.size
        at += 2 if datagram[at] >= _POINTER else len(_ANYBODY)
        kind, _, _, _ = _RECORD.unpack_from(datagram, at)
        at += _RECORD.size
        if questions or not answers or kind != _NODE_STATUS:
            raise Malformed("no node status")
        count = datagram[at]
        entries = [_ENTRY.unpack_from(datagram, at + 1 + index * _ENTRY.size) for index in range(count)]
    except (struct.error, IndexError) as error:
        raise Malformed("too short for a node status") from error
    names = (clean(read_text(name)) for name, service, state in entries if service == _MACHINE and not state & _GROUP)
    yield from (Fact(NAME, name) for name in dict.fromkeys(names) if name)


SPEC = DatagramSpec(
    name="netbios",
    fields=(NAME,),
    port=137,
    groups=(),
    encode=encode,
    decode=decode,
    about="The name a machine has in its Windows network.",
)
