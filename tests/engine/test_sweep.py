import asyncio
from collections import Counter
from ipaddress import IPv4Interface

import pytest

from scanner.engine import scan as module
from scanner.engine import sweep as sweep_module
from scanner.engine.events import HostDone
from scanner.model.dialogue import DatagramSpec, Fact
from scanner.model.observation import Field
from scanner.model.outcome import Outcome
from scanner.transports import link as link_layer
from scanner.transports import multicast, nmap, sweep, udp
from scanner.transports.interfaces import Interface
from scanner.transports.mailbox import Datagram
from tests.engine.test_scan import CAMERA, EXCLUDED, WEB, Server, request, scan

pytestmark = pytest.mark.loopback


def test_a_host_that_told_nothing_is_asked_again():
    class Busy(Server):
        async def __call__(self, reader, writer):
            self.answer = WEB if self.total >= 4 else b""
            await super().__call__(reader, writer)

    def told(passes):
        values = scan(request(CAMERA, passes=passes), {"a1_8080": Busy(b"")}).values(CAMERA)
        return (8080, "http.server", "App-webs/") in values

    assert told(2)
    assert not told(1)


def test_nmap_replaces_the_sweep(monkeypatch):
    asked = []

    async def pairs(targets, ports, *, exclude, rate):
        asked.append((tuple(targets), tuple(ports)))
        yield CAMERA, 8080
        yield EXCLUDED, 8080

    monkeypatch.setattr(nmap, "sweep", pairs)
    found = scan(request("127.66.1.0/30", engine="nmap", exclude=(EXCLUDED,)), {"a1_8080": Server(WEB)})
    assert asked == [(("127.66.1.0/31", "127.66.1.2/32"), (8080, 8554, 9999))]
    assert (8080, "http.server", "App-webs/") in found.values(CAMERA)
    assert found.coverage.out_of_scope_answers == 1
    assert found.coverage.alive == 1


def test_a_missing_nmap_is_told_as_itself(monkeypatch):
    async def missing(targets, ports, *, exclude, rate):
        if targets:
            raise nmap.NmapMissing("nmap is not installed")
        yield CAMERA, 8080

    monkeypatch.setattr(nmap, "sweep", missing)
    with pytest.raises(nmap.NmapMissing):
        scan(request(CAMERA, engine="nmap"), {})


def test_silent_addresses_of_a_large_scope_get_the_first_ports_alone(monkeypatch):
    tried: Counter[str] = Counter()

    async def connect(endpoints, **limits):
        for endpoint in endpoints:
            tried[endpoint.address] += 1
            yield endpoint, "refused" if endpoint.address == CAMERA else "timed-out"

    monkeypatch.setattr(sweep, "connect", connect)
    ports = tuple(range(20_000, 20_020))
    found = scan(request("127.66.1.0/28", ports=ports, thorough=15), {})
    assert tried[CAMERA] == 20
    assert {tried[address] for address in tried if address != CAMERA} == {5}
    assert found.coverage.not_reached == (
        "15 addresses: silent, so tried on 5 of 20 ports, for the scope is too large for all",
    )
    tried.clear()
    assert scan(request("127.66.1.0/28", ports=ports, thorough=16), {}).coverage.not_reached == ()
    assert set(tried.values()) == {20}


@pytest.mark.parametrize("left", [False, True])
def test_a_host_that_had_to_be_spared_counts_as_reached_unless_it_was_left_alone(monkeypatch, left):
    line = f"{CAMERA} stopped answering while it was asked, and was asked more slowly"

    async def connect(endpoints, *, manners, **limits):
        for endpoint in endpoints:
            manners.spared[line] = None
            if left and endpoint.port > 20_000:
                manners.leave(CAMERA)
                yield endpoint, "skipped"
            else:
                yield endpoint, "refused"

    monkeypatch.setattr(sweep, "connect", connect)
    found = scan(request(CAMERA, ports=(20_000, 20_001, 20_002)), {})
    assert found.coverage.spared == (line,)
    assert found.coverage.not_reached == (
        (f"{CAMERA} stopped answering while it was asked, and was left alone: 2 ports not tried",) if left else ()
    )


def test_many_ports_make_small_batches(monkeypatch):
    seen = []

    async def connect(endpoints, **limits):
        batch = list(endpoints)
        seen.append([(endpoint.address, endpoint.port) for endpoint in batch])
        for endpoint in batch:
            yield endpoint, "timed-out"

    monkeypatch.setattr(sweep, "connect", connect)
    monkeypatch.setattr(sweep_module, "PLACES", 20)
    scan(request("127.66.1.0/30", ports=tuple(range(20_000, 20_010)), passes=1), {})
    assert [len(batch) for batch in seen] == [10, 10, 10, 10], "two addresses at a time: five ports, then the others"
    assert seen[0][:3] == [("127.66.1.0", 20_000), ("127.66.1.1", 20_000), ("127.66.1.0", 20_001)]


@pytest.mark.parametrize("heard", [(), ("10.0.0.5", "10.0.0.200")])
def test_absent_neighbours_are_not_swept_unless_discovery_hears_them(monkeypatch, heard):
    tried: Counter[str] = Counter()

    async def connect(endpoints, **limits):
        for endpoint in endpoints:
            tried[endpoint.address] += 1
            yield endpoint, "timed-out"

    async def ask(groups, questions, **options):
        await asyncio.sleep(0.05)
        for address in heard:
            yield Datagram(address, 3702, b"C1", "eth0")

    async def ask_none(endpoints, questions, **options):
        for address in heard[:0]:
            yield Datagram(address, 3702, b"C1", None)

    def decode(payload):
        yield Fact(Field("x.model"), payload.decode())

    eth = Interface("eth0", 2, (IPv4Interface("10.0.0.7/24"),), loopback=False)
    monkeypatch.setattr(module, "interfaces", lambda: (eth,))
    monkeypatch.setattr(sweep, "connect", connect)
    monkeypatch.setattr(multicast, "ask", ask)
    monkeypatch.setattr(udp, "ask", ask_none)
    monkeypatch.setattr(link_layer, "privileged", lambda: False)
    monkeypatch.setattr(link_layer, "neighbours", lambda: {"10.0.0.254": "02:00:00:00:00:01"})
    specs = (DatagramSpec("wsd", (), 3702, ("239.255.255.250",), lambda token: (b"?",), decode),)
    ports = tuple(range(20_000, 20_020))
    found = scan(request("10.0.0.0/28", ports=ports, discovery=None, passes=1), {}, specs=specs)
    assert tried.pop("10.0.0.7") == 20, "this machine is no neighbour of itself"
    assert {address for address, times in tried.items() if times == 20} == set(heard[:1])
    assert {times for address, times in tried.items() if address not in heard} == {5}
    assert [event.address for event in found.of(HostDone)] == list(heard[:1])
    assert found.coverage.out_of_scope_answers == len(heard[1:])


def test_who_shows_life_late_is_questioned_when_its_ports_are_tried(monkeypatch):
    early = []
    hearing = asyncio.Event()

    async def connect(endpoints, **limits):
        for endpoint in endpoints:
            if endpoint.port == 20_010:  # of those that live; meanwhile another is heard of
                hearing.set()
                await asyncio.sleep(0.05)
            yield endpoint, "refused" if endpoint.address == "10.0.0.4" else "timed-out"

    async def ask(groups, questions, **options):
        await hearing.wait()
        yield Datagram("10.0.0.5", 3702, b"C1", "eth0")

    async def ask_none(endpoints, questions, **options):
        for _ in ():
            yield Datagram("", 3702, b"", None)

    class Sweeper(sweep_module.Sweeper):
        async def _probe_early(self, visit):
            early.append((visit.address, self._untried(visit)))
            await super()._probe_early(visit)

    eth = Interface("eth0", 2, (IPv4Interface("10.0.0.7/24"),), loopback=False)
    monkeypatch.setattr(module, "interfaces", lambda: (eth,))
    monkeypatch.setattr(module, "Sweeper", Sweeper)
    monkeypatch.setattr(sweep, "connect", connect)
    monkeypatch.setattr(multicast, "ask", ask)
    monkeypatch.setattr(udp, "ask", ask_none)
    monkeypatch.setattr(link_layer, "privileged", lambda: False)
    monkeypatch.setattr(link_layer, "neighbours", dict)
    specs = (DatagramSpec("wsd", (), 3702, ("239.255.255.250",), lambda token: (b"?",), lambda payload: iter(())),)
    ports = tuple(range(20_000, 20_020))
    found = scan(request("10.0.0.0/28", ports=ports, discovery=None, passes=1, thorough=1), {}, specs=specs)
    assert early == [("10.0.0.4", [])]
    tried = {outcome.endpoint.port for outcome in found.of(Outcome) if outcome.endpoint.address == "10.0.0.5"}
    assert tried >= set(ports), "each of its ports has an outcome"
