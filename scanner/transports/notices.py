"""Notices to everything that the Apprise library speaks to; it is an extra: ``pip install 'coveredscan[apprise]'``."""

from __future__ import annotations

import logging


def send(address: str, title: str, text: str) -> str | None:
    """Send one notice; return None when it was taken, else why not. ``address`` is a secret and is never told."""
    try:
        import apprise  # noqa: PLC0415 - an extra that few install
    except ImportError:
        return "the apprise package is not installed: pip install 'coveredscan[apprise]'"
    # The library logs addresses, which hold secrets.
    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    notices = apprise.Apprise()
    if not notices.add(address):
        return "the address is none that Apprise knows"
    return None if notices.notify(title=title, body=text) else "not taken"
