"""Names to addresses and back, by the system's resolver."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import Any, Final

from scanner.model.outcome import OutcomeKind

MAX_NAME: Final = 255
"""Characters; RFC 1035 2.3.4. The IDNA codec is slow on longer ones."""
MAX_NAMES: Final = 16
"""Names of one address: real ones have one or two."""
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


async def reverse(address: str) -> tuple[OutcomeKind, str, tuple[str, ...]]:
    """Ask this system's name servers for the names of ``address``; return outcome, name server, names without last dot.

    A name server that knows no name has answered; one that cannot tell has not (``refused``). ``address`` has no scope
    id. Nothing but the name servers that the system is set up with is asked.
    """
    import dns.asyncresolver  # noqa: PLC0415 - only here, and few scans ask
    import dns.exception  # noqa: PLC0415
    import dns.resolver  # noqa: PLC0415
    import dns.reversename  # noqa: PLC0415

    try:
        answer = await dns.asyncresolver.Resolver().resolve(
            dns.reversename.from_address(address), "PTR", lifetime=PATIENCE, raise_on_no_answer=False, search=False
        )
    except dns.resolver.NXDOMAIN:
        return "answered", "", ()
    except dns.exception.Timeout:
        return "timed-out", "", ()
    except (dns.exception.DNSException, OSError):
        return "refused", "", ()
    names = sorted(record.target.to_text(omit_final_dot=True) for record in answer.rrset or ())
    return "answered", answer.nameserver or "", tuple(names[:MAX_NAMES])


def _printable(address: tuple[Any, ...]) -> str:
    host, scope = str(address[0]), address[3] if len(address) == 4 else 0  # noqa: PLR2004 - (host, port, flow, scope)
    if scope and "%" not in host:
        try:
            return f"{host}%{socket.if_indextoname(scope)}"
        except OSError:
            return f"{host}%{scope}"
    return host
