"""Makes ``fingerprints/oui/registry.tsv`` from published listings of the IEEE registry.

``fingerprints/oui/listings.toml`` names the files, where they are published and the day each was; ``build`` takes every
registry (MA-L, MA-M, MA-S, IAB) whole from the newest listing that has it, so that blocks given back or given to
somebody else follow the registry.
"""

from __future__ import annotations

import csv
import html
import io
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final, Literal, get_args

import msgspec

from scanner.database import document
from scanner.database.fault import DataError
from scanner.database.registry import KEY_DIGITS
from scanner.model.signature import _Data

RegistryName = Literal["MA-L", "MA-M", "MA-S", "IAB"]
Form = Literal["ieee-csv", "oui-data", "aiooui"]

BITS: Final[Mapping[RegistryName, int]] = {"MA-L": 24, "MA-M": 28, "MA-S": 36, "IAB": 36}
SHRUNK: Final = 0.95
"""A newer listing with fewer than this share of an older one's blocks is a broken file: the registry only grows."""

_HEX: Final = re.compile(r"[0-9A-Fa-f]+")
_BY_DIGITS: Final[Mapping[int, RegistryName]] = {6: "MA-L", 7: "MA-M", 9: "MA-S"}


class Listing(_Data, frozen=True):
    """One file that lists blocks."""

    file: str
    form: Form
    title: str
    where: str
    dated: date


class ListingFile(_Data, frozen=True):
    """``oui/listings.toml``."""

    listing: tuple[Listing, ...]


Blocks = Mapping[tuple[RegistryName, str], str]
"""(registry, hex digits of the prefix) → registrant."""


def build(root: Path, folder: Path) -> bytes:
    """Return the text of ``registry.tsv``, from the files in ``folder`` that ``root``/oui/listings.toml names.

    Raises DataError when a file is missing, is not what listings.toml says, or has lost blocks.
    """
    path = root / "oui" / "listings.toml"
    listings = document.convert(
        str(path), document.parse(str(path), document.read(str(path), path)), ListingFile
    ).listing
    return merge([(listing, _read(listing, folder / listing.file)) for listing in listings])


def merge(read: Iterable[tuple[Listing, Blocks]]) -> bytes:
    """Return the text made of the newest listing of each registry. Raises DataError when one has lost blocks."""
    newest: dict[RegistryName, tuple[Listing, dict[str, str]]] = {}
    for listing, blocks in sorted(read, key=lambda pair: pair[0].dated):
        for registry in get_args(RegistryName):
            part = {prefix: name for (of, prefix), name in blocks.items() if of == registry}
            if not part:
                continue
            before = len(newest[registry][1]) if registry in newest else 0
            if len(part) < before * SHRUNK:
                text = f"{registry} has {len(part)} blocks where an older listing has {before}: get the whole file"
                raise DataError(listing.file, text)
            newest[registry] = (listing, part)
    head = ["# IEEE registry of hardware address blocks: prefix (padded to 9 hex digits), bits, registrant; sorted."]
    head += [
        f"# {registry}: {len(newest[registry][1])} blocks, {newest[registry][0].dated}, {newest[registry][0].title}"
        for registry in BITS
        if registry in newest
    ]
    lines = {
        f"{prefix:0<{KEY_DIGITS}}\t{BITS[registry]}\t{name}" for registry, (_, part) in newest.items()
        for prefix, name in part.items()
    }  # fmt: skip
    return "\n".join([*head, *sorted(lines), ""]).encode()


def _read(listing: Listing, path: Path) -> Blocks:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataError(str(path), f"cannot be read: {error.strerror}: get it from {listing.where}") from error
    try:
        return decode(listing.form, raw)
    except (ValueError, KeyError, struct.error, csv.Error, msgspec.MsgspecError) as error:
        raise DataError(str(path), f"is not of the form {listing.form}: get it from {listing.where}") from error


def decode(form: Form, raw: bytes) -> Blocks:
    """Return the blocks of one file; of a prefix listed twice, the first. Raises ValueError and its like."""
    found: dict[tuple[RegistryName, str], str] = {}
    for registry, prefix, name in _FORMS[form](raw):
        if len(prefix) * 4 != BITS[registry] or not _HEX.fullmatch(prefix):
            raise ValueError(f"{prefix} is no prefix of {registry}")
        found.setdefault((registry, prefix.upper()), " ".join(html.unescape(name).split()))
    return found


def _ieee_csv(raw: bytes) -> Iterator[tuple[RegistryName, str, str]]:
    for row in csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))):
        registry = msgspec.convert(row["Registry"], RegistryName)
        yield registry, row["Assignment"], row["Organization Name"]


def _oui_data(raw: bytes) -> Iterator[tuple[RegistryName, str, str]]:
    for prefix, text in msgspec.json.decode(raw, type=dict[str, str]).items():
        yield _BY_DIGITS[len(prefix)], prefix, text.partition("\n")[0]


def _aiooui(raw: bytes) -> Iterator[tuple[RegistryName, str, str]]:
    """Magic, count, that many keys, that many offsets (32 bits, little-endian), names ended by line feeds."""
    magic, count = struct.unpack_from("<4sI", raw)
    if magic != b"OUI1":
        raise ValueError("no OUI1 table")
    keys = struct.unpack_from(f"<{count}I", raw, 8)
    offsets = struct.unpack_from(f"<{count}I", raw, 8 + 4 * count)
    names = raw[8 + 8 * count :]
    for key, offset in zip(keys, offsets, strict=True):
        yield "MA-L", f"{key:06X}", names[offset : names.index(b"\n", offset)].decode("utf-8")


_FORMS: Final = {"ieee-csv": _ieee_csv, "oui-data": _oui_data, "aiooui": _aiooui}
