"""Lengths of time as the command line spells them: ``90s``, ``45m``, ``2h30m``, ``7d``."""

from __future__ import annotations

import re
from typing import Final

from scanner.cli.failure import Failure

_SPELLED: Final = re.compile(r"(?:(\d{1,5})d)?(?:(\d{1,6})h)?(?:(\d{1,7})m)?(?:(\d{1,9})s?)?")
_SECONDS: Final = (86400, 3600, 60, 1)


def parse_duration(text: str, option: str) -> int:
    """Return seconds, above zero; Failure, which names ``option``, for anything else."""
    found = _SPELLED.fullmatch(text.strip())
    seconds = 0
    if found is not None:
        seconds = sum(int(part) * unit for part, unit in zip(found.groups("0"), _SECONDS, strict=True))
    if not seconds:
        raise Failure(f"{option} {text}: not a length of time; write it as 90s, 45m, 2h30m or 7d")
    return seconds
