"""The store as commands open it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from scanner.cli.failure import Failure

if TYPE_CHECKING:
    from scanner.store import Store


@contextmanager
def open_scans(url: str | None) -> Iterator[Store]:
    """Open the store; Failure for whatever goes wrong with it inside ``with``."""
    from scanner.store import StoreError, open_store

    try:
        with open_store(url) as store:
            yield store
    except StoreError as error:
        raise Failure(str(error)) from error


@contextmanager
def open_scans_unless(no_store: bool, url: str | None) -> Iterator[Store | None]:
    """Open the store, or nothing when the operator wants none."""
    if no_store:
        yield None
    else:
        with open_scans(url) as store:
            yield store
