"""Listens for browsers until it is told to end."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, cast

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from scanner.dashboard.bench import Bench
from scanner.dashboard.guard import MAX_PATH
from scanner.dashboard.pages import build
from scanner.dashboard.runner import Runner
from scanner.dashboard.settings import Settings
from scanner.database.load import Database
from scanner.model.measure import Measure
from scanner.store import open_store

if TYPE_CHECKING:
    from uvicorn.protocols.http.h11_impl import RequestResponseCycle

HEAD_TIME: Final = 10.0
"""Seconds a connection may wait for a request, and the head of one may take."""
CONNECTIONS: Final = 100
"""Connections at a time: a browser has some six, and each may hold a scan's report in memory."""


class Impatient(H11Protocol):
    """Closes a connection on which no request comes to be: silent or dribbling ones would use up CONNECTIONS."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Begin to watch."""
        super().connection_made(transport)
        self._watch_later()

    def _watch_later(self) -> None:
        # uvicorn declares it never None, and begins with None.
        cycle = cast("RequestResponseCycle | None", self.cycle)
        self.loop.call_later(HEAD_TIME, self._watch, cycle, cycle is None or cycle.response_complete)

    def _watch(self, cycle: RequestResponseCycle | None, idle: bool) -> None:
        if self.transport.is_closing():
            return
        if idle and self.cycle is cycle:
            self.transport.close()
        else:
            self._watch_later()


def listen(
    settings: Settings,
    database: Database,
    measures: Sequence[Measure],
    url: str | None,
    tell: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve the store at ``url`` until SIGINT or SIGTERM; ``tell`` is given the dashboard's address once it is up.

    Raises StoreError when the store cannot be opened, OSError when the port cannot.
    """
    with open_store(url) as store:
        bench = Bench(database, measures, settings.policy, settings.use, store)
        runner = Runner(bench, url, allow_public=settings.allow_public)
        config = uvicorn.Config(
            build(settings, bench, runner),
            # Who is at the other end is read from the connection, never from what a header says.
            proxy_headers=False,
            server_header=False,
            access_log=False,
            log_level="warning",
            h11_max_incomplete_event_size=2 * MAX_PATH,
            limit_concurrency=CONNECTIONS,
            timeout_graceful_shutdown=5,
            http=Impatient,
            ws="none",
        )
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        # Bound here, for uvicorn would print its own error and leave.
        with socket.create_server((settings.host, settings.port), family=family) as sock:
            port = sock.getsockname()[1]
            host = f"[{settings.host}]" if ":" in settings.host else settings.host
            tell(f"http://{host}:{port}/")
            uvicorn.Server(config).run(sockets=[sock])
