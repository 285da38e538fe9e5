"""What may be contacted. The only file that mints ``Permitted``: nothing leaves this machine unchecked.

Exclusions are absolute: what is excluded is not asked, whatever named it, and what it says unasked is dropped.
What else answers a group's question from another subnet is told of (``outsiders.py``), and never asked.
A link-local IPv6 address is in scope when its interface is a target (by name or ``local``), and on that link alone.
A question to a multicast group or broadcast address reaches every listener of the link, excluded ones too, so those
questions are sent only by the named discovery protocols, to their own groups, on links that hold part of the scope.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, ip_network
from pathlib import Path
from socket import AF_INET, AF_INET6, inet_ntop
from typing import Final

import msgspec
import platformdirs

from scanner.engine.ranges import Address, Ranges, Span, read_address, single, span
from scanner.engine.targets import Resolve, TargetError, Targets, Word, expand, read
from scanner.model.dialogue import DatagramSpec, NameSpec
from scanner.model.observation import Endpoint
from scanner.model.permitted import Permitted, PermittedSpan
from scanner.transports.interfaces import Interface

LOCAL: Final = Ranges(
    span(ip_network(network))
    for network in (
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7",  # private: RFC 1918, RFC 4193
        "127.0.0.0/8", "::1/128",  # loopback
        "169.254.0.0/16", "fe80::/10",  # link-local
        "100.64.0.0/10",  # behind a carrier's NAT: RFC 6598
        "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32",  # documentation: RFC 5737, RFC 3849
        "198.18.0.0/15",  # benchmarks: RFC 2544
    )
)  # fmt: skip
"""Address space that is nobody's on the Internet; all else is public."""

_NOBODY: Final = Ranges(
    span(ip_network(network)) for network in ("0.0.0.0/8", "224.0.0.0/4", "240.0.0.0/4", "::/128", "ff00::/8")
)
"""Never one host's address. 0.0.0.0 and :: would reach this very machine, whatever was excluded."""

_EVERYBODY: Final = "255.255.255.255"
_LAST_WITH_BROADCAST: Final = 30
"""Longest prefix of an IPv4 network that has a broadcast address: RFC 3021."""


class ScopeError(ValueError):
    """The scope cannot be made safe, or is empty; the text is one line that says what to do."""


class Refused(msgspec.Struct, frozen=True):
    """An endpoint that must not be contacted."""

    endpoint: Endpoint
    reason: str
    """One short phrase."""


class Scope:
    """What may be contacted and whose answers count.

    ``exclude`` and ``never`` are taken out of ``targets``; so is public address space unless ``allow_public``.
    ``interfaces`` are this machine's: their networks say what is on-link and which addresses are broadcast ones.
    ``done`` was asked before an interruption: it is not asked again, but what is said of it still counts.
    """

    def __init__(
        self,
        targets: Targets,
        *,
        exclude: Ranges | None = None,
        never: Ranges | None = None,
        allow_public: bool = False,
        interfaces: Sequence[Interface] = (),
        done: Ranges | None = None,
    ) -> None:
        self._done = done or Ranges()
        self._excluded = (exclude or Ranges()) | (never or Ranges())
        self._interfaces = tuple(interfaces)
        self._targets = targets.ranges | targets.on_link
        self._zones = targets.zones
        self._nobody = _NOBODY | Ranges(_broadcasts(interfaces))
        wanted = targets.ranges - self._excluded
        usable = wanted - self._nobody
        wanted_here = usable if allow_public else usable & LOCAL
        self.swept: Final = wanted_here - self._done
        """The addresses to visit one by one."""
        self.addresses: Final = wanted_here.count
        """How many these are, together with those done before."""
        self.excluded: Final = targets.ranges.count - wanted.count
        """How many target addresses the exclusions take out."""
        self.public: Final = usable.count - wanted_here.count
        """How many target addresses are refused for being public."""
        inside = self._targets - self._excluded - self._nobody
        self._scope = inside if allow_public else inside & LOCAL

    def permit(self, endpoint: Endpoint) -> Permitted | Refused:
        """Return the right to contact one host, its address in canonical form, or why not."""
        address = read_address(endpoint.address)
        if address is None:
            return Refused(endpoint, "not an address")
        if not self._holds(address):
            return Refused(endpoint, self._objection(address))
        if address in self._done:
            return Refused(endpoint, "asked before the interruption")
        return Permitted(Endpoint(str(address), endpoint.carrier, endpoint.port))

    def permit_spans(self, addresses: Ranges) -> tuple[PermittedSpan, ...]:
        """Return the right to contact those of ``addresses`` that may be: spans with all else cut out of them."""
        return tuple(PermittedSpan(span) for span in ((addresses & self._scope) - self._done).spans())

    def permit_ports(self, addresses: Ranges, ports: Sequence[int]) -> Iterator[Permitted]:
        """Yield the right to contact each port of those of ``addresses`` that may be, all addresses port by port."""
        spans = self.permit_spans(addresses)
        for port in ports:
            for version, first, last in spans:
                family, size = (AF_INET, 4) if version == 4 else (AF_INET6, 16)  # noqa: PLR2004 - the IP version
                for number in range(first, last + 1):
                    yield Permitted(Endpoint(inet_ntop(family, number.to_bytes(size)), "tcp", port))

    def permit_group(self, spec: DatagramSpec | NameSpec, group: str) -> Permitted | Refused:
        """Return the right to send ``spec``'s question to a multicast group or broadcast address, or why not.

        Granted for the protocol's own groups and, where it asks by broadcast, for 255.255.255.255 and the broadcast
        address of an on-link network that holds part of the scope.
        """
        endpoint = Endpoint(group, "udp", spec.port)
        if not self.links():
            return Refused(endpoint, "no link of this machine holds part of the scope")
        if group in spec.groups:
            address = read_address(group)
            if address is None or not address.is_multicast:
                return Refused(endpoint, "not a multicast group")
            return Permitted(endpoint)
        if isinstance(spec, DatagramSpec) and spec.broadcast and (group == _EVERYBODY or group in self.broadcasts()):
            return Permitted(endpoint)
        return Refused(endpoint, f"not a group of {spec.name}")

    def permit_nodes(self) -> Permitted | Refused:
        """Return the right to ask all IPv6 nodes of the links for an echo, or why not."""
        from scanner.protocols.ndp import ALL_NODES  # noqa: PLC0415 - all protocols, which a sweep does without

        endpoint = Endpoint(ALL_NODES, "link")
        if not any(address.version == 6 for link in self.links() for address in link.addresses):  # noqa: PLR2004 - the IP version
            return Refused(endpoint, "no link of this machine holds IPv6 addresses of the scope")
        return Permitted(endpoint)

    def admits(self, address: str) -> bool:
        """True when what ``address`` says, or what is said of it, may be recorded."""
        known = read_address(address)
        return known is not None and self._holds(known)

    def excludes(self, address: str) -> bool:
        """True when ``address`` is excluded: what it says is never recorded."""
        known = read_address(address)
        return known is not None and known in self._excluded

    def overhears(self, address: str) -> bool:
        """True when ``address`` is on another subnet than ours, and so what it answers to a group may be told.

        On our own subnets the targets were chosen among the others, so these are left alone. IPv4 alone: whoever is
        on a wrong IPv6 prefix answers from its link-local address as well.
        """
        known = read_address(address)
        if not isinstance(known, IPv4Address) or known.is_loopback or self._holds(known) or known in self._excluded:
            return False
        if known in self._nobody:
            return known.is_unspecified
        ours = (own for link in self.links() for own in link.addresses)
        mine = {own.ip for interface in self._interfaces for own in interface.addresses}
        return known not in mine and not any(known in own.network for own in ours)

    def links(self) -> tuple[Interface, ...]:
        """Return the interfaces, loopback aside, that hold part of the scope, each with those of its networks alone."""
        found = []
        for interface in self._interfaces:
            addresses = tuple(address for address in interface.addresses if self._reaches(address, interface))
            if addresses and not interface.loopback:
                found.append(msgspec.structs.replace(interface, addresses=addresses))
        return tuple(found)

    def broadcasts(self) -> tuple[str, ...]:
        """Return the broadcast addresses of the on-link networks that hold part of the scope."""
        return tuple(
            str(address.network.broadcast_address)
            for interface in self.links()
            for address in interface.addresses
            if isinstance(address.network, IPv4Network) and address.network.prefixlen <= _LAST_WITH_BROADCAST
        )

    def on_link(self, interface: Interface) -> Ranges:
        """Return the addresses to visit that are neighbours on ``interface``, other than this machine's own."""
        networks = Ranges(span(address.network) for address in interface.addresses)
        own = Ranges(single(address.ip) for address in interface.addresses)
        return (self.swept & networks) - own

    def _holds(self, address: Address) -> bool:
        zone = address.scope_id if isinstance(address, IPv6Address) else None
        return address in self._scope and (not _is_zoned(address) or zone in self._zones)

    def _reaches(self, own: IPv4Interface | IPv6Interface, interface: Interface) -> bool:
        """True when the network that ``interface`` has by ``own`` holds part of the scope."""
        if _is_zoned(own.ip) and interface.name not in self._zones:
            return False
        return bool(self._scope & Ranges([span(own.network)]))

    def _objection(self, address: Address) -> str:
        """Return why ``address`` is not in the scope."""
        if address in self._excluded:
            return "excluded"
        if address not in self._targets:
            return "outside the scope"
        if address in self._nobody:
            return "not one host's address"
        if _is_zoned(address) and address in self._scope:
            return "link-local, and its interface is no target"
        return "public address space: needs --allow-public"


def never_scan_files() -> tuple[Path, ...]:
    """Return where the lists of addresses never to be scanned are kept: this machine's, then this user's.

    The machine's is ``/etc/coveredscan/never-scan`` (on macOS and Windows: ``never-scan`` in the site configuration
    folder); the user's is ``never-scan`` in the user configuration folder, ``~/.config/coveredscan`` on Linux.
    """
    if sys.platform == "linux":
        site = Path("/etc/coveredscan")
    else:
        site = platformdirs.site_config_path("coveredscan", appauthor=False)
    return site / "never-scan", platformdirs.user_config_path("coveredscan", appauthor=False) / "never-scan"


async def never_scan(
    files: Iterable[Path], *, resolve: Resolve, interfaces: Callable[[], tuple[Interface, ...]]
) -> Ranges:
    """Return the addresses in ``files``, which are target files; one that does not exist is empty.

    Raises ScopeError when one exists and cannot be read or understood: scanning without it would break its promise.
    """
    words: list[Word] = []
    try:
        for file in files:
            if _exists(file):
                words += read(str(file))
        found = await expand(words, resolve=resolve, interfaces=interfaces, swept=False)
    except (OSError, TargetError) as error:
        raise ScopeError(f"the never-scan list must be read before anything is sent: {error}") from error
    return found.ranges | found.on_link


def _exists(file: Path) -> bool:
    """Tell a missing file from one that may not be looked at, which ``Path.exists`` on some versions does not."""
    try:
        file.stat()
    except FileNotFoundError:
        return False
    return True


def _is_zoned(address: Address) -> bool:
    """True when the same address may be another device's on each link."""
    return isinstance(address, IPv6Address) and address.is_link_local


def _broadcasts(interfaces: Iterable[Interface]) -> Iterator[Span]:
    for interface in interfaces:
        for address in interface.addresses:
            network = address.network
            if (
                isinstance(network, IPv4Network)
                and network.prefixlen <= _LAST_WITH_BROADCAST
                and not interface.loopback
            ):
                yield single(network.broadcast_address)
