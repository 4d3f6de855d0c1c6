"""Places for the map that can be moved: drawn whole, wherever they are cut."""

from typing import Any

from records.model import ICRS, Box, Circle, Extent, Polygon, Record
from tests.ui.hard_records import ANTIMERIDIAN
from ui.places import earth_places


def rings(record: Record) -> list[Any]:
    """The outer ring of each place of a record, or its point."""
    places: Any = earth_places(record)
    shapes = [feature["geometry"] for feature in places["features"]]
    return [
        shape["coordinates"] if shape["type"] == "Point" else [tuple(position) for position in shape["coordinates"][0]] for shape in shapes
    ]


def test_places_over_the_antimeridian_are_whole() -> None:
    box, polygon = rings(ANTIMERIDIAN)
    assert {x for x, _ in box} == {x for x, _ in polygon} == {175, 185}


def test_a_polygon_around_a_pole_holds_it() -> None:
    around = tuple((float(longitude), -60.0) for longitude in (-180, -90, 0, 90, 180))
    (ring,) = rings(Record(identifier="south", extents=(Extent(polygons=(Polygon(rings=(around,)),)),)))
    assert ring[0] == ring[-1]
    assert {y for _, y in ring} == {-60.0, -90.0}
    assert {-180.0, 180.0} <= {x for x, _ in ring}


def test_a_box_of_no_size_is_a_point() -> None:
    assert rings(Record(identifier="station", extents=(Extent(boxes=(Box(west=70, south=-49, east=70, north=-49),)),))) == [(70, -49)]


def test_what_is_not_on_the_earth_is_on_no_map() -> None:
    assert earth_places(Record(identifier="field", extents=(Extent(frame=ICRS, circles=(Circle(x=1, y=1, radius=1),)),))) is None
