"""Exit codes, and the failures that carry them."""

from __future__ import annotations

from typing import Final

import typer

EXIT_INTERNAL: Final = 1
EXIT_USAGE: Final = 2
EXIT_INCOMPLETE: Final = 3
EXIT_FOUND: Final = 10
EXIT_INTERRUPTED: Final = 130


class Failure(Exception):  # noqa: N818 - a failure is what it is
    """Something the operator can mend. Its text is one line: what, where, what to do."""

    def __init__(self, text: str, code: int = EXIT_USAGE) -> None:
        super().__init__(text)
        self.code = code


def is_usage_error(error: BaseException) -> bool:
    """True for what the command-line library raises when the arguments are off."""
    usage_error, click_error = typer.BadParameter.__mro__[1:3]
    return isinstance(error, (usage_error, click_error))


def one_line(error: BaseException) -> str:
    """Return the error's own words on one line, control characters removed."""
    format_message = getattr(error, "format_message", None)
    text = format_message() if callable(format_message) else str(error)
    return " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
