"""What a scan says, on its way into the store: in batches, and through a store that is away for a while."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Final

from scanner.model.change import Change
from scanner.model.finding import Coverage, Finding, Summary
from scanner.model.observation import Observation
from scanner.model.outcome import Outcome
from scanner.store import Done, Ending, Store, StoreError

MOST: Final = 2000
"""Events held back before they are written: one transaction a device would cost more than the probes."""
LONGEST: Final = 5.0
"""Seconds an event is held back at most, and before the second attempt at a store that is away."""
PAUSE: Final = 60.0
"""Seconds between two attempts at most: the scan stands still while a server that is gone is called."""
HELD: Final = 500_000
"""Events held for a store that is away: an hour of a large scan, some hundred megabytes."""
BYTES: Final = 1 << 26
"""Of transcripts held: as many as a store keeps of one scan."""
PATIENCE: Final = 60.0
"""Seconds to wait for the store at the end of a scan."""


class Keeping:
    """Writes one scan into ``store`` (None: nowhere). A store that fails for good costs the record, not the scan.

    ``tell`` is given one line about each trouble.
    """

    def __init__(
        self, store: Store | None, tell: Callable[[str], None], *, wait: Callable[[float], None] = time.sleep
    ) -> None:
        self.store = store
        self.trouble: str | None = None
        """Why what came later is not stored."""
        self._tell = tell
        self._wait = wait
        self._observations: list[Observation] = []
        self._outcomes: list[Outcome] = []
        self._alive: list[str] = []
        self._silent: list[str] = []
        self._transcripts: list[tuple[str, bytes]] = []
        self._bytes = 0
        self._next = time.monotonic() + LONGEST
        self._pause = LONGEST
        self._away = False

    def see(self, event: Observation | Outcome) -> None:
        """Take one thing that was seen."""
        if self.store is None:
            return
        if isinstance(event, Observation):
            self._observations.append(event)
            return
        self._outcomes.append(event)
        place = event.endpoint
        if event.probe == "connect" and event.kind == "timed-out" and place.port is None and place.carrier is None:
            self._silent.append(place.address)

    def settle(self, address: str) -> None:
        """Note that nothing more will be asked of a living address."""
        if self.store is not None:
            self._alive.append(address)

    def keep(self, digest: str, transcript: bytes) -> None:
        """Take the bytes of one exchange, while there is room."""
        if self.store is not None and self._bytes + len(transcript) <= BYTES:
            self._transcripts.append((digest, transcript))
            self._bytes += len(transcript)

    def write(self, coverage: Callable[[], Coverage]) -> None:
        """Write what has gathered, when it is time to."""
        count = len(self._observations) + len(self._outcomes)
        if self.store is None or (time.monotonic() < self._next and (self._away or count < MOST)):
            return
        written = self._attempt(self.store, coverage)
        if count > HELD and not written and self.trouble is None:
            self._give_up("the store did not come back in time")

    def finish(
        self,
        summary: Callable[[], Summary],
        findings: Iterable[Finding],
        ending: Ending,
        coverage: Callable[[], Coverage],
    ) -> tuple[Change, ...]:
        """Write the rest and the end, waiting for a store that is away; return what changed."""
        end = time.monotonic() + PATIENCE
        while (store := self.store) is not None:
            if self._attempt(store, coverage):
                try:
                    return store.finish(summary(), findings, ending)
                except StoreError as error:
                    self._failed(error)
            if self.trouble is None and time.monotonic() > end:
                self._give_up("the store did not come back in time")
            elif self.trouble is None:
                self._wait(1.0)
        return ()

    def _attempt(self, store: Store, coverage: Callable[[], Coverage]) -> bool:
        """Return whether all that has gathered is written."""
        self._next = time.monotonic() + LONGEST
        held = (self._observations, self._outcomes, self._alive, self._silent, self._transcripts)
        if not any(held):
            self._away = False
            return True
        try:
            done = Done(tuple(self._alive), tuple(self._silent), coverage())
            store.add(self._observations, self._outcomes, done, self._transcripts)
        except StoreError as error:
            self._failed(error)
            return False
        self._away, self._pause, self._bytes = False, LONGEST, 0
        for some in held:
            some.clear()
        return True

    def _failed(self, error: StoreError) -> None:
        if not error.passing:
            self._give_up(str(error))
            return
        self._next = time.monotonic() + self._pause
        self._pause = min(2 * self._pause, PAUSE)
        if not self._away:
            self._away = True
            self._tell(f"{error}; the scan goes on and tries again")

    def _give_up(self, why: str) -> None:
        self.store = None
        self.trouble = why
        self._tell(f"{why}; the scan goes on, but what it sees from now on is not stored")
