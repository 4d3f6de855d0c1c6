"""The table of fields holds together, and tells what a record has."""

import msgspec

from mappings.index.document import index_document
from mappings.index.fields import FIELDS, LAST_YEAR, Kind
from records.codes import DateTypeCode
from records.dates import Date, TimeInterval
from records.model import Box, Circle, Extent, Polygon, Record, ResourceDate


def test_names_at_the_csw_door_are_each_of_one_field() -> None:
    names = [name.lower() for field in FIELDS.values() for name in field.csw]
    assert len(names) == len(set(names))


def test_facets_are_kept_whole() -> None:
    assert all(field.kind in (Kind.KEYWORD, Kind.INTEGER) for field in FIELDS.values() if field.facet)


def test_an_empty_record_has_an_identifier_and_no_more() -> None:
    body = msgspec.json.decode(index_document(Record(identifier="x")).body)
    assert body["has"] == ["identifier"]


def test_years_cover_the_intervals_and_are_clipped() -> None:
    years = FIELDS["year"].values
    assert years(Record(identifier="x", intervals=(TimeInterval(begin=Date("1999"), end=Date("2001-03")),))) == (1999, 2000, 2001)
    assert years(Record(identifier="x", intervals=(TimeInterval(begin=Date("2033")),))) == (2033, 2034, 2035)
    assert years(Record(identifier="x", intervals=(TimeInterval(begin=Date("-65000000"), end=Date("9999")),)))[-1] == LAST_YEAR
    assert years(Record(identifier="x", intervals=(TimeInterval(),))) == ()


def test_begin_and_end_are_known_only_where_no_interval_is_open() -> None:
    record = Record(identifier="x", intervals=(TimeInterval(begin=Date("1999"), end=Date("2001")), TimeInterval(begin=Date("2005"))))
    assert FIELDS["begin"].values(record) == (Date("1999").first_second,)
    assert FIELDS["end"].values(record) == ()


def test_dates_of_the_resource_by_their_kind() -> None:
    record = Record(identifier="x", dates=(ResourceDate(date=Date("2003"), type=DateTypeCode.PUBLICATION), ResourceDate(date=Date("2004"))))
    assert FIELDS["resource_published"].values(record) == (Date("2003").first_second,)
    assert FIELDS["resource_created"].values(record) == ()
    assert FIELDS["named_year"].values(record) == ("2003", "2004")


def test_envelopes_say_whether_they_tell_all() -> None:
    def has(*extents: Extent) -> list[str]:
        return [
            name for name in msgspec.json.decode(index_document(Record(identifier="x", extents=extents)).body)["has"] if "extent" in name
        ]

    box = Box(west=1, south=2, east=3, north=4)
    assert has(Extent(boxes=(box,))) == ["extent"]
    assert has(Extent(boxes=(box, box))) == ["extent"]
    assert has(Extent(boxes=(Box(west=170, south=0, east=-170, north=1),))) == ["extent", "extent+"]
    assert has(Extent(polygons=(Polygon(rings=(((0, 0), (1, 0), (0, 1), (0, 0)),)),))) == ["extent", "extent+"]
    assert has(Extent(circles=(Circle(x=1, y=2, radius=3),))) == ["extent", "extent+"]
    assert has(Extent(description="somewhere")) == []
    assert has(Extent(frame="icrs", boxes=(box,))) == []
