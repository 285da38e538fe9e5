"""What is known of one address while it is being asked."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Final

from scanner.engine.plan import Answer, Question
from scanner.model.dialogue import Fact
from scanner.model.observation import Endpoint, Field, Observation
from scanner.model.outcome import OutcomeKind

MAX_SAID: Final = 1024
"""Discovery facts kept for planning: a device says a few dozen; more is a flood."""
MAX_SEEN: Final = 8192
"""Distinct observations of one address: some ten times what the most talkative device yields."""
MAX_RELAYED: Final = 131_072
"""Distinct observations of others that one address reports: a campus core has tables of some ten thousand rows."""

SIGNS: Final[frozenset[OutcomeKind]] = frozenset({"answered", "refused", "closed"})
"""Outcomes of a connect that only a living host causes."""
UNSURE: Final[frozenset[OutcomeKind]] = frozenset({"timed-out", "skipped"})
"""Outcomes of a connect that another try may better."""


class Visit:
    """One address: what was asked, what it said. Lives from the first sign of it until nothing more is asked."""

    def __init__(self, address: str, per_host: int) -> None:
        self.address = address
        self.connections = asyncio.Semaphore(per_host)
        self.connects: dict[int, OutcomeKind] = {}
        """TCP port → what became of the connect."""
        self.history: list[Answer] = []
        self.flying: set[Question] = set()
        self.said: list[Fact] = []
        """What discovery heard from it about itself."""
        self.heard: Counter[str] = Counter()
        """Discovery protocol → datagrams received."""
        self.unanswered: list[tuple[Endpoint, str]] = []
        """Discovery questions put to it alone that it did not answer: endpoint, protocol."""
        self.neighbour = False
        """True when it answered on the link."""
        self.told = False
        """True when it has said something that may tell what it is."""
        self.probing: asyncio.Task[None] | None = None
        """Asks what may be asked before discovery has ended."""
        self.rounds = 1
        """How often it has been probed."""
        self._seen: set[tuple[str, int | None, Field, str, str]] = set()
        self._relayed: set[tuple[str, int | None, Field, str, str]] = set()

    @property
    def alive(self) -> bool:
        """True when anything at all came from it."""
        return self.neighbour or bool(self.heard) or not SIGNS.isdisjoint(self.connects.values())

    @property
    def open(self) -> list[int]:
        """The ports that accepted a connection."""
        return [port for port, kind in self.connects.items() if kind == "answered"]

    def say(self, facts: list[Fact]) -> None:
        """Keep what discovery heard from it about itself."""
        self.said += [fact for fact in facts if fact.subject is None][: MAX_SAID - len(self.said)]

    def first(self, observation: Observation) -> bool:
        """True when the same was not observed here before: devices answer every round of discovery."""
        subject, source = observation.subject, observation.provenance.source
        key = (subject.address, subject.port, observation.field, observation.value, source)
        own = observation.provenance.reporter is None
        seen, most = (self._seen, MAX_SEEN) if own else (self._relayed, MAX_RELAYED)
        if key in seen or len(seen) >= most:
            return False
        seen.add(key)
        return True

    @property
    def inconclusive(self) -> bool:
        """True when asking again may better something."""
        return not UNSURE.isdisjoint(self.connects.values()) or any(answer.inconclusive for answer in self.history)

    def retry(self) -> list[int]:
        """Forget what was inconclusive, so that it is asked again; return the ports to try again."""
        self.rounds += 1
        self.history = [answer for answer in self.history if not answer.inconclusive]
        self.flying = {answer.question for answer in self.history}
        return [port for port, kind in self.connects.items() if kind in UNSURE]
