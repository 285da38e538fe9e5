"""What one scan says, on its way to the store and to the judge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import msgspec

from scanner.dashboard.bench import Bench
from scanner.engine import clock
from scanner.engine.events import Event, HostDone, Progress
from scanner.engine.request import Request
from scanner.matching.changes import known_by
from scanner.matching.gathering import Gathering
from scanner.matching.hosts import merge
from scanner.model.finding import Coverage, Finding, Summary
from scanner.model.host import Host
from scanner.model.measure import LEVELS
from scanner.model.observation import Observation
from scanner.model.outcome import Outcome
from scanner.store import Done, Ending, Store
from scanner.version import __version__

STORE_BATCH: Final = 2000
"""Observations and outcomes held back before they are written: one transaction a device would cost too much."""


class Job:
    """One scan of ``request``, kept in ``store``; ``tell`` is given the numbers of a State that changed."""

    def __init__(self, bench: Bench, store: Store, request: Request, tell: Callable[..., None]) -> None:
        self._bench = bench
        self._store = store
        self._request = request
        self._tell = tell
        self._judge = bench.judge()
        self._day = bench.today.isoformat()
        self._started = clock.now()
        self._scan = ""
        self._gathering = Gathering()
        self._observations: list[Observation] = []
        self._outcomes: list[Outcome] = []
        self._alive: list[str] = []
        self._silent: list[str] = []
        self._known: dict[str, tuple[tuple[str, str], ...]] = {}

    def begin(self) -> str:
        """Write down that the scan starts; return its id. Raises StoreError, as do the other methods."""
        request: dict[str, Any] = msgspec.to_builtins(self._request)
        # Secrets are never stored, and which addresses are never to be scanned is for each run to read anew.
        del request["credentials"], request["never"]
        self._scan = self._store.begin(
            targets=self._request.targets,
            parameters={"request": request, "policy": self._bench.policy},
            started_at=self._started,
            database=self._bench.database.version,
            program=__version__,
        )
        return self._scan

    def take(self, event: Event) -> None:
        """Take what the scan says."""
        if isinstance(event, Observation):
            self._gathering.add(event)
            self._observations.append(event)
        elif isinstance(event, Outcome):
            self._outcomes.append(event)
            place = event.endpoint
            if event.probe == "connect" and event.kind == "timed-out" and place.port is None and place.carrier is None:
                self._silent.append(place.address)
        elif isinstance(event, HostDone):
            self._alive.append(event.address)
        elif isinstance(event, Progress):
            self._tell(addresses=event.addresses, visited=event.visited, alive=event.alive, done=event.done)
        if len(self._observations) + len(self._outcomes) >= STORE_BATCH:
            self._write(None)

    def finish(self, coverage: Coverage, *, interrupted: bool) -> int:
        """Judge what was seen and write the end; return how many devices were found."""
        self._write(coverage)
        findings = list(self._judge.judge(self._gathering.all(), self._hosts))
        self._store.finish(self._summary(findings, coverage, interrupted=interrupted), findings, Ending(self._known))
        return len(findings)

    def _write(self, coverage: Coverage | None) -> None:
        done = Done(tuple(self._alive), tuple(self._silent), coverage)
        self._store.add(self._observations, self._outcomes, done)
        for some in (self._observations, self._outcomes, self._alive, self._silent):
            some.clear()

    def _hosts(self, observations: Iterable[Observation]) -> Iterator[Host]:
        """Yield the hosts, and note what each is known by over time."""
        for host in merge(observations):
            self._known[host.key] = known_by(host)
            yield host

    def _summary(self, findings: list[Finding], coverage: Coverage, *, interrupted: bool) -> Summary:
        worst = (
            max((verdict.verdict for verdict in finding.verdicts), key=LEVELS.index, default="undetermined")
            for finding in findings
        )
        return Summary(
            scan=self._scan,
            started_at=self._started,
            ended_at=clock.now(),
            complete=not interrupted and not coverage.not_reached,
            interrupted=interrupted,
            hosts=len(findings),
            verdicts=dict(Counter(worst)),
            coverage=coverage,
            targets=self._request.targets,
            policy=self._bench.policy,
            date=self._day,
            database=self._bench.database.version,
            program=__version__,
        )
