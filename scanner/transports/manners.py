"""How each host and each subnet is treated: one account of all questions put to it, and what happens when it suffers.

Whoever sends anything to a single address, by TCP or UDP, from whatever thread, takes a turn here. Where several want
the same turn it goes to who was served the longest ago, so none can starve the other.

A host that answered and then goes silent may be a firewall's doing, or ours. So after STRIKES silences in a row it is
asked again what it answered before. If it still answers, the silence was a firewall's, and it is asked on; if not, it
is in distress: left alone for a while, longer each time, and for good after PATIENCE tries. Three hosts in distress
slow their whole subnet. Where questions get lost on the way, more silences are borne, for they may be loss.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Literal, NamedTuple

from scanner.model.permitted import Permitted
from scanner.transports.pace import GUARD_SECONDS, WINDOW_SECONDS, Pace, Spacing

STRIKES: Final = 3
"""Questions in a row that a host which answered before may leave unanswered."""
REST_SECONDS: Final = 0.5
"""Before a host in distress is asked again, doubled each time: an embedded kernel's queues empty in less."""
LONGEST_REST: Final = 4.0
"""Seconds up to which rests are doubled."""
PATIENCE: Final = 4
"""Silences in distress after which a host is left alone: it has then had eight seconds of rest."""
MOST: Final = 10
"""Silences borne in a row at most, however lossy the way."""
CHANCE: Final = 0.01
"""Loss that is less likely than this is not taken for loss."""
UNPROVEN: Final = 8
"""Answers by which the share of lost questions is smoothed: one slow host must not pass for a lossy way."""
SUFFERERS: Final = 3
"""Hosts of one subnet in distress at which the subnet itself is taken to suffer."""
SLOWED: Final = 4.0
"""A subnet in distress is asked so many times slower."""
SLACK_SECONDS: Final = 0.005
"""What a subnet may catch up: without it, one question a turn of the poll would be all, whatever the rate."""
HEADROOM: Final = 1.02
"""Questions to one host are spaced so much wider, for one may leave a moment late, closer to what follows."""
GRACE_SECONDS: Final = 0.01
"""Who was told to come again is waited for so long: timers wake late."""
STEP_SECONDS: Final = 0.001
"""After which to come again while it is another's turn."""
MAX_SUBNETS: Final = 8192
"""Accounts kept before those of subnets with nothing in the last window are forgotten: more than are asked in one."""
MAX_HOSTS: Final = 4096
"""Hosts whose state is kept; beyond it all are forgotten, which only makes them strangers again."""


class _Host:
    __slots__ = ("asked", "known", "resting", "silences", "tested")

    def __init__(self, known: Permitted) -> None:
        self.known = known
        """What answered."""
        self.silences = 0
        self.resting = 0
        """Times it has been left alone."""
        self.asked = False
        """True while ``known`` is asked again: nothing else counts until it is answered."""
        self.tested = False
        """True when it is known that silence is not distress here."""


class Wait(NamedTuple):
    """Why an address may not be asked now."""

    until: float
    """Monotonic time at which to try again; infinite when it is left alone for good."""
    cause: Literal["host", "subnet", "all"]
    """Whose limit it is."""


class _Turns:
    """Whose turn it is where several want the same: of those who wait, who was served the longest ago."""

    __slots__ = ("_served", "_waiting")

    def __init__(self) -> None:
        self._served: dict[str, float] = {}
        self._waiting: dict[str, float] = {}

    def free(self, who: str, now: float) -> bool:
        since = self._served.get(who, -math.inf)
        return not any(
            until > now and self._served.get(other, -math.inf) < since
            for other, until in self._waiting.items()
            if other != who
        )

    def wait(self, who: str, until: float) -> None:
        self._waiting[who] = until + GRACE_SECONDS

    def serve(self, who: str, now: float) -> None:
        self._served[who] = now
        self._waiting.pop(who, None)


class _Subnet:
    __slots__ = ("pace", "rested", "turns")

    def __init__(self, per_second: float) -> None:
        self.pace = Pace(per_second)
        self.turns = _Turns()
        self.rested = -math.inf
        """Until when it is spared because it suffers."""


class Manners:
    """``per_host`` and ``per_subnet`` questions a second at most to one address and to one /24 (IPv6: /64).

    A subnet's hold in every WINDOW_SECONDS, as ``Pace`` says; a host's are evenly spaced. May be shared by threads.
    """

    def __init__(
        self,
        per_host: float = math.inf,
        per_subnet: float = math.inf,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._unbounded = per_host == math.inf and per_subnet == math.inf
        self._hosts = Spacing(per_host / HEADROOM)
        self._per_subnet = per_subnet
        self._subnets: dict[str, _Subnet] = {}
        self._turns = _Turns()
        """Of the whole."""
        self._clock = clock
        self._lock = threading.RLock()
        self._known: dict[str, Permitted] = {}
        """Address → what answered first."""
        self._states: dict[str, _Host] = {}
        """The same of those that have been silent since."""
        self._rests: dict[str, float] = {}
        self._suffering: dict[str, set[str]] = {}
        self._pause = 0.0 if per_subnet == math.inf else SLOWED / per_subnet
        self.spared: dict[str, None] = {}
        """One line on each host and subnet that was asked more slowly."""
        self._late = 0
        self._answers = 0

    @property
    def free(self) -> bool:
        """True when nobody has to wait."""
        return self._unbounded and not self._rests

    def wait(self, address: str, who: str) -> Wait | None:
        """Return why ``who`` may not ask ``address`` now, for its own or its subnet's sake; None when they may."""
        with self._lock:
            return self._wait(address, who, self._clock())

    @contextmanager
    def turn(self, address: str, who: str, pace: Pace) -> Iterator[Wait | None]:
        """Yield None when one question may be sent to ``address``, within the block; otherwise what is in the way.

        ``who`` names those who take turns with others; ``pace`` is that of the whole. The turn is taken, and counted
        from when the block ends. Nobody else sends meanwhile, so the block must not wait.
        """
        if self.free and not pace.bounded:
            yield None
            return
        with self._lock:
            wait = self._take(address, who, pace)
            try:
                yield wait
            finally:
                if wait is None:
                    self._note(address, who, pace)

    def _take(self, address: str, who: str, pace: Pace) -> Wait | None:
        now = self._clock()
        if (wait := self._wait(address, who, now)) is not None:
            return wait
        if not self._turns.free(who, now):
            wait = Wait(now + STEP_SECONDS, "all")
        elif not pace.spend(now, 1):
            wait = Wait(now + pace.delay(now, 1), "all")
        if wait is not None:
            self._turns.wait(who, wait.until)
            return wait
        subnet = self._subnet(address)
        if subnet is not None and not subnet.pace.spend(now, 1):
            return Wait(now + STEP_SECONDS, "subnet")  # ready but for the last bit of a float
        return None

    def _wait(self, address: str, who: str, now: float) -> Wait | None:
        due = max(self._hosts.due(address), self._rests.get(address, -math.inf))
        if due > now:
            return Wait(due, "host")
        subnet = self._subnet(address)
        if subnet is None:
            return None
        due = max(now + subnet.pace.delay(now, 1), subnet.rested)
        if due <= now:
            if subnet.turns.free(who, now):
                return None
            due = now + STEP_SECONDS
        subnet.turns.wait(who, due)
        return Wait(due, "subnet")

    def _note(self, address: str, who: str, pace: Pace) -> None:
        """Count the turn from now, when the question has left."""
        now = self._clock()
        pace.spent(now + GUARD_SECONDS)
        self._turns.serve(who, now)
        self._hosts.note(address, now)
        subnet = self._subnet(address)
        if subnet is not None:
            subnet.pace.spent(now + GUARD_SECONDS)
            subnet.turns.serve(who, now)
            if len(self._suffering.get(subnet_of(address), ())) >= SUFFERERS:
                subnet.rested = now + self._pause

    def _subnet(self, address: str) -> _Subnet | None:
        """Return the account of the subnet of ``address``; None when none is kept."""
        if self._per_subnet == math.inf:
            return None
        name = subnet_of(address)
        subnet = self._subnets.get(name)
        if subnet is None:
            if len(self._subnets) >= MAX_SUBNETS:
                past = self._clock() - WINDOW_SECONDS
                self._subnets = {
                    one: known
                    for one, known in self._subnets.items()
                    if known.rested > past or known.pace.delay(past, 1)
                }
            subnet = self._subnets[name] = _Subnet(self._per_subnet)
        return subnet

    def left(self, address: str) -> bool:
        """True when ``address`` stopped answering, and is left alone for good."""
        return self._rests.get(address) == math.inf

    def leave(self, address: str) -> None:
        """Leave ``address`` alone for good: somebody else has found it in distress."""
        self._rests[address] = math.inf

    def forgive(self, address: str) -> None:
        """Let ``address`` be asked again although it was left alone: what was lost on the way is not its distress."""
        with self._lock:
            if self.left(address):
                del self._rests[address]
                self._known.pop(address, None)
                self._states.pop(address, None)
                self._suffering.get(subnet_of(address), set()).discard(address)

    def answer(self, endpoint: Permitted, *, late: bool = False) -> None:
        """Note that ``endpoint`` has answered; ``late``: not when it was first asked."""
        self._answers += 1
        self._late += late
        address = endpoint.address
        state = self._states.get(address)
        if state is None:
            if address not in self._known:
                if len(self._known) >= MAX_HOSTS:
                    self._known.clear()
                    self._states.clear()
                self._known[address] = endpoint
            return
        if not state.silences:
            return
        if state.resting:
            self._suffering[subnet_of(address)].discard(address)
            self._rests.pop(address, None)
        elif state.asked:
            state.tested = True
        state.silences = state.resting = 0
        state.asked = False

    def silence(self, address: str, now: float, *, again: bool = False) -> Permitted | None:
        """Note that ``address`` has left a question unanswered; return what to ask again first, if anything.

        ``again``: the question was what this returned before.
        """
        known = self._known.get(address)
        if known is None:
            return None
        state = self._states.setdefault(address, _Host(known))
        if state.tested or state.asked is not again:
            return None
        state.silences += 1
        if again:
            self._rest(address, state, now)
        state.asked = state.silences >= self._bearable(STRIKES) and self._rests.get(address, now) < math.inf
        return state.known if state.asked else None

    def _rest(self, address: str, state: _Host, now: float) -> None:
        state.resting += 1
        subnet = subnet_of(address)
        sufferers = self._suffering.setdefault(subnet, set())
        sufferers.add(address)
        if state.resting > self._bearable(PATIENCE):
            self._rests[address] = math.inf
        else:
            self._rests[address] = now + min(LONGEST_REST, REST_SECONDS * 2 ** (state.resting - 1))
        self.spared[f"{address} stopped answering while it was asked, and was asked more slowly"] = None
        if len(sufferers) == SUFFERERS:
            self.spared[f"several hosts of {subnet} stopped answering: the subnet was asked more slowly"] = None

    def _bearable(self, least: int) -> int:
        """Return after how many silences in a row loss on the way no longer explains them: ``least`` without loss."""
        share = self._late / (self._answers + UNPROVEN)
        return max(least, min(MOST, math.ceil(math.log(CHANCE) / math.log(share)))) if share else least


def subnet_of(address: str) -> str:
    """Return a name for the /24 of an IPv4 address, or the /64 of an IPv6 one as far as its text tells."""
    if ":" in address:
        return ":".join(address.split(":")[:4]) + "::/64"
    return address.rpartition(".")[0] + ".0/24"
