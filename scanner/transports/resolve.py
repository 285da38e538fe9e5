"""Names to addresses, by the system's resolver."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import Any, Final

MAX_NAME: Final = 255
"""Characters; RFC 1035 2.3.4. The IDNA codec is slow on longer ones."""
PATIENCE: Final = 10.0
"""Seconds: two rounds of a resolver with one dead server."""


async def resolve(name: str) -> tuple[str, ...]:
    """Return the addresses of ``name`` in the system's order, each once, with scope ids; empty when it has none.

    An address is returned as it is. The resolver's own thread may outlive PATIENCE, the answer then is empty.
    """
    try:
        return (str(ipaddress.ip_address(name)),)
    except ValueError:
        pass
    if not name or len(name) > MAX_NAME:
        return ()
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(PATIENCE):
            found = await loop.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    return tuple(dict.fromkeys(_printable(entry[4]) for entry in found))


def _printable(address: tuple[Any, ...]) -> str:
    host, scope = str(address[0]), address[3] if len(address) == 4 else 0  # noqa: PLR2004 - (host, port, flow, scope)
    if scope and "%" not in host:
        try:
            return f"{host}%{socket.if_indextoname(scope)}"
        except OSError:
            return f"{host}%{scope}"
    return host
