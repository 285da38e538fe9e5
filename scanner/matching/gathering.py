"""Observations gathered address by address, handed out device by device as each becomes whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from scanner.matching.hosts import identities
from scanner.model.observation import Observation


class Gathering:
    """Holds what was seen so far and which addresses have no more to come.

    A device with several addresses is handed out when all of them are done. An identity that turns up later
    joins it to another device: the joined device is then handed out again.
    """

    def __init__(self) -> None:
        self._seen: dict[str, list[Observation]] = defaultdict(list)
        self._holders: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._done: set[str] = set()

    def add(self, observation: Observation) -> None:
        """Take one observation in."""
        address = observation.subject.address
        self._seen[address].append(observation)
        for identity in identities((observation,)):
            self._holders[identity].add(address)

    def done(self, address: str) -> tuple[Observation, ...]:
        """Note that nothing more will come of ``address``; return all of its device, or nothing while some is open."""
        self._done.add(address)
        members = self._kin(address)
        if not members <= self._done:
            return ()
        return tuple(o for member in self._seen if member in members for o in self._seen[member])

    def all(self) -> Iterable[Observation]:
        """Yield every observation, by address, in order of first appearance."""
        for observations in self._seen.values():
            yield from observations

    def _kin(self, address: str) -> set[str]:
        found, todo = {address}, [address]
        while todo:
            for identity in identities(self._seen.get(todo.pop(), ())):
                fresh = self._holders[identity] - found
                found |= fresh
                todo += fresh
        return found
