from datetime import UTC, datetime, timedelta

import pytest

from scanner.outbox.delivery import LONGEST, delay, deliver
from scanner.store import open_store
from scanner.store.outbox import put

START = datetime(2026, 11, 21, 3, tzinfo=UTC)


class Clock:
    def __init__(self):
        self.time = START

    def __call__(self):
        return self.time

    def pass_(self, seconds):
        self.time += timedelta(seconds=seconds)


class Receiver:
    """Takes messages, as a script of what it does at which minute says."""

    def __init__(self, clock):
        self.clock = clock
        self.taken: list[str] = []
        self.attempts = 0

    def __call__(self, sink, message):
        self.attempts += 1
        minute = (self.clock() - START).total_seconds() / 60
        if minute < 60:
            return "cannot be reached: ConnectError"
        if minute < 70:
            self.clock.pass_(25)  # slow, but within the time
        elif minute < 90:
            return "answered 500"
        self.taken.append(message.body)
        return None


@pytest.fixture
def outbox(tmp_path):
    with open_store(str(tmp_path / "scans.sqlite3")) as store:
        yield store.outbox


def fill(outbox, *bodies, sink="soc", at=START):
    with outbox._connections.writing() as connection:
        put(connection, [(sink, body) for body in bodies], at)


def test_down_for_an_hour_then_slow_then_failing_each_arrives_once_in_order(outbox):
    clock = Clock()
    receiver = Receiver(clock)
    sent = [str(number) for number in range(40)]
    fill(outbox, *sent[:20])
    late = False
    while clock() < START + timedelta(hours=3):
        deliver(outbox, ["soc"], receiver, clock)
        clock.pass_(30)
        if not late and clock() >= START + timedelta(minutes=75):
            fill(outbox, *sent[20:], at=clock())
            late = True
    assert receiver.taken == sent
    assert outbox.waiting() == []
    assert receiver.attempts < len(sent) + 20


def test_one_sinks_trouble_is_not_anothers(outbox):
    fill(outbox, "1", "2", sink="down")
    fill(outbox, "3", sink="up")
    taken = []

    def send(sink, message):
        if sink == "down":
            return "no"
        taken.append(message.body)
        return None

    assert deliver(outbox, ["down", "up"], send, lambda: START) == {"down": "no"}
    assert taken == ["3"]
    assert [(message.attempts, message.trouble) for message in outbox.waiting("down")] == [(1, "no"), (0, None)]
    assert deliver(outbox, ["down"], send, lambda: START) == {}, "not before its time"


def test_more_than_one_page(outbox):
    fill(outbox, *(str(number) for number in range(250)))
    taken = []

    def send(sink, message):
        taken.append(message.body)

    assert deliver(outbox, ["soc"], send, lambda: START) == {}
    assert taken == [str(number) for number in range(250)]


def test_delays_grow_to_a_quarter_of_an_hour():
    delays = [delay(attempts).total_seconds() for attempts in range(30)]
    assert delays == sorted(delays)
    assert (delays[0], delays[-1]) == (10, LONGEST)


def test_what_was_noted_as_taken_is_never_sent_again_and_what_was_not_comes_again_first(outbox, monkeypatch):
    fill(outbox, "1", "2", "3")
    sent: list[tuple[int, str]] = []

    def send(sink, message):
        sent.append((message.id, message.body))

    def killed(message):
        if message == 2 and len(sent) == 2:
            raise KeyboardInterrupt
        real(message)

    real = outbox.taken
    monkeypatch.setattr(outbox, "taken", killed)
    with pytest.raises(KeyboardInterrupt):
        deliver(outbox, ["soc"], send, lambda: START)
    deliver(outbox, ["soc"], send, lambda: START)
    # Between the answer and the note is the one moment at which a kill sends a message twice, under the same id.
    assert sent == [(1, "1"), (2, "2"), (2, "2"), (3, "3")]
