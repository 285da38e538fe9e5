from __future__ import annotations

import pytest

from scanner.cli.progress import Live
from scanner.engine.events import Progress


def pretend(monkeypatch):
    """Take standard error for a terminal."""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")


def test_nothing_is_shown_when_standard_error_is_no_terminal(capsys):
    with Live(wanted=True) as live:
        live.show(Progress(2, 1, 0, 0, "ports", 3, 5.0))
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_nothing_is_shown_when_it_is_not_wanted(monkeypatch, capsys):
    pretend(monkeypatch)
    with Live(wanted=False) as live:
        live.show(Progress(2, 1, 0, 0, "ports", 3, 5.0))
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("columns", [80, 120])
def test_a_live_line_on_a_terminal(monkeypatch, capsys, columns):
    pretend(monkeypatch)
    monkeypatch.setenv("COLUMNS", str(columns))
    with Live(wanted=True) as live:
        live.show(Progress(1_048_576, 1, 0, 0, "second pass", 12_345, 90_061.4))
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "second pass" in captured.err
    assert "1 day, 1:01:01 left" in captured.err
    assert "12,345 devices" in captured.err


def test_the_share_never_falls(monkeypatch, capsys):
    pretend(monkeypatch)
    with Live(wanted=True) as live:
        live.show(Progress(2, 0, 0, 0, "ports", 0, 0.001))
        shown = live._share
        live.show(Progress(2, 0, 0, 0, "questions", 1, 1_000.0))
        assert live._share == shown > 0
