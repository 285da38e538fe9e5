from __future__ import annotations

import pytest

pytestmark = pytest.mark.process


def test_each_check_says_ok_or_how_to_mend(command):
    done = command("doctor")
    lines = done.stdout.decode().splitlines()
    assert (done.returncode, done.stderr) == (0, b"")
    assert lines[0].startswith("ok    coveredscan ")
    assert any("signatures" in line for line in lines)
    assert all(line.startswith(("ok  ", "lack", "      ")) for line in lines)


def test_strict_fails_when_something_is_missing(command):
    command.environment["PATH"] = str(command.home)
    done = command("doctor", "--strict")
    assert done.returncode == 3
    assert b"nmap is not installed" in done.stdout
    assert b"apt-get install nmap" in done.stdout
