"""DVRIP: the realm that Dahua's equipment names before a login. Nobody is named and nothing is proven by asking for it.

Question and answer: mcw0/DahuaConsole net.py; public captures 54841098109 and 53893994017. Clients of the maker send
a user and a password in bytes 8 to 23 of this very question (mcw0/PoC); here they are always zero.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from scanner.model.dialogue import Ask, Dialogue, Fact, Malformed, StreamSpec
from scanner.model.observation import Field
from scanner.protocols._text import clean, read_text

REALM: Final = Field("dvrip.realm")

HEADER: Final = 32
"""Bytes before the text of an answer."""
MAX_TEXT: Final = 1024
"""Bytes of that text: real ones have about 70."""

_QUESTION: Final = bytes.fromhex("a0010000") + bytes(20) + bytes.fromhex("050201010000a1aa")
_ANSWERS: Final = (b"\xb0\x00", b"\xb0\x01")
_LENGTH: Final = slice(4, 6)
_REALM: Final = re.compile(rb"Realm:([^\r\n\0]*)")


def decode(stream: bytes) -> Iterator[Fact]:
    """Yield the realm of one answer, maybe cut short; one without text says nothing. Malformed when it is no answer."""
    if len(stream) < HEADER or not stream.startswith(_ANSWERS):
        raise Malformed("no DVRIP answer")
    realm = _REALM.search(stream[HEADER : HEADER + min(_text_length(stream), MAX_TEXT)])
    if realm is not None and (value := clean(read_text(realm[1]))):
        yield Fact(REALM, value)


def ask(address: str, port: int) -> Dialogue:  # noqa: ARG001 - every dialogue takes them
    """Ask for the realm, once."""
    answer = yield Ask(_QUESTION, length=_answer_length, cap=HEADER + MAX_TEXT)
    if answer:
        yield from decode(answer)


def _answer_length(so_far: bytes) -> int | None:
    if not so_far.startswith(_ANSWERS):
        # Something else is spoken here: its first words are enough to know.
        return len(so_far) if len(so_far) > 1 else None
    return HEADER + _text_length(so_far) if len(so_far) >= HEADER else None


def _text_length(answer: bytes) -> int:
    # Bytes 6 and 7 are no part of it: they are not always zero.
    return int.from_bytes(answer[_LENGTH], "little")


SPEC = StreamSpec(
    name="dvrip",
    fields=(REALM,),
    ports=(37777, 35000),
    decode=decode,
    dialogue=ask,
    about="The login realm of equipment of Dahua's make, often its serial number.",
)
