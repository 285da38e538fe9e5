import sqlite3
from datetime import timedelta

import pytest
from sqlalchemy import select

from scanner.model.observation import Endpoint
from scanner.model.outcome import Outcome
from scanner.store import Done, Ending, StoreError, open_store
from scanner.store.tables import JUDGED
from tests.store.test_store import BARE, FINDING, SEEN, START, begin, summary_of


def filled(store, days):
    scans = []
    for day in range(days):
        scan = begin(store, start=START + timedelta(days=day))
        store.add([SEEN] * 50, done=Done(("192.0.2.10",)))
        store.add(transcripts=[("0" * 64, b"HTTP/1.1 200 OK")])
        end = START + timedelta(days=day, hours=1)
        store.finish(summary_of(scan, ended_at=end), [FINDING], Ending())
        scans.append(scan)
    return scans


@pytest.fixture
def store(url):
    with open_store(url) as opened:
        yield opened


def test_a_sound_store_has_no_fault(store):
    filled(store, 2)
    assert list(store.upkeep.check()) == []
    assert store.upkeep.size() > 10_000


def test_pruning_by_count_and_by_age(store):
    scans = filled(store, 5)
    assert store.upkeep.prune(keep=4) == 1
    assert store.upkeep.prune(before=START + timedelta(days=2)) == 1
    assert [scan.id for scan in store.scans()] == scans[:1:-1]
    assert list(store.observations(scans[0])) == []
    assert len(list(store.observations(scans[4]))) == 50
    assert len(store.devices()) == 1
    assert store.upkeep.prune(keep=0) == 3
    assert list(store.scans()) == []
    assert store.changes() == []
    assert store.transcript("0" * 64) is None
    assert list(store.upkeep.check()) == []


def test_devices_long_gone_are_forgotten(store):
    filled(store, 1)
    for day in range(1, 4):
        scan = begin(store, start=START + timedelta(days=day))
        store.add(done=Done(silent=("192.0.2.10",)))
        store.finish(summary_of(scan, ended_at=START + timedelta(days=day)), [], Ending())
    assert [device.gone for device in store.devices()] == [True]
    store.upkeep.prune(before=START)
    assert len(store.devices()) == 1
    store.upkeep.prune(before=START + timedelta(days=9))
    assert store.devices() == []


def test_a_copy_is_whole(tmp_path):
    copy = tmp_path / "copy.sqlite3"
    with open_store(str(tmp_path / "scans.sqlite3")) as store:
        (scan,) = filled(store, 1)
        store.upkeep.backup(copy)
        with pytest.raises(StoreError, match="exists already"):
            store.upkeep.backup(copy)
        with pytest.raises(StoreError, match="cannot be"):
            store.upkeep.backup(tmp_path / "nowhere" / "copy.sqlite3")
    assert copy.stat().st_mode & 0o777 == 0o600
    with open_store(str(copy)) as store:
        assert list(store.observations(scan)) == [SEEN] * 50
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.sqlite3", "scans.sqlite3"]


def contents(store):
    """All that can be read of a store."""
    scans = list(store.summaries())
    each = [
        (list(store.observations(s.id)), list(store.outcomes(s.id)), store.done(s.id), list(store.judged(s.id)))
        for s, _ in scans
    ]
    return scans, each, store.devices(), store.changes(), store.outbox.waiting(), store.transcript("0" * 64)


def test_a_copy_is_restored_into_any_kind_of_database(url, second_url, tmp_path):
    copy = tmp_path / "copy.sqlite3"
    with open_store(url) as store:
        filled(store, 3)
        scan = begin(store, start=START + timedelta(days=9))
        store.add([BARE], [Outcome(Endpoint("192.0.2.10"), "connect", "timed-out")])
        notify = Ending(notify=lambda changes: [("hook", "{}"), ("hook", "[]")])
        store.finish(summary_of(scan), [], notify)
        whole = contents(store)
        store.upkeep.backup(copy)
    assert [message.body for message in whole[4]] == ["{}", "[]"]
    with open_store(str(copy)) as store:
        assert contents(store) == whole
    with open_store(second_url) as store:
        store.upkeep.restore(copy)
        assert contents(store) == whole
        assert list(store.upkeep.check()) == []
        # It goes on where the other ended: numbers of rows among the rest.
        later = begin(store, start=START + timedelta(days=10))
        store.add([SEEN])
        store.finish(summary_of(later), [FINDING], notify)
        assert list(store.observations(later)) == [SEEN]
        assert len(store.outbox.waiting()) == 4
        with pytest.raises(StoreError, match="is not empty"):
            store.upkeep.restore(copy)
    assert [path.name for path in tmp_path.iterdir() if "copy" in path.name] == ["copy.sqlite3"]


def test_a_copy_of_an_older_version_is_restored_and_stays_as_it_is(tmp_path):
    copy = tmp_path / "old.sqlite3"
    with open_store(str(tmp_path / "first.sqlite3")) as store:
        filled(store, 1)
        store.upkeep.backup(copy)
    other = sqlite3.connect(copy)
    with other:
        other.execute("UPDATE alembic_version SET version_num = '0002'")
    other.close()
    before = copy.read_bytes()
    with open_store(str(tmp_path / "second.sqlite3")) as store:
        store.upkeep.restore(copy)
        assert len(list(store.scans())) == 1
    assert copy.read_bytes() == before


def test_what_is_no_copy_is_not_restored(tmp_path):
    (tmp_path / "notes").write_bytes(b"these are notes and no database, though there are enough of them\n" * 20)
    with open_store(str(tmp_path / "scans.sqlite3")) as store:
        with pytest.raises(StoreError, match="no such file"):
            store.upkeep.restore(tmp_path / "nowhere")
        with pytest.raises(StoreError, match="is not a database"):
            store.upkeep.restore(tmp_path / "notes")
        assert list(store.scans()) == []


@pytest.mark.slow
def test_a_copy_of_a_server_is_of_one_moment(postgres, tmp_path):
    url = postgres.database()
    with open_store(url) as store, open_store(url) as writer:
        filled(store, 2)
        whole = contents(store)
        real = select

        def write_meanwhile(*columns):
            if columns[0] is JUDGED:
                filled(writer, 1)
            return real(*columns)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("scanner.store.upkeep.select", write_meanwhile)
            store.upkeep.backup(tmp_path / "copy.sqlite3")
    with open_store(str(tmp_path / "copy.sqlite3")) as store:
        assert contents(store)[:2] == whole[:2]


def test_what_is_damaged_is_named(tmp_path):
    path = tmp_path / "scans.sqlite3"
    with open_store(str(path)) as store:
        (scan,) = filled(store, 1)
        store.add([BARE])
        other = sqlite3.connect(path)
        with other:
            other.execute("UPDATE batch SET seen = x'0102' WHERE id = 1")
            other.execute("PRAGMA foreign_keys=OFF")
            other.execute("INSERT INTO judged VALUES ('unheard-of', 0, x'00')")
        other.close()
        faults = list(store.upkeep.check())
    assert len(faults) == 3
    assert f"scan {scan}, batch" in faults[1]
    assert "belongs to no scan" in faults[0]
