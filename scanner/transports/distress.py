"""Hosts that answered a raw sweep and then fell silent: asked one thing, left to rest, asked on or given up.

The rule is that of ``manners``, for millions of addresses: a table of fixed size, worked on by the column. The silences
that follow an answer are counted. Enough of them in a row, and the host is asked again what it answered, and
nothing else. If it still answers, a firewall kept the silence, and it is asked on. If not, or if it now refuses what it
accepted, it is in distress, and rests, longer each time; in the end it is left alone. Pure; for one thread.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from scanner.transports.manners import CHANCE, LONGEST_REST, MOST, PATIENCE, REST_SECONDS, STRIKES
from scanner.transports.permutation import Numbers

SLOTS: Final = 1 << 16
"""Hosts watched at a time, some 3 MB: one that finds its slot taken by a host in need is not watched."""

_WELL, _ASKED, _RESTING, _LEFT = range(4)
_Mask = NDArray[np.bool_]


class Watch:
    """What is known of the hosts that answered. Hosts are numbers (ranks); times are monotonic seconds."""

    def __init__(self, patience: float) -> None:
        """``patience``: seconds of silence that are taken for one."""
        self._patience = patience
        self._host = np.full(SLOTS, np.iinfo(np.uint64).max, dtype=np.uint64)
        self._port = np.zeros(SLOTS, dtype=np.uint16)
        self._open = np.zeros(SLOTS, dtype=np.bool_)
        """Whether ``_port``, which is asked again, accepted."""
        self._firewalled = np.zeros(SLOTS, dtype=np.bool_)
        """True when silence is known to be no distress."""
        self._state = np.zeros(SLOTS, dtype=np.uint8)
        self._silences = np.zeros(SLOTS, dtype=np.int32)
        """Questions since the last answer; while ``_ASKED``, how often it was asked what it had answered."""
        self._since = np.zeros(SLOTS)
        """When the first of them was put; while ``_ASKED``, the last; while ``_RESTING``, when it has rested."""
        self._rests = np.zeros(SLOTS, dtype=np.uint8)
        self._need = 0
        """Hosts that are neither well nor left alone."""
        self._left = 0

    @property
    def calm(self) -> bool:
        """True when nobody is to be spared."""
        return not (self._need or self._left)

    def ask(self, hosts: Numbers, now: float) -> None:
        """Note that each of ``hosts`` was asked a question, in as many as it stands there."""
        slots = self._slots(hosts)
        slots = slots[(self._host[slots] == hosts) & (self._state[slots] == _WELL)]
        self._since[slots[self._silences[slots] == 0]] = now
        np.add.at(self._silences, slots, 1)

    def hear(self, hosts: Numbers, ports: NDArray[np.uint16], accepts: _Mask) -> None:
        """Note who answered, from which port, and whether it accepts connections."""
        slots = self._slots(hosts)
        known = self._host[slots] == hosts
        well = self._state[slots] == _WELL
        mine = slots[known & well]
        self._silences[mine] = 0
        # Better to be asked again is a port that accepts: anything may refuse.
        better = known & well & accepts & ~self._open[slots]
        self._port[slots[better]], self._open[slots[better]] = ports[better], True
        asked = known & (self._state[slots] == _ASKED)
        still = asked & ((ports != self._port[slots]) | accepts | ~self._open[slots])
        cured = np.unique(slots[still])
        if len(cured):
            self._firewalled[cured] = self._rests[cured] == 0
            self._state[cured], self._silences[cured], self._rests[cured] = _WELL, 0, 0
            self._need -= len(cured)
        new = ~known & well
        taken = slots[new]
        self._host[taken], self._port[taken], self._open[taken] = hosts[new], ports[new], accepts[new]
        self._silences[taken], self._rests[taken], self._firewalled[taken] = 0, 0, False

    def spared(self, hosts: Numbers) -> _Mask:
        """Tell of each whether it must not be asked now."""
        slots = self._slots(hosts)
        spared: _Mask = (self._host[slots] == hosts) & (self._state[slots] != _WELL)
        return spared

    def left(self, hosts: Numbers) -> _Mask:
        """Tell of each whether it is left alone for good."""
        slots = self._slots(hosts)
        left: _Mask = (self._host[slots] == hosts) & (self._state[slots] == _LEFT)
        return left

    def test(self, now: float, loss: float) -> tuple[Numbers, NDArray[np.uint16], Numbers]:
        """Return whom to ask what now, to learn how they are, and who has just been found to be in distress.

        ``loss`` is the share of questions that get lost on the way: the more, the more silences are borne.
        """
        bearable = _bearable(loss)
        overdue = now - self._since > self._patience
        silent = (self._state == _WELL) & (self._silences >= max(STRIKES, bearable)) & overdue & ~self._firewalled
        waiting = (self._state == _ASKED) & overdue
        again = waiting & (self._silences < bearable)
        fallen = np.flatnonzero(waiting & ~again)
        self._need += int(silent.sum())
        self._rests[fallen] += 1
        lost = fallen[self._rests[fallen] > max(PATIENCE, bearable)]
        self._state[fallen] = _RESTING
        rests = self._rests[fallen].astype(float)
        self._since[fallen] = now + np.minimum(LONGEST_REST, REST_SECONDS * 2 ** (rests - 1))
        self._state[lost] = _LEFT
        self._need -= len(lost)
        self._left += len(lost)
        rested = (self._state == _RESTING) & (self._since <= now)
        self._silences[silent | rested] = 0
        tested = np.flatnonzero(silent | again | rested)
        self._state[tested] = _ASKED
        self._since[tested] = now
        self._silences[tested] += 1
        return self._host[tested], self._port[tested], self._host[fallen]

    @staticmethod
    def _slots(hosts: Numbers) -> NDArray[np.intp]:
        return (hosts % np.uint64(SLOTS)).astype(np.intp)


def _bearable(loss: float) -> int:
    """Return how many silences in a row are likelier loss than distress; one at least."""
    if loss <= 0:
        return 1
    return int(max(1, min(MOST, np.ceil(np.log(CHANCE) / np.log(min(loss, 0.99))))))
