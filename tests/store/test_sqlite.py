import stat
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from scanner.store.sqlite import FILE_NAME, default_path, make_file, tune


def test_scans_are_kept_in_the_users_data_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_path() == tmp_path / "coveredscan" / FILE_NAME


def test_only_the_owner_may_read(tmp_path):
    path = tmp_path / "new" / "scans.sqlite3"
    make_file(make_url(f"sqlite:///{path}"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_what_is_there_is_left_alone(tmp_path):
    path = tmp_path / "scans.sqlite3"
    path.write_bytes(b"kept")
    path.chmod(0o640)
    make_file(make_url(f"sqlite:///{path}"))
    assert path.read_bytes() == b"kept"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_memory_needs_no_file(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    make_file(make_url("sqlite://"))
    make_file(make_url("sqlite:///:memory:"))
    assert list(Path().iterdir()) == []


def test_every_connection_is_tuned(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path}/scans.sqlite3")
    tune(engine)
    with engine.connect() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    engine.dispose()
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 10_000, "synchronous": 1}
