from __future__ import annotations

import pytest

from tests.cli.command import CAMERA, one_line

pytestmark = pytest.mark.process


def test_the_tree_goes_down_to_what_was_seen(command, tmp_path):
    path = tmp_path / "camera.jsonl"
    path.write_bytes(CAMERA)
    done = command("explain", "10.0.0.5", "--from", str(path))
    shown = done.stdout.decode()
    assert (done.returncode, done.stderr) == (0, b"")
    assert shown.startswith("10.0.0.5\n├─ covered under us-ndaa-889: ")
    assert "manufacturer: Hikvision (confirmed)" in shown
    assert "http.server on port 80 = App-webs/, seen 2026-11-20 02:00:00Z" in shown


def test_control_characters_of_a_device_do_not_reach_the_terminal(command, tmp_path):
    path = tmp_path / "camera.jsonl"
    path.write_bytes(CAMERA.replace(b"C2183", b"C2183").replace(b"10.0.0.5", b"\\u001b[31m"))
    done = command("explain", "\x1b[31m", "--from", str(path))
    assert b"\x1b" not in done.stdout
    assert done.stdout


def test_a_host_that_is_not_there(command, tmp_path):
    path = tmp_path / "camera.jsonl"
    path.write_bytes(CAMERA)
    done = command("explain", "10.0.0.9", "--from", str(path))
    assert done.returncode == 2
    assert "10.0.0.9 is not in" in one_line(done.stderr)


def test_nothing_stored_yet(command):
    assert "no scan is stored yet" in one_line(command("explain", "10.0.0.9").stderr)
