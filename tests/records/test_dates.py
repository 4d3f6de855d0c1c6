"""Dates of any precision, and the seconds they cover."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.dates import Date, TimeInterval


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("2007", "2007"),
        ("2007-04", "2007-04"),
        ("200704", "2007-04"),
        ("20070403", "2007-04-03"),
        (" 2007-04-03 ", "2007-04-03"),
        ("2007/04/03-00.00.00", "2007-04-03T00:00:00Z"),
        ("2007-04-03T12:30", "2007-04-03T12:30:00Z"),
        ("2007-04-03T12:30:00+02:00", "2007-04-03T10:30:00Z"),
        ("2007-12-31T23:30:00-0100", "2008-01-01T00:30:00Z"),
        ("2007-04-03T12:30:00.120Z", "2007-04-03T12:30:00.12Z"),
        ("2001-01T00:00:00", "2001-01"),
        ("-65000000", "-65000000"),
        ("12345-01-01", "+12345-01-01"),
        ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
        ("2012-06-30T23:59:60Z", "2012-06-30T23:59:59Z"),
    ],
)
def test_a_date_keeps_its_precision(written: str, kept: str) -> None:
    assert Date.parse(written).text == kept
    assert Date.parse(kept).text == kept


@pytest.mark.parametrize(
    "written",
    [
        "",
        "now",
        "Present",
        "2007-13",
        "2007-02-30",
        "2007-04-03T25:00:00",
        "12/04/2007",
        "20",
        "2007-04-03T12:60",
        "2001 - 2010",
        "2001-2010",
        "1998/2000",
        "99999",
        "20070",
        "2007-04-03T12" + " " * 100_000 + "x",
    ],
)
def test_what_is_no_date_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Date.parse(written)


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2007", "2007-01-01T00:00:00", "2007-12-31T23:59:59"),
        ("2008-02", "2008-02-01T00:00:00", "2008-02-29T23:59:59"),
        ("2007-12", "2007-12-01T00:00:00", "2007-12-31T23:59:59"),
        ("2007-04-03", "2007-04-03T00:00:00", "2007-04-03T23:59:59"),
        ("2007-04-03T12:30:10Z", "2007-04-03T12:30:10", "2007-04-03T12:30:10"),
    ],
)
def test_a_date_covers_all_it_says(written: str, first: str, last: str) -> None:
    read = Date.parse(written)
    assert read.first_second == datetime.fromisoformat(first).replace(tzinfo=UTC).timestamp()
    assert read.last_second == datetime.fromisoformat(last).replace(tzinfo=UTC).timestamp()


def test_deep_time_and_the_far_future_are_counted() -> None:
    assert Date.parse("-65000000").first_second < Date.parse("-64999999").first_second < Date.parse("0000").first_second
    assert Date.parse("9999").last_second == 253_402_300_799
    assert Date.parse("+12345").first_second > Date.parse("9999").last_second


@given(st.dates())
def test_days_agree_with_the_calendar(day: date) -> None:
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    read = Date.parse(day.isoformat())
    assert read.first_second == (begin - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
    assert read.last_second - read.first_second == 86_399
    assert Date.of(day) == read


def test_an_open_end_is_none() -> None:
    assert TimeInterval(begin=Date.parse("2007")).seconds == (1_167_609_600, None)
    assert TimeInterval(end=Date.parse("1970-01-01")).seconds == (None, 86_399)
