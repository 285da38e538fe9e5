import sqlite3
from datetime import timedelta

import pytest

from scanner.store import Done, Ending, StoreError, open_store
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


@pytest.mark.slow
def test_a_server_is_copied_by_its_own_means(postgres, tmp_path):
    with open_store(postgres.database()) as store, pytest.raises(StoreError, match="pg_dump"):
        store.upkeep.backup(tmp_path / "copy")


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
