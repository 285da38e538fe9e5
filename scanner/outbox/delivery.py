"""Messages leave in order, sink by sink; one that is not taken holds the rest of its sink back until it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final, Protocol

FIRST: Final = 10.0
"""Seconds before a message is tried a second time."""
LONGEST: Final = 900.0
"""Seconds between two attempts at most: a receiver that is back is told within a quarter of an hour."""
_BEYOND: Final = 16
"""Attempts after which the delay no longer grows."""


class Message(Protocol):
    """What the store keeps of one."""

    @property
    def id(self) -> int:
        """Rises in the order of writing."""

    @property
    def sink(self) -> str:
        """The sink's name."""

    @property
    def body(self) -> str:
        """JSON."""

    @property
    def due_at(self) -> datetime:
        """Not to be tried before."""

    @property
    def attempts(self) -> int:
        """That failed."""


class Box(Protocol):
    """What keeps messages."""

    def waiting(self, sink: str | None = None, *, limit: int = 1000) -> Iterable[Message]:
        """Return the oldest, in order."""

    def taken(self, message: int) -> None:
        """Forget one that was taken."""

    def failed(self, message: int, trouble: str, due_at: datetime) -> None:
        """Note a failed attempt."""


def delay(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts failed."""
    return timedelta(seconds=min(FIRST * 2 ** min(attempts, _BEYOND), LONGEST))


def deliver(
    box: Box, sinks: Iterable[str], send: Callable[[str, Message], str | None], now: Callable[[], datetime]
) -> dict[str, str]:
    """Try what is due; return sink → trouble for those that took not all.

    ``send`` takes a sink's name and a message, and returns None when it was taken, else why not, in one line. A
    message is forgotten only after it was taken: a kill in between sends it again, under the same id.
    """
    troubles: dict[str, str] = {}
    for sink in sinks:
        going = True
        while going and (part := list(box.waiting(sink, limit=100))):
            for message in part:
                if message.due_at > now():
                    going = False
                    break
                trouble = send(sink, message)
                if trouble is not None:
                    box.failed(message.id, trouble, now() + delay(message.attempts))
                    troubles[sink] = trouble
                    going = False
                    break
                box.taken(message.id)
    return troubles
