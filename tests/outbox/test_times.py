from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.outbox.times import Blackout, Every, TimeError, blackout_until, seconds_left

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "calendar", "cron"),
    [
        ("Mon 03:00", "Mon *-*-* 03:00:00 UTC", "0 3 * * 1"),
        ("Mon-Fri,Sun 3:05", "Mon,Tue,Wed,Thu,Fri,Sun *-*-* 03:05:00 UTC", "5 3 * * 1,2,3,4,5,0"),
        ("Sat-Mon 23:59", "Mon,Sat,Sun *-*-* 23:59:00 UTC", "59 23 * * 1,6,0"),
        ("daily 03:00", "*-*-* 03:00:00 UTC", "0 3 * * *"),
        ("03:00", "*-*-* 03:00:00 UTC", "0 3 * * *"),
        ("hourly:15", "*-*-* *:15:00 UTC", "15 * * * *"),
    ],
)
def test_the_calendar_of_each(text, calendar, cron):
    every = Every.parse(text)
    assert (every.calendar("UTC"), every.cron()) == (calendar, cron)


@pytest.mark.parametrize(
    "text", ["", "Monday 03:00", "Mon", "24:00", "03:60", "Mon 3", "mon 03:00", "hourly", "Mon- 1:00"]
)
def test_what_is_no_time(text):
    with pytest.raises(TimeError):
        Every.parse(text)


def test_last_and_next_in_the_jobs_own_zone():
    every = Every.parse("Mon 03:00")
    now = datetime(2026, 11, 25, 12, tzinfo=UTC)
    assert every.last(now, BERLIN) == datetime(2026, 11, 23, 2, tzinfo=UTC)
    assert every.next(now, BERLIN) == datetime(2026, 11, 30, 2, tzinfo=UTC)
    assert every.last(every.next(now, BERLIN), BERLIN) == every.next(now, BERLIN)


def test_summer_time():
    every = Every.parse("02:30")
    skipped = every.next(datetime(2026, 3, 28, 12, tzinfo=UTC), BERLIN)
    assert skipped.astimezone(BERLIN).isoformat() == "2026-03-29T03:30:00+02:00"
    assert (every.next(skipped, BERLIN) - skipped) == timedelta(hours=23)


@given(
    st.integers(0, 525_600).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    st.sampled_from(["Mon 03:00", "Wed-Fri 02:30", "hourly:30", "03:00"]),
)
@settings(max_examples=60, deadline=None)
def test_now_lies_between_the_last_and_the_next(now, text):
    every = Every.parse(text)
    assert every.last(now, BERLIN) <= now < every.next(now, BERLIN)


def test_blackouts():
    work, night = Blackout.parse("Mon-Fri 08:00-18:00"), Blackout.parse("22:00-06:00")
    monday = datetime(2026, 11, 23, 12, tzinfo=BERLIN)
    assert blackout_until((work, night), monday, BERLIN) == monday.replace(hour=18)
    assert blackout_until((work,), monday + timedelta(days=5), BERLIN) is None
    assert blackout_until((night,), monday.replace(hour=2), BERLIN) == monday.replace(hour=6)
    assert seconds_left((work, night), monday.replace(hour=19), BERLIN) == 3 * 3600
    assert seconds_left((), monday, BERLIN) is None
    for text in ("", "8-18", "25:00-26:00", "Mon"):
        with pytest.raises(TimeError):
            Blackout.parse(text)
