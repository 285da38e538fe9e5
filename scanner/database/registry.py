"""The IEEE registry of hardware address blocks: who a network interface was registered by.

``fingerprints/oui/registry.tsv`` is one sorted text file, searched in place: nothing is parsed when it is opened.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, Literal

import msgspec

from scanner.database import normalize
from scanner.model.entity import Company

Kind = Literal["universal", "local", "multicast", "virtual"]

KEY_DIGITS: Final = 9
"""Hexadecimal digits of the longest prefix (36 bits); shorter ones are padded with zeros."""
LENGTHS: Final = (36, 28, 24)
"""Bits of a block (MA-S and IAB, MA-M, MA-L), the most specific first."""

_VIRTUAL: Final = (
    "00:05:69", "00:0c:29", "00:1c:14", "00:50:56",  # VMware
    "00:15:5d",  # Hyper-V
    "00:16:3e",  # Xen
    "00:1c:42",  # Parallels
    "02:42",  # Docker
    "08:00:27", "0a:00:27",  # VirtualBox
    "52:54:00",  # QEMU and KVM
)  # fmt: skip
_MULTICAST_BIT: Final = 1
_LOCAL_BIT: Final = 2


class Block(msgspec.Struct, frozen=True, gc=False):
    """One registered block of addresses."""

    prefix: str
    """Hex digits, upper case, as the registry writes it: ``B0B3536``."""
    bits: int
    registrant: str
    """As the registry spells it."""
    company: str | None = None
    """Id of the company that holds it, when ``entities/companies.toml`` knows the registrant."""


class Registry:
    """Looks blocks up in the text of ``registry.tsv``."""

    def __init__(self, text: bytes | mmap.mmap = b"", companies: Mapping[str, str] | None = None) -> None:
        """Take the file's text and a map from ``spelling(registrant)`` to company id."""
        self._text = text
        self._companies = companies or {}

    @classmethod
    def open(cls, path: Path, companies: Iterable[Company] = ()) -> Registry:
        """Map the file into memory; a missing or empty file knows no block. Raises OSError when it cannot be read."""
        holders = {spelling(name): company.id for company in companies for name in company.registrants}
        if not path.exists() or not path.stat().st_size:
            return cls(b"", holders)
        with path.open("rb") as file:
            return cls(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), holders)

    def find(self, mac: str) -> Block | None:
        """Return the most specific block that holds ``mac`` (any usual spelling); None when unregistered or no MAC."""
        address = normalize.mac(mac)
        if address is None:
            return None
        digits = address.replace(":", "").upper()
        for bits in LENGTHS:
            registrant = self._line(_key(digits, bits))
            if registrant is not None:
                return self._block(digits, bits, registrant)
        return None

    def blocks(self) -> Iterator[Block]:
        """Every block, in order of prefix."""
        text = bytes(self._text)
        for line in text.decode("utf-8").splitlines():
            if not line.startswith("#"):
                prefix, bits, registrant = line.split("\t", 2)
                yield self._block(prefix, int(bits), registrant)

    def _block(self, digits: str, bits: int, registrant: str) -> Block:
        return Block(digits[: bits // 4], bits, registrant, self._companies.get(spelling(registrant)))

    def _line(self, key: bytes) -> str | None:
        """The rest of the line that starts with ``key``, by binary search over byte offsets."""
        text = self._text
        low, high = 0, len(text)
        while low < high:
            start = text.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = text.find(b"\n", start)
            if end < 0:
                end = len(text)
            head = text[start : start + len(key)]
            if head == key:
                return text[start + len(key) : end].decode("utf-8")
            if head < key:
                low = end + 1
            else:
                high = start
        return None


def kind(mac: str) -> Kind | None:
    """Say what sort of address ``mac`` (any usual spelling) is; None when it is none.

    Only ``universal`` addresses say anything of a maker.
    """
    address = normalize.mac(mac)
    if address is None:
        return None
    if address.startswith(_VIRTUAL):
        return "virtual"
    first = int(address[:2], 16)
    if first & _MULTICAST_BIT:
        return "multicast"
    return "local" if first & _LOCAL_BIT else "universal"


def spelling(registrant: str) -> str:
    """Return the name without letter case, punctuation and blanks: the registry spells one registrant in many ways."""
    return "".join(character for character in registrant.casefold() if character.isalnum())


def _key(digits: str, bits: int) -> bytes:
    return f"{digits[: bits // 4]:0<{KEY_DIGITS}}\t{bits}\t".encode("ascii")
