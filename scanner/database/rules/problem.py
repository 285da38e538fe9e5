"""What a rule finds, and where."""

from __future__ import annotations

from collections.abc import Callable

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """One fault of the data."""

    code: str
    where: str
    """File and row."""
    text: str
    """What is wrong and what to do, on one line."""

    def __str__(self) -> str:
        """The line that is printed."""
        return f"{self.where}: {self.code} {self.text}"


Report = Callable[[str, str], Problem]
"""Makes a problem of a code and a text."""


def at(where: str) -> Report:
    """Return what reports the problems of one row."""

    def report(code: str, text: str) -> Problem:
        return Problem(code, where, text)

    return report
