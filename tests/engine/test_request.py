import pytest

from scanner.engine.ports import CAMERA
from scanner.engine.request import Request


def test_the_defaults_are_gentle():
    request = Request(("10.0.0.0/24",))
    assert request.per_host == 2
    assert request.ports == tuple(CAMERA)
    assert request.limits.connect > 1, "Linux repeats a lost SYN only after one second"
    assert not request.allow_public
    assert request.credentials.find("10.0.0.5") is None


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("concurrency", 1),
        ("per_host", 0),
        ("passes", 0),
        ("rate", 0.0),
        ("rate", float("nan")),
        ("ports", ()),
        ("host_rate", 0.0),
        ("subnet_rate", -1.0),
        ("shard", (0, 1)),
        ("shard", (3, 2)),
        ("sample", True),
    ],
)
def test_what_cannot_work_is_refused(option, value):
    with pytest.raises(ValueError):
        Request(**{option: value})
