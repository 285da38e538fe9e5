from __future__ import annotations

import pytest

from tests.store.postgres import MISSING, serve


@pytest.fixture(scope="session")
def postgres():
    if MISSING is not None:
        pytest.skip(MISSING)
    with serve() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def url(request, tmp_path):
    """A new, empty database of either kind."""
    if request.param == "sqlite":
        return str(tmp_path / "scans.sqlite3")
    return request.getfixturevalue("postgres").database()
