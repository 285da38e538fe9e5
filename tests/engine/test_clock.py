from datetime import UTC, timedelta

from scanner.engine.clock import now


def test_the_clock_tells_utc_and_goes_forward():
    first = now()
    assert first.tzinfo is UTC
    assert timedelta(0) <= now() - first < timedelta(minutes=1)
