"""Who is there: questions to groups, to single addresses, and on the link itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from uuid import uuid4

from scanner.engine.journal import MAC, OPEN_UDP, Journal
from scanner.engine.ranges import Ranges, read_address, single, span
from scanner.engine.request import Request
from scanner.engine.scope import Refused
from scanner.engine.visit import Visit
from scanner.model.dialogue import DatagramSpec, Fact, Spec
from scanner.model.observation import Endpoint
from scanner.model.outcome import OutcomeKind
from scanner.model.permitted import Permitted
from scanner.transports import icmp, link, mdns, multicast, udp
from scanner.transports.interfaces import Interface
from scanner.transports.loss import Loss
from scanner.transports.manners import Manners
from scanner.transports.pace import Pace

SPACING: Final = 1.0
"""Seconds between two rounds of questions: devices answer after up to half a second of random delay."""
MAX_ROUNDS: Final = 16
"""Rounds of questions where the way is lossy: with three datagrams in ten lost each way, one question in two fails."""
FINDERS: Final = frozenset({"ws_discovery", "sadp", "dhip"})
"""Asked of every address; the others of those that show life alone. These answer one address across routers, and find
cameras and recorders of which nothing else does (edgexfoundry/device-onvif-camera netscan; rapid7 and AMP-Research on
UDP 37810); what speaks the others has closed ports that say so, or is found by these."""
BROWSES: Final = 4
"""Times multicast DNS is browsed where the way is lossy: the library asks three times in one, and an instance is found
in two steps."""
EVERYBODY: Final = "255.255.255.255"
ARP: Final = "arp"
NDP: Final = "ndp"
MDNS: Final = "mdns"


class Discovery:
    """The discovery side of one scan; ``links`` are the interfaces to ask on."""

    def __init__(
        self,
        request: Request,
        journal: Journal,
        pace: Pace,
        links: Sequence[Interface],
        specs: Sequence[Spec],
        *,
        manners: Manners,
    ) -> None:
        self.listened = asyncio.Event()
        """Set when the time of the group questions is up."""
        self.loss = Loss()
        """How lossy the way to single addresses is."""
        self._request = request
        self._journal = journal
        self._pace = pace
        self._manners = manners
        self._links = tuple(links)
        self._specs = [spec for spec in specs if isinstance(spec, DatagramSpec) and self._wants(spec.name)]
        self._macs: dict[str, str] = {}
        self._singly: set[str] = set()
        """Addresses of this batch asked singly."""
        self._asked: dict[tuple[str, str], tuple[DatagramSpec, Permitted]] = {}
        """Questions of this batch, by protocol and address."""
        self._networks = [Ranges(span(own.network) for own in interface.addresses) for interface in self._links]
        self._neighbourhoods = [journal.scope.on_link(interface) for interface in self._links]

    def _wants(self, name: str) -> bool:
        return self._request.discovery is None or name in self._request.discovery

    # Groups

    async def listen(self) -> None:
        """Ask every protocol's groups on every link until their time is up, then set ``listened``."""
        try:
            if self._links:
                async with asyncio.TaskGroup() as tasks:
                    for spec in self._specs:
                        tasks.create_task(self._browse(spec) if spec.name == MDNS else self._call(spec))
                    if self._wants(NDP):
                        tasks.create_task(self._echo())
        finally:
            self._journal.tell_outsiders()
            self.listened.set()

    async def _call(self, spec: DatagramSpec) -> None:
        groups = tuple(self._permitted(spec))
        if not groups:
            return
        heard = False
        async for datagram in multicast.ask(
            groups,
            lambda: spec.encode(uuid4()),
            interfaces=self._links,
            wait=self._request.wait,
            passes=self._request.passes,
            spacing=SPACING,
            source_port=spec.source_port,
            broadcast=spec.broadcast,
            on_skip=lambda interface, reason: self._journal.tally.trouble(
                f"{interface.name}: {spec.name} could not be asked of its groups: {reason}"
            ),
            most=MAX_ROUNDS,
            apart=lambda address: address in self._singly,
            pace=self._pace,
        ):
            heard |= self._journal.hear(spec, datagram, group=True)
        self._conclude(spec, groups, heard=heard)

    async def _browse(self, spec: DatagramSpec) -> None:
        """Multicast DNS: a library's browser asks, follows up and reads."""
        groups = tuple(self._permitted(spec))
        if not groups:
            return
        heard = False
        names = [interface.name for interface in self._links]
        for _ in range(BROWSES):
            async for address, facts in mdns.browse(names, wait=self._request.wait + SPACING):
                # Whoever answers a group of multicast DNS listens on its port: RFC 6762 section 6.
                told = (*facts, Fact(OPEN_UDP, str(spec.port)))
                heard |= self._journal.note(spec.name, Endpoint(address, "udp", spec.port), told)
            if not self.loss.serious:
                break
        self._conclude(spec, groups, heard=heard)

    async def _echo(self) -> None:
        """IPv6: ask all nodes of the links to answer, and take in whom the kernel knows from its own traffic."""
        group = self._journal.scope.permit_nodes()
        if isinstance(group, Refused):
            return
        heard = False
        async for address in icmp.ask(
            group,
            interfaces=self._links,
            wait=self._request.wait,
            passes=self._request.passes,
            spacing=SPACING,
            on_skip=lambda interface, reason: self._journal.tally.trouble(
                f"{interface.name}: IPv6 nodes could not be asked to answer: {reason}"
            ),
            most=MAX_ROUNDS,
        ):
            heard |= self._journal.note(NDP, Endpoint(address, "link"), ())
        self._journal.conclude(group, NDP, "answered" if heard else "timed-out")
        await self.look()
        for address in self._macs:
            if ":" in address and self._journal.scope.admits(address):
                self._journal.visit(address)

    def _permitted(self, spec: DatagramSpec) -> Iterator[Permitted]:
        for name in (*spec.groups, EVERYBODY) if spec.broadcast else spec.groups:
            group = self._journal.scope.permit_group(spec, name)
            if not isinstance(group, Refused):
                yield group

    def _conclude(self, spec: DatagramSpec, groups: Iterable[Permitted], *, heard: bool) -> None:
        for group in groups:
            self._journal.conclude(group, spec.name, "answered" if heard else "timed-out")

    # Single addresses

    async def ask(self, addresses: Sequence[str]) -> None:
        """Ask of each address what it was not asked yet: the FINDERS, and of the living every protocol.

        Protocols that the operator chose by name are asked of all. ``insist`` is to follow.
        """
        self._singly.update(addresses)
        chosen = self._request.discovery is not None
        living = addresses if chosen else [address for address in addresses if self._alive(address)]
        async with asyncio.TaskGroup() as tasks:
            for spec in self._specs:
                tasks.create_task(self._ask(spec, addresses if spec.name in FINDERS else living))

    async def insist(self) -> None:
        """Ask the living again what they have not answered, as often as the loss asks for.

        Where much is lost, again too what they have answered: one answer may have come of several. What stays silent
        ends as ``timed-out``, what was left alone as ``skipped``.
        """
        passes = self._request.passes
        rounds = self.loss.askings(passes, MAX_ROUNDS) - passes if self.loss.share else 0
        by_name: dict[str, list[Permitted]] = {spec.name: [] for spec in self._specs}
        for spec, endpoint in self._asked.values():
            if self._alive(endpoint.address):
                by_name[spec.name].append(endpoint)
        async with asyncio.TaskGroup() as tasks:
            for spec in self._specs:
                tasks.create_task(self._insist(spec, by_name[spec.name], rounds))
        for spec, endpoint in self._asked.values():
            visit = self._journal.visits.get(endpoint.address)
            if visit is None or not visit.heard[spec.name]:
                self._journal.tally.count(spec.name, self._fate(endpoint.address))
                if visit is not None:
                    visit.unanswered.append((endpoint, spec.name))
        self._asked.clear()
        self._singly.clear()

    async def _ask(self, spec: DatagramSpec, addresses: Sequence[str]) -> None:
        asked: list[Permitted] = []
        for address in addresses:
            endpoint = self._journal.scope.permit(Endpoint(address, "udp", spec.port))
            if (spec.name, address) not in self._asked and not isinstance(endpoint, Refused):
                self._asked[spec.name, address] = spec, endpoint
                asked.append(endpoint)
        if asked:
            await self._send(spec, asked, self._request.passes, self._request.wait, self.loss)

    async def _insist(self, spec: DatagramSpec, living: list[Permitted], rounds: int) -> None:
        for left in range(rounds, 0, -1):
            if not self.loss.serious:
                living = [endpoint for endpoint in living if not self._heard(spec, endpoint)]
            if living:
                self._journal.tally.repeat(spec.name, len(living))
                await self._send(spec, living, 1, SPACING if left > 1 else self._request.wait, None)

    async def _send(
        self, spec: DatagramSpec, endpoints: Sequence[Permitted], passes: int, wait: float, loss: Loss | None
    ) -> None:
        async for datagram in udp.ask(
            endpoints,
            lambda: spec.encode(uuid4()),
            wait=wait,
            passes=passes,
            spacing=SPACING,
            pace=self._pace,
            manners=self._manners,
            source_port=spec.source_port,
            loss=loss,
        ):
            self._journal.hear(spec, datagram)

    def _alive(self, address: str) -> bool:
        visit = self._journal.visits.get(address)
        return visit is not None and visit.alive

    def _heard(self, spec: DatagramSpec, endpoint: Permitted) -> bool:
        visit = self._journal.visits.get(endpoint.address)
        return visit is not None and bool(visit.heard[spec.name])

    def report_silence(self, visit: Visit) -> None:
        """Emit the outcome of the questions that a living address did not answer."""
        for endpoint, probe in visit.unanswered:
            self._journal.state(endpoint, probe, self._fate(endpoint.address))

    def _fate(self, address: str) -> OutcomeKind:
        """Return what became of questions that were not answered: whoever is left alone was not asked them all."""
        return "skipped" if self._manners.left(address) else "timed-out"

    # The link

    async def knock(self, addresses: Sequence[str]) -> set[str]:
        """Ask by ARP who of ``addresses`` is on a link, and return who surely is not.

        Without the privilege for it nothing is asked, and nobody is surely absent.
        """
        if not self._wants(ARP) or not self._links or not link.privileged():
            return set()
        for interface, neighbourhood in zip(self._links, self._neighbourhoods, strict=True):
            silent = [address for address in neighbourhood & _ranges(addresses) if "." in address]
            try:
                silent = await self._arp(interface.name, silent)
            except link.NotPrivileged as error:
                self._journal.tally.trouble(f"{interface.name}: ARP could not be asked: {error}")
            else:
                self._journal.tally.count(ARP, "timed-out", len(silent))
        return self.absent(addresses)

    async def _arp(self, interface: str, addresses: Sequence[str]) -> list[str]:
        """Ask once for each address; return those that did not answer."""
        permitted = [self._journal.scope.permit(Endpoint(address, "link")) for address in addresses]
        endpoints = [endpoint for endpoint in permitted if not isinstance(endpoint, Refused)]
        waiting = {endpoint.address for endpoint in endpoints}
        if endpoints:
            async for address, mac in link.arp(endpoints, interface, wait=SPACING, pace=self._pace, loss=self.loss):
                if not self._journal.scope.admits(address):
                    self._journal.tally.strangers += 1
                elif address in waiting:
                    waiting.remove(address)
                    self._macs[address] = mac
                    self._journal.visit(address).neighbour = True
                    self._journal.conclude(Endpoint(address, "link"), ARP, "answered")
        return list(waiting)

    async def look(self) -> None:
        """Read the kernel's table of neighbours, which questions to the link have filled."""
        if self._links:
            self._macs.update(await asyncio.to_thread(link.neighbours))

    def near(self, addresses: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield those of ``addresses`` that are known on a link, with their hardware addresses."""
        for address in addresses:
            if address in self._macs:
                yield address, self._macs[address]

    def absent(self, addresses: Sequence[str]) -> set[str]:
        """Return those of ``addresses`` that are on a link of this machine, where others are known, and are not.

        A link without a single neighbour proves nothing: it may be one that needs no hardware addresses.
        """
        near = _ranges(self._macs)
        missing: set[str] = set()
        for networks, neighbourhood in zip(self._networks, self._neighbourhoods, strict=True):
            if networks & near:
                missing.update((_ranges(addresses) & neighbourhood) - near)
        return missing

    def report(self, visit: Visit) -> None:
        """Emit the hardware address of a living address, if it is on a link and known."""
        known = read_address(visit.address)
        mac = self._macs.get(visit.address)
        if mac is not None and known is not None and any(known in networks for networks in self._networks):
            source = NDP if ":" in visit.address else ARP
            self._journal.tell(visit, source, Endpoint(visit.address, "link"), [Fact(MAC, mac)])


def _ranges(addresses: Iterable[str]) -> Ranges:
    return Ranges(single(known) for address in addresses if (known := read_address(address)) is not None)
