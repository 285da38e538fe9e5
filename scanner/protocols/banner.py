"""What FTP, Telnet and SSH servers say first. RFC 959 section 5.4, RFC 854, RFC 4253 section 4.2.

Nothing is ever sent: no answer to Telnet's option negotiation, no SSH identification, no FTP command.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from scanner.model.dialogue import Ask, Dialogue, Fact, Malformed, StreamSpec
from scanner.model.observation import Field
from scanner.protocols._text import clean, fold, read_text

FTP: Final = Field("ftp.banner")
TELNET: Final = Field("telnet.banner")
SSH: Final = Field("ssh.banner")

MAX_BANNER: Final = 2048
"""Bytes: an SSH key exchange or a message of the day may follow, and is not wanted."""

_SSH: Final = re.compile(rb"(?:^|\n)(SSH-[0-9.]+-[^\r\n]*)")
_FTP: Final = re.compile(rb"(?:120|220|421|530)[ -][^\r\n]*")
_WHOLE: Final = re.compile(rb"(?:^|\n)SSH-[0-9.]+-[^\r\n]*[\r\n]|\A(?:120|220|421|530)[ -][^\r\n]*[\r\n]")
"""What is wanted of FTP and SSH servers; where a Telnet server's words end is told by its silence alone."""
_NEGOTIATION: Final = re.compile(rb"\xff(?:(\xff)|\xfa.*?(?:\xff\xf0|$)|[\xfb-\xfe].?|.|$)", re.DOTALL)
_ESCAPE: Final = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")
_PRINTABLE: Final = frozenset(range(0x20, 0x7F)) | frozenset(b"\t\r\n\x07\x08\x00")
_MOSTLY: Final = 0.7
"""Share of ASCII in a Telnet banner that may hold names in another script."""


def decode(banner: bytes) -> Iterator[Fact]:
    """Yield what kind of server spoke and its first words; Malformed when it is none of the three.

    An FTP banner is its first line, an SSH banner the identification line, a Telnet banner all its text on one line.
    """
    banner = banner[:MAX_BANNER]
    ssh = _SSH.search(banner)
    if ssh is not None:
        yield Fact(SSH, clean(read_text(ssh[1])))
        return
    ftp = _FTP.match(banner)
    if ftp is not None:
        yield Fact(FTP, clean(read_text(ftp[0])))
        return
    negotiates = banner.startswith(b"\xff")
    words = _ESCAPE.sub(b"", _NEGOTIATION.sub(lambda option: option[1] or b"", banner))
    if not negotiates and sum(byte in _PRINTABLE for byte in words) <= _MOSTLY * len(words):
        raise Malformed("no FTP, SSH or Telnet banner")
    text = fold(read_text(words))
    if text:
        yield Fact(TELNET, text)


def _length(banner: bytes) -> int | None:
    found = _WHOLE.search(banner)
    return found.end() if found else None


def listen(address: str, port: int) -> Dialogue:  # noqa: ARG001 - every dialogue takes them
    """Wait for the server to speak; say nothing."""
    banner = yield Ask(b"", length=_length, cap=MAX_BANNER)
    if banner:
        yield from decode(banner)


SPEC = StreamSpec(
    name="banner",
    fields=(FTP, TELNET, SSH),
    ports=(21, 22, 23),
    decode=decode,
    dialogue=listen,
    about="First words of FTP, Telnet and SSH servers; nothing is sent.",
)
