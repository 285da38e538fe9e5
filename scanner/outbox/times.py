"""When a job runs: a small calendar, the same for systemd, cron and our own scheduler."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WORD: Final = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_DAYS: Final = rf"{_WORD}(?:-{_WORD})?(?:,{_WORD}(?:-{_WORD})?)*"
_EVERY: Final = re.compile(rf"(?:(?P<days>{_DAYS}) |daily )?(?P<hour>\d{{1,2}}|hourly):(?P<minute>\d\d)")
_BLACKOUT: Final = re.compile(rf"(?:(?P<days>{_DAYS}) )?(?P<start>\d\d:\d\d)-(?P<end>\d\d:\d\d)")
_LAST_HOUR: Final = 23
_LAST_MINUTE: Final = 59
_MOST_DAYS: Final = 8
"""Days to look back or ahead: a week and the day itself."""


class TimeError(ValueError):
    """A time that cannot be read; the text is one line that says how to write it."""


class Every(msgspec.Struct, frozen=True):
    """Certain days of the week at one time, or each hour."""

    days: tuple[int, ...]
    """0 is Monday; empty: every day."""
    hour: int | None
    """None: every hour."""
    minute: int

    @classmethod
    def parse(cls, text: str) -> Every:
        """Read ``Mon 03:00``, ``Mon-Fri,Sun 03:00``, ``03:00``, ``daily 03:00`` or ``hourly:15``."""
        found = _EVERY.fullmatch(" ".join(text.split()))
        if found is None:
            raise TimeError(f"{text!r}: write it as 'Mon 03:00', 'Mon-Fri 03:00', 'daily 03:00' or 'hourly:15'")
        hour = None if found["hour"] == "hourly" else int(found["hour"])
        minute = int(found["minute"])
        if (hour or 0) > _LAST_HOUR or minute > _LAST_MINUTE:
            raise TimeError(f"{text!r}: there is no such time of day")
        return cls(_days(found["days"]), hour, minute)

    def calendar(self, zone: str) -> str:
        """Return the ``OnCalendar=`` of a systemd timer."""
        days = ",".join(DAYS[day] for day in self.days)
        hour = "*" if self.hour is None else f"{self.hour:02}"
        return f"{days} *-*-* {hour}:{self.minute:02}:00 {zone}".strip()

    def cron(self) -> str:
        """Return the five fields of a cron line; Sunday is 0."""
        days = ",".join(str((day + 1) % 7) for day in self.days) or "*"
        return f"{self.minute} {'*' if self.hour is None else self.hour} * * {days}"

    def last(self, now: datetime, zone: tzinfo) -> datetime:
        """Return the latest time it was due, ``now`` included."""
        return max(each for each in self._around(now, zone) if each <= now)

    def next(self, now: datetime, zone: tzinfo) -> datetime:
        """Return the next time it is due after ``now``."""
        return min(each for each in self._around(now, zone) if each > now)

    def _around(self, now: datetime, zone: tzinfo) -> Iterator[datetime]:
        today = now.astimezone(zone).date()
        for ahead in range(-_MOST_DAYS, _MOST_DAYS + 1):
            day = today + timedelta(days=ahead)
            if self.days and day.weekday() not in self.days:
                continue
            for hour in range(24) if self.hour is None else (self.hour,):
                # By way of UTC: a time that summer time skips is an hour later, as systemd has it.
                yield datetime.combine(day, time(hour, self.minute), zone).astimezone(ZoneInfo("UTC"))


class Blackout(msgspec.Struct, frozen=True):
    """A time of day, on certain days, in which nothing may run."""

    days: tuple[int, ...]
    start: time
    end: time
    """Not after ``start``: on the next day."""

    @classmethod
    def parse(cls, text: str) -> Blackout:
        """Read ``Mon-Fri 08:00-18:00`` or ``22:00-06:00``."""
        found = _BLACKOUT.fullmatch(" ".join(text.split()))
        try:
            if found is not None:
                return cls(_days(found["days"]), time.fromisoformat(found["start"]), time.fromisoformat(found["end"]))
        except ValueError:
            found = None
        raise TimeError(f"{text!r}: write a blackout as 'Mon-Fri 08:00-18:00' or '22:00-06:00'")

    def windows(self, now: datetime, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
        """Yield the windows around ``now``, in order."""
        today = now.astimezone(zone).date()
        for ahead in range(-1, _MOST_DAYS + 1):
            day = today + timedelta(days=ahead)
            if self.days and day.weekday() not in self.days:
                continue
            last = day if self.end > self.start else day + timedelta(days=1)
            yield datetime.combine(day, self.start, zone), datetime.combine(last, self.end, zone)


def blackout_until(blackouts: tuple[Blackout, ...], now: datetime, zone: tzinfo) -> datetime | None:
    """Return the end of the blackout that ``now`` lies in, None when it lies in none."""
    ends = [end for each in blackouts for start, end in each.windows(now, zone) if start <= now < end]
    return max(ends, default=None)


def seconds_left(blackouts: tuple[Blackout, ...], now: datetime, zone: tzinfo) -> float | None:
    """Return the seconds until the next blackout begins, None when there is none within a week."""
    starts = [start for each in blackouts for start, _ in each.windows(now, zone) if start > now]
    return (min(starts) - now).total_seconds() if starts else None


def _days(text: str | None) -> tuple[int, ...]:
    found: set[int] = set()
    for part in (text or "").split(","):
        first, _, last = part.partition("-")
        if first:
            start, end = DAYS.index(first), DAYS.index(last or first)
            found |= {(start + step) % 7 for step in range((end - start) % 7 + 1)}
    return tuple(sorted(found))
