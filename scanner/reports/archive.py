"""Packages whose bytes depend on nothing but what is in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

_EARLIEST: Final = datetime(1980, 1, 1, tzinfo=UTC)
"""The first moment that a ZIP member can bear."""


def archive(members: Iterable[tuple[str, bytes]], moment: datetime) -> bytes:
    """Return a ZIP file of ``members`` (name, content) in their order, all of them dated ``moment``."""
    date = max(moment.astimezone(UTC), _EARLIEST)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for name, content in members:
            member = zipfile.ZipInfo(name, (date.year, date.month, date.day, date.hour, date.minute, date.second))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            package.writestr(member, content)
    return file.getvalue()


def repack(data: bytes, moment: datetime) -> bytes:
    """Return the ZIP file ``data`` with all members dated ``moment``, as the clock was when it was made."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return archive(((name, package.read(name)) for name in package.namelist()), moment)
