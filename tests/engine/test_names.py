import asyncio
from ipaddress import IPv4Interface, IPv6Interface

import pytest

from scanner.engine import names as module
from scanner.engine.journal import Journal
from scanner.engine.names import Names
from scanner.engine.record import Recorder
from scanner.engine.request import Request
from scanner.engine.scope import Scope
from scanner.engine.tally import Tally
from scanner.engine.targets import Targets, literals
from scanner.model.dialogue import Fact, Malformed, NameSpec
from scanner.model.observation import Field, Observation
from scanner.model.outcome import Outcome
from scanner.transports import multicast
from scanner.transports.interfaces import Interface
from scanner.transports.mailbox import Datagram
from scanner.transports.pace import Pace

ETH = Interface("eth0", 2, (IPv4Interface("10.0.0.7/24"), IPv6Interface("fe80::7/64")), loopback=False)
NAME = Field("x.name")


def decode(payload):
    address, name = payload.decode().split()
    if name == "?":
        raise Malformed("no name")
    yield Fact(NAME, name, subject=address)


SPEC = NameSpec("llmnr", (NAME,), 5355, ("224.0.0.252", "ff02::1:3"), lambda token, address: address.encode(), decode)


class Scene:
    def __init__(self, specs=(SPEC,), **options):
        self.events: list[object] = []
        scope = Scope(
            Targets(literals("10.0.0.0/24,10.9.0.0/24"), literals("fe80::/64"), frozenset({"eth0"})), interfaces=(ETH,)
        )
        self.tally = Tally()
        self.tally.scope = scope
        self.journal = Journal(scope, Recorder(lambda field: None), self.tally, self.events.append, per_host=2)
        request = Request(**{"passes": 1, **options})
        self.names = Names(request, self.journal, Pace(10_000), scope.links(), specs)

    def observed(self):
        return sorted(
            (one.subject.address, one.field, one.value, one.provenance.reporter or "")
            for one in self.events
            if isinstance(one, Observation) and one.field != "open.udp"
        )

    def outcomes(self):
        return {(one.endpoint.address, one.probe, one.kind) for one in self.events if isinstance(one, Outcome)}


@pytest.fixture
def asked(monkeypatch):
    found = []

    async def ask(groups, questions, *, interfaces, source_port, broadcast, pace, **timing):
        payloads = questions()
        assert not broadcast
        assert pace is not None
        found.append(([group.address for group in groups], payloads, [str(own) for own in interfaces[0].addresses]))
        for payload in payloads:
            if payload == b"10.0.0.5":
                yield Datagram("10.0.0.5", 5355, b"10.0.0.5 DOOR", "eth0")
                yield Datagram("10.0.0.9", 5355, b"10.0.0.5 LIAR", "eth0")
                yield Datagram("10.0.0.5", 5355, b"10.0.0.5 ?", "eth0")
            elif payload == b"fe80::5":
                yield Datagram("fe80::5%eth0", 5355, b"fe80::5 DOOR", "eth0")
        assert len(questions()) < len(payloads) or payloads == (b"10.0.0.6",)

    monkeypatch.setattr(multicast, "ask", ask)
    return found


def test_the_group_of_each_family_is_asked_about_the_living_of_its_own_network(asked):
    scene = Scene()
    asyncio.run(scene.names.ask(["10.0.0.5", "10.0.0.7", "10.9.0.5", "fe80::5%eth0", "fe80::6%eth1"]))
    assert sorted(asked) == [
        (["224.0.0.252"], (b"10.0.0.5",), ["10.0.0.7/24"]),
        (["ff02::1:3"], (b"fe80::5",), ["fe80::7/64"]),
    ]
    assert scene.observed() == [
        ("10.0.0.5", "x.name", "DOOR", ""),
        ("10.0.0.5", "x.name", "LIAR", "10.0.0.9"),
        ("fe80::5%eth0", "x.name", "DOOR", ""),
    ]


def test_nobody_is_asked_about_twice_and_the_silent_are_counted(asked):
    scene = Scene()
    asyncio.run(scene.names.ask(["10.0.0.6"]))
    asyncio.run(scene.names.ask(["10.0.0.6"]))
    assert len(asked) == 1
    assert scene.tally.coverage(finished=True).outcomes == {"llmnr": {"timed-out": 1}}


@pytest.mark.parametrize("options", [{"discovery": ("arp",)}, {"discovery": ()}])
def test_it_is_asked_only_where_wanted(asked, options):
    asyncio.run(Scene(**options).names.ask(["10.0.0.5"]))
    assert asked == []


def test_name_servers_are_asked_on_request_alone_and_what_they_say_is_hearsay(monkeypatch):
    looked = []

    async def reverse(address):
        looked.append(address)
        return {
            "10.0.0.5": ("answered", "10.0.0.2", ("door.example", "front.example")),
            "10.0.0.6": ("answered", "", ()),
        }.get(address, ("refused", "", ()))

    monkeypatch.setattr(module, "reverse", reverse)
    asyncio.run(Scene(specs=()).names.ask(["10.0.0.5"]))
    assert looked == []

    scene = Scene(specs=(), dns=True)
    asyncio.run(scene.names.ask(["10.0.0.5", "10.0.0.6", "10.0.0.8", "fe80::5%eth0"]))
    assert looked == ["10.0.0.5", "10.0.0.6", "10.0.0.8"]
    assert scene.observed() == [
        ("10.0.0.5", "name.dns", "door.example", "10.0.0.2"),
        ("10.0.0.5", "name.dns", "front.example", "10.0.0.2"),
    ]
    assert scene.tally.coverage(finished=True).outcomes == {"dns": {"answered": 2, "refused": 1}}


def test_name_servers_that_do_not_answer_are_left_alone(monkeypatch):
    looked = []

    async def reverse(address):
        looked.append(address)
        return "timed-out", "", ()

    monkeypatch.setattr(module, "reverse", reverse)
    monkeypatch.setattr(module, "TOGETHER", 1)
    scene = Scene(specs=(), dns=True)
    asyncio.run(scene.names.ask([f"10.0.0.{number}" for number in range(10, 30)]))
    assert len(looked) == module.MAX_UNANSWERED
    assert "the name servers of this system do not answer" in scene.tally.coverage(finished=True).not_reached[0]
