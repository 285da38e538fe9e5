import pytest

from tests.dashboard.site import raised


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """For tests that change nothing."""
    with raised(tmp_path_factory.mktemp("site"), allow=("127.66.9.1", "127.77.0.0/24")) as up:
        yield up


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    with raised(tmp_path_factory.mktemp("empty"), findings=None) as up:
        yield up
