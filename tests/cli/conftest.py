from __future__ import annotations

import pytest

from tests.cli.command import Command
from tests.store.postgres import MISSING, serve


@pytest.fixture
def command(tmp_path) -> Command:
    return Command(tmp_path)


@pytest.fixture(scope="session")
def postgres():
    if MISSING is not None:
        pytest.skip(MISSING)
    with serve() as server:
        yield server


@pytest.fixture(autouse=True)
def _state_of_its_own(tmp_path, monkeypatch):
    """Commands that are run within the test keep no state in the user's own folder."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
