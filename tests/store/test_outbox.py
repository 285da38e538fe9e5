from datetime import UTC, datetime, timedelta

import pytest

from scanner.store import open_store
from scanner.store.outbox import put

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


@pytest.fixture
def outbox(url):
    with open_store(url) as store:
        with store.outbox._connections.writing() as connection:
            put(connection, [("hook", "1"), ("mail", "2"), ("hook", "3")], NOW)
            put(connection, [], NOW)
        yield store.outbox


def test_messages_wait_in_order(outbox):
    assert [message.body for message in outbox.waiting()] == ["1", "2", "3"]
    assert [message.body for message in outbox.waiting("hook")] == ["1", "3"]
    assert [message.body for message in outbox.waiting(limit=1)] == ["1"]
    assert {(message.due_at, message.attempts, message.trouble) for message in outbox.waiting()} == {(NOW, 0, None)}


def test_messages_are_named_by_sink_or_number(outbox):
    assert [message.body for message in outbox.named("hook")] == ["1", "3"]
    assert [message.body for message in outbox.named(str(outbox.waiting("mail")[0].id))] == ["2"]
    assert [outbox.named(name) for name in ("nobody", "99", "-1", "9" * 40, "²")] == [[]] * 5
    assert outbox.count() == 3


def test_what_was_taken_is_forgotten(outbox):
    first = outbox.waiting("hook")[0]
    outbox.taken(first.id)
    assert [message.body for message in outbox.waiting("hook")] == ["3"]


def test_what_failed_waits_for_its_time(outbox):
    later = NOW + timedelta(minutes=1)
    first = outbox.waiting()[0]
    outbox.failed(first.id, "it answered 500", later)
    outbox.failed(first.id, "it did not answer", later)
    again = outbox.waiting()[0]
    assert (again.id, again.due_at, again.attempts, again.trouble) == (first.id, later, 2, "it did not answer")


def test_one_machine_at_a_time_delivers_from_a_server(url):
    with open_store(url) as here, open_store(url) as there:
        server = not url.endswith(".sqlite3")
        with here.outbox.alone() as mine, there.outbox.alone() as theirs:
            # A file is locked by its machine.
            assert (mine, theirs) == (True, not server)
        with there.outbox.alone() as mine:
            assert mine
