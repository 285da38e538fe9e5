import asyncio
import socket
from typing import Any, ClassVar

import pytest
import uvicorn
from uvicorn.server import ServerState

from scanner.dashboard.listen import Impatient, listen
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


async def answer(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


async def closed_after(*sent):
    """Return what came back until the server closed the connection, with a pause after each piece that is sent."""
    config = uvicorn.Config(answer, http=Impatient, log_level="critical")
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(lambda: Impatient(config, state, {}), "127.0.0.1", 0)
    async with server, asyncio.timeout(10):
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        for piece in sent:
            writer.write(piece)
            await asyncio.sleep(0.02)
        came = await reader.read()
        writer.close()
    return came


@pytest.mark.parametrize(
    ("sent", "answers"),
    [
        ((), 0),
        ((b"GET / HT",), 0),
        ((b"GET / HTTP/1.1\r\n", b"Host: x\r\n", b"X: y\r\n"), 0),
        ((b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HT"), 1),
        ((b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"), 2),
    ],
)
def test_a_connection_without_a_request_is_closed(monkeypatch, sent, answers):
    monkeypatch.setattr("scanner.dashboard.listen.HEAD_TIME", 0.15)
    came = asyncio.run(closed_after(*sent))
    assert came.count(b"200 OK") == answers
