from __future__ import annotations

from scanner.cli.progress import Live


def test_nothing_is_shown_when_standard_error_is_no_terminal(capsys):
    with Live(wanted=True) as live:
        live.show("scanning", 1, 2, 3)
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_a_live_line_on_a_terminal(monkeypatch, capsys):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    with Live(wanted=True) as live:
        live.show("scanning", 1, 2, 3)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "3 devices" in captured.err
