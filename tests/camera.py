"""An HTTP server on loopback that calls itself what Hikvision's call themselves, for tests that need one device."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

ANSWER = b"HTTP/1.1 200 OK\r\nServer: App-webs/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@contextmanager
def raised(address: str, port: int = 0) -> Iterator[int]:
    """Yield the port it listens on, any free one with 0."""
    server = socket.create_server((address, port))
    thread = threading.Thread(target=_serve, args=(server,), daemon=True)
    thread.start()
    yield server.getsockname()[1]
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(5)


def _serve(server: socket.socket) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            connection.settimeout(5)
            try:
                connection.recv(4096)
                connection.sendall(ANSWER)
            except OSError:
                continue
