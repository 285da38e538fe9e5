"""Hands messages to the operator's own syslog: a local socket, UDP (RFC 5426) or TCP (RFC 6587, octets counted)."""

from __future__ import annotations

import socket
from typing import Final
from urllib.parse import urlsplit

_SECONDS: Final = 10.0
_MAX: Final = 8192
"""Bytes of a message: what RFC 5425 asks receivers to take at least, and one datagram."""
_PORTS: Final = {"udp": 514, "tcp": 601}


def send(address: str, message: str) -> str | None:
    """Send one message; return None when it was handed over, else why not."""
    text = message.encode("utf-8", "replace")[:_MAX]
    try:
        if "://" not in address:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as local:
                local.settimeout(_SECONDS)
                local.connect(address)
                local.send(text)
            return None
        parts = urlsplit(address)
        if parts.scheme not in _PORTS or not parts.hostname:
            return f"{address} is no address of a syslog: a path, udp://host:514 or tcp://host:601"
        place = (parts.hostname, parts.port or _PORTS[parts.scheme])
        if parts.scheme == "udp":
            family, kind, _, _, found = socket.getaddrinfo(*place, type=socket.SOCK_DGRAM)[0]
            with socket.socket(family, kind) as datagrams:
                datagrams.sendto(text, found)
            return None
        with socket.create_connection(place, _SECONDS) as stream:
            stream.sendall(f"{len(text)} ".encode() + text)
    except (OSError, ValueError) as error:
        return f"cannot be reached: {type(error).__name__}"
    return None
