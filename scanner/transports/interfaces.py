"""The network interfaces of this machine, through ifaddr."""

from __future__ import annotations

from ipaddress import IPv4Interface, IPv6Address, IPv6Interface

import ifaddr
import msgspec


class Interface(msgspec.Struct, frozen=True):
    """One interface that has at least one address."""

    name: str
    index: int
    """As the kernel numbers it: the scope id of IPv6 link-local addresses."""
    addresses: tuple[IPv4Interface | IPv6Interface, ...]
    """In the kernel's order, without scope ids."""
    loopback: bool


def interfaces() -> tuple[Interface, ...]:
    """Return the interfaces with an address, loopback included, by index; empty when the system tells nothing."""
    try:
        adapters = list(ifaddr.get_adapters())
    except OSError:
        return ()
    found = []
    for adapter in adapters:
        addresses = tuple(_interface(ip) for ip in adapter.ips)
        if adapter.index is not None and addresses:
            loopback = all(address.ip.is_loopback for address in addresses)
            found.append(Interface(adapter.name, adapter.index, addresses, loopback))
    return tuple(sorted(found, key=lambda interface: interface.index))


def _interface(ip: ifaddr.IP) -> IPv4Interface | IPv6Interface:
    if isinstance(ip.ip, str):
        return IPv4Interface(f"{ip.ip}/{ip.network_prefix}")
    return IPv6Interface((IPv6Address(ip.ip[0].partition("%")[0]), ip.network_prefix))
