import pytest
from hypothesis import given

from mappings.coordinates import box_around
from records.model import Box, Polygon
from tests.strategies import polygons


@pytest.mark.parametrize(
    ("ring", "box"),
    [
        (((0.0, 0.0), (10.0, 2.0), (5.0, 5.0), (0.0, 0.0)), Box(west=0, south=0, east=10, north=5)),
        (((175.0, 0.0), (-175.0, 0.0), (-175.0, 5.0), (175.0, 0.0)), Box(west=175, south=0, east=-175, north=5)),
        (((-175.0, 0.0), (175.0, 5.0), (175.0, 0.0), (-175.0, 0.0)), Box(west=175, south=0, east=-175, north=5)),
        (((-180.0, -10.0), (180.0, -10.0), (180.0, 10.0), (-180.0, 10.0), (-180.0, -10.0)), Box(west=-180, south=-10, east=180, north=10)),
        (((0.0, 60.0), (90.0, 70.0), (180.0, 60.0), (-90.0, 70.0), (0.0, 60.0)), Box(west=-180, south=60, east=180, north=90)),
        (((0.0, -60.0), (90.0, -70.0), (180.0, -60.0), (-90.0, -70.0), (0.0, -60.0)), Box(west=-180, south=-90, east=180, north=-60)),
    ],
    ids=["plain", "antimeridian", "antimeridian from the east", "globe", "north pole", "south pole"],
)
def test_the_box_around_a_polygon(ring: tuple[tuple[float, float], ...], box: Box) -> None:
    assert box_around(Polygon(rings=(ring,))) == box


@given(polygons())
def test_the_box_holds_all_positions_and_is_no_wider_than_it_must(polygon: Polygon) -> None:
    box = box_around(polygon)
    width = (box.east - box.west) % 360
    assert width <= 30
    for x, y in polygon.rings[0]:
        assert box.south <= y <= box.north
        assert (x - box.west) % 360 <= width + 1e-6 or (x - box.west) % 360 >= 360 - 1e-6
