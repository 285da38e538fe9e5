import asyncio
from ipaddress import IPv4Interface, IPv6Interface

import pytest

from scanner.engine import discovery as module
from scanner.engine.discovery import BROWSES, Discovery
from scanner.engine.events import HostDone
from scanner.engine.journal import Journal
from scanner.engine.ranges import Ranges
from scanner.engine.record import Recorder
from scanner.engine.request import Request
from scanner.engine.scope import Scope
from scanner.engine.tally import Tally
from scanner.engine.targets import Targets, literals
from scanner.model.dialogue import DatagramSpec, Fact
from scanner.model.observation import Field, Observation
from scanner.model.outcome import Outcome
from scanner.transports import icmp, link, mdns, multicast, udp
from scanner.transports.interfaces import Interface
from scanner.transports.mailbox import Datagram
from scanner.transports.manners import Manners
from scanner.transports.pace import Pace

ETH = Interface("eth0", 2, (IPv4Interface("10.0.0.7/24"),), loopback=False)
MODEL = Field("x.model")


def decode(payload):
    yield Fact(MODEL, payload.decode())


def spec(name="wsd", port=3702, groups=("239.255.255.250",), **options):
    return DatagramSpec(name, (MODEL,), port, groups, lambda token: (b"who?",), decode, **options)


class Scene:
    def __init__(self, targets="10.0.0.0/28", exclude="10.0.0.3", specs=(), interfaces=(ETH,), zones=(), **options):
        self.events: list[object] = []
        # An IPv6 network is never swept.
        wanted = literals(targets)
        known = Targets(Ranges(), wanted, frozenset(zones)) if ":" in targets else Targets(wanted)
        scope = Scope(known, exclude=literals(exclude), interfaces=interfaces)
        self.tally = Tally()
        self.tally.scope = scope
        self.journal = Journal(scope, Recorder(lambda field: None), self.tally, self.events.append, per_host=2)
        request = Request(**{"wait": 0.2, "passes": 1, **options})
        self.manners = Manners()
        self.discovery = Discovery(request, self.journal, Pace(10_000), scope.links(), specs, manners=self.manners)

    def observed(self):
        return [
            (one.subject.address, one.field, one.value, one.provenance.source)
            for one in self.events
            if isinstance(one, Observation)
        ]

    def outcomes(self):
        return [(one.endpoint.address, one.probe, one.kind) for one in self.events if isinstance(one, Outcome)]


@pytest.fixture
def groups(monkeypatch):
    asked = []

    async def ask(endpoints, questions, *, interfaces, broadcast, on_skip, **timing):
        asked.append(
            ([endpoint.address for endpoint in endpoints], questions(), [one.name for one in interfaces], broadcast)
        )
        on_skip(interfaces[0], "no multicast")
        for address in ("10.0.0.5", "10.0.0.3", "10.0.9.9"):
            yield Datagram(address, 3702, b"C1", "eth0")

    monkeypatch.setattr(multicast, "ask", ask)
    return asked


def test_groups_are_asked_on_the_links_of_the_scope(groups):
    scene = Scene(specs=(spec(), spec("sadp", 37020, broadcast=True)))
    asyncio.run(scene.discovery.listen())
    assert groups == [
        (["239.255.255.250"], (b"who?",), ["eth0"], False),
        (["239.255.255.250", "255.255.255.255"], (b"who?",), ["eth0"], True),
    ]
    assert scene.observed() == [
        ("10.0.0.5", "x.model", "C1", "wsd"),
        ("10.0.0.5", "open.udp", "3702", "wsd"),
        ("10.0.0.5", "x.model", "C1", "sadp"),
        *(
            ("10.0.9.9", field, value, source)
            for source, fields in (("sadp", [("x.model", "C1")]), ("wsd", [("x.model", "C1"), ("open.udp", "3702")]))
            for field, value in (*fields, ("scope.outside", "not asked"))
        ),
    ]
    assert scene.tally.strangers == 2, "the excluded"
    assert scene.tally.coverage(finished=True).outside == 1
    assert HostDone("10.0.9.9") in scene.events
    assert "10.0.9.9" not in scene.journal.visits
    assert ("239.255.255.250", "wsd", "answered") in scene.outcomes()
    assert "eth0: wsd could not be asked of its groups: no multicast" in scene.tally.coverage(finished=True).not_reached
    assert scene.discovery.listened.is_set()


def test_no_group_is_asked_beyond_the_links(groups):
    scene = Scene(targets="10.0.5.0/28", specs=(spec(),))
    asyncio.run(scene.discovery.listen())
    assert groups == []
    assert scene.discovery.listened.is_set()


def test_discovery_protocols_can_be_chosen(groups):
    scene = Scene(specs=(spec(), spec("sadp")), discovery=("sadp",))
    asyncio.run(scene.discovery.listen())
    assert {probe for _, probe, _ in scene.outcomes()} == {"sadp"}


def test_multicast_dns_goes_through_its_library(monkeypatch):
    async def browse(interfaces, *, wait):
        assert interfaces == ["eth0"]
        yield "10.0.0.5", (Fact(MODEL, "C2"),)
        yield "10.0.0.3", (Fact(MODEL, "C3"),)

    monkeypatch.setattr(mdns, "browse", browse)
    scene = Scene(specs=(spec("mdns", 5353, ("224.0.0.251",)),))
    asyncio.run(scene.discovery.listen())
    assert scene.observed() == [("10.0.0.5", "x.model", "C2", "mdns"), ("10.0.0.5", "open.udp", "5353", "mdns")]
    assert scene.outcomes() == [("10.0.0.5", "mdns", "answered"), ("224.0.0.251", "mdns", "answered")]


@pytest.fixture
def echoes(monkeypatch):
    async def ask(group, *, interfaces, on_skip, **timing):
        assert group.address == "ff02::1"
        on_skip(interfaces[0], "no such privilege")
        for address in ("fe80::5%eth0", "fd00::66", "fe80::5%eth1"):
            yield address

    monkeypatch.setattr(icmp, "ask", ask)
    monkeypatch.setattr(
        link, "neighbours", lambda: {"fe80::5%eth0": "02:00:00:00:00:05", "fe80::6%eth0": "02:00:00:00:00:06",
                                     "fd00::66": "02:00:00:00:00:07", "fe80::5%eth1": "02:00:00:00:00:08"},
    )  # fmt: skip


SIX = Interface("eth0", 2, (IPv4Interface("10.0.0.7/24"), IPv6Interface("fe80::7/64")), loopback=False)


def test_ipv6_nodes_are_asked_and_the_kernels_own_are_taken_in(echoes):
    scene = Scene(targets="fe80::/64", exclude="fd00::9", zones=("eth0",), interfaces=(SIX,))
    asyncio.run(scene.discovery.listen())
    assert scene.outcomes() == [("fe80::5%eth0", "ndp", "answered"), ("ff02::1", "ndp", "answered")]
    assert {address: visit.alive for address, visit in scene.journal.visits.items()} == {
        "fe80::5%eth0": True,
        "fe80::6%eth0": False,
    }
    assert scene.tally.strangers == 2
    assert (
        "eth0: IPv6 nodes could not be asked to answer: no such privilege"
        in scene.tally.coverage(finished=True).not_reached
    )
    scene.discovery.report(scene.journal.visits["fe80::5%eth0"])
    assert scene.observed() == [("fe80::5%eth0", "link.mac", "02:00:00:00:00:05", "ndp")]


@pytest.mark.parametrize("options", [{"zones": ()}, {"discovery": ("arp",)}])
def test_ipv6_nodes_are_not_asked_unless_wanted(echoes, options):
    scene = Scene(targets="fe80::/64", exclude="fd00::9", interfaces=(SIX,), **{"zones": ("eth0",), **options})
    asyncio.run(scene.discovery.listen())
    assert scene.outcomes() == []
    assert scene.journal.visits == {}


@pytest.mark.parametrize(("early", "times"), [(100, 1), (50, BROWSES)])
def test_multicast_dns_is_browsed_again_where_much_is_lost(monkeypatch, early, times):
    browsed = []

    async def browse(interfaces, *, wait):
        browsed.append(wait)
        yield "10.0.0.5", (Fact(MODEL, "C2"),)

    monkeypatch.setattr(mdns, "browse", browse)
    scene = Scene(specs=(spec("mdns", 5353, ("224.0.0.251",)),))
    scene.discovery.loss.note(early=early, total=100)
    asyncio.run(scene.discovery.listen())
    assert len(browsed) == times
    assert len(scene.observed()) == 2


class Responder(asyncio.DatagramProtocol):
    def __init__(self):
        self.asked = 0

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        self.asked += 1
        self.transport.sendto(b"C4", addr)


@pytest.mark.loopback
def test_each_address_in_scope_is_asked_and_no_other():
    async def go():
        loop = asyncio.get_running_loop()
        responders = {}
        for last in (5, 6, 7):
            _, responders[last] = await loop.create_datagram_endpoint(
                Responder, local_addr=(f"127.66.2.{last}", 33_702)
            )
        scene = Scene("127.66.2.0/28", "127.66.2.6", (spec("sadp", 33_702),), interfaces=())
        scene.journal.visit("127.66.2.9")
        await scene.discovery.ask(["127.66.2.5", "127.66.2.6", "127.66.2.9"])
        await scene.discovery.ask(["127.66.2.5", "127.66.2.6", "127.66.2.9"])
        await scene.discovery.insist()
        for one in responders.values():
            one.transport.close()
        return scene, {last: one.asked for last, one in responders.items()}

    scene, asked = asyncio.run(go())
    assert asked == {5: 1, 6: 0, 7: 0}
    assert scene.observed() == [
        ("127.66.2.5", "x.model", "C4", "sadp"),
        ("127.66.2.5", "open.udp", "33702", "sadp"),
    ]
    assert scene.tally.coverage(finished=True).outcomes == {"sadp": {"answered": 1, "timed-out": 1}}
    scene.discovery.report_silence(scene.journal.visit("127.66.2.9"))
    assert scene.outcomes() == [("127.66.2.5", "sadp", "answered"), ("127.66.2.9", "sadp", "timed-out")]


@pytest.mark.loopback
def test_who_stopped_answering_the_sweep_is_sent_nothing():
    async def go():
        loop = asyncio.get_running_loop()
        _, responder = await loop.create_datagram_endpoint(Responder, local_addr=("127.66.2.5", 33_702))
        scene = Scene("127.66.2.0/28", "127.66.2.6", (spec("sadp", 33_702),), interfaces=())
        scene.journal.visit("127.66.2.5").neighbour = True
        scene.manners.leave("127.66.2.5")
        await scene.discovery.ask(["127.66.2.5"])
        await scene.discovery.insist()
        responder.transport.close()
        return scene, responder.asked

    scene, asked = asyncio.run(go())
    assert asked == 0
    assert scene.tally.coverage(finished=True).outcomes == {"sadp": {"skipped": 1}}
    scene.discovery.report_silence(scene.journal.visit("127.66.2.5"))
    assert scene.outcomes() == [("127.66.2.5", "sadp", "skipped")]


@pytest.fixture
def asked(monkeypatch):
    """(protocol's port, address) of every question to a single address; each is answered by those of 10.0.0.5."""
    sent: list[tuple[int, str]] = []

    async def ask(endpoints, questions, **options):
        for endpoint in endpoints:
            sent.append((endpoint.port, endpoint.address))
            if endpoint.address == "10.0.0.5":
                yield Datagram(endpoint.address, endpoint.port, b"C4", None)

    monkeypatch.setattr(udp, "ask", ask)
    return sent


BOTH = (spec("sadp", 37020), spec("sip", 5060))


def test_the_silent_are_asked_only_what_finds_devices_by_itself(asked):
    async def go(scene):
        scene.journal.visit("10.0.0.4").neighbour = True
        batch = ["10.0.0.4", "10.0.0.5", "10.0.0.6"]
        await scene.discovery.ask(batch)
        await scene.discovery.ask(batch)
        await scene.discovery.insist()

    scene = Scene(specs=BOTH)
    asyncio.run(go(scene))
    assert sorted(asked) == [
        (5060, "10.0.0.4"), (5060, "10.0.0.5"), (37020, "10.0.0.4"), (37020, "10.0.0.5"), (37020, "10.0.0.6"),
    ]  # fmt: skip
    assert scene.tally.coverage(finished=True).outcomes == {
        "sadp": {"answered": 1, "timed-out": 2},
        "sip": {"answered": 1, "timed-out": 1},
    }


def test_a_protocol_chosen_by_name_is_asked_of_all(asked):
    asyncio.run(Scene(specs=BOTH, discovery=("sip",)).discovery.ask(["10.0.0.5", "10.0.0.6"]))
    assert asked == [(5060, "10.0.0.5"), (5060, "10.0.0.6")]


def test_where_much_is_lost_those_who_answered_are_asked_again_too(asked, monkeypatch):
    async def go(scene):
        scene.discovery.loss.note(early=1, total=4)
        await scene.discovery.ask(["10.0.0.5"])
        await scene.discovery.insist()

    scene = Scene(specs=BOTH[:1])
    asyncio.run(go(scene))
    assert len(asked) == 1 + scene.tally.coverage(finished=True).repeated["sadp"]
    assert len(asked) > 2


@pytest.fixture
def wire(monkeypatch):
    asked: list[tuple[str, str]] = []

    async def arp(endpoints, interface, *, wait, pace, loss):
        asked.extend((endpoint.address, interface) for endpoint in endpoints)
        yield "10.0.0.5", "02:00:00:00:00:05"
        yield "10.0.0.5", "02:00:00:00:00:99"
        yield "10.0.0.3", "02:00:00:00:00:03"
        yield "10.0.9.9", "02:00:00:00:00:09"

    monkeypatch.setattr(link, "arp", arp)
    monkeypatch.setattr(link, "privileged", lambda: True)
    monkeypatch.setattr(link, "neighbours", dict)
    return asked


def test_arp_tells_who_is_there_and_who_is_not(wire):
    scene = Scene()
    batch = ["10.0.0.3", "10.0.0.5", "10.0.0.6", "10.0.0.7", "10.0.5.1"]
    assert asyncio.run(scene.discovery.knock(batch)) == {"10.0.0.6"}
    assert sorted(wire) == [("10.0.0.5", "eth0"), ("10.0.0.6", "eth0")]
    visit = scene.journal.visit("10.0.0.5")
    assert visit.alive
    scene.discovery.report(visit)
    assert scene.observed() == [("10.0.0.5", "link.mac", "02:00:00:00:00:05", "arp")]
    assert scene.tally.strangers == 2
    assert scene.tally.coverage(finished=True).outcomes == {"arp": {"answered": 1, "timed-out": 1}}


def test_without_privilege_or_wish_nothing_is_asked_by_arp(wire, monkeypatch):
    assert asyncio.run(Scene(discovery=()).discovery.knock(["10.0.0.6"])) == set()
    monkeypatch.setattr(link, "privileged", lambda: False)
    assert asyncio.run(Scene().discovery.knock(["10.0.0.6"])) == set()
    assert wire == []


def test_a_link_that_refuses_arp_is_told(monkeypatch, wire):
    async def arp(endpoints, interface, *, wait, pace, loss):
        if endpoints:
            raise link.NotPrivileged("needs root")
        yield "", ""

    monkeypatch.setattr(link, "arp", arp)
    scene = Scene()
    assert asyncio.run(scene.discovery.knock(["10.0.0.6"])) == set()
    assert scene.tally.coverage(finished=True).not_reached == ("eth0: ARP could not be asked: needs root",)


def test_the_kernels_neighbours_show_who_is_absent(monkeypatch):
    monkeypatch.setattr(
        link, "neighbours", lambda: {"10.0.0.254": "02:00:00:00:00:01", "10.0.0.5": "02:00:00:00:00:05"}
    )
    scene = Scene()
    assert scene.discovery.absent(["10.0.0.6"]) == set(), "nothing is known yet"
    asyncio.run(scene.discovery.look())
    # Not this machine's own address, nor what is excluded or beyond the link.
    assert scene.discovery.absent(["10.0.0.3", "10.0.0.5", "10.0.0.6", "10.0.0.7", "10.0.5.1"]) == {"10.0.0.6"}


def test_a_hardware_address_beyond_the_link_is_not_told(monkeypatch):
    monkeypatch.setattr(link, "neighbours", lambda: {"10.0.5.1": "02:00:00:00:00:01"})
    scene = Scene(targets="10.0.0.0/28,10.0.5.1")
    asyncio.run(scene.discovery.look())
    scene.discovery.report(scene.journal.visit("10.0.5.1"))
    assert scene.observed() == []


class Deaf(Responder):
    """Hears only what comes after the first ``misses`` questions."""

    def __init__(self, misses):
        super().__init__()
        self.misses = misses

    def datagram_received(self, data, addr):
        self.asked += 1
        if self.asked > self.misses:
            self.transport.sendto(b"C4", addr)


@pytest.mark.loopback
@pytest.mark.parametrize(("lossy", "times"), [(False, 1), (True, 4)])
def test_the_living_are_asked_again_where_answers_were_lost(monkeypatch, lossy, times):
    monkeypatch.setattr(module, "SPACING", 0.05)

    async def go():
        loop = asyncio.get_running_loop()
        _, deaf = await loop.create_datagram_endpoint(lambda: Deaf(3), local_addr=("127.66.2.5", 33_702))
        scene = Scene("127.66.2.0/28", "127.66.2.6", (spec("sadp", 33_702),), interfaces=())
        scene.journal.visit("127.66.2.5").neighbour = True
        if lossy:
            scene.discovery.loss.note(early=97, total=100)
        await scene.discovery.ask(["127.66.2.5", "127.66.2.9"])
        await scene.discovery.insist()
        deaf.transport.close()
        return scene, deaf.asked

    scene, asked = asyncio.run(go())
    assert asked == times
    coverage = scene.tally.coverage(finished=True)
    assert coverage.repeated == ({"sadp": times - 1} if lossy else {})
    assert coverage.outcomes["sadp"] == ({"answered": 1, "timed-out": 1} if lossy else {"timed-out": 2})
