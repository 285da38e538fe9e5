"""One live scan: what the engine says goes to the ledger, to the screen and to the files."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scanner.cli.failure import EXIT_FOUND, EXIT_INCOMPLETE, EXIT_INTERRUPTED, Failure, one_line

if TYPE_CHECKING:
    from scanner.cli.judging import Judging
    from scanner.cli.outputs import Outputs
    from scanner.cli.places import Claim
    from scanner.cli.verdicts import Threshold
    from scanner.engine.events import Event
    from scanner.engine.request import Request
    from scanner.engine.scope import Scope
    from scanner.ledger.ledger import Ledger
    from scanner.model.finding import Finding, Summary
    from scanner.store import Done, Scan, Store
    from scanner.store.store import Notify

ASK_ABOVE = 1 << 20
"""Addresses a scan may have before it asks whether that was meant: a /12 takes hours at the default rate."""


@dataclass
class Job:
    """One scan from start to report."""

    request: Request
    judging: Judging
    outputs: Outputs
    store: Store | None = None
    resumed: tuple[Scan, Claim] | None = None
    """The scan it goes on with, and the hold on it."""
    yes: bool = False
    quiet: bool = False
    site: str = ""
    gone_after: int = 3
    transcripts: bool = False
    max_time: float | None = None
    """Seconds after which the scan stops in order."""
    notify: Notify = lambda _: ()
    """Takes what changed, returns (sink, body) of what is to be delivered."""
    parameters: dict[str, object] = field(default_factory=dict)
    """What is stored with the scan beside its request."""

    async def run(self) -> None:
        """Scan; afterwards ``summary`` stands, also when the scan was interrupted."""
        import asyncio

        from scanner.cli.interrupt import Interrupted, until_interrupted
        from scanner.cli.progress import Live
        from scanner.engine.scan import Scan
        from scanner.ledger.ledger import Ledger

        self._ledger: Ledger = Ledger(self.store, self.judging.terms, tell)
        self._out_of_time = interrupted = False
        keep = self._ledger.keep if self.transcripts else None
        with Live(wanted=not self.quiet) as self._live:
            scan = Scan(self.request, self._take, rules=self.judging.database.rule_for, keep=keep)
            self._ledger.reached = scan.coverage
            before = self._recall()
            scope = await self._scope(() if before is None else (*before.alive, *before.silent))
            claim = self._begin()
            try:
                for address in () if before is None else before.alive:
                    self._show(address)
                with _engine_failures():
                    async with asyncio.timeout(self.max_time):
                        await until_interrupted(scan.run(scope))
            except Interrupted:
                interrupted = True
            except TimeoutError:
                interrupted = self._out_of_time = True
                tell("the time is up; `coveredscan scan --resume` goes on from here")
        self.summary: Summary = self._ledger.end(
            interrupted=interrupted, gone_after=self.gone_after, notify=self.notify
        )
        if claim is not None:
            claim.release()

    @property
    def findings(self) -> Iterable[Finding]:
        """What was found, once it has run."""
        return self._ledger.findings

    def report(self) -> None:
        """Print the report and write the files."""
        from scanner.cli.outputs import context_for

        self.outputs.finish(self.findings, context_for(self.summary, self.judging))

    def exit_code(self, threshold: Threshold | None) -> int:
        """Return the documented code for how it went."""
        if self.summary.interrupted and not self._out_of_time:
            return EXIT_INTERRUPTED
        if threshold is not None and threshold.met(self.findings, self._ledger.changes):
            return EXIT_FOUND
        return 0 if self.summary.complete else EXIT_INCOMPLETE

    def _recall(self) -> Done | None:
        """Take in what the interrupted run saw."""
        if self.resumed is None:
            return None
        scan, _ = self.resumed
        before = self._ledger.resume(scan)
        tell(f"going on with scan {scan.id}: {len(before.alive) + len(before.silent):,} addresses are done")
        return before

    def _begin(self) -> Claim | None:
        """Write down that the scan starts, unless it did before; return the hold on it."""
        from scanner.cli.resuming import claimed
        from scanner.ledger.parameters import kept

        if self.resumed is not None:
            return self.resumed[1]
        parameters = {"request": kept(self.request), **self.parameters}
        scan = self._ledger.begin((*self.request.targets, *self.request.files), parameters, self.site)
        if self.store is None:
            return None
        # Where no state can be kept, a scan runs all the same; it is only not guarded against a second --resume.
        with suppress(Failure, OSError):
            return claimed(scan)
        return None

    async def _scope(self, done: tuple[str, ...]) -> Scope:
        from scanner.engine.scan import open_scope

        with _engine_failures():
            scope = await open_scope(self.request, done)
        count = scope.swept.count
        if count <= ASK_ABOVE or self.yes:
            return scope
        meant = f"the targets mean {count:,} addresses"
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise Failure(f"{meant}; add --yes if that is what you want")
        sys.stderr.write(f"coveredscan: {meant}; scan them all? [y/N] ")
        if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
            raise Failure(f"{meant}; not scanned")
        return scope

    def _take(self, event: Event) -> None:
        from scanner.engine.events import HostDone, Progress

        if isinstance(event, HostDone):
            self._show(event.address)
        elif isinstance(event, Progress):
            self._live.show(event)
        self._ledger.take(event)

    def _show(self, address: str) -> None:
        """Stream the devices that are whole now that nothing more will come of ``address``."""
        if self.outputs.streams:
            for finding in self._ledger.settled(address):
                self.outputs.stream(finding)


def tell(line: str) -> None:
    """Write one line to standard error."""
    sys.stderr.write(f"coveredscan: {one_line(Failure(line))}\n")


@contextmanager
def _engine_failures() -> Iterator[None]:
    """What the operator can mend becomes a Failure."""
    from scanner.engine.scope import ScopeError
    from scanner.engine.targets import TargetError
    from scanner.transports.nmap import NmapMissing

    try:
        yield
    except (TargetError, ScopeError, NmapMissing) as error:
        raise Failure(str(error)) from error
