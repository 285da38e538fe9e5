from __future__ import annotations

import typer

from scanner.cli.failure import EXIT_USAGE, Failure, is_usage_error, one_line


def test_a_failure_carries_its_exit_code():
    assert Failure("x").code == EXIT_USAGE
    assert Failure("x", 3).code == 3


def test_control_characters_never_reach_the_terminal():
    assert one_line(Failure("a\n\x1b[31mb\r\x00c")) == "a [31mb c"


def test_what_the_command_line_library_raises_is_a_usage_error():
    assert is_usage_error(typer.BadParameter("x"))
    assert not is_usage_error(ValueError("x"))
