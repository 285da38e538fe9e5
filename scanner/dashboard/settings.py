"""Who may reach the dashboard, and what it may scan."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final

import msgspec

from scanner.engine.ports import PortError, parse
from scanner.engine.speeds import SPEEDS

MIN_TOKEN: Final = 16
"""Characters of the shortest token: what is guessed over a network must not be guessable."""
MAX_BODY: Final = 65_536
"""Bytes of one request's body: a list of some thousand targets fits."""
LOOPBACK: Final = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


class SettingsError(ValueError):
    """The settings would leave the dashboard open. The text is one line that says what to do."""


class Settings(msgspec.Struct, frozen=True):
    """How the dashboard is reached. SettingsError when that would be unsafe."""

    host: str = "127.0.0.1"
    """Address to listen on, or ``localhost``."""
    port: int = 8889
    names: tuple[str, ...] = ()
    """Further names under which browsers reach it."""
    token: str | None = None
    """Secret that whoever comes must know."""
    proxy_header: str | None = None
    """Name of the request header in which a reverse proxy says who was let in."""
    proxies: tuple[IPv4Network | IPv6Network, ...] = LOOPBACK
    """Where that header is believed to come from."""
    allow: tuple[str, ...] = ()
    """Target expressions that may be scanned from the dashboard; none: scans cannot be started."""
    allow_public: bool = False
    ports: tuple[str, ...] = ("camera", "80,443,554,8000,37777")
    """Lists of ports, as ``--ports`` takes them, that a scan can be started with; the first when nothing is chosen."""
    max_speed: str = "normal"
    """The fastest of SPEEDS that a scan can be started with."""
    policy: str = "us-federal"
    use: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse to stand open, and what no scan can have."""
        if self.max_speed not in SPEEDS:
            raise SettingsError(f"{self.max_speed}: no such speed; there are {', '.join(SPEEDS)}")
        for text in self.ports:
            try:
                parse(text)
            except PortError as error:
                raise SettingsError(str(error)) from error
        if self.token is not None and len(self.token) < MIN_TOKEN:
            raise SettingsError(f"the token is too short: give at least {MIN_TOKEN} characters that nobody can guess")
        if self.token is None and self.proxy_header is None and not self.is_local:
            raise SettingsError(
                f"{self.host} can be reached by others: give a token with --token-file or --token-env, or name the "
                "header of your reverse proxy with --trust-proxy-header"
            )

    @property
    def speeds(self) -> tuple[str, ...]:
        """The speeds up to ``max_speed``, the gentlest first."""
        return tuple(SPEEDS)[: list(SPEEDS).index(self.max_speed) + 1]

    @property
    def is_local(self) -> bool:
        """True when only this machine can reach it."""
        return self.host == "localhost" or _in(self.host, LOOPBACK)

    def is_own(self, host: str) -> bool:
        """Whether a Host header may say ``host``: a name that is not ours was brought here by somebody else's DNS.

        An address needs no DNS, so any will do where others may reach us; on loopback, loopback ones alone.
        """
        name = _without_port(host).lower()
        if name in {"localhost", self.host.lower(), *(each.lower() for each in self.names)}:
            return True
        if self.is_local:
            return _in(name, LOOPBACK)
        return _in(name, (ip_network("0.0.0.0/0"), ip_network("::/0")))

    def is_proxy(self, address: str) -> bool:
        """Whether ``address``, at the other end of a connection, is the reverse proxy's."""
        return _in(address, self.proxies)


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _in(text: str, networks: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return any(address.version == network.version and address in network for network in networks)
