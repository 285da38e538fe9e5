"""Observations gathered address by address, handed out device by device as each becomes whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from scanner.matching.hosts import MAX_SHARED, identities
from scanner.model.observation import Observation


class Gathering:
    """Holds what was seen so far and which addresses have no more to come.

    A device with several addresses is handed out when all of them are done. An identity that turns up later
    joins it to another device: the joined device is then handed out again. One that turns up at too many addresses
    for a device joins nothing any more: those that it had joined are handed out again, each by itself.
    """

    def __init__(self) -> None:
        self._seen: dict[str, list[Observation]] = defaultdict(list)
        self._holders: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._done: set[str] = set()
        self._parted: set[str] = set()
        """Addresses that may have been handed out as one device with others, and are not."""

    def add(self, observation: Observation) -> None:
        """Take one observation in."""
        address = observation.subject.address
        self._seen[address].append(observation)
        for identity in identities((observation,)):
            holders = self._holders[identity]
            if len(holders) == MAX_SHARED and address not in holders:
                self._parted |= holders
            holders.add(address)

    def done(self, address: str) -> Iterator[tuple[Observation, ...]]:
        """Note that nothing more will come of ``address``; yield what was seen of each device that is whole by that."""
        self._done.add(address)
        again = sorted(self._parted & self._done - {address})
        self._parted -= self._done
        told: set[str] = set()
        for one in (address, *again):
            members = self._kin(one)
            if one not in told and members <= self._done:
                told |= members
                if found := tuple(o for member in self._seen if member in members for o in self._seen[member]):
                    yield found

    def all(self) -> Iterable[Observation]:
        """Yield every observation, by address, in order of first appearance."""
        for observations in self._seen.values():
            yield from observations

    def _kin(self, address: str) -> set[str]:
        found, todo = {address}, [address]
        while todo:
            for identity in identities(self._seen.get(todo.pop(), ())):
                holders = self._holders[identity]
                fresh = holders - found if len(holders) <= MAX_SHARED else set()
                found |= fresh
                todo += fresh
        return found
