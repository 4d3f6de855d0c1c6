"""Parameters of addresses that doors read alike: numbers, boxes, dates. Each is refused by its name, with what it must be."""

from typing import Final

from catalogue.query import SearchQuery
from records.dates import Date, TimeInterval
from records.errors import QueryError
from records.model import Box

_SHOWN: Final = 100
"""Characters of a value that a message repeats."""
_DIGITS: Final = 18
"""A number of more digits is read as the least of them: it is out of all bounds, and where there is none it means all."""
_BOX: Final = "west,south,east,north in degrees, longitudes from -180 to 180, latitudes from -90 to 90, south not above north"
_DATE: Final = "a date or a moment: 2007, 2007-04, 2007-04-03 or 2007-04-03T12:30:00Z"


def refused(parameter: str, written: str, form: str) -> QueryError:
    """Return the error that tells what a parameter must be, and what it is."""
    return QueryError(f"{parameter} is {written[:_SHOWN]!r}; it must be {form}", parameter=parameter)


def number(written: str, parameter: str, *, least: int, most: int | None = None) -> int:
    """Return a whole number.

    Args:
        written: in digits.
        parameter: where it stands.
        least: the least that is taken.
        most: the greatest; None where any is.

    Raises:
        QueryError: it is none, or out of bounds.
    """
    digits = written.strip()
    if digits.isascii() and digits.isdigit():
        value = int(digits) if len(digits) <= _DIGITS else 10**_DIGITS
        if least <= value and (most is None or value <= most):
            return value
    bounds = f"from {least}" if most is None else f"from {least} to {most}"
    raise refused(parameter, written, f"a whole number {bounds}")


def box(written: str, parameter: str, *, heights: bool = False) -> Box:
    """Return a box of the Earth: longitude and latitude of its lower left corner, then of its upper right one, degrees (CRS84).

    Args:
        written: numbers parted by commas; west is greater than east where the box spans the antimeridian.
        parameter: where it stands.
        heights: whether there may be six numbers, a height behind each corner (OGC 17-069r4, 7.15.3); they narrow nothing.

    Raises:
        QueryError: it is no such box.
    """
    form = f"four numbers, {_BOX}{'; or six, with a height behind each corner' if heights else ''}"
    try:
        numbers = [float(part) for part in written.split(",")]
        if heights and len(numbers) == 6:
            del numbers[5], numbers[2]
        west, south, east, north = numbers
        (made,) = SearchQuery(bbox=(Box(west=west, south=south, east=east, north=north),)).bbox
    except (ValueError, QueryError) as error:
        raise refused(parameter, written, form) from error
    return made


def date(written: str, parameter: str) -> Date:
    """Return a date or a moment (ISO 8601); one that is not whole stands for all of its year, month or day.

    Raises:
        QueryError: it is none.
    """
    try:
        return Date.parse(written.strip())
    except ValueError as error:
        raise refused(parameter, written, _DATE) from error


def interval(begin: Date | None, end: Date | None, parameter: str) -> TimeInterval:
    """Return an interval, open to the side of which there is no date.

    Raises:
        QueryError: it ends before it begins.
    """
    made = TimeInterval(begin=begin, end=end)
    first, last = made.seconds
    if first is not None and last is not None and first > last:
        raise QueryError(f"the time asked for ends ({end}) before it begins ({begin})", parameter=parameter)
    return made
