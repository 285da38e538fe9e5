"""What one scan says, on its way to the ledger and to whoever watches."""

from __future__ import annotations

from collections.abc import Callable

from scanner.dashboard.bench import Bench
from scanner.engine.events import Event, Progress
from scanner.engine.request import Request
from scanner.engine.scan import Scan
from scanner.ledger.ledger import Ledger, Terms
from scanner.ledger.parameters import kept
from scanner.store import Store


class Job:
    """One scan of ``request``, kept in ``store``; ``tell`` is given what of a State changed."""

    def __init__(self, bench: Bench, store: Store, request: Request, tell: Callable[..., None]) -> None:
        self._request = request
        self._policy = bench.policy
        self._tell = tell
        terms = Terms(bench.judge(), bench.policy, bench.today, bench.database.version)
        self._ledger = Ledger(store, terms, lambda line: tell(trouble=line))
        self.scan = Scan(request, self.take, rules=bench.database.rule_for, keep=self._ledger.keep)
        self._ledger.reached = self.scan.coverage

    def begin(self) -> str:
        """Write down that the scan starts; return its id. Raises StoreError."""
        return self._ledger.begin(self._request.targets, {"request": kept(self._request), "policy": self._policy})

    def take(self, event: Event) -> None:
        """Take what the scan says."""
        if isinstance(event, Progress):
            self._tell(
                addresses=event.addresses,
                visited=event.visited,
                alive=event.alive,
                done=event.done,
                doing=event.stage,
                found=event.found,
                left=event.left,
            )
        self._ledger.take(event)

    def finish(self, *, interrupted: bool) -> int:
        """Judge what was seen and write the end; return how many devices were found."""
        return self._ledger.end(interrupted=interrupted).hosts
