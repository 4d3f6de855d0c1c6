"""Schedules: what is one, and when it names the next time."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from accounts.errors import StateError
from catalogue.harvesting.schedules import checked, next_after

NOON = datetime(2026, 11, 27, 12, 30, tzinfo=UTC)  # a Friday


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hourly", datetime(2026, 11, 27, 13, tzinfo=UTC)),
        ("daily 03:00", datetime(2026, 11, 28, 3, tzinfo=UTC)),
        ("daily 12:30", datetime(2026, 11, 28, 12, 30, tzinfo=UTC)),
        ("daily 12:31", datetime(2026, 11, 27, 12, 31, tzinfo=UTC)),
        ("weekly friday 12:00", datetime(2026, 12, 4, 12, tzinfo=UTC)),
        ("weekly friday 23:59", datetime(2026, 11, 27, 23, 59, tzinfo=UTC)),
        ("weekly monday 00:00", datetime(2026, 11, 30, tzinfo=UTC)),
        ("monthly 1 03:00", datetime(2026, 12, 1, 3, tzinfo=UTC)),
        ("monthly 28 03:00", datetime(2026, 11, 28, 3, tzinfo=UTC)),
    ],
)
def test_the_next_time(text: str, expected: datetime) -> None:
    assert next_after(text, NOON) == expected


def test_the_year_turns() -> None:
    assert next_after("monthly 5 03:00", datetime(2026, 12, 5, 3, tzinfo=UTC)) == datetime(2027, 1, 5, 3, tzinfo=UTC)


def test_times_are_utc_whatever_the_clock_says() -> None:
    in_tokyo = NOON.astimezone(timezone(timedelta(hours=9)))
    assert next_after("daily 12:31", in_tokyo) == datetime(2026, 11, 27, 12, 31, tzinfo=UTC)


def test_a_schedule_is_kept_in_one_form() -> None:
    assert checked("  Weekly  MONDAY 03:00 ") == "weekly monday 03:00"
    assert checked("monthly 01 03:00") == "monthly 1 03:00"


@pytest.mark.parametrize(
    "text",
    ["", "sometimes", "daily", "daily 24:00", "daily 3:00", "weekly 03:00", "weekly lundi 03:00", "monthly 0 03:00", "monthly 29 03:00"],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(StateError, match="A schedule is"):
        checked(text)
