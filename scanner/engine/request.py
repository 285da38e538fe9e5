"""One scan as the operator wants it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from scanner.engine.credentials import Credentials
from scanner.engine.ports import CAMERA
from scanner.engine.speeds import SPEEDS
from scanner.transports.limits import Limits


class Request(msgspec.Struct, frozen=True):
    """What to scan, how, and how gently."""

    targets: tuple[str, ...] = ()
    """Target expressions."""
    files: tuple[str, ...] = ()
    """Target files, ``-`` for standard input."""
    exclude: tuple[str, ...] = ()
    """Target expressions never to be contacted."""
    exclude_files: tuple[str, ...] = ()
    never: tuple[Path, ...] | None = None
    """Lists of addresses never to be scanned; None: those of this machine and user."""
    ports: tuple[int, ...] = tuple(CAMERA)
    """TCP ports to try, the likeliest first."""
    engine: Literal["builtin", "raw", "nmap"] = "builtin"
    """Who finds open ports: ordinary connections, raw frames (needs root or CAP_NET_RAW), or nmap."""
    shard: tuple[int, int] = (1, 1)
    """The first of how many parts of the targets this scan takes, counted from 1: parts may run on other machines."""
    sample: bool = False
    """With ``raw``: ask a few addresses of each /24 first, and the rest only where one of them answered."""
    allow_public: bool = False
    rate: float = SPEEDS["gentle"].rate
    """Connection attempts and discovery questions a second, in all."""
    subnet_rate: float = SPEEDS["gentle"].per_subnet
    """The same a second to the addresses of one /24 (IPv6: /64)."""
    host_rate: float = SPEEDS["gentle"].per_host
    """The same a second to one address."""
    per_host: int = 2
    """Connections to one address at a time."""
    concurrency: int = 512
    """Connections at a time, in all."""
    limits: Limits = Limits()
    """Of each conversation; ``limits.connect`` is also how long a connect may take."""
    credentials: Credentials = Credentials()
    discovery: tuple[str, ...] | None = None
    """Discovery protocols to use, by name; None: all, ``arp`` included."""
    dns: bool = False
    """Whether the system's name servers, which are outside the scope, are asked for the names of living addresses."""
    interfaces: tuple[str, ...] = ()
    """Interfaces for multicast, broadcast and ARP; empty: all that hold part of the scope."""
    passes: int = 2
    """Rounds of discovery questions; above one, hosts that told nothing are asked a second time."""
    wait: float = 3.0
    """Seconds to listen after the last discovery question."""
    thorough: int = 4096
    """Up to this many addresses in scope, silent ones are tried on every port, beyond it on the first few alone."""

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        if self.concurrency < 2 or self.per_host < 1 or self.passes < 1:  # noqa: PLR2004 - one to sweep, one to probe
            raise ValueError("concurrency must be at least 2, per_host and passes at least 1")
        if not (self.rate > 0 and self.subnet_rate > 0 and self.host_rate > 0):
            raise ValueError("rate must be above zero")
        if not 1 <= self.shard[0] <= self.shard[1]:
            raise ValueError("a shard is one of 1 to as many as there are")
        if self.sample and self.engine != "raw":
            raise ValueError("only raw sweeps can be sampled")
        if not self.ports:
            raise ValueError("no port given")
