"""One scan's ledger: what is seen goes to the store and to the judge, what was found and changed comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from scanner.engine import clock
from scanner.engine.events import Event, HostDone
from scanner.engine.tally import join
from scanner.ledger.keeping import Keeping
from scanner.ledger.spool import Spool
from scanner.matching.changes import GONE_AFTER, known_by
from scanner.matching.gathering import Gathering
from scanner.matching.hosts import group_sorted, merge
from scanner.model.change import Change
from scanner.model.finding import Coverage, Finding, Summary
from scanner.model.host import Host
from scanner.model.measure import LEVELS
from scanner.model.observation import Observation
from scanner.model.outcome import Outcome
from scanner.pipeline import Judge
from scanner.store import Done, Ending, Scan, Store
from scanner.store.store import Notify
from scanner.version import __version__


class Terms(NamedTuple):
    """By what a scan is judged."""

    judge: Judge
    policy: str
    day: date
    database: str
    """Version of the signature data."""


class Ledger:
    """One scan, kept in ``store`` (None: nowhere).

    A store that fails in the middle costs the record, not the scan; ``tell`` is given a line about it.
    """

    def __init__(self, store: Store | None, terms: Terms, tell: Callable[[str], None]) -> None:
        self._store = store
        self._terms = terms
        self._keeping = Keeping(store, tell)
        self._gathering = Gathering()
        self._known: dict[str, tuple[tuple[str, str], ...]] = {}
        self._targets: tuple[str, ...] = ()
        self._site = ""
        self._started = clock.now()
        self._before = Done()
        self.scan = ""
        """The scan's id."""
        self.reached: Callable[[], Coverage] = Coverage
        """Asked whenever something is written: what this run has reached so far."""
        self.findings: list[Finding] | Spool = []
        self.changes: tuple[Change, ...] = ()

    def begin(self, targets: Sequence[str], parameters: Mapping[str, Any], site: str = "") -> str:
        """Write down that the scan starts; return its id. Raises StoreError."""
        self._targets, self._site, self._started = tuple(targets), site, clock.now()
        if self._store is None:
            self.scan = f"{self._started:%Y%m%dT%H%M%SZ}"
        else:
            self.scan = self._store.begin(
                targets=targets,
                parameters=parameters,
                started_at=self._started,
                database=self._terms.database,
                program=__version__,
                site=site,
            )
        return self.scan

    def resume(self, scan: Scan) -> Done:
        """Go on with a scan that did not come to its end; return what of it is done. Raises StoreError."""
        assert self._store is not None
        self._store.resume(scan.id)
        self.scan, self._targets, self._site, self._started = scan.id, scan.targets, scan.site, scan.started_at
        for observation in self._store.observations(scan.id):
            self._gathering.add(observation)
        self._before = self._store.done(scan.id)
        return self._before

    def take(self, event: Event) -> None:
        """Take what the scan says."""
        if isinstance(event, Observation):
            self._gathering.add(event)
            self._keeping.see(event)
        elif isinstance(event, Outcome):
            self._keeping.see(event)
        elif isinstance(event, HostDone):
            self._keeping.settle(event.address)
        self._keeping.write(self._coverage)

    def take_sorted(self, observations: Iterable[Observation]) -> Iterator[Finding]:
        """Take what stands together host by host; yield each device when it is whole, and hold but one in memory.

        Addresses are not joined into devices. Nothing else is to be taken by this ledger.
        """
        self.findings = Spool()
        for finding in self._terms.judge.judge(map(self._passed, observations), self._sorted_hosts):
            self.findings.append(finding)
            yield finding

    def keep(self, digest: str, transcript: bytes) -> None:
        """Take the bytes of one exchange."""
        self._keeping.keep(digest, transcript)

    def settled(self, address: str) -> Iterator[Finding]:
        """Yield the devices that are whole now that nothing more will come of ``address``."""
        for device in self._gathering.done(address):
            yield from self._terms.judge.judge(device)

    def end(
        self,
        *,
        interrupted: bool = False,
        gone_after: int = GONE_AFTER,
        notify: Notify = lambda _: (),
    ) -> Summary:
        """Judge what was seen, write the end and return the summary; ``findings`` and ``changes`` stand afterwards."""
        if not isinstance(self.findings, Spool):
            self.findings = list(self._terms.judge.judge(self._gathering.all(), self._hosts))
        ended, coverage = clock.now(), self._coverage()

        def summary() -> Summary:
            trouble = self._keeping.trouble
            return Summary(
                scan=self.scan,
                started_at=self._started,
                ended_at=ended,
                complete=not interrupted and not coverage.not_reached and trouble is None,
                interrupted=interrupted,
                hosts=len(self.findings),
                verdicts=count_verdicts(self.findings),
                coverage=coverage,
                targets=self._targets,
                errors=() if trouble is None else (trouble,),
                site=self._site,
                policy=self._terms.policy,
                date=self._terms.day.isoformat(),
                database=self._terms.database,
                program=__version__,
            )

        ending = Ending(self._known, gone_after, notify)
        self.changes = self._keeping.finish(summary, self.findings, ending, self._coverage)
        return summary()

    def _coverage(self) -> Coverage:
        """Of all runs of this scan."""
        before, reached = self._before, self.reached()
        return reached if before.coverage is None else join(before.coverage, len(before.alive), reached)

    def _passed(self, observation: Observation) -> Observation:
        self._keeping.see(observation)
        self._keeping.write(self._coverage)
        return observation

    def _hosts(self, observations: Iterable[Observation]) -> Iterator[Host]:
        return self._noted(merge(observations))

    def _sorted_hosts(self, observations: Iterable[Observation]) -> Iterator[Host]:
        return self._noted(group_sorted(observations))

    def _noted(self, hosts: Iterable[Host]) -> Iterator[Host]:
        """Yield the hosts, and note what each is known by over time."""
        for host in hosts:
            if self._store is not None:
                self._known[host.key] = known_by(host)
            yield host


def count_verdicts(findings: Iterable[Finding]) -> dict[str, int]:
    """Return highest verdict → how many findings; undetermined where no measure was asked."""
    counts: dict[str, int] = {}
    for finding in findings:
        worst = max((verdict.verdict for verdict in finding.verdicts), key=LEVELS.index, default="undetermined")
        counts[worst] = counts.get(worst, 0) + 1
    return counts
