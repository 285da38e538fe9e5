"""One scan at a time, started from the dashboard, on a thread of its own so that pages stay quick."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from threading import Lock, Thread
from typing import Any, Final

import msgspec

from scanner.dashboard.bench import Bench
from scanner.dashboard.job import Job
from scanner.dashboard.state import State
from scanner.engine.ports import CAMERA
from scanner.engine.request import Request
from scanner.engine.scan import open_scope
from scanner.engine.scope import ScopeError
from scanner.engine.speeds import SPEEDS
from scanner.engine.targets import TargetError
from scanner.reports.inert import terminal
from scanner.store import StoreError, open_store

STOP_TIME: Final = 30.0
"""Seconds a scan has to end in order when the dashboard ends."""
MAX_TOLD: Final = 200
"""Characters of the targets that a refusal names."""
_LOG = logging.getLogger(__name__)


class Busy(RuntimeError):  # noqa: N818 - it is what is told
    """Another scan is running."""


class Runner:
    """Starts, watches and stops scans; ``url`` is the store's."""

    def __init__(self, bench: Bench, url: str | None, *, allow_public: bool = False) -> None:
        self._bench = bench
        self._url = url
        self._allow_public = allow_public
        self._lock = Lock()
        self._state = State()
        self._thread: Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._stopping = False

    @property
    def state(self) -> State:
        """How far the scan is; the last one's end when none is running."""
        return self._state

    def start(self, targets: tuple[str, ...], ports: tuple[int, ...] = tuple(CAMERA), speed: str = "gentle") -> None:
        """Begin to scan ``ports`` of ``targets``, which were found to be allowed, at one of SPEEDS. Raises Busy."""
        with self._lock:
            if self._state.is_running:
                running = terminal(", ".join(self._state.targets), MAX_TOLD)
                raise Busy(f"a scan of {running} is running: wait for its end, or stop it; this one was not started")
            self._state = State("running", targets=targets, ports=len(ports), speed=speed)
            self._stopping = False
            self._loop = self._task = None
            pace = SPEEDS[speed]
            request = Request(
                targets=targets,
                ports=ports,
                allow_public=self._allow_public,
                rate=pace.rate,
                subnet_rate=pace.per_subnet,
                host_rate=pace.per_host,
            )
            self._thread = Thread(target=self._work, args=(request,), name="scan")
            self._thread.start()

    def stop(self) -> None:
        """Ask the scan to end; what it saw is kept."""
        with self._lock:
            self._stopping = True
            if self._loop is not None and self._task is not None:
                # It may have come to its end by itself meanwhile.
                with suppress(RuntimeError):
                    self._loop.call_soon_threadsafe(self._task.cancel)

    def close(self) -> None:
        """Stop the scan, if one is running, and wait for its end."""
        thread = self._thread
        if thread is not None and thread.is_alive():
            self.stop()
            thread.join(STOP_TIME)

    def _work(self, request: Request) -> None:
        try:
            asyncio.run(self._run(request))
        except asyncio.CancelledError:
            # Stopped before there was anything to keep; or after all was kept, which is then its end.
            if self._state.is_running:
                self._change(stage="stopped")
        except (TargetError, ScopeError, StoreError) as error:
            self._change(stage="failed", trouble=str(error))
        except Exception as error:  # noqa: BLE001 - whoever waits for the scan is told, and the dashboard goes on
            _LOG.exception("the scan broke off")
            self._change(stage="failed", trouble=f"internal error: {type(error).__name__}: {error}")

    async def _run(self, request: Request) -> None:
        with self._lock:
            if self._stopping:
                raise asyncio.CancelledError
            self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        with open_store(self._url) as store:
            job = Job(self._bench, store, request, self._change)
            scope = await open_scope(request)
            self._change(scan=job.begin(), addresses=scope.addresses)
            interrupted = False
            try:
                await job.scan.run(scope)
            except asyncio.CancelledError:
                # Nobody but ``stop`` cancels this task.
                interrupted = True
            self._change(stage="judging")
            devices = job.finish(interrupted=interrupted)
        self._change(stage="stopped" if interrupted else "ended", devices=devices)

    def _change(self, **changed: Any) -> None:
        self._state = msgspec.structs.replace(self._state, **changed)
