"""Named speeds: what a scan may do to the network, to a subnet and to a device. README explains the numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec


class Speed(msgspec.Struct, frozen=True):
    """Questions (SYNs, datagrams, ARP requests) a second at most: exact in every tenth of a second."""

    rate: float
    """In all."""
    per_subnet: float
    """To one /24; IPv6: /64."""
    per_host: float
    """To one address."""


SPEEDS: Final[Mapping[str, Speed]] = {
    "gentle": Speed(rate=1_000, per_subnet=500, per_host=20),
    "normal": Speed(rate=5_000, per_subnet=2_500, per_host=100),
    "fast": Speed(rate=50_000, per_subnet=10_000, per_host=500),
}
"""Gentle is the default."""
