"""What the pages are made from: the signature database, the policy, and the scans in the store."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import islice
from threading import Lock
from typing import Final, NamedTuple

from scanner.coverage.assess import Question
from scanner.dashboard.inventory import Choice, Entry, choices, index
from scanner.database.load import Database
from scanner.engine import clock
from scanner.matching.changes import Device
from scanner.model.change import Change
from scanner.model.finding import Finding, Summary
from scanner.model.measure import Measure
from scanner.model.observation import Observation
from scanner.pipeline import Judge
from scanner.reports import Context
from scanner.reports.plots import Bar, by_maker, by_subnet, by_verdict
from scanner.reports.rows import order, rows
from scanner.reports.statement import Statement, state
from scanner.store import Scan, Store, StoreError

KEPT: Final = 4
"""Scans whose findings stay in memory: ten thousand devices take half a second to read, and some 100 MB."""
ALL: Final = "all"
"""Instead of a scan's id, which is longer."""
MAX_SCANS: Final = 500
"""Scans on one page."""
MAX_CHANGES: Final = 2000
"""Changes on one page."""
MAX_OBSERVATIONS: Final = 1000
"""Observations on one page: a device tells some hundred."""


class Listing(NamedTuple):
    """A scan's devices, or all that are known, ready to be looked through."""

    id: str
    """The scan's, or ALL."""
    scan: Scan | None
    """None when it is about all scans."""
    summary: Summary | None
    entries: Sequence[Entry]
    choice: Choice
    plots: tuple[tuple[str, str, list[Bar]], ...]
    """Id, title and bars of each."""
    said: Statement


class Bench:
    """Reads what pages show. Its methods may be called from any thread; those that read the store raise StoreError."""

    def __init__(
        self, database: Database, measures: Sequence[Measure], policy: str, use: Sequence[str], store: Store
    ) -> None:
        self.database: Final = database
        self.policy: Final = policy
        self.law: Final[Mapping[str, Measure]] = {**database.measures, **{each.id: each for each in measures}}
        """Every measure in the data, and the operator's own."""
        self.judged: Final = frozenset(each.id for each in measures)
        """The measures that verdicts are given under."""
        self._measures = tuple(measures)
        self._use = tuple(use)
        self._store = store
        self._signatures = database.cited()
        self._kept: OrderedDict[tuple[object, ...], Listing] = OrderedDict()
        self._lock = Lock()

    def judge(self) -> Judge:
        """Return a judge by today's law."""
        return Judge(self.database, Question(when=self.today, use=self._use or None), self._measures)

    @property
    def today(self) -> date:
        """The day verdicts of a scan begun now are for."""
        return clock.now().astimezone().date()

    def context(self, summary: Summary | None) -> Context:
        """Return what reports on a scan are told beside its findings."""
        return Context(
            summary=summary,
            database_version=self.database.version,
            measures=self.law,
            companies=self.database.companies,
            signatures=self._signatures,
            sources=self.database.sources,
        )

    def scans(self) -> list[tuple[Scan, Summary | None]]:
        """Return the newest scans, the newest first, with their summaries; None for one that has not ended."""
        return list(islice(self._store.summaries(), MAX_SCANS))

    def listing(self, scan: str) -> Listing | None:
        """Return the devices of a scan, of the last one that ended when ``scan`` is empty; None when there is none.

        ALL stands for every device that is not gone, as the last scan that saw it found it.
        """
        if scan == ALL:
            scans = tuple((each.id, each.ended_at) for each in self._store.scans())
            return self._keep((ALL, scans), self._read_all)
        chosen = self._store.scan(scan) if scan else self._store.latest()
        if chosen is None:
            return None
        return self._keep((chosen.id, chosen.ended_at), lambda: self._read(chosen))

    def _keep(self, key: tuple[object, ...], read: Callable[[], Listing]) -> Listing:
        """Return what was read for ``key``, or read it."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = read()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made

    def _read(self, scan: Scan) -> Listing:
        return self._list(scan.id, scan, self._store.summary(scan.id), self._store.findings(scan.id), scan.id)

    def _read_all(self) -> Listing:
        wanted: dict[str, set[str]] = {}
        for device in self._store.devices():
            if not device.gone:
                wanted.setdefault(device.last_scan, set()).add(device.addresses[0])
        found: dict[str, Finding] = {}
        scans: dict[str, str] = {}
        # Where two devices stood at one address, the later scan's counts: ids sort by time.
        for scan in sorted(wanted):
            for finding in self._store.findings(scan):
                if finding.host in wanted[scan]:
                    found[finding.host], scans[finding.host] = finding, scan
        return self._list(ALL, None, None, found.values(), scans)

    def _list(
        self,
        name: str,
        scan: Scan | None,
        summary: Summary | None,
        findings: Iterable[Finding],
        scans: Mapping[str, str] | str,
    ) -> Listing:
        found = rows(findings, self.database.companies)
        entries = index(found, scans)
        plots = (
            ("by-verdict", "By verdict", by_verdict(found)),
            ("by-maker", "By maker", by_maker(found)),
            ("by-subnet", "By subnet", by_subnet(found)),
        )
        said = state(found, self.context(summary))
        return Listing(name, scan, summary, entries, choices(entries), plots, said)

    def observations(self, scan: str, finding: Finding | None = None) -> list[Observation]:
        """Return what the scan saw; of a device, whoever told it, and MAX_OBSERVATIONS at most, when one is given."""
        seen = self._store.observations(scan)
        if finding is None:
            return list(seen)
        own = (observation for observation in seen if observation.subject.address in finding.addresses)
        return list(islice(own, MAX_OBSERVATIONS))

    def transcript(self, digest: str) -> bytes | None:
        """Return the bytes of one exchange, None when they were not kept."""
        return self._store.transcript(digest)

    def device(self, finding: Finding) -> tuple[Device | None, list[Change]]:
        """Return what is remembered of a device over time, and what changed about it, the latest first."""
        known = [device for device in self._store.devices() if not set(device.addresses).isdisjoint(finding.addresses)]
        if not known:
            return None, []
        device = max(known, key=lambda each: each.last_seen)
        return device, self._store.changes(device=device.id)[::-1]

    def last_seen(self, host: str) -> str | None:
        """Return the last scan that found a device under ``host``; None when none is remembered."""
        known = [device for device in self._store.devices() if host in device.addresses]
        scans = sorted({device.last_scan for device in known}, reverse=True)
        return next((each for each in scans if any(found.host == host for found in self._store.findings(each))), None)

    def changes(self, scan: str) -> list[Change]:
        """Return what changed in a scan, in all when ``scan`` is empty; the latest first, of those the worst."""
        found = sorted(self._store.changes(scan=scan or None), key=lambda each: order(each.verdict, each.host))
        return sorted(found, key=lambda each: each.at, reverse=True)[:MAX_CHANGES]


__all__ = ["Bench", "Listing", "StoreError"]
