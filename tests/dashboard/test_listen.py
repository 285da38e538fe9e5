import socket
from typing import Any, ClassVar

import pytest

from scanner.dashboard.listen import listen
from scanner.dashboard.settings import Settings
from scanner.database.load import load

pytestmark = pytest.mark.loopback


class Stopped:
    """Stands for the server: ends at once, and remembers how it was set up."""

    made: ClassVar[list[Any]] = []

    def __init__(self, config):
        self.made.append(config)

    def run(self, sockets):
        assert sockets[0].getsockname()[0] == "127.0.0.1"


def test_it_listens_where_it_is_told_and_trusts_no_header(tmp_path, monkeypatch):
    monkeypatch.setattr("scanner.dashboard.listen.uvicorn.Server", Stopped)
    told: list[str] = []
    listen(Settings(port=0), load(), (), str(tmp_path / "scans.sqlite3"), told.append)
    (address,) = told
    assert address.startswith("http://127.0.0.1:")
    assert not address.endswith(":0/")
    (config,) = Stopped.made
    assert not config.proxy_headers
    assert not config.server_header
    assert config.ws == "none"


def test_a_port_that_is_taken_is_told(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = Settings(port=taken.getsockname()[1])
        with pytest.raises(OSError, match="in use"):
            listen(settings, load(), (), str(tmp_path / "scans.sqlite3"))
