"""How each host and each subnet is treated: the spacing of questions, and what happens when one begins to suffer.

A host that answered and then goes silent may be a firewall's doing, or ours. So after STRIKES silences in a row it is
asked again what it answered before. If it still answers, the silence was a firewall's, and it is asked on; if not, it
is in distress: left alone for a while, longer each time, and for good after PATIENCE tries. Three hosts in distress
slow their whole subnet. Where questions get lost on the way, more silences are borne, for they may be loss. Pure; for
one thread.
"""

from __future__ import annotations

import math
from typing import Final

from scanner.model.permitted import Permitted
from scanner.transports.pace import Spacing

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


class Manners:
    """``per_host`` and ``per_subnet`` questions a second at most to one address and to one /24 (IPv6: /64)."""

    def __init__(self, per_host: float = math.inf, per_subnet: float = math.inf) -> None:
        self._unbounded = per_host == math.inf and per_subnet == math.inf
        self._hosts = Spacing(per_host)
        self._subnets = Spacing(per_subnet, SLACK_SECONDS)
        self._lines: dict[str, float] = {}
        """Of each subnet, when the last in its line will be asked."""
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

    def due(self, address: str) -> float:
        """Return the monotonic time from which ``address`` may be asked; infinite when it is left alone for good."""
        return max(self._hosts.due(address), self._subnets.due(_subnet(address)), self._rests.get(address, -math.inf))

    def queue(self, address: str) -> float:
        """Return when to look at ``due`` again: who waits for one subnet is told one time after the other."""
        due, subnet = self.due(address), _subnet(address)
        if due > self._subnets.due(subnet):
            return due
        if len(self._lines) >= MAX_HOSTS:
            self._lines.clear()
        self._lines[subnet] = max(due, self._lines.get(subnet, -math.inf) + self._subnets.interval)
        return self._lines[subnet]

    def ask(self, address: str, now: float) -> None:
        """Note that ``address`` is asked at ``now``."""
        if self._unbounded and not self._suffering:
            return
        self._hosts.note(address, now)
        subnet = _subnet(address)
        slowed = len(self._suffering.get(subnet, ())) >= SUFFERERS
        self._subnets.note(subnet, now + self._pause if slowed else now)

    def left(self, address: str) -> bool:
        """True when ``address`` stopped answering, and is left alone for good."""
        return self._rests.get(address) == math.inf

    def forgive(self, address: str) -> None:
        """Let ``address`` be asked again although it was left alone: what was lost on the way is not its distress."""
        if self.left(address):
            del self._rests[address]
            self._known.pop(address, None)
            self._states.pop(address, None)
            self._suffering[_subnet(address)].discard(address)

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
            self._suffering[_subnet(address)].discard(address)
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
        subnet = _subnet(address)
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


def _subnet(address: str) -> str:
    """Return a name for the /24 of an IPv4 address, or the /64 of an IPv6 one as far as its text tells."""
    if ":" in address:
        return ":".join(address.split(":")[:4]) + "::/64"
    return address.rpartition(".")[0] + ".0/24"
