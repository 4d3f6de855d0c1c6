"""Dates as metadata has them: of any precision, from deep time to the year 9999 and beyond, open or closed.

A `Date` keeps the precision it was given ("2007-04" stays a month) and knows the first and the last second it covers, counted in
signed seconds from 1970-01-01T00:00:00Z in the proleptic Gregorian calendar (ISO 8601), without leap seconds.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Self

_DATE = re.compile(
    r"""
    ^(?P<year>[+-]\d{4,10}|\d{5,7}(?=-\d)|\d{4})
    (?:(?:[-/](?=\d)|(?=\d\d))(?P<month>\d{1,2})(?:(?:[-/](?=\d)|(?=\d\d))(?P<day>\d{1,2}))?)?
    (?:(?P<mark>T|\ +|-)(?P<hour>\d{2})[:.]?(?P<minute>\d{2})?(?:[:.]?(?P<second>\d{2})(?P<fraction>[.,]\d+)?)?
       \ ?(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?
    Z?$""",
    re.VERBOSE | re.IGNORECASE,
)
_LONGEST = 80
"""No date is written with more characters, blanks around it included."""
_DAYS_PER_400_YEARS = 146_097
_SECONDS_PER_DAY = 86_400
_EPOCH = date(1970, 1, 1).toordinal()
_REMEMBERED = 16_384
"""Dates of which what was made is remembered: those of one record are asked for several times, and come again in others."""


@dataclass(frozen=True, slots=True)
class Date:
    """A moment or a stretch of the calendar, in UTC.

    Attributes:
        text: ISO 8601, extended form, as precise as it was given: "2007", "2007-04", "2007-04-03" or "2007-04-03T12:30:00Z".
            Years before 0000 or after 9999 carry a sign ("-65000000").
    """

    text: str

    @classmethod
    @lru_cache(maxsize=_REMEMBERED)
    def parse(cls, text: str) -> Self:
        """Return the date that `text` writes.

        Understands ISO 8601 in basic and extended form, a time zone (converted to UTC; no zone is read as UTC), SIPAD's
        "2007/04/03-00.00.00", and an hour behind a year or month alone ("2001-01T00:00:00"), which adds nothing and is dropped.

        Raises:
            ValueError: `text` is no date, or a day that the calendar does not have.
        """
        match = _DATE.match(text.strip()) if len(text) <= _LONGEST else None
        if match is None:
            raise ValueError(f"not a date: {text[:_LONGEST]!r}")
        year = int(match["year"])
        if match["day"] is None and match["hour"] is not None and match["mark"] not in {"T", "t"}:
            raise ValueError(f"not a date: {text!r}")
        if match["month"] is None:
            return cls(_year(year))
        month = int(match["month"])
        if not 1 <= month <= 12:
            raise ValueError(f"no such month: {text!r}")
        if match["day"] is None:
            return cls(f"{_year(year)}-{month:02d}")
        day = int(match["day"])
        _days(year, month, day)  # raises ValueError for a day that does not exist
        if match["hour"] is None:
            return cls(f"{_year(year)}-{month:02d}-{day:02d}")
        return cls(_moment(year, month, day, match))

    @classmethod
    def of(cls, moment: date | datetime) -> Self:
        """Return `moment`, a date or an aware datetime, as a Date."""
        if isinstance(moment, datetime):
            return cls(f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
        return cls(moment.isoformat())

    @property
    def first_second(self) -> int:
        """The first second covered, in seconds from 1970-01-01T00:00:00Z."""
        return _first_second(self.text)

    @property
    def last_second(self) -> int:
        """The last second covered, in seconds from 1970-01-01T00:00:00Z: "2007" covers all of that year."""
        return _last_second(self.text)

    @property
    def year(self) -> int:
        """The calendar year, astronomical: 0 is 1 BC."""
        return _parts(self.text)[0]

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeInterval:
    """A stretch of time, both ends included.

    Attributes:
        begin: None when it is open towards the past (or unknown).
        end: None when it is open towards the future: still going on (or unknown).
    """

    begin: Date | None = None
    end: Date | None = None

    @property
    def seconds(self) -> tuple[int | None, int | None]:
        """First and last second covered, in seconds from 1970-01-01T00:00:00Z; None for an open end."""
        return (self.begin.first_second if self.begin else None, self.end.last_second if self.end else None)


def _parts(text: str) -> tuple[int, int | None, int | None, int | None]:
    """Return year, month, day and second of the day of the text of a Date; None for what it leaves open."""
    sign = -1 if text.startswith("-") else 1
    day_part, _, time_part = text.lstrip("+-").partition("T")
    numbers = [int(number) for number in day_part.split("-")]
    month = numbers[1] if len(numbers) > 1 else None
    day = numbers[2] if len(numbers) > 2 else None
    if not time_part:
        return sign * numbers[0], month, day, None
    hour, minute, second = time_part.rstrip("Z").split(":")
    return sign * numbers[0], month, day, int(hour) * 3600 + int(minute) * 60 + int(float(second))


@lru_cache(maxsize=_REMEMBERED)
def _first_second(text: str) -> int:
    year, month, day, second = _parts(text)
    return _days(year, month or 1, day or 1) * _SECONDS_PER_DAY + (second or 0)


@lru_cache(maxsize=_REMEMBERED)
def _last_second(text: str) -> int:
    year, month, day, second = _parts(text)
    if second is not None:
        return _first_second(text)
    if day is not None:
        return _first_second(text) + _SECONDS_PER_DAY - 1
    if month is not None:
        after = (year + 1, 1) if month == 12 else (year, month + 1)
        return _days(*after, 1) * _SECONDS_PER_DAY - 1
    return _days(year + 1, 1, 1) * _SECONDS_PER_DAY - 1


def _year(year: int) -> str:
    if 0 <= year <= 9999:
        return f"{year:04d}"
    return f"{year:+05d}"


def _days(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 to this day; ValueError where the calendar has no such day."""
    cycles, remainder = divmod(year - 2000, 400)
    return date(2000 + remainder, month, day).toordinal() - _EPOCH + cycles * _DAYS_PER_400_YEARS


def _moment(year: int, month: int, day: int, match: re.Match[str]) -> str:
    hour, minute, second = int(match["hour"]), int(match["minute"] or 0), int(match["second"] or 0)
    if hour > 24 or minute > 59 or second > 60:
        raise ValueError(f"no such time of day: {match[0]!r}")
    fraction = (match["fraction"] or "").replace(",", ".").rstrip("0").rstrip(".")
    seconds = hour * 3600 + minute * 60 + min(second, 59) - _offset(match["zone"])
    shift, rest = divmod(seconds, _SECONDS_PER_DAY)
    if shift:
        cycles, remainder = divmod(year - 2000, 400)
        moved = date(2000 + remainder, month, day) + timedelta(days=shift)
        year, month, day = moved.year + cycles * 400, moved.month, moved.day
    clock = f"{rest // 3600:02d}:{rest % 3600 // 60:02d}:{rest % 60:02d}{fraction}Z"
    return f"{_year(year)}-{month:02d}-{day:02d}T{clock}"


def _offset(zone: str | None) -> int:
    if zone is None or zone[0] not in "+-":
        return 0
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return (-1 if zone[0] == "-" else 1) * (int(digits[:2]) * 3600 + int(digits[2:]) * 60)
