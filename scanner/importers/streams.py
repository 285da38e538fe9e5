"""One direction of a TCP connection put back together: segments out of order, repeated, overlapping or lost."""

from __future__ import annotations

from typing import Final

MAX_LATER: Final = 128
"""Segments held while an earlier one is missing: at 1460 bytes three times the usual receive window."""
MAX_AHEAD: Final = 1 << 20
"""Bytes that a segment may lie ahead: more is another connection, or a damaged capture."""

_WRAP: Final = 1 << 32
_HALF: Final = 1 << 31


class Stream:
    """Takes segments in the order of the capture; ``data`` holds what is whole and not yet used."""

    __slots__ = ("_later", "data", "lost", "next", "size")

    def __init__(self, start: int) -> None:
        """Begin at sequence number ``start``."""
        self.next = start % _WRAP
        self.data = bytearray()
        self.lost = False
        """True when a segment is missing for good: the capture has a hole."""
        self.size = 0
        """Bytes held, in order or not, as of the last ``push``."""
        self._later: dict[int, bytes] = {}

    def push(self, sequence: int, payload: bytes) -> bool:
        """Take one segment; True when ``data`` grew."""
        if not self._later and sequence == self.next:
            self.data += payload
            self.next = (sequence + len(payload)) % _WRAP
            self.size = len(self.data)
            return True
        grew = self._place(sequence, payload)
        while grew and self._later:
            found = next((start for start in self._later if (self.next - start) % _WRAP < _HALF), None)
            if found is None:
                break
            self._place(found, self._later.pop(found))
        self.size = len(self.data) + sum(map(len, self._later.values()))
        return grew

    def _place(self, sequence: int, payload: bytes) -> bool:
        ahead = (sequence - self.next) % _WRAP
        if ahead >= _HALF:
            payload = payload[_WRAP - ahead :]
            ahead = 0
        if not payload:
            return False
        if not ahead:
            self.data += payload
            self.next = (self.next + len(payload)) % _WRAP
            return True
        if ahead > MAX_AHEAD or len(self._later) >= MAX_LATER:
            self.lost = True
        elif len(payload) > len(self._later.get(sequence, b"")):
            self._later[sequence] = payload
        return False
