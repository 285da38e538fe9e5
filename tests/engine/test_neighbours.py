"""What routers and switches say of others, in a scan whose devices are on loopback and whose SNMP is made up."""

from __future__ import annotations

import asyncio

import pytest

from scanner.engine import neighbours as module
from scanner.engine import sweep as sweep_module
from scanner.engine.credentials import Credentials, SnmpAccess
from scanner.engine.events import Event, HostDone
from scanner.engine.request import Request
from scanner.engine.scan import Scan
from scanner.engine.targets import literals
from scanner.model.dialogue import Fact
from scanner.model.observation import Field, Observation
from scanner.model.outcome import Outcome
from scanner.transports import snmp
from scanner.transports.exchange import Exchange
from scanner.transports.limits import Limits
from scanner.transports.snmp import Community

pytestmark = pytest.mark.loopback

ROUTER, SWITCH, CAMERA, OUTSIDE = "127.66.2.1", "127.66.2.2", "127.66.2.5", "10.9.9.9"
MAC, PORT, NAME = Field("link.mac"), Field("link.port"), Field("snmp.sysname")
CAMERA_MAC, OTHER_MAC = "28:57:be:01:02:03", "28:57:be:01:02:04"

ANSWERS = {
    ROUTER: (Fact(NAME, "core"), Fact(MAC, CAMERA_MAC, CAMERA), Fact(MAC, OTHER_MAC, OUTSIDE)),
    SWITCH: (Fact(NAME, "edge"), Fact(PORT, "gi1/0/7", CAMERA_MAC), Fact(PORT, "gi1/0/8", OTHER_MAC)),
}


class Agents:
    """Stands for every device's agent; counts who was asked with what."""

    def __init__(self, answers=ANSWERS, kind="answered", reason=None):
        self.asked: list[tuple[str, str]] = []
        self._answers = answers
        self._kind = kind
        self._reason = reason

    async def __call__(self, endpoint, account, limits, gate):
        assert endpoint.port == 161
        assert gate is not None
        self.asked.append((endpoint.address, account.name))
        facts = self._answers.get(endpoint.address)
        if facts is None:
            return Exchange((), "timed-out")
        return Exchange(facts if self._kind == "answered" else (), self._kind, self._reason, b"recording")


def access(addresses, name="secret"):
    return SnmpAccess(literals(addresses), Community(name))


@pytest.fixture
def run(monkeypatch):
    def go(agents, *accesses, targets=("127.66.2.1-6",), **options):
        monkeypatch.setattr(snmp, "read", agents)
        events: list[Event] = []
        request = Request(
            targets=targets, ports=(9999,), discovery=(), never=(), limits=Limits(connect=0.2),
            credentials=Credentials(snmp=accesses), **options,
        )  # fmt: skip
        coverage = asyncio.run(asyncio.wait_for(Scan(request, events.append, rules=lambda _: None).run(), 30))
        return events, coverage

    return go


def told(events, address):
    return {
        (event.field, event.value, event.provenance.reporter)
        for event in events
        if isinstance(event, Observation) and event.subject.address == address
    }


def test_what_others_say_is_hearsay_with_its_reporter(run):
    events, coverage = run(Agents(), access(f"{ROUTER},{SWITCH}"))
    assert told(events, CAMERA) == {("link.mac", CAMERA_MAC, ROUTER), ("link.port", "gi1/0/7", SWITCH)}
    assert ("snmp.sysname", "core", None) in told(events, ROUTER)
    assert ("open.udp", "161", None) in told(events, ROUTER)
    assert coverage.outcomes["snmp"] == {"answered": 2}


def test_nothing_is_said_of_addresses_outside_the_scope(run):
    events, _ = run(Agents(), access(f"{ROUTER},{SWITCH}"))
    assert told(events, OUTSIDE) == set()
    assert OTHER_MAC not in {event.value for event in events if isinstance(event, Observation)}


def test_only_those_with_access_are_asked_and_each_once(run):
    agents = Agents()
    run(agents, access(ROUTER, "first"), access("127.66.2.1-3", "second"))
    assert sorted(agents.asked) == [(ROUTER, "first"), ("127.66.2.2", "second"), ("127.66.2.3", "second")]


def test_access_outside_the_scope_is_not_used(run):
    agents = Agents()
    run(agents, access(f"{OUTSIDE},{ROUTER}"), exclude=(ROUTER,))
    assert agents.asked == []


def test_of_a_large_entry_the_living_are_asked(run, monkeypatch):
    monkeypatch.setattr(module, "MAX_NAMED", 1)
    agents = Agents()
    # On loopback every address refuses connections: all of them live.
    run(agents, access("127.0.0.0/8"))
    assert sorted(agents.asked) == [(f"127.66.2.{n}", "secret") for n in range(1, 7)]


def test_tables_are_read_again_when_there_was_more_than_one_batch(run, monkeypatch):
    monkeypatch.setattr(sweep_module, "BATCH", 2)
    later = dict(ANSWERS)

    class Filling(Agents):
        async def __call__(self, endpoint, account, limits, gate):
            exchange = await super().__call__(endpoint, account, limits, gate)
            self._answers[ROUTER] = (*ANSWERS[ROUTER], Fact(MAC, OTHER_MAC, "127.66.2.6"))
            return exchange

    agents = Filling(later)
    events, _ = run(agents, access(ROUTER))
    assert agents.asked == [(ROUTER, "secret")] * 2
    assert told(events, "127.66.2.6") == {("link.mac", OTHER_MAC, ROUTER)}
    assert "127.66.2.6" in [event.address for event in events if isinstance(event, HostDone)]
    assert sum(isinstance(event, Observation) and event.value == CAMERA_MAC for event in events) == 1


def test_a_refusal_is_an_outcome(run):
    events, coverage = run(Agents(kind="refused", reason="unknown user"), access(ROUTER))
    assert ("snmp", "refused", "unknown user") in [
        (event.probe, event.kind, event.reason) for event in events if isinstance(event, Outcome)
    ]
    assert coverage.outcomes["snmp"] == {"refused": 1}
    assert coverage.not_reached == ()


def test_a_table_that_was_cut_leaves_the_coverage_incomplete(run):
    _, coverage = run(Agents(reason="more than 5 rows in one table"), access(ROUTER))
    assert any(ROUTER in line and "more than 5 rows" in line for line in coverage.not_reached)


def test_a_hardware_address_of_many_is_a_routers_and_places_nothing(run, monkeypatch):
    monkeypatch.setattr(module, "MAX_SHARED", 1)
    answers = {
        ROUTER: (Fact(MAC, CAMERA_MAC, CAMERA), Fact(MAC, CAMERA_MAC, "127.66.2.6")),
        SWITCH: ANSWERS[SWITCH],
    }
    events, _ = run(Agents(answers), access(f"{ROUTER},{SWITCH}"))
    assert "link.port" not in {event.field for event in events if isinstance(event, Observation)}
