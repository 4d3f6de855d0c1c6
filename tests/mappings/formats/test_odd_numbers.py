"""Numbers that are none, or too large, wherever a document has a number: reading tells them and goes on."""

import re

import msgspec
import pytest

from mappings.formats import WRITTEN, read, write
from records.errors import FormatError
from records.model import ICRS, Box, Circle, Extent, Polygon, Record

ODD = ("NaN", "sNaN", "INF", "-INF", "Infinity", "1e999", "1e308", "1e99999999", "1e14", "9" * 40, "9" * 400, "9" * 5000, "-1", "1_0", ".")
RING = ((1.5, 2.5), (3.5, 2.5), (3.5, 4.5), (1.5, 2.5))
MEASURED = Record(
    identifier="measured",
    title="All that is counted and measured",
    size=1_500_000_000,
    object_count=294,
    extents=(
        Extent(boxes=(Box(west=-10.5, south=1.5, east=20.5, north=30.5),), polygons=(Polygon(rings=(RING,)),), vertical=(-5.5, 10.5)),
        Extent(frame=ICRS, circles=(Circle(x=101.6, y=-0.5, radius=1.5),), polygons=(Polygon(rings=(RING,)),)),
    ),
)
_NUMBER = re.compile(rb"(?<![\w.+/:#-])-?\d+(?:\.\d+)?(?![\w.:/]*[\w:/])")


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd[:12])
@pytest.mark.parametrize("name", [known.name for known in WRITTEN if known.read])
def test_no_number_makes_reading_raise(name: str, odd: str) -> None:
    written = write(MEASURED, name)
    start = written.find(b"?>") + 2 if written.startswith(b"<") else 0
    places = [match.span() for match in _NUMBER.finditer(written, start)]
    assert places, "there is a number to change"
    for begin, end in places:
        try:
            record = read(written[:begin] + odd.encode() + written[end:])
        except FormatError:
            assert name == "json"
            assert odd not in {"NaN", "Infinity", "1e999"}
            continue
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(record), type=Record) == record
        for known in WRITTEN:
            write(record, known.name)
