"""GML geometry: each kind in each spelling, the order of the axes, and back."""

import time

import pytest
from lxml import etree

from mappings.gml import EARTH_SYSTEM, ICRS_SYSTEM, Shapes, frame_of, read_geometry, write_box, write_circle, write_polygon
from mappings.rules import Problems
from records.model import EARTH, ICRS, Box, Circle, Polygon

SQUARE = Polygon(rings=(((5.0, 40.0), (9.0, 40.0), (9.0, 51.0), (5.0, 40.0)),))
SPELLINGS = ("http://www.opengis.net/gml", "http://www.opengis.net/gml/3.2", "http://www.opengis.net/gml/3.2.1")
LATITUDE_FIRST = "urn:ogc:def:crs:EPSG::4326"


def parse(inside: str, *, system: str = "", namespace: str = SPELLINGS[1], near: tuple[Box, ...] = ()) -> tuple[Shapes | None, list[str]]:
    """The shapes of a geometry, whose first element takes the srsName, and the codes of the problems."""
    name, _, rest = inside.partition(">")
    said = f' srsName="{system}"' if system else ""
    element = etree.fromstring(f'{name} xmlns="{namespace}"{said}>{rest}')
    problems = Problems()
    return read_geometry(element, problems, near), [problem.code for problem in problems.found()]


def ring(positions: str, name: str = "exterior") -> str:
    return f"<{name}><LinearRing><posList>{positions}</posList></LinearRing></{name}>"


def polygon(positions: str) -> str:
    return f"<Polygon>{ring(positions)}</Polygon>"


LONGITUDE_FIRST = "5 40 9 40 9 51 5 40"


@pytest.mark.parametrize("namespace", SPELLINGS)
@pytest.mark.parametrize(
    "inside",
    [
        polygon(LONGITUDE_FIRST),
        "<Polygon><exterior><LinearRing><pos>5 40</pos><pos>9 40</pos><pos>9 51</pos><pos>5 40</pos></LinearRing></exterior></Polygon>",
        "<Polygon><outerBoundaryIs><LinearRing><coordinates>5,40 9,40 9,51 5,40</coordinates></LinearRing></outerBoundaryIs></Polygon>",
        '<Polygon><exterior><LinearRing><posList srsDimension="3">5 40 0 9 40 0 9 51 0 5 40 0</posList></LinearRing></exterior></Polygon>',
        f"<Surface><patches><PolygonPatch>{ring(LONGITUDE_FIRST)}</PolygonPatch></patches></Surface>",
        f"<MultiSurface><surfaceMember>{polygon(LONGITUDE_FIRST)}</surfaceMember></MultiSurface>",
        f"<MultiGeometry><name>x</name><geometryMembers>{polygon(LONGITUDE_FIRST)}</geometryMembers></MultiGeometry>",
    ],
)
def test_a_polygon_is_read_in_each_form_and_namespace(inside: str, namespace: str) -> None:
    assert parse(inside, namespace=namespace) == (Shapes(polygons=(SQUARE,)), [])


@pytest.mark.parametrize(
    ("system", "positions"),
    [
        (EARTH_SYSTEM, LONGITUDE_FIRST),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", LONGITUDE_FIRST),
        ("EPSG:4326", LONGITUDE_FIRST),
        ("http://www.opengis.net/gml/srs/epsg.xml#4326", LONGITUDE_FIRST),
        ("WGS84", LONGITUDE_FIRST),
        (LATITUDE_FIRST, "40 5 40 9 51 9 40 5"),
        ("http://www.opengis.net/def/crs/EPSG/0/4326", "40 5 40 9 51 9 40 5"),
        ("urn:x-ogc:def:crs:EPSG:6.11:4326", "40 5 40 9 51 9 40 5"),
    ],
)
def test_the_reference_system_says_the_order_of_the_axes(system: str, positions: str) -> None:
    assert parse(polygon(positions), system=system) == (Shapes(polygons=(SQUARE,)), [])


def test_where_the_order_is_left_open_the_box_beside_decides() -> None:
    latitude_first = polygon("40 5 40 9 51 9 40 5")
    near = (Box(west=5, south=40, east=9, north=51),)
    assert parse(latitude_first, system="EPSG:4326", near=near) == (Shapes(polygons=(SQUARE,)), [])
    assert parse(polygon(LONGITUDE_FIRST), system="EPSG:4326", near=near) == (Shapes(polygons=(SQUARE,)), [])


def test_where_longitude_first_is_impossible_latitude_is() -> None:
    found, problems = parse(polygon("40 105 40 109 51 109 40 105"))
    assert (found, problems) == (
        Shapes(polygons=(Polygon(rings=(((105.0, 40.0), (109.0, 40.0), (109.0, 51.0), (105.0, 40.0)),)),)),
        [],
    )


def test_holes_and_longitudes_beyond_180() -> None:
    inside = f"<Polygon>{ring('350 0 10 0 10 5 350 0')}{ring('355 1 5 1 5 2 355 1', 'interior')}</Polygon>"
    assert parse(inside) == (
        Shapes(
            polygons=(
                Polygon(
                    rings=(
                        ((-10.0, 0.0), (10.0, 0.0), (10.0, 5.0), (-10.0, 0.0)),
                        ((-5.0, 1.0), (5.0, 1.0), (5.0, 2.0), (-5.0, 1.0)),
                    )
                ),
            )
        ),
        [],
    )


@pytest.mark.parametrize(
    ("inside", "box", "problems"),
    [
        ("<Point><pos>5 40</pos></Point>", Box(west=5, south=40, east=5, north=40), []),
        ("<Point><coordinates>5,40</coordinates></Point>", Box(west=5, south=40, east=5, north=40), []),
        ("<Point><coord><X>5</X><Y>40</Y></coord></Point>", Box(west=5, south=40, east=5, north=40), []),
        (
            "<Envelope><lowerCorner>170 -10</lowerCorner><upperCorner>-170 10</upperCorner></Envelope>",
            Box(west=170, south=-10, east=-170, north=10),
            [],
        ),
        ("<LineString><posList>5 40 9 51</posList></LineString>", Box(west=5, south=40, east=9, north=51), ["line-as-box"]),
        (
            '<LineString><coordinates cs=" " ts=";" decimal=",">5,5 40;9 51</coordinates></LineString>',
            Box(west=5.5, south=40, east=9, north=51),
            ["line-as-box"],
        ),
    ],
)
def test_points_lines_and_envelopes_are_boxes(inside: str, box: Box, problems: list[str]) -> None:
    assert parse(inside) == (Shapes(boxes=(box,)), problems)


@pytest.mark.parametrize(
    ("unit", "radius"), [("deg", 10.0), ("urn:ogc:def:uom:UCUM::deg", 10.0), ("#deg", 10.0), ("arcmin", 10 / 60), ("arcsec", 10 / 3600)]
)
def test_a_circle_on_the_sky(unit: str, radius: float) -> None:
    inside = f"""<Polygon><exterior><Ring><curveMember><Curve><segments><CircleByCenterPoint numArc="1"><pos>282.5 0</pos>
        <radius uom="{unit}">10</radius></CircleByCenterPoint></segments></Curve></curveMember></Ring></exterior></Polygon>"""
    found, problems = parse(inside, system=ICRS_SYSTEM)
    assert found is not None
    assert (found.frame, problems) == (ICRS, [])
    assert [(circle.x, circle.y) for circle in found.circles] == [(282.5, 0.0)]
    assert found.circles[0].radius == pytest.approx(radius)


@pytest.mark.parametrize(
    ("inside", "system", "problem"),
    [
        (polygon(LONGITUDE_FIRST), "urn:ogc:def:crs:EPSG::28992", "unknown-crs"),
        (polygon("5 40 5 40"), "", "bad-polygon"),
        (polygon("5 40 9 40 9"), "", "bad-position"),
        (polygon("5 40 9 x 9 51 5 40"), "", "bad-position"),
        (polygon("5 40 9 nan 9 51 5 40"), "", "bad-position"),
        (polygon("500 40 9 40 9 51 500 40"), "", "bad-position"),
        ("<Polygon></Polygon>", "", "bad-polygon"),
        ("<Solid></Solid>", "", "no-geometry"),
        ("<ArcString><posList>5 40 9 51</posList></ArcString>", "", "unread-geometry"),
        ('<CircleByCenterPoint><pos>5 40</pos><radius uom="furlong">1</radius></CircleByCenterPoint>', "", "bad-circle"),
        ("<CircleByCenterPoint><pos>5 40</pos></CircleByCenterPoint>", "", "bad-circle"),
    ],
)
def test_what_cannot_be_read_is_a_problem(inside: str, system: str, problem: str) -> None:
    found, problems = parse(inside, system=system)
    assert found is None
    assert problem in problems


def test_an_open_ring_is_closed_and_told() -> None:
    assert parse(polygon("5 40 9 40 9 51")) == (Shapes(polygons=(SQUARE,)), ["open-ring"])


@pytest.mark.parametrize("frame", [EARTH, ICRS, "body:mars"])
def test_what_is_written_is_read_again(frame: str) -> None:
    holder = etree.Element("holder")
    box = Box(west=350.0, south=-1.0, east=10.0, north=1e-05) if frame == ICRS else Box(west=170.0, south=-1.0, east=-170.0, north=1e-05)
    circle = Circle(x=100.25, y=-5.0, radius=0.0001)
    write_box(holder, box, frame, "a")
    write_polygon(holder, SQUARE, frame, "b")
    write_circle(holder, circle, frame, "c")
    problems = Problems()
    shapes = [read_geometry(element, problems) for element in holder]
    assert shapes == [Shapes(frame=frame, boxes=(box,)), Shapes(frame=frame, polygons=(SQUARE,)), Shapes(frame=frame, circles=(circle,))]
    assert problems.found() == ()


def test_an_endless_name_of_a_reference_system_costs_no_time() -> None:
    """Searching it for a code takes the square of its length: a second and more for this one."""
    name = "EPSG:" * 8_000
    begin = time.process_time()
    assert frame_of(name) is None
    assert time.process_time() - begin < 0.1
