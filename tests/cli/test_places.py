import pytest

from scanner.cli.failure import Failure
from scanner.cli.places import Claim, alone, jobs_path, state_folder


def test_places_are_the_users_own(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert state_folder() == tmp_path / "state" / "coveredscan"
    assert state_folder().stat().st_mode & 0o777 == 0o700
    assert jobs_path() == tmp_path / "config" / "coveredscan" / "jobs.toml"


def test_a_folder_that_cannot_be_made(monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", "/dev/null")
    with pytest.raises(Failure, match="cannot be made"):
        state_folder()


def test_a_scan_is_one_process_s_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    first, second = Claim("s1"), Claim("s1")
    assert first.take()
    assert not second.take()
    assert Claim("s2").take()
    first.release()
    assert second.take()
    second.release()
    assert [path.name for path in (tmp_path / "coveredscan").iterdir()] == ["scan-s2.lock"]


def test_a_lock_is_held_once_and_let_go_of():
    with alone("run-north") as first, alone("run-north") as second, alone("run-south") as other:
        assert (first, second, other) == (True, False, True)
    with alone("run-north") as again:
        assert again
