"""When a source is harvested: "hourly", "daily 03:00", "weekly monday 03:00", "monthly 1 03:00"; times are UTC."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from accounts.errors import StateError

DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LAST_DAY: Final = 28
"""Of a month: every month has it."""
_TIME: Final = r"([01]\d|2[0-3]):([0-5]\d)"
_DAILY: Final = re.compile(rf"daily {_TIME}")
_WEEKLY: Final = re.compile(rf"weekly ({'|'.join(DAYS)}) {_TIME}")
_MONTHLY: Final = re.compile(rf"monthly (\d\d?) {_TIME}")
_WEEK: Final = 7
_DECEMBER: Final = 12


def checked(text: str) -> str:
    """Return a schedule as it is kept: in small letters, with single blanks.

    Raises:
        StateError: it is none.
    """
    plain = " ".join(text.lower().split())
    monthly = _MONTHLY.fullmatch(plain)
    if plain == "hourly" or _DAILY.fullmatch(plain) or _WEEKLY.fullmatch(plain):
        return plain
    if monthly and 1 <= int(monthly[1]) <= LAST_DAY:
        return f"monthly {int(monthly[1])} {monthly[2]}:{monthly[3]}"
    raise StateError(
        "A schedule is “hourly”, “daily 03:00”, “weekly monday 03:00” or “monthly 1 03:00” (a day from 1 to 28); times are UTC."
    )


def next_after(text: str, now: datetime) -> datetime:
    """Return the first time after `now` that a schedule names, UTC.

    Raises:
        StateError: it is no schedule.
    """
    plain, now = checked(text), now.astimezone(UTC)
    if plain == "hourly":
        return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    hour, minute = map(int, plain[-5:].split(":"))
    today = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if weekly := _WEEKLY.fullmatch(plain):
        first = today + timedelta(days=(DAYS.index(weekly[1]) - today.weekday()) % _WEEK)
        return first if first > now else first + timedelta(days=_WEEK)
    if monthly := _MONTHLY.fullmatch(plain):
        first = today.replace(day=int(monthly[1]))
        return first if first > now else _a_month_later(first)
    return today if today > now else today + timedelta(days=1)


def _a_month_later(day: datetime) -> datetime:
    return day.replace(year=day.year + 1, month=1) if day.month == _DECEMBER else day.replace(month=day.month + 1)
