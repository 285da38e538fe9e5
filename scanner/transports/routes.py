"""How this machine reaches an address: interface, own address, gateway and the gateway's MAC, as the kernel has it."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any, Final

import msgspec

from scanner.model.permitted import Permitted
from scanner.transports.stream import locate

RESOLVE_SECONDS: Final = 3.0
"""How long the kernel asks for a neighbour before it gives up: three times, a second apart."""
_COMMAND_SECONDS: Final = 5.0


class Route(msgspec.Struct, frozen=True):
    """One line of the kernel's main table."""

    network: IPv4Network | IPv6Network
    interface: str
    gateway: str | None
    """None: the network is on-link."""
    metric: int = 0


def routes() -> tuple[Route, ...]:
    """Return the main table, most specific first; empty where ``ip`` cannot tell.

    Runs a command for up to five seconds at worst: call it in a thread. Routes by mark or source are not seen; ``ask``
    tells whether the kernel agrees.
    """
    found = [*_read(_ip("-4", "route", "show"), 4), *_read(_ip("-6", "route", "show"), 6)]
    return tuple(sorted(found, key=lambda route: (-route.network.prefixlen, route.metric)))


def ask(address: str) -> tuple[str, str, str | None] | None:
    """Return interface, own address and gateway by which the kernel would send to ``address``; None when it would not.

    None also for this machine's own addresses. Nothing is sent. Runs a command for up to five seconds at worst.
    """
    rows = _ip("route", "get", address)
    row = rows[0] if rows and isinstance(rows[0], dict) else {}
    if row.get("type", "unicast") != "unicast" or row.get("dev") in {None, "lo"} or "prefsrc" not in row:
        return None
    return str(row["dev"]), str(row["prefsrc"]), row.get("gateway")


def resolve(gateway: str, interface: str, endpoint: Permitted) -> str | None:
    """Return the MAC of ``gateway``, or None when it does not answer.

    Where the kernel does not know it, it is made to find out by a connection to ``endpoint``, which is behind it and
    may be asked. Takes up to RESOLVE_SECONDS.
    """
    mac = _known(gateway, interface)
    if mac is not None:
        return mac
    family, place = locate(endpoint)
    with socket.socket(family, socket.SOCK_STREAM) as sock:
        sock.setblocking(False)
        sock.connect_ex(place)
        until = time.monotonic() + RESOLVE_SECONDS
        while (mac := _known(gateway, interface)) is None and time.monotonic() < until:
            time.sleep(0.05)
    return mac


def _known(gateway: str, interface: str) -> str | None:
    for row in _ip("neighbour", "show", "to", gateway, "dev", interface):
        if isinstance(row, dict) and "lladdr" in row and not {"FAILED", "INCOMPLETE"} & set(row.get("state", ())):
            return str(row["lladdr"])
    return None


def _read(rows: list[Any], version: int) -> Iterator[Route]:
    for row in rows:
        if not isinstance(row, dict) or row.get("type", "unicast") != "unicast" or "dev" not in row:
            continue  # blackholes, and routes over several gateways at once
        text = str(row.get("dst", ""))
        with suppress(ValueError):
            network = ip_network(("0.0.0.0/0" if version == 4 else "::/0") if text == "default" else text)  # noqa: PLR2004 - the IP version
            gateway = None if "gateway" not in row else str(ip_address(row["gateway"]))
            yield Route(
                network,
                str(row["dev"]),
                None if gateway is None else str(ip_address(gateway)),
                int(row.get("metric", 0)),
            )


def _ip(*words: str) -> list[Any]:
    """Return what ``ip -j`` says, or nothing."""
    path = shutil.which("ip") if sys.platform == "linux" else None
    if path is None:
        return []
    try:
        done = subprocess.run([path, "-j", *words], capture_output=True, timeout=_COMMAND_SECONDS, check=False)  # noqa: S603 - fixed words and addresses, no shell
        rows = json.loads(done.stdout or b"[]")
    except (OSError, subprocess.SubprocessError, ValueError):
        return []
    return rows if isinstance(rows, list) else []
