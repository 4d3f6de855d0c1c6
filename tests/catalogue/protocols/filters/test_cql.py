"""CQL text of the CSW door, and the common forms of ECQL."""

import pytest
from pygeofilter import ast, values

from catalogue.protocols.filters import parse_cql_text
from records.errors import QueryError
from tests.catalogue.protocols.filters.making import EXTENT, INTERVAL, KEYWORD, TITLE, UPDATED, like, null, same, shape

SIZE, TYPE, DATE = ast.Attribute("size"), ast.Attribute("type"), ast.Attribute("date")
A, B, C, D = (ast.Equal(TITLE, text) for text in "abcd")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dc:title = 'a'", A),
        ("dc:title='a'", A),
        ("'a' = title", A),
        ("(((title = 'a')))", A),
        ("title <> 'a'", ast.NotEqual(TITLE, "a")),
        ("title = 'l''été'", ast.Equal(TITLE, "l'été")),
        ("title = 'a\\'", ast.Equal(TITLE, "a\\")),
        ("\"dc:title\" = 'a'", A),
        ("\"/csw:Record/dc:title\" = 'a'", A),
        ("size>-1", ast.GreaterThan(SIZE, -1)),
        ("size <= 1.5e3", ast.LessEqual(SIZE, 1500.0)),
        ("10 < size", ast.GreaterThan(SIZE, 10)),
        ("title = 2010", ast.Equal(TITLE, "2010")),
        ("type = 'dataset'", ast.Equal(TYPE, "dataset")),
        ("date > 2010", ast.GreaterThan(DATE, "2010")),
        ("dct:modified >= '2010-05'", ast.GreaterEqual(UPDATED, "2010-05")),
        ("updated >= 2010-05-01T00:00:00Z", ast.GreaterEqual(UPDATED, "2010-05-01T00:00:00Z")),
        ("csw:AnyText LIKE '%ice%'", like(ast.Attribute("anytext"), "%ice%")),
        ("title like 'a\\%b'", like(TITLE, "a\\%b")),
        ("title NOT LIKE 'a%'", ast.Not(like(TITLE, "a%"))),
        ("keyword ILIKE 'a%'", like(KEYWORD, "a%", nocase=True)),
        ("title BETWEEN 'a' AND 'b' AND size = 1", ast.And(ast.Between(TITLE, "a", "b", not_=False), ast.Equal(SIZE, 1))),
        ("size NOT BETWEEN 1 AND 2", ast.Not(ast.Between(SIZE, 1, 2, not_=False))),
        ("title IN ('a', 'b')", ast.In(TITLE, ["a", "b"], not_=False)),
        ("title NOT IN ('a')", ast.Not(ast.In(TITLE, ["a"], not_=False))),
        ("IN ('x', 'y')", ast.In(ast.Attribute("identifier"), ["x", "y"], not_=False)),
        ("title IS NULL", null(TITLE)),
        ("title IS NOT NULL", ast.Not(null(TITLE))),
        ("title EXISTS", ast.Not(null(TITLE))),
        ("EXISTS(title)", ast.Not(null(TITLE))),
        ("title DOES-NOT-EXIST", null(TITLE)),
        ("INCLUDE", ast.Include(not_=False)),
        ("EXCLUDE", ast.Include(not_=True)),
        # logic: NOT binds before AND, AND before OR
        ("title='a' AND title='b' OR title='c'", ast.Or(ast.And(A, B), C)),
        ("title='a' OR title='b' AND title='c'", ast.Or(A, ast.And(B, C))),
        ("(title='a' or title='b') and not (title='c' or title='d')", ast.And(ast.Or(A, B), ast.Not(ast.Or(C, D)))),
        ("NOT title='a' AND title='b'", ast.And(ast.Not(A), B)),
        ("NOT NOT title='a'", ast.Not(ast.Not(A))),
        ("title='a' AND title='b' AND title='c'", ast.And(ast.And(A, B), C)),
        ("title='a' OR title='b' OR title='c' OR title='d'", ast.Or(ast.Or(A, B), ast.Or(C, D))),
        # places, longitude first
        ("BBOX(ows:BoundingBox, -10, 40, 10, 50)", ast.BBox(EXTENT, -10, 40, 10, 50)),
        ("BBOX(extent, -10, 40, 10, 50, 'EPSG:4326')", ast.BBox(EXTENT, -10, 40, 10, 50)),
        ("BBOX(extent, 40, -10, 50, 10, 'urn:ogc:def:crs:EPSG::4326')", ast.BBox(EXTENT, -10, 40, 10, 50)),
        ("NOT BBOX(extent, 170, 0, -170, 1)", ast.Not(ast.BBox(EXTENT, 170, 0, -170, 1))),
        ("INTERSECTS(extent, ENVELOPE(-10, 10, 50, 40))", ast.BBox(EXTENT, -10, 40, 10, 50)),
        ("WITHIN(extent, ENVELOPE(-10, 10, 40, 50))", ast.GeometryWithin(EXTENT, values.Envelope(-10, 10, 40, 50))),
        ("INTERSECTS(extent, POINT(1 2))", ast.GeometryIntersects(EXTENT, shape("Point", (1, 2)))),
        ("CONTAINS(POINT Z (1 2 3), extent)", ast.GeometryWithin(EXTENT, shape("Point", (1, 2)))),
        ("CROSSES(extent, LINESTRING(1 2, 3 4))", ast.GeometryCrosses(EXTENT, shape("LineString", ((1, 2), (3, 4))))),
        (
            "DISJOINT(extent, POLYGON((0 0, 0 9, 9 9, 0 0), (1 1, 1 2, 2 2, 1 1)))",
            ast.GeometryDisjoint(EXTENT, shape("Polygon", (((0, 0), (0, 9), (9, 9), (0, 0)), ((1, 1), (1, 2), (2, 2), (1, 1))))),
        ),
        ("TOUCHES(extent, MULTIPOINT(1 2, 3 4))", ast.GeometryTouches(EXTENT, shape("MultiPoint", ((1, 2), (3, 4))))),
        ("OVERLAPS(extent, MULTIPOINT((1 2), (3 4)))", ast.GeometryOverlaps(EXTENT, shape("MultiPoint", ((1, 2), (3, 4))))),
        ("EQUALS(extent, MULTILINESTRING((1 2, 3 4)))", ast.GeometryEquals(EXTENT, shape("MultiLineString", (((1, 2), (3, 4)),)))),
        (
            "WITHIN(extent, MULTIPOLYGON(((0 0, 0 9, 9 9, 0 0))))",
            ast.GeometryWithin(EXTENT, shape("MultiPolygon", ((((0, 0), (0, 9), (9, 9), (0, 0)),),))),
        ),
        (
            "WITHIN(extent, GEOMETRYCOLLECTION(POINT(1 2)))",
            ast.GeometryWithin(
                EXTENT, values.Geometry({"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": (1, 2)}]})
            ),
        ),
        # times
        ("updated AFTER 2010-01-01T00:00:00Z", ast.TimeAfter(UPDATED, "2010-01-01T00:00:00Z")),
        ("updated BEFORE '2010'", ast.TimeBefore(UPDATED, "2010")),
        ("apiso:TemporalExtent DURING 2010-01-01/2011-01-01", ast.TimeDuring(INTERVAL, values.Interval("2010-01-01", "2011-01-01"))),
        ("interval DURING '2010/..'", ast.TimeDuring(INTERVAL, values.Interval("2010", None))),
        ("interval BEFORE OR DURING '2010'", ast.TimeBeforeOrDuring(INTERVAL, "2010")),
        ("interval DURING OR AFTER '2010' OR title='a'", ast.Or(ast.TimeDuringOrAfter(INTERVAL, "2010"), A)),
        ("interval TEQUALS '2010/2011'", ast.TimeEquals(INTERVAL, values.Interval("2010", "2011"))),
    ],
)
def test_cql(text: str, expected: ast.Node) -> None:
    assert parse_cql_text(text) == expected


def test_case_is_taken_away_from_a_keyword_by_ilike_alone() -> None:
    assert parse_cql_text("keyword = 'Ice'") == ast.Equal(KEYWORD, "Ice") != same(KEYWORD, "Ice")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the filter is empty"),
        (" \n", "the filter is empty"),
        ("title", "a comparison (=, <>, <, <=, >, >=, LIKE, BETWEEN, IN, IS NULL) is expected, and not the end (character 6)"),
        ("title =", "a property or a value is expected, and not the end (character 8)"),
        ("title = = 'a'", "a property or a value is expected, and not '=' (character 9)"),
        ("title = 'a", "a text or name whose quotes are not closed (character 9)"),
        ("\"title = 'a'", "quotes are not closed (character 1)"),
        ("title = 'a' title = 'b'", "AND, OR or the end is expected, and not 'title' (character 13)"),
        ("(title = 'a'", "')' is expected, and not the end (character 13)"),
        ("title = 'a')", "AND, OR or the end is expected, and not ')' (character 12)"),
        ("title = 'a' AND", "a property or a value is expected, and not the end"),
        ("AND title = 'a'", "there is no property 'AND'"),
        ("title ~ 'a'", "'~' means nothing here (character 7)"),
        ("title = 12abc", "means nothing here (character 9)"),
        ("title = abstract", "two properties cannot be compared with each other: title, abstract"),
        ("'a' = 'b'", "a property is needed here, not 'a'"),
        ("size + 1 = 2", "arithmetic (+) is not understood (character 6)"),
        ("size = 2 * 3", "arithmetic (*) is not understood (character 10)"),
        ("soundex(title) = 'a'", "the function 'soundex' is not understood (character 1)"),
        ("title = soundex('a')", "the function 'soundex' is not understood (character 9)"),
        ("DWITHIN(extent, POINT(1 2), 3, kilometers)", "the function 'DWITHIN' is not understood; INTERSECTS and BBOX are"),
        ("title = TRUE", "title is compared with one text, number or date, not with True"),
        ("title LIKE 5", "title is like a text, not like 5"),
        ("title IS 5", "'NULL' is expected, and not '5'"),
        ("title NOT 'a'", "a comparison (=, <>,"),
        ("title IN 'a'", "'(' is expected, and not 'a'"),
        ("title IN ()", "a property or a value is expected, and not ')'"),
        ("size BETWEEN 1 OR 2", "'AND' is expected, and not 'OR'"),
        ("BBOX(extent, 1, 2, 3)", "a box of four numbers is expected, and not ')'"),
        ("BBOX(extent, 1, 2, 3, 'x')", "the reference system 'x' is not read here"),
        ("BBOX(extent, 1, 95, 3, 96)", "the box is not on the Earth"),
        ("INTERSECTS(extent, POINT(1))", "a position has two numbers, not 1"),
        ("INTERSECTS(extent, POINT(1 2, 3 4))", "')' is expected, and not ','"),
        ("INTERSECTS(extent, POINT(1 99))", "a position is not on the Earth: longitude 1, latitude 99"),
        ("INTERSECTS(extent, POINT EMPTY)", "'(' is expected, and not 'EMPTY'"),
        ("INTERSECTS(extent, POLYGON((0 0, 1 1, 0 0)))", "a ring of a polygon has at least four positions"),
        ("INTERSECTS(extent, CIRCLE(0 0, 1))", "the function 'CIRCLE' is not understood"),
        ("INTERSECTS(extent, GEOMETRYCOLLECTION(GEOMETRYCOLLECTION(POINT(1 2))))", "a geometry (POINT, LINESTRING,"),
        ("INTERSECTS(extent, 'x')", "extent is related to a geometry here, not to 'x'"),
        ("INTERSECTS(extent)", "',' is expected, and not ')'"),
        ("updated AFTER yesterday", "a date, or two dates with / between them, is expected, and not 'yesterday'"),
        ("updated AFTER 'yesterday'", "'yesterday' is no date"),
        ("updated DURING 2010-01-01T00:00:00Z/P1Y", "a date is expected, and not 'P1Y'"),
        ("dc:colour = 'red'", "there is no property 'dc:colour'"),
    ],
)
def test_what_is_not_understood_is_told(text: str, told: str) -> None:
    with pytest.raises(QueryError) as error:
        parse_cql_text(text)
    assert told in str(error.value)
    assert error.value.parameter
