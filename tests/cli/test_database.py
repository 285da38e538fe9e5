import sqlite3

import pytest

from scanner.cli.main import main
from tests.cli.history_store import ONE, write


@pytest.fixture
def path(tmp_path, monkeypatch):
    path = tmp_path / "scans.sqlite3"
    monkeypatch.setenv("COVEREDSCAN_DB", str(path))
    write(path, [ONE], [ONE], [ONE])
    return path


def test_check_says_sound_or_what_is_damaged(path, capfd):
    assert main(["db", "check"]) == 0
    assert "sound; 3 scans," in capfd.readouterr().out
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE judged SET packed = x'00'")
    connection.close()
    assert main(["db", "check"]) == 1
    told = capfd.readouterr()
    assert "3 faults" in told.out
    assert "cannot read" in told.err


def test_backup(path, tmp_path, capfd):
    copy = tmp_path / "copy.sqlite3"
    assert main(["db", "backup", str(copy)]) == 0
    assert "KiB" in capfd.readouterr().out
    assert main(["db", "check", "--db", str(copy)]) == 0
    assert main(["db", "backup", str(copy)]) == 2


def test_restore(path, tmp_path, capfd):
    copy, new = tmp_path / "copy.sqlite3", tmp_path / "new.sqlite3"
    assert main(["db", "backup", str(copy)]) == 0
    assert main(["db", "restore", str(copy), "--db", str(new)]) == 0
    assert f"{new}: 3 scans" in capfd.readouterr().out
    assert main(["db", "restore", str(copy)]) == 2
    assert "is not empty" in capfd.readouterr().err


def test_prune(path, capfd):
    assert main(["db", "prune"]) == 2
    assert "say what to delete" in capfd.readouterr().err
    assert main(["db", "prune", "--keep", "2"]) == 0
    assert "1 scans deleted" in capfd.readouterr().out
    assert main(["db", "prune", "--older-than", "1s"]) == 0
    assert "2 scans deleted" in capfd.readouterr().out
    assert main(["db", "prune", "--older-than", "soon"]) == 2
