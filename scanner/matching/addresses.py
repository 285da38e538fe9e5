"""Which addresses a device says it has. Factory-set ones, and those of another site, are not where it answers from."""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from scanner.model.observation import Field

OUTSIDE: Final = Field("scope.outside")
"""Says that an address answered from outside the targets, on another subnet."""
URLS: Final = frozenset({"wsd.xaddr", "ssdp.location"})
"""Fields that hold a URL of the device itself."""
_SUFFIX: Final = ".address"
"""How fields end that hold an address of the device itself."""


def read_claim(field: str, value: str) -> str | None:
    """Return the address that a device says it has by one field, in canonical form; None when the field tells none.

    Link-local IPv6 addresses are left out: every device has them beside the others. 0.0.0.0 is kept, for a device
    that has no address says so.
    """
    try:
        if field in URLS:
            text = urlsplit(value.strip()).hostname or ""
        elif field.endswith(_SUFFIX):
            text = value.strip()
        else:
            return None
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return None if address.version == 6 and address.is_link_local else str(address)  # noqa: PLR2004 - the IP version
