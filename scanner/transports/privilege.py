"""The right to link-layer sockets."""

from __future__ import annotations

import os
import socket


class NotPrivileged(Exception):  # noqa: N818 - the caller's fallback, not a fault
    """Link-layer sockets need root or CAP_NET_RAW; the neighbour table and TCP do not."""


def privileged() -> bool:
    """Return whether this process may open link-layer sockets."""
    if not hasattr(socket, "AF_PACKET"):
        return hasattr(os, "geteuid") and os.geteuid() == 0
    try:
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0).close()
    except OSError:
        return False
    return True
