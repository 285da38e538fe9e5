import pytest

from scanner.engine.events import HostDone, Progress


def test_events_are_values():
    assert HostDone("10.0.0.5") == HostDone("10.0.0.5")
    assert Progress(4, 3, 2, 1).done == 1
    with pytest.raises(AttributeError):
        setattr(HostDone("10.0.0.5"), "address", "10.0.0.6")  # noqa: B010 - the type checker would refuse it
