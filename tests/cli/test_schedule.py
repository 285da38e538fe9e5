import signal
import subprocess
import sys
import tomllib
from datetime import UTC, datetime, timedelta

import pytest

from scanner.cli import main as main_module
from scanner.cli import schedule
from scanner.cli.main import main
from scanner.cli.places import alone
from scanner.engine import clock
from scanner.store import open_store

MONDAY = datetime(2026, 11, 23, 3, 5, tzinfo=UTC)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("COVEREDSCAN_DB", str(tmp_path / "scans.sqlite3"))
    return tmp_path


@pytest.fixture
def at(monkeypatch):
    """Sets the clock."""

    def set_(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    set_(MONDAY)
    return set_


@pytest.fixture
def scans(monkeypatch):
    """The scans that would have been started."""
    started: list[list[str]] = []
    real = main_module.main

    def fake(words):
        if words[0] != "scan":
            return real(words)
        started.append(words)
        return 0

    monkeypatch.setattr(main_module, "main", fake)
    return started


def add(*more):
    return main(["schedule", "add", "north", "10.0.0.0/24", "--every", "Mon 03:00", *more])


def test_a_job_is_kept_in_one_file_with_its_comments(home, capfd):
    path = home / "config" / "coveredscan" / "jobs.toml"
    assert (
        add("--tz", "Europe/Berlin", "--option=--site", "--option", "north", "--blackout", "Mon-Fri 08:00-18:00") == 0
    )
    path.write_text("# by hand\n" + path.read_text())
    assert main(["schedule", "add", "south", "10.1.0.0/24", "--every", "daily 04:00", "--max-time", "2h"]) == 0
    text = path.read_text()
    assert text.startswith("# by hand\n")
    jobs = tomllib.loads(text)["job"]
    assert jobs["north"]["options"] == ["--site", "north"]
    assert jobs["south"]["max_time"] == 7200
    assert main(["schedule", "list"]) == 0
    assert "north  Mon 03:00 Europe/Berlin  last never  next" in capfd.readouterr().out
    assert main(["schedule", "remove", "north"]) == 0
    assert list(tomllib.loads(path.read_text())["job"]) == ["south"]
    assert main(["schedule", "remove", "north"]) == 2


def test_units_and_a_cron_line(home, capfd):
    assert add("--units", str(home / "units"), "--cron", "--folder", str(home / "out")) == 0
    assert sorted(path.name for path in (home / "units").iterdir()) == [
        "coveredscan-north.service", "coveredscan-north.timer",
    ]  # fmt: skip
    unit = (home / "units" / "coveredscan-north.service").read_text()
    assert f"ReadWritePaths={home / 'out'}" in unit
    assert "run --scheduled north" in unit
    assert "0 3 * * 1 " in capfd.readouterr().out


@pytest.mark.parametrize("more", [("--tz", "Mars"), ("--every", "soon"), ("--grace", "x"), ("--blackout", "lunch")])
def test_what_cannot_run_is_not_kept(home, capfd, more):
    assert add(*more) == 2
    assert not (home / "config").exists()
    assert capfd.readouterr().err.count("\n") == 1


def test_a_jobs_file_that_cannot_be_read_is_never_written_over(home):
    assert add() == 0
    path = home / "config" / "coveredscan" / "jobs.toml"
    path.write_text("[job.north\n")
    assert add() == 2
    assert path.read_text() == "[job.north\n"
    assert main(["run", "north"]) == 2


def test_a_due_run_runs_once(home, at, scans, capfd):
    add("--option=--site", "--option", "north")
    assert main(["run", "--scheduled", "north"]) == 0
    assert main(["run", "--scheduled", "north"]) == 0
    assert "has run since 2026-11-23 03:00Z" in capfd.readouterr().err
    assert scans == [["scan", "10.0.0.0/24", "--site", "north", "--quiet"]]
    at(MONDAY + timedelta(days=7))
    assert main(["run", "--scheduled", "north"]) == 0
    assert len(scans) == 2
    assert main(["run", "north"]) == 0, "by hand it runs whenever it is asked to"
    assert len(scans) == 3


def test_a_missed_run_is_caught_up_within_its_grace_alone(home, at, scans, capfd):
    add("--grace", "6h")
    at(MONDAY + timedelta(hours=7))
    assert main(["run", "--scheduled", "north"]) == 0
    assert "longer ago than its grace period" in capfd.readouterr().err
    at(MONDAY + timedelta(hours=5))
    assert main(["run", "--scheduled", "north"]) == 0
    assert len(scans) == 1


def test_a_clock_that_went_back_does_not_stop_a_job(home, at, scans):
    add()
    at(MONDAY + timedelta(days=700))
    main(["run", "north"])
    at(MONDAY)
    main(["run", "--scheduled", "north"])
    assert len(scans) == 2


def test_nothing_runs_in_a_blackout_and_a_run_ends_before_one(home, at, scans, capfd):
    add("--blackout", "Mon-Fri 03:00-04:00", "--blackout", "Mon 05:05-06:00")
    assert main(["run", "--scheduled", "north"]) == 0
    assert "lies in a blackout until 2026-11-23 04:00" in capfd.readouterr().err
    at(MONDAY + timedelta(hours=1))
    assert main(["run", "--scheduled", "north"]) == 0
    assert scans == [["scan", "10.0.0.0/24", "--quiet", "--max-time", "3600"]]


def test_one_run_at_a_time(home, at, scans, capfd):
    add()
    with alone("run-north") as mine:
        assert mine
        assert main(["run", "--scheduled", "north"]) == 0
        assert main(["run", "north"]) == 3
    assert "is running already" in capfd.readouterr().err
    assert scans == []


def test_an_unfinished_scan_is_resumed(home, at, scans):
    add("--max-time", "1h")
    with open_store(str(home / "scans.sqlite3")) as store:
        store.begin(["10.0.0.0/24"], {}, MONDAY)
    assert main(["run", "north"]) == 0
    assert scans == [["scan", "10.0.0.0/24", "--quiet", "--max-time", "3600", "--resume"]]


def test_a_file_for_each_run_the_oldest_go(home, at, scans):
    folder = home / "out"
    add("--folder", str(folder), "--keep", "2")
    folder.mkdir()
    for day in (1, 2, 3):
        (folder / f"north-2026110{day}T030000Z.jsonl").touch()
    (folder / "north-notes.jsonl").touch()
    assert main(["run", "north"]) == 0
    assert scans[0][-1] == str(folder / "north-20261123T030500Z.jsonl")
    assert sorted(path.name for path in folder.iterdir()) == [
        "north-20261102T030000Z.jsonl", "north-20261103T030000Z.jsonl", "north-notes.jsonl",
    ]  # fmt: skip


def test_old_scans_are_deleted_as_configured(home, at, scans, monkeypatch, capfd):
    config = home / "config.toml"
    monkeypatch.setenv("COVEREDSCAN_CONFIG", str(config))
    config.write_text('[retention]\nkeep = 2\nolder-than = "10d"\n')
    add()
    with open_store(str(home / "scans.sqlite3")) as store:
        for day in (20, 3, 2, 1):
            store.begin(["10.9.0.0/24"], {}, MONDAY - timedelta(days=day))
    assert main(["run", "north"]) == 0
    with open_store(str(home / "scans.sqlite3")) as store:
        assert [(MONDAY - scan.started_at).days for scan in store.scans()] == [1, 2]
    for text in ("retention = 5", "[retention]\nforever = true", "[retention]\nkeep = 0"):
        config.write_text(text + "\n")
        assert main(["run", "north"]) == 2
        assert "[retention]" in capfd.readouterr().err


def test_no_such_job(home, capfd):
    assert main(["run", "north"]) == 2
    assert "there is no job of that name" in capfd.readouterr().err


def test_the_daemon_runs_what_is_due(home, at, monkeypatch):
    add()
    main(["schedule", "add", "later", "10.0.0.0/24", "--every", "Sun 03:00", "--grace", "1h"])
    ran: list[tuple[str, ...]] = []
    runner = schedule.Runner()
    monkeypatch.setattr(runner, "_run", lambda *words: ran.append(words))
    runner.tick()
    assert ran == [("run", "--scheduled", "north"), ("outbox", "--deliver")]


@pytest.mark.process
def test_the_daemon_ends_in_order(home):
    process = subprocess.Popen(
        [sys.executable, "-m", "scanner.cli.main", "daemon"], stderr=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stderr is not None
    assert b"0 jobs; Ctrl-C ends" in process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    _, error = process.communicate(timeout=30)
    assert process.returncode == 0, error
