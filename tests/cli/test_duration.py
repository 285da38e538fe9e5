import pytest

from scanner.cli.duration import parse_duration
from scanner.cli.failure import Failure


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("90", 90), ("45m", 2700), ("2h30m", 9000), ("7d", 604800), ("1d1h1m1s", 90061)]
)
def test_lengths_of_time(text, seconds):
    assert parse_duration(text, "--max-time") == seconds


@pytest.mark.parametrize("text", ["", "0", "0s", "-5", "1.5h", "h", "5x", "2m1h", "9" * 12])
def test_what_is_none(text):
    with pytest.raises(Failure, match=r"--max-time .*: not a length of time"):
        parse_duration(text, "--max-time")
