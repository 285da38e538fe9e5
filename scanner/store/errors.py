"""What can go wrong with a database, in one line that says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

_KNOWN: Final = (
    ("database is locked", "is in use by another program; try again when that has finished"),
    ("readonly database", "cannot be written; give yourself write permission or choose another with COVEREDSCAN_DB"),
    ("read-only", "cannot be written; give yourself write permission or choose another with COVEREDSCAN_DB"),
    ("permission denied", "cannot be opened; check that its folder exists and is yours"),
    ("disk is full", "cannot grow: the disk is full; what was stored before is kept"),
    ("no space left", "cannot grow: the disk is full; what was stored before is kept"),
    ("disk i/o error", "cannot be read or written: the disk reports an error, or is full"),
    ("unable to open database file", "cannot be opened; check that its folder exists and is yours"),
    ("file is not a database", "is not a database of coveredscan; choose another with COVEREDSCAN_DB"),
    ("malformed", "is damaged; restore a copy or choose another with COVEREDSCAN_DB"),
    ("authentication failed", "does not accept this user and password"),
    ("connection refused", "does not answer: is the database server running?"),
    ("is the server running", "does not answer: is the database server running?"),
    ("not a directory", "cannot be opened; check that its folder exists and is yours"),
    ("file exists", "cannot be opened; check that its folder exists and is yours"),
    ("no such file or directory", "cannot be opened; check that its folder exists and is yours"),
    ("terminating connection", "ended the connection; try again when the database server is back"),
    ("server closed the connection", "ended the connection; try again when the database server is back"),
    ("the database system is", "is starting or stopping; try again when the database server is back"),
)
"""What database drivers say, and what it means for whoever reads it."""
_PASSING: Final = (
    "database is locked",
    "connection refused",
    "is the server running",
    "terminating connection",
    "server closed the connection",
    "the database system is",
)


class StoreError(Exception):
    """The store cannot do what was asked. Its text is one line for the operator."""

    passing = False
    """True when the same may work a little later: a lock, a database server that restarts."""


@contextmanager
def told_plainly(place: str) -> Iterator[None]:
    """Turn what the database library and the file system raise into StoreError; ``place`` names the database."""
    try:
        yield
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise StoreError(f"{place} is no address of a database that can be used here: {_line(error)}") from error
    except (SQLAlchemyError, OSError) as error:
        text = _line(getattr(error, "orig", None) or error)
        known = (meaning for words, meaning in _KNOWN if words in text.lower())
        told = StoreError(f"{place} {next(known, f'cannot be used: {text}')}")
        told.passing = isinstance(error, DBAPIError) and (
            error.connection_invalidated or any(words in text.lower() for words in _PASSING)
        )
        raise told from error


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())
