from __future__ import annotations

import subprocess
import sys

import pytest

from scanner.cli import main as entry
from scanner.version import __version__
from tests.cli.command import one_line

pytestmark = pytest.mark.process


def test_the_version(command):
    done = command("--version")
    assert done.stdout.decode().strip() == f"coveredscan {__version__}"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nonsense",), "No such command 'nonsense'"),
        (("scan", "--nonsense"), "No such option"),
        (("identify", "--policy"), "requires an argument"),
        (("explain",), "Missing argument"),
    ],
)
def test_usage_errors_are_one_line_and_exit_2(command, arguments, says):
    done = command(*arguments)
    assert done.returncode == 2
    assert says in one_line(done.stderr)
    assert done.stdout == b""


def test_a_reader_that_goes_away_is_no_error(command):
    words = " ".join(command.words("fp", "fields"))
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"{words} | head -1"],
        capture_output=True,
        check=False,
        env=command.environment,
    )
    assert done.stderr == b""
    assert done.stdout.count(b"\n") == 1


def test_an_internal_error_is_one_line_and_exits_1(command, monkeypatch, capsys):
    def broken(*_arguments, **_options):
        raise ZeroDivisionError("a bug\nwith two lines")

    monkeypatch.setattr(entry, "program", lambda _only: broken)
    assert entry.main([]) == 1
    assert capsys.readouterr().err.startswith("coveredscan: internal error: ZeroDivisionError: a bug with two lines (")
    monkeypatch.setenv("COVEREDSCAN_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        entry.main([])


def test_each_command_stands_alone_as_it_does_among_the_others():
    whole = entry.program()
    for name in entry.COMMANDS:
        (alone,) = entry.program(name).commands.items()
        assert alone[0] == name
        assert [each.opts for each in alone[1].params] == [each.opts for each in whole.commands[name].params]


def test_one_command_loads_no_other():
    script = "import sys; from scanner.cli.main import main; main(['schema', 'finding']); sys.exit('scanner.cli.scan' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False, capture_output=True).returncode == 0
