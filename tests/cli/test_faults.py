"""What a 3 a.m. scan meets in a few years: each time a clear message, and nothing lost that was said to be stored."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import time
from contextlib import suppress
from datetime import timedelta
from itertools import count

import pytest

from scanner.cli.main import main
from scanner.engine import clock
from scanner.ledger.keeping import Keeping
from scanner.ledger.ledger import Ledger
from scanner.store import Store, StoreError, open_store
from tests.cli.command import one_line
from tests.cli.test_ten_scans import NET, PORT, network
from tests.store.test_store import SEEN, begin

pytestmark = [pytest.mark.loopback, pytest.mark.slow]

CAMERA: tuple[str, str, dict[str, str]] = ("1", "DS-A-20200101AAAA111111", {})
root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")


def words(db, *more):
    return [
        "scan", f"{NET}.1-2", "-p", str(PORT), "--discovery", "none", "--timeout", "0.5", "-q", "--db", str(db),
        "-f", "jsonl", *more,
    ]  # fmt: skip


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", folder], check=True)
    yield folder
    subprocess.run(["umount", folder], check=True)


@root
@pytest.mark.root
def test_a_full_disk_loses_nothing_that_was_stored(small_disk):
    path = small_disk / "scans.sqlite3"
    stored = 0
    with open_store(str(path)) as store:
        scan = begin(store)
        with pytest.raises(StoreError, match="full; what was stored before is kept") as raised:  # noqa: PT012 - until full
            for number in count():  # until it is full
                noise = os.urandom(2000).hex()
                store.add([SEEN, type(SEEN)(SEEN.subject, SEEN.field, noise, SEEN.provenance)])
                stored = number + 1
    assert not raised.value.passing
    assert stored > 10
    with open_store(str(path)) as store:
        assert len(list(store.observations(scan))) == 2 * stored
        assert list(store.upkeep.check()) == []


@root
@pytest.mark.root
def test_a_scan_on_a_full_disk_still_tells_what_it_found(small_disk, capfd):
    path = small_disk / "scans.sqlite3"
    with open_store(str(path)):
        pass
    with (small_disk / "filler").open("wb", buffering=0) as filler, pytest.raises(OSError, match="No space"):  # noqa: PT012 - until full
        while True:
            filler.write(b"x" * 4096)
    with network(CAMERA):
        assert main(words(path)) in {2, 3}
    told = capfd.readouterr()
    assert "is full" in told.err
    assert "Traceback" not in told.err


@root
@pytest.mark.root
def test_a_disk_that_really_fills_in_mid_scan_costs_the_record_alone(small_disk, monkeypatch, capfdbinary):
    begin_ledger = Ledger.begin

    def begin_and_fill(*given):
        scan = begin_ledger(*given)
        with (small_disk / "filler").open("wb", buffering=0) as filler, suppress(OSError):
            while True:
                filler.write(b"x" * 512)
        return scan

    monkeypatch.setattr(Ledger, "begin", begin_and_fill)
    path = small_disk / "scans.sqlite3"
    with network(CAMERA):
        assert main(words(path)) == 3
    told = capfdbinary.readouterr()
    *findings, summary = map(json.loads, told.out.splitlines())
    assert findings[-1]["host"] == f"{NET}.1"
    assert "disk is full" in summary["errors"][0]
    assert b"is not stored" in told.err
    (small_disk / "filler").unlink()
    with open_store(str(path)) as store:
        (scan,) = store.scans()
        assert scan.ended_at is None
        assert list(store.upkeep.check()) == []


def test_a_disk_that_fills_in_mid_scan_costs_the_record_alone(tmp_path, monkeypatch, capfdbinary):
    def full(*_):
        raise StoreError("scans.sqlite3 cannot grow: the disk is full; what was stored before is kept")

    monkeypatch.setattr(Store, "add", full)
    with network(CAMERA):
        assert main(words(tmp_path / "scans.sqlite3")) == 3
    told = capfdbinary.readouterr()
    *findings, summary = map(json.loads, told.out.splitlines())
    assert findings[-1]["host"] == f"{NET}.1"
    assert "disk is full" in summary["errors"][0]
    assert b"is not stored" in told.err


def no_database(path):
    path.write_bytes(b"these are notes, long enough to be taken for the head of a file of something\n" * 20)
    return path, "is not a database of coveredscan"


def no_folder(path):
    path.write_bytes(b"a file")
    return path / "scans.sqlite3", "cannot be opened"


def newer(path):
    with open_store(str(path)):
        pass
    other = sqlite3.connect(path)
    with other:
        other.execute("UPDATE alembic_version SET version_num = '0042'")
    other.close()
    return path, "written by a newer coveredscan (schema 42"


def no_server(path):
    return "postgresql://nobody@127.0.0.1:1/scans", "does not answer"


def no_such_kind(path):
    return "oracle://x/y", "is no address of a database that can be used here"


@pytest.mark.parametrize("make", [no_database, no_folder, newer, no_server, no_such_kind])
def test_a_store_that_cannot_be_opened_ends_the_scan_before_anything_is_sent(tmp_path, capfd, make):
    where, says = make(tmp_path / "scans.sqlite3")
    with socket.create_server((f"{NET}.1", PORT)) as camera:
        camera.setblocking(False)
        assert main(words(where)) == 2
        with pytest.raises(BlockingIOError):
            camera.accept()
    told = capfd.readouterr()
    assert says in one_line(told.err.encode())
    assert told.out == ""


def test_a_database_that_is_locked_in_mid_scan_is_waited_for(tmp_path, monkeypatch, capfdbinary):
    path = tmp_path / "scans.sqlite3"
    with open_store(str(path)):
        pass
    other = sqlite3.connect(path, check_same_thread=False)
    begin_ledger, waits = Ledger.begin, []

    def begin_and_lock(*given):
        scan = begin_ledger(*given)
        other.execute("BEGIN IMMEDIATE")
        return scan

    def wait(seconds):
        waits.append(seconds)
        other.rollback()

    monkeypatch.setattr(Ledger, "begin", begin_and_lock)
    monkeypatch.setattr(Keeping.__init__, "__kwdefaults__", {"wait": wait})
    with network(CAMERA):
        assert main(words(path)) == 0
    other.close()
    told = capfdbinary.readouterr()
    assert told.err.count(b"in use by another program; try again") == len(waits[:1]) == 1
    assert b"the scan goes on and tries again" in told.err
    with open_store(str(path)) as store:
        assert [scan.complete for scan in store.scans()] == [True]


def test_a_database_that_cannot_be_written(tmp_path, capfd):
    path = tmp_path / "scans.sqlite3"
    with open_store(str(path)):
        pass
    with network(CAMERA):
        assert main(words(f"sqlite:///file:{path}?mode=ro&uri=true")) == 2
    assert "cannot be written" in capfd.readouterr().err


def test_a_database_that_is_locked(tmp_path, monkeypatch, capfd):
    path = tmp_path / "scans.sqlite3"
    with open_store(str(path)):
        pass
    monkeypatch.setattr("scanner.store.sqlite.BUSY", 50)
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")
    with network(CAMERA):
        assert main(words(path)) == 2
    other.close()
    assert "in use by another program" in capfd.readouterr().err


def test_a_clock_that_goes_back(tmp_path, monkeypatch, capfdbinary):
    path = tmp_path / "scans.sqlite3"
    real = clock.now
    with network(CAMERA):
        assert main(words(path)) == 0
        monkeypatch.setattr(clock, "now", lambda: real() - timedelta(days=900))
        assert main(words(path)) == 0
    capfdbinary.readouterr()
    assert main(["history", "--json", "--db", str(path)]) == 0
    later, earlier = map(json.loads, capfdbinary.readouterr().out.splitlines())
    assert later["started_at"] < earlier["started_at"]
    assert main(["diff", "--json", "--db", str(path)]) == 0
    assert capfdbinary.readouterr().out == b""
    with open_store(str(path)) as store:
        assert [change.kind for change in store.changes()] == ["appeared"]


@pytest.mark.process
def test_a_database_server_that_restarts_in_mid_scan(command, postgres):
    url = postgres.database()
    addresses: list[tuple[str, str, dict[str, str]]] = [
        (str(number), f"DS-{number}-20200101AAAA{number:06}", {}) for number in range(1, 5)
    ]
    with network(*addresses):
        process = command.start(
            "scan", f"{NET}.1-200", "-p", f"{PORT},18100,18101", "--discovery", "none", "--timeout", "0.5",
            "--rate", "60", "-q", "--db", url, "-f", "jsonl",
        )  # fmt: skip
        with open_store(url) as store:
            end = time.monotonic() + 30
            while not list(store.scans()):
                assert time.monotonic() < end
                time.sleep(0.05)
        postgres.stop()
        assert process.stderr is not None
        first = process.stderr.readline()
        time.sleep(2)
        postgres.start()
        out, error = process.communicate(timeout=90)
    assert process.returncode == 0, error
    assert b"the scan goes on and tries again" in first
    with open_store(url) as store:
        (scan,) = store.scans()
        done = store.done(scan.id)
        assert scan.complete
        assert sorted(finding.host for finding in store.findings(scan.id)) == [f"{NET}.{n}" for n in range(1, 5)]
        assert len(done.alive) + len(done.silent) == 200
        assert list(store.upkeep.check()) == []
    assert json.loads(out.splitlines()[-1])["complete"] is True
