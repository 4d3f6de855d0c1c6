from datetime import UTC, datetime

import pytest

from mappings.vocabularies.words import (
    date_words,
    declination_words,
    degrees_words,
    interval_words,
    latitude_words,
    longitude_words,
    moment_words,
    number_words,
    right_ascension_words,
    size_words,
)
from records.dates import Date, TimeInterval

NNBSP = "\u202f"


@pytest.mark.parametrize(
    ("text", "english", "french"),
    [
        ("2007", "2007", "2007"),
        ("2007-04", "April 2007", "avril 2007"),
        ("2007-04-03", "3 April 2007", "3 avril 2007"),
        ("2008-08-01", "1 August 2008", "1er août 2008"),
        ("2007-04-03T00:00:00Z", "3 April 2007", "3 avril 2007"),
        ("2007-04-03T12:30:00Z", "3 April 2007, 12:30 UTC", "3 avril 2007 à 12:30 UTC"),
        ("2007-04-03T12:30:07.25Z", "3 April 2007, 12:30:07 UTC", "3 avril 2007 à 12:30:07 UTC"),
        ("0000", "1 BC", "1 av. J.-C."),
        ("-65000000", "65,000,001 BC", f"65{NNBSP}000{NNBSP}001 av. J.-C."),
    ],
)
def test_a_date_is_said_as_precisely_as_it_was_given(text: str, english: str, french: str) -> None:
    assert date_words(Date.parse(text), "en") == english
    assert date_words(Date.parse(text), "fr") == french


def interval(begin: str | None, end: str | None) -> TimeInterval:
    return TimeInterval(begin=Date.parse(begin) if begin else None, end=Date.parse(end) if end else None)


@pytest.mark.parametrize(
    ("begin", "end", "english", "french"),
    [
        ("2007-04-03", "2007-05-09", "3 April 2007 – 9 May 2007", "3 avril 2007 – 9 mai 2007"),
        ("1992", None, "since 1992", "depuis 1992"),
        ("1992-02-01", None, "since 1 February 1992", "depuis le 1er février 1992"),
        (None, "2012", "until 2012", "jusqu’en 2012"),
        (None, "2012-11-02", "until 2 November 2012", "jusqu’au 2 novembre 2012"),
        ("2012", "2012", "2012", "2012"),
        (None, None, "", ""),
    ],
)
def test_an_interval(begin: str | None, end: str | None, english: str, french: str) -> None:
    assert interval_words(interval(begin, end), "en") == english
    assert interval_words(interval(begin, end), "fr") == french


@pytest.mark.parametrize(
    ("size", "english", "french"),
    [
        (0, "0 bytes", "0 octet"),
        (1, "1 byte", "1 octet"),
        (999, "999 bytes", "999 octets"),
        (1_000, "1 kB", "1 ko"),
        (73_709_000, "73.7 MB", "73,7 Mo"),
        (999_600, "1 MB", "1 Mo"),
        (1_234_567_890_123, "1.23 TB", "1,23 To"),
        (250_000_000, "250 MB", "250 Mo"),
    ],
)
def test_a_size_has_three_digits_and_a_thin_space(size: int, english: str, french: str) -> None:
    assert size_words(size, "en") == english.replace(" ", NNBSP)
    assert size_words(size, "fr") == french.replace(" ", NNBSP)


def test_numbers_are_grouped() -> None:
    assert number_words(1_259, "en") == "1,259"
    assert number_words(27_849, "fr") == f"27{NNBSP}849"


def test_places_on_the_earth() -> None:
    assert degrees_words(-1.25, "fr") == "−1,25°"
    assert degrees_words(-0.00001, "en") == "0°"
    assert longitude_words(-12.5, "en") == f"12.5°{NNBSP}W"
    assert longitude_words(-12.5, "fr") == f"12,5°{NNBSP}O"
    assert latitude_words(48, "en") == f"48°{NNBSP}N"
    assert (latitude_words(0, "en"), longitude_words(-180, "fr")) == ("0°", "180°")


def test_places_on_the_sky() -> None:
    assert right_ascension_words(282.5) == f"18h{NNBSP}50m"
    assert right_ascension_words(359.99) == f"0h{NNBSP}00m"
    assert declination_words(-12.51) == f"−12°{NNBSP}31′"
    assert declination_words(-0.001) == f"+0°{NNBSP}00′"


def test_a_moment_is_said_by_its_day() -> None:
    assert moment_words(datetime(2026, 11, 23, 23, 59, tzinfo=UTC), "en") == "23 November 2026"
