"""Visit everything once, in an order that looks random, without a list: a Feistel network over the numbers below N.

Neighbours in the order are far apart in the sweep, so no host and no subnet gets a burst; and the order can be run
backwards, so that an answer tells its place without a table. After Black and Rogaway, "Ciphers with Arbitrary Finite
Domains" (2002), method 3: a network over the smallest rectangle that holds N, walked until it lands inside.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.uint64]

MAX_SIZE: Final = 1 << 62
"""Beyond it the arithmetic would wrap; the whole of IPv4 on every port is a thousandth of a thousandth of it."""
ROUNDS: Final = 4
"""Four rounds of a Feistel network are a pseudo-random permutation in both directions: Luby and Rackoff (1988)."""


class Permutation:
    """A permutation of ``range(size)``, chosen by 64 bits of ``key``. ``size`` is 1 to MAX_SIZE (ValueError)."""

    def __init__(self, size: int, key: int) -> None:
        if not 1 <= size <= MAX_SIZE:
            raise ValueError("size must be 1 to 2**62")
        self.size: Final = size
        width = math.isqrt(size - 1) + 1
        self._width = np.uint64(width)
        self._height = np.uint64(-(-size // width))
        words = _mix(np.arange(1, ROUNDS + 1, dtype=np.uint64) ^ np.uint64(key & 0xFFFF_FFFF_FFFF_FFFF))
        self._keys = [np.uint64(word) for word in words]

    def at(self, positions: Numbers) -> Numbers:
        """Return what stands at each position; positions are below ``size``."""
        found = self._forth(positions)
        while (outside := np.flatnonzero(found >= self.size)).size:
            found[outside] = self._forth(found[outside])
        return found

    def position(self, numbers: Numbers) -> Numbers:
        """Return the position of each number below ``size``: the inverse of ``at``."""
        found = self._back(numbers)
        while (outside := np.flatnonzero(found >= self.size)).size:
            found[outside] = self._back(found[outside])
        return found

    def _forth(self, numbers: Numbers) -> Numbers:
        row, column = np.divmod(numbers, self._width)
        for turn, key in enumerate(self._keys):
            if turn % 2 == 0:
                column = (column + _mix(row ^ key) % self._width) % self._width
            else:
                row = (row + _mix(column ^ key) % self._height) % self._height
        return row * self._width + column

    def _back(self, numbers: Numbers) -> Numbers:
        row, column = np.divmod(numbers, self._width)
        for turn, key in reversed(list(enumerate(self._keys))):
            if turn % 2 == 0:
                column = (column + self._width - _mix(row ^ key) % self._width) % self._width
            else:
                row = (row + self._height - _mix(column ^ key) % self._height) % self._height
        return row * self._width + column


def _mix(words: Numbers) -> Numbers:
    """Return each word scattered over all 64 bits: the finaliser of MurmurHash3 (public domain), constants and all."""
    words = (words ^ (words >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    words = (words ^ (words >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return words ^ (words >> np.uint64(33))
