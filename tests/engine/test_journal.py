from scanner.engine import journal as module
from scanner.engine.events import HostDone
from scanner.engine.journal import MAX_ANSWERS, Journal
from scanner.engine.record import Recorder
from scanner.engine.scope import Scope
from scanner.engine.tally import Tally
from scanner.engine.targets import Targets, literals
from scanner.model.dialogue import DatagramSpec, Fact, Malformed
from scanner.model.observation import Endpoint, Field, Observation
from scanner.model.outcome import Outcome
from scanner.transports.mailbox import Datagram

NAME = Field("wsd.scope")


def decode(payload):
    for line in payload.split(b"\n"):
        if line == b"!":
            raise Malformed("bad line")
        if line == b"bug":
            raise ZeroDivisionError("oops")
        value, _, subject = line.decode().partition("@")
        yield Fact(NAME, value, subject or None)


SPEC = DatagramSpec("wsd", (NAME,), 3702, (), lambda token: (b"?",), decode)


def journal(exclude="10.0.0.9"):
    events: list[object] = []
    scope = Scope(Targets(literals("10.0.0.0/24")), exclude=literals(exclude))
    return Journal(scope, Recorder(lambda field: None), Tally(), events.append, per_host=2), events


def told(events):
    return [
        (one.subject.address, one.field, one.value, one.provenance.reporter)
        for one in events
        if isinstance(one, Observation)
    ]


def test_a_datagram_becomes_observations_and_one_outcome():
    book, events = journal()
    assert book.hear(SPEC, Datagram("10.0.0.5", 3702, b"a\nb", None))
    assert book.hear(SPEC, Datagram("10.0.0.5", 3702, b"a\nc", None))
    assert told(events) == [
        ("10.0.0.5", "wsd.scope", "a", None),
        ("10.0.0.5", "wsd.scope", "b", None),
        ("10.0.0.5", "open.udp", "3702", None),
        ("10.0.0.5", "wsd.scope", "c", None),
    ]
    outcomes = [event for event in events if isinstance(event, Outcome)]
    assert [(one.endpoint, one.probe, one.kind) for one in outcomes] == [
        (Endpoint("10.0.0.5", "udp", 3702), "wsd", "answered")
    ]
    assert book.visit("10.0.0.5").alive
    assert book.visit("10.0.0.5").told


def test_answers_from_outside_the_scope_are_dropped_and_counted():
    book, events = journal()
    for address in ("10.0.0.9", "10.0.1.1", "8.8.8.8", "::ffff:10.0.0.9", "nonsense"):
        assert not book.hear(SPEC, Datagram(address, 3702, b"a", None))
    assert events == []
    assert book.visits == {}
    assert book.tally.strangers == 5


def test_answers_to_a_group_from_another_subnet_are_told_at_the_end():
    book, events = journal()
    assert book.hear(SPEC, Datagram("10.0.1.1", 3702, b"a\nhearsay@10.0.0.5", None), group=True)
    assert book.hear(SPEC, Datagram("10.0.1.1", 3702, b"b", None), group=True)
    assert not book.hear(SPEC, Datagram("10.0.0.9", 3702, b"a", None), group=True), "excluded"
    assert events == []
    book.tell_outsiders()
    assert sorted(told(events), key=str) == [
        ("10.0.1.1", "open.udp", "3702", None),
        ("10.0.1.1", "scope.outside", "not asked", None),
        ("10.0.1.1", "wsd.scope", "a", None),
        ("10.0.1.1", "wsd.scope", "b", None),
    ]
    assert events[-1] == HostDone("10.0.1.1")
    assert [event.kind for event in events if isinstance(event, Outcome)] == ["answered"]
    assert (book.tally.outside, book.tally.strangers, book.visits) == (1, 1, {})


def test_hearsay_about_addresses_in_scope_alone_is_kept():
    book, events = journal()
    book.hear(SPEC, Datagram("10.0.0.5", 9, b"near@10.0.0.6\nexcluded@10.0.0.9\nfar@10.0.1.1", None))
    assert told(events) == [("10.0.0.6", "wsd.scope", "near", "10.0.0.5")]


def test_what_came_before_a_flaw_is_kept():
    book, events = journal()
    book.hear(SPEC, Datagram("10.0.0.5", 9, b"a\n!\nb", None))
    assert told(events) == [("10.0.0.5", "wsd.scope", "a", None)]
    assert (events[-1].kind, events[-1].reason) == ("malformed", "bad line")


def test_a_decoders_bug_is_told_and_ends_nothing():
    book, events = journal()
    book.tally.scope = book.scope
    book.hear(SPEC, Datagram("10.0.0.5", 9, b"a\nbug", None))
    assert told(events) == [("10.0.0.5", "wsd.scope", "a", None)]
    assert book.tally.coverage(finished=True).not_reached == ("internal error ZeroDivisionError: oops in wsd",)


def test_a_flood_from_one_address_is_cut():
    book, events = journal()
    heard = [book.hear(SPEC, Datagram("10.0.0.5", 9, str(number).encode(), None)) for number in range(MAX_ANSWERS + 5)]
    assert heard.count(True) == MAX_ANSWERS
    assert len(told(events)) == MAX_ANSWERS


def test_addresses_found_out_of_turn_are_capped(monkeypatch):
    monkeypatch.setattr(module, "MAX_FOUND", 3)
    book, _ = journal()
    heard = [book.hear(SPEC, Datagram(f"10.0.0.{last}", 9, b"a", None)) for last in range(1, 6)]
    assert heard == [True, True, True, False, False]
    assert book.hear(SPEC, Datagram("10.0.0.1", 9, b"b", None)), "who is known is still heard"


def test_open_ports_alone_do_not_tell_what_a_host_is():
    book, _ = journal()
    visit = book.visit("10.0.0.5")
    book.tell(visit, "connect", Endpoint("10.0.0.5", "tcp", 80), [Fact(Field("open.tcp"), "80")])
    assert not visit.told
    book.tell(visit, "http", Endpoint("10.0.0.5", "tcp", 80), [Fact(Field("http.server"), "x")])
    assert visit.told
