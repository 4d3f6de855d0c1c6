"""Parameters that doors read alike: what they take, and what is told of what they do not."""

from collections.abc import Callable

import pytest

from catalogue.protocols.parameters import box, date, interval, number
from records.dates import Date, TimeInterval
from records.errors import QueryError
from records.model import Box

_NUMBER = "it must be a whole number from 1 to 1000"
_SIDES = "longitudes from -180 to 180, latitudes from -90 to 90, south not above north"
_BOX = f"it must be four numbers, west,south,east,north in degrees, {_SIDES}"
_DATE = "it must be a date or a moment: 2007, 2007-04, 2007-04-03 or 2007-04-03T12:30:00Z"


@pytest.mark.parametrize(
    ("written", "most", "value"),
    [
        ("1", 1000, 1),
        (" 1000 ", 1000, 1000),
        ("007", 1000, 7),
        ("12", None, 12),
        ("9" * 17, None, int("9" * 17)),
        ("9" * 5000, None, 10**18),
    ],
)
def test_a_whole_number_is_read(written: str, most: int | None, value: int) -> None:
    assert number(written, "n", least=1, most=most) == value


@pytest.mark.parametrize(
    ("written", "heights", "value"),
    [
        ("1,2,3,4", False, Box(west=1, south=2, east=3, north=4)),
        (" 170.5, -10 ,-170,10", False, Box(west=170.5, south=-10, east=-170, north=10)),
        ("1,2,-500,3,4,9000", True, Box(west=1, south=2, east=3, north=4)),
        ("1,2,3,4", True, Box(west=1, south=2, east=3, north=4)),
    ],
)
def test_a_box_is_read(written: str, heights: bool, value: Box) -> None:  # noqa: FBT001 (a case of the table)
    assert box(written, "bbox", heights=heights) == value


def test_a_time_is_read() -> None:
    assert date(" 2007-04 ", "start") == Date("2007-04")
    assert interval(Date("2007"), Date("2007-04"), "start") == TimeInterval(begin=Date("2007"), end=Date("2007-04"))
    assert interval(None, Date("2007"), "start") == TimeInterval(end=Date("2007"))


@pytest.mark.parametrize(
    ("read", "told"),
    [
        *(
            (lambda written=written: number(written, "n", least=1, most=1000), f"n is {written!r}; {_NUMBER}")
            for written in ("", "0", "1001", "-1", "1.5", "1e2", "x", "²", "٣", "9" * 30)
        ),
        (lambda: number("x", "n", least=1), "n is 'x'; it must be a whole number from 1"),
        *(
            (lambda written=written: box(written, "b"), f"b is {written!r}; {_BOX}")
            for written in ("", "1,2,3", "1,2,3,4,5", "1,2,3,4,5,6", "a,b,c,d", "0,2,1,1", "0,0,181,1", "nan,0,1,1", "0,0,inf,1")
        ),
        (lambda: box("1,2,3,4,5", "b", heights=True), f"b is '1,2,3,4,5'; {_BOX}; or six, with a height behind each corner"),
        (lambda: date("yesterday", "d"), f"d is 'yesterday'; {_DATE}"),
        (lambda: date("2007-02-30", "d"), f"d is '2007-02-30'; {_DATE}"),
        (lambda: date("x" * 200, "d"), f"d is {'x' * 100!r}; {_DATE}"),
        (lambda: interval(Date("2008"), Date("2007"), "d"), "the time asked for ends (2007) before it begins (2008)"),
    ],
)
def test_what_cannot_be_is_told(read: Callable[[], object], told: str) -> None:
    with pytest.raises(QueryError) as caught:
        read()
    assert str(caught.value) == told
    assert caught.value.parameter in {"n", "b", "d"}
