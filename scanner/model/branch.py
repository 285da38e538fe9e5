"""A tree of lines, for people."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec


class Branch(msgspec.Struct, frozen=True):
    """One line and what it rests on."""

    text: str
    branches: tuple[Branch, ...] = ()

    def draw(self, head: str = "", tail: str = "") -> Iterator[str]:
        """Yield the tree line by line, drawn with box characters; the texts are given as they are."""
        yield head + self.text
        for position, below in enumerate(self.branches, 1):
            last = position == len(self.branches)
            yield from below.draw(f"{tail}{'└─ ' if last else '├─ '}", f"{tail}{'   ' if last else '│  '}")
