"""Named speeds: what a scan may do to the network, to a subnet and to a device. README explains the numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec


class Speed(msgspec.Struct, frozen=True):
    """Questions a second at most, exact in every tenth of a second."""

    rate: float
    """Of SYNs, datagrams and ARP requests in all."""
    per_subnet: float
    """Of SYNs and datagrams to the addresses of one /24; IPv6: /64."""
    per_host: float
    """Of SYNs and datagrams to one address."""


SPEEDS: Final[Mapping[str, Speed]] = {
    "gentle": Speed(rate=1_000, per_subnet=750, per_host=20),
    "normal": Speed(rate=5_000, per_subnet=2_500, per_host=100),
    "fast": Speed(rate=50_000, per_subnet=10_000, per_host=500),
}
"""Gentle is the default."""
