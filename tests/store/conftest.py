from __future__ import annotations

import pytest

from tests.store.postgres import MISSING, serve


@pytest.fixture(scope="session")
def postgres():
    if MISSING is not None:
        pytest.skip(MISSING)
    with serve() as server:
        yield server


KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]


@pytest.fixture(params=KINDS)
def url(request, tmp_path):
    """A new, empty database of either kind."""
    return made(request, tmp_path / "scans.sqlite3")


@pytest.fixture(params=KINDS)
def second_url(request, tmp_path):
    """Another one, of either kind."""
    return made(request, tmp_path / "second.sqlite3")


def made(request, path):
    return str(path) if request.param == "sqlite" else request.getfixturevalue("postgres").database()
