"""GML in filters: geometries of all versions, and which axis comes first."""

import re

import pytest
from pygeofilter import ast, values

from records.errors import QueryError
from tests.catalogue.protocols.filters.making import EXTENT, fes, ogc, place, shape

RING = "0 0 0 10 10 10 10 0 0 0"
SQUARE = ((0, 0), (0, 10), (10, 10), (10, 0), (0, 0))
CRS84 = 'srsName="CRS84"'
POLYGON = f"<exterior><LinearRing><posList>{RING}</posList></LinearRing></exterior>"


def longitude_first(geometry: str) -> object:
    """Return what a geometry, written without prefixes and in CRS84, becomes."""
    prefixed = re.sub("<(/?)(?=[A-Za-z])", r"<\1gml:", geometry)
    node = fes(place("Within", prefixed.replace(">", f" {CRS84}>", 1)))
    assert isinstance(node, ast.GeometryWithin)
    return node.rhs


@pytest.mark.parametrize(
    ("geometry", "expected"),
    [
        ("<Point><pos>1.123456789012345 2</pos></Point>", shape("Point", (1.123456789012345, 2))),  # nothing is rounded
        ("<Point><pos>1 2 300</pos></Point>", shape("Point", (1, 2))),
        ("<Point><coordinates>1,2</coordinates></Point>", shape("Point", (1, 2))),
        ("<Point><coord><X>1</X><Y>2</Y></coord></Point>", shape("Point", (1, 2))),
        ("<Point><pos><!-- x -->1<!-- y --> 2</pos></Point>", shape("Point", (1, 2))),
        ("<LineString><posList>1 2 3 4</posList></LineString>", shape("LineString", ((1, 2), (3, 4)))),
        ("<LineString><pos>1 2</pos><pos>3 4</pos></LineString>", shape("LineString", ((1, 2), (3, 4)))),
        ('<LineString><posList srsDimension="3">1 2 0 3 4 0</posList></LineString>', shape("LineString", ((1, 2), (3, 4)))),
        (
            '<LineString><coordinates cs=";" ts="|" decimal=",">1,5;2|3;4</coordinates></LineString>',
            shape("LineString", ((1.5, 2), (3, 4))),
        ),
        (f"<Polygon>{POLYGON}</Polygon>", shape("Polygon", (SQUARE,))),
        (
            (
                "<Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 0,10 10,10 10,0 0,0</coordinates>"
                "</LinearRing></outerBoundaryIs><innerBoundaryIs><LinearRing><coordinates>1,1 2,1 2,2 1,1"
                "</coordinates></LinearRing></innerBoundaryIs></Polygon>"
            ),
            shape("Polygon", (SQUARE, ((1, 1), (2, 1), (2, 2), (1, 1)))),
        ),
        (
            f"<Surface><patches><PolygonPatch>{POLYGON}</PolygonPatch></patches></Surface>",
            shape("Polygon", (SQUARE,)),
        ),
        (
            "<Curve><segments><LineStringSegment><posList>1 2 3 4</posList></LineStringSegment></segments></Curve>",
            shape("LineString", ((1, 2), (3, 4))),
        ),
        (
            (
                "<MultiPoint><pointMember><Point><pos>1 2</pos></Point></pointMember>"
                "<pointMembers><Point><pos>3 4</pos></Point></pointMembers></MultiPoint>"
            ),
            shape("MultiPoint", ((1, 2), (3, 4))),
        ),
        (
            "<MultiCurve><curveMember><LineString><posList>1 2 3 4</posList></LineString></curveMember></MultiCurve>",
            shape("MultiLineString", (((1, 2), (3, 4)),)),
        ),
        (
            f"<MultiSurface><surfaceMember><Polygon>{POLYGON}</Polygon></surfaceMember></MultiSurface>",
            shape("MultiPolygon", ((SQUARE,),)),
        ),
        (
            f"<MultiPolygon><polygonMember><Polygon>{POLYGON}</Polygon></polygonMember></MultiPolygon>",
            shape("MultiPolygon", ((SQUARE,),)),
        ),
        (
            (
                "<MultiGeometry><geometryMember><Point><pos>1 2</pos></Point></geometryMember><geometryMember>"
                "<LineString><posList>1 2 3 4</posList></LineString></geometryMember></MultiGeometry>"
            ),
            values.Geometry(
                {
                    "type": "GeometryCollection",
                    "geometries": [
                        {"type": "Point", "coordinates": (1, 2)},
                        {"type": "LineString", "coordinates": ((1, 2), (3, 4))},
                    ],
                }
            ),
        ),
        (
            "<Envelope><lowerCorner>170 -5</lowerCorner><upperCorner>-170 5</upperCorner></Envelope>",
            values.Envelope(170, -170, -5, 5),  # across the antimeridian
        ),
        ("<Box><coordinates>1,2 3,4</coordinates></Box>", values.Envelope(1, 3, 2, 4)),
        ("<Envelope><pos>1 2</pos><pos>3 4</pos></Envelope>", values.Envelope(1, 3, 2, 4)),
    ],
)
def test_geometries(geometry: str, expected: object) -> None:
    assert longitude_first(geometry) == expected


LATITUDE_FIRST = [
    "urn:ogc:def:crs:EPSG::4326",
    "urn:ogc:def:crs:EPSG:6.6:4326",
    "urn:x-ogc:def:crs:EPSG:6.11:4326",
    "http://www.opengis.net/def/crs/EPSG/0/4326",
    "https://www.opengis.net/def/crs/EPSG/0/4326",
    "urn:ogc:def:crs:EPSG::4258",
]
LONGITUDE_FIRST = [
    "EPSG:4326",
    "epsg:4326",
    "http://www.opengis.net/gml/srs/epsg.xml#4326",
    "CRS84",
    "CRS:84",
    "urn:ogc:def:crs:OGC:1.3:CRS84",
    "urn:ogc:def:crs:OGC::CRS84",
    "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
    "WGS84",
]
CORNERS = "<gml:lowerCorner>1 2</gml:lowerCorner><gml:upperCorner>3 4</gml:upperCorner>"


@pytest.mark.parametrize(
    ("name", "expected"),
    [(name, ast.BBox(EXTENT, 2, 1, 4, 3)) for name in LATITUDE_FIRST] + [(name, ast.BBox(EXTENT, 1, 2, 3, 4)) for name in LONGITUDE_FIRST],
)
def test_the_order_of_axes_is_what_the_reference_system_says(name: str, expected: ast.Node) -> None:
    srs = f'srsName="{name}"'
    assert fes(place("BBOX", f"<gml:Envelope {srs}>{CORNERS}</gml:Envelope>")) == expected
    assert ogc(place("BBOX", f"<gml:Envelope {srs}>{CORNERS}</gml:Envelope>")) == expected
    assert fes(place("BBOX", f"<gml:Envelope>{CORNERS.replace('<gml:lowerCorner', f'<gml:lowerCorner {srs}')}</gml:Envelope>")) == expected
    assert ogc(place("BBOX", f"<gml:Box {srs}><gml:coordinates>1,2 3,4</gml:coordinates></gml:Box>")) == expected


def test_without_a_reference_system_latitude_comes_first() -> None:
    assert fes(place("BBOX", f"<gml:Envelope>{CORNERS}</gml:Envelope>")) == ast.BBox(EXTENT, 2, 1, 4, 3)


def test_the_reference_system_nearest_to_a_position_counts() -> None:
    inner = '<gml:Point><gml:pos>1 2</gml:pos></gml:Point><gml:Point srsName="CRS84"><gml:pos>3 4</gml:pos></gml:Point>'
    node = fes(
        place(
            "Within", f'<gml:MultiPoint srsName="urn:ogc:def:crs:EPSG::4326"><gml:pointMembers>{inner}</gml:pointMembers></gml:MultiPoint>'
        )
    )
    assert node == ast.GeometryWithin(EXTENT, shape("MultiPoint", ((2, 1), (3, 4))))


@pytest.mark.parametrize(
    "name", ["EPSG:3857", "urn:ogc:def:crs:EPSG::2154", "", "Mars", "http://www.ivoa.net/rdf/refframe#ICRS", "EPSG:" + "4" * 500]
)
def test_an_unknown_reference_system_is_named(name: str) -> None:
    with pytest.raises(QueryError, match="the reference system '") as error:
        fes(place("BBOX", f'<gml:Envelope srsName="{name}">{CORNERS}</gml:Envelope>'))
    assert name[:120] in str(error.value)
    assert error.value.parameter == "srsName"


@pytest.mark.parametrize(
    ("geometry", "told"),
    [
        ("<Point><pos>1 95</pos></Point>", "a position is not on the Earth: longitude 1, latitude 95"),
        ("<Point><pos>500 5</pos></Point>", "a position is not on the Earth: longitude 500, latitude 5"),
        ("<Point><pos>1</pos></Point>", "'1' is no position"),
        ("<Point><pos>1 2 3 4</pos></Point>", "'1 2 3 4' is no position"),
        ("<Point><pos>1 x</pos></Point>", "'x' is no number"),
        ("<Point><pos>1 nan</pos></Point>", "'nan' is no number"),
        ("<Point><pos>1 1_0</pos></Point>", "'1_0' is no number"),
        ("<Point></Point>", "a Point has one position, not 0"),
        ("<LineString><posList>1 2</posList></LineString>", "a line has at least two positions"),
        ("<LineString><posList>1 2 3</posList></LineString>", "'3' is no position"),
        ('<LineString><posList srsDimension="9">1 2</posList></LineString>', "positions have 2 or 3 dimensions, not '9'"),
        ("<Polygon></Polygon>", "the Polygon is empty"),
        (f"<Polygon>{POLYGON.replace(RING, '0 0 0 1 1 1')}</Polygon>", "a ring of a polygon has at least four positions"),
        (f"<Polygon>{POLYGON.replace(RING, '0 0 0 1 1 1 1 0')}</Polygon>", "ends where it begins"),
        ("<Solid><exterior/></Solid>", "'Solid' is no property and no value that is understood"),
        ("<MultiGeometry></MultiGeometry>", "a collection of no geometries"),
        ("<Curve></Curve>", "a Curve of 0 parts is not understood here"),
        (
            "<Curve><segments><Arc><posList>1 2 3 4 5 6</posList></Arc></segments></Curve>",
            "the geometry Arc is not understood here",
        ),
        (
            (
                "<Polygon><exterior><Ring><curveMember><Curve><segments><CircleByCenterPoint><pos>1 2</pos>"
                "</CircleByCenterPoint></segments></Curve></curveMember></Ring></exterior></Polygon>"
            ),
            "a ring of CircleByCenterPoint is not understood here",
        ),
        ("<Envelope><pos>1 2</pos></Envelope>", "the box (Envelope) has two corners, not 1"),
        ("<Envelope><pos>1 20</pos><pos>3 4</pos></Envelope>", "south is above north"),
        ("<Envelope><pos>-190 2</pos><pos>3 4</pos></Envelope>", "the box is not on the Earth: west -190"),
        (f"<LineString><posList>{'1 2 ' * 10_001}</posList></LineString>", "the geometry has more than 10,000 positions"),
        (
            "<MultiGeometry>" + "<geometryMember><MultiGeometry>" * 110 + "</MultiGeometry></geometryMember>" * 110 + "</MultiGeometry>",
            "nested more than 100 levels",
        ),
    ],
)
def test_what_is_no_geometry_is_told(geometry: str, told: str) -> None:
    with pytest.raises(QueryError) as error:
        longitude_first(geometry)
    assert told in str(error.value)
    assert error.value.parameter == "filter"
