"""Short ways to read files in tests."""

from __future__ import annotations

import io

from scanner.importers.importer import BadPart, Given, Importer, Item, Unreadable
from scanner.importers.kinds import HEAD, recognise

NAME = "file.txt"


def read(importer: Importer, raw: bytes, **given: object) -> list[tuple[str, int | None, str, str]]:
    """(host, port, field, value) of each observation, and (where, None, "bad", reason) of each bad part."""
    found: list[tuple[str, int | None, str, str]] = []
    for item in importer.read(io.BytesIO(raw), Given(NAME, **given)):  # type: ignore[arg-type]
        if isinstance(item, BadPart):
            found.append((item.where, None, "bad", item.reason))
        else:
            found.append((item.subject.address, item.subject.port, item.field, item.value))
    return found


def items(importer: Importer, raw: bytes) -> list[Item]:
    return list(importer.read(io.BytesIO(raw), Given(NAME)))


def recognised(raw: bytes) -> str | None:
    importer = recognise(raw[:HEAD], NAME)
    return importer.name if importer is not None else None


def survives(importer: Importer, raw: bytes) -> None:
    """Whatever the bytes, there are observations and bad parts, or one Unreadable."""
    try:
        for item in importer.read(io.BytesIO(raw), Given(NAME)):
            if isinstance(item, BadPart):
                assert item.where
                assert "\n" not in item.reason
            else:
                assert item.value
                assert item.subject.address
    except Unreadable:
        return
