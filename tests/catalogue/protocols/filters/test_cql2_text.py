"""CQL2 text (OGC 21-065r2)."""

import pytest
from pygeofilter import ast, values

from catalogue.protocols.filters import parse_cql2_text
from catalogue.protocols.filters.cql2 import TEMPORAL
from records.errors import QueryError
from tests.catalogue.protocols.filters.making import EXTENT, INTERVAL, KEYWORD, TITLE, UPDATED, like, null, same, shape

A, B = (ast.Equal(TITLE, text) for text in "ab")
TYPE, DATE = ast.Attribute("resource_type"), ast.Attribute("date")
YEARS = values.Interval("2005-01-01", "2006-01-01")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("title = 'a'", A),
        ("NOT (title = 'a' OR \"title\" = 'b')", ast.Not(ast.Or(A, B))),
        ("title = 'it''s' AND title = 'it\\'s'", ast.And(ast.Equal(TITLE, "it's"), ast.Equal(TITLE, "it's"))),
        ("title = 'C:\\dir'", ast.Equal(TITLE, "C:\\dir")),
        ("title LIKE 'a\\%_'", like(TITLE, "a\\%_")),
        ("title NOT LIKE 'a%'", ast.Not(like(TITLE, "a%"))),
        ("title NOT IN ('a', 'b')", ast.Not(ast.In(TITLE, ["a", "b"], not_=False))),
        ("title IS NOT NULL", ast.Not(null(TITLE))),
        ("date = DATE('2010-05-01')", ast.Equal(DATE, "2010-05-01")),
        ("type = 'dataset'", ast.Equal(TYPE, "dataset")),
        ("updated < TIMESTAMP('2010-05-01T00:00:00Z')", ast.LessThan(UPDATED, "2010-05-01T00:00:00Z")),
        ("updated BETWEEN DATE('2010-05-01') AND DATE('2010-06-01')", ast.Between(UPDATED, "2010-05-01", "2010-06-01", not_=False)),
        ("TRUE", ast.Include(not_=False)),
        ("title = 'a' OR (FALSE)", ast.Or(A, ast.Include(not_=True))),
        # without case and accents
        ("CASEI(keyword) = casei('Ice')", same(KEYWORD, "Ice")),
        ("keyword = CASEI('ice')", ast.Equal(KEYWORD, "ice")),
        ("CASEI(keyword) = 'ice'", same(KEYWORD, "ice")),
        ("CASEI(keyword) <> CASEI('Ice')", ast.And(ast.Not(null(KEYWORD)), ast.Not(same(KEYWORD, "Ice")))),
        ("CASEI(keyword) LIKE CASEI('Ic%')", like(KEYWORD, "Ic%", nocase=True)),
        ("CASEI(keyword) IN (CASEI('Ice'), CASEI('Sea'))", ast.Or(same(KEYWORD, "Ice"), same(KEYWORD, "Sea"))),
        ("CASEI(ACCENTI(title)) = ACCENTI(CASEI('a'))", A),
        # places
        ("S_INTERSECTS(extent, BBOX(-10, 40, 10, 50))", ast.BBox(EXTENT, -10, 40, 10, 50)),
        ("S_INTERSECTS(extent, BBOX(-10, 40, 0, 10, 50, 100))", ast.BBox(EXTENT, -10, 40, 10, 50)),
        ("s_within(extent, bbox(170, -10, -170, 10))", ast.GeometryWithin(EXTENT, values.Envelope(170, -170, -10, 10))),
        ("S_INTERSECTS(POINT(1 2), extent)", ast.GeometryIntersects(EXTENT, shape("Point", (1, 2)))),
        ("S_DISJOINT(extent, POINT(1 2))", ast.GeometryDisjoint(EXTENT, shape("Point", (1, 2)))),
        ("S_CONTAINS(extent, POINT(1 2))", ast.GeometryContains(EXTENT, shape("Point", (1, 2)))),
        ("S_TOUCHES(extent, POINT(1 2))", ast.GeometryTouches(EXTENT, shape("Point", (1, 2)))),
        ("S_CROSSES(extent, LINESTRING(1 2, 3 4))", ast.GeometryCrosses(EXTENT, shape("LineString", ((1, 2), (3, 4))))),
        ("S_OVERLAPS(extent, POINT(1 2))", ast.GeometryOverlaps(EXTENT, shape("Point", (1, 2)))),
        ("S_EQUALS(extent, POINT(1 2))", ast.GeometryEquals(EXTENT, shape("Point", (1, 2)))),
        # times
        ("T_AFTER(updated, TIMESTAMP('2010-05-01T00:00:00Z'))", ast.TimeAfter(UPDATED, "2010-05-01T00:00:00Z")),
        ("T_DURING(interval, INTERVAL('2005-01-01', '2006-01-01'))", ast.TimeDuring(INTERVAL, YEARS)),
        ("T_DURING(interval, INTERVAL('2005-01-01', '..'))", ast.TimeDuring(INTERVAL, values.Interval("2005-01-01", None))),
        ("T_DURING(INTERVAL('2005-01-01', '2006-01-01'), interval)", ast.TimeContains(INTERVAL, YEARS)),
        ("T_INTERSECTS(updated, INTERVAL('2005-01-01', '2006-01-01'))", ast.TimeDuring(UPDATED, YEARS)),
        # arrays
        ("A_CONTAINS(keyword, ('a', 'b'))", ast.ArrayContains(KEYWORD, ["a", "b"])),
        ("A_EQUALS(keyword, ('a'))", ast.ArrayEquals(KEYWORD, ["a"])),
        ("A_OVERLAPS(keyword, ('a', 'b'))", ast.ArrayOverlaps(KEYWORD, ["a", "b"])),
        ("A_CONTAINEDBY(keyword, ('a', 'b'))", ast.ArrayContainedBy(KEYWORD, ["a", "b"])),
        ("A_CONTAINEDBY(('a', 'b'), keyword)", ast.ArrayContains(KEYWORD, ["a", "b"])),
    ],
)
def test_cql2_text(text: str, expected: ast.Node) -> None:
    assert parse_cql2_text(text) == expected


@pytest.mark.parametrize(
    ("name", "node"),
    [
        ("T_AFTER", ast.TimeAfter),
        ("T_BEFORE", ast.TimeBefore),
        ("T_CONTAINS", ast.TimeContains),
        ("T_DISJOINT", ast.TimeDisjoint),
        ("T_DURING", ast.TimeDuring),
        ("T_EQUALS", ast.TimeEquals),
        ("T_FINISHEDBY", ast.TimeEndedBy),
        ("T_FINISHES", ast.TimeEnds),
        ("T_MEETS", ast.TimeMeets),
        ("T_METBY", ast.TimeMetBy),
        ("T_OVERLAPPEDBY", ast.TimeOverlappedBy),
        ("T_OVERLAPS", ast.TimeOverlaps),
        ("T_STARTEDBY", ast.TimeBegunBy),
        ("T_STARTS", ast.TimeBegins),
    ],
)
def test_every_temporal_function(name: str, node: type[ast.TemporalPredicate]) -> None:
    assert parse_cql2_text(f"{name}(interval, INTERVAL('2005-01-01', '2006-01-01'))") == node(INTERVAL, YEARS)
    assert name.lower() in TEMPORAL
    assert len(TEMPORAL) == 15  # T_INTERSECTS is the fifteenth


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("CASEI(keyword) = 'Ice'", "case is taken away from both sides of a comparison of keyword, or from none"),
        ("keyword = CASEI('Ice')", "case is taken away from both sides"),
        ("CASEI(keyword) < CASEI('ice')", "keyword has no order without case"),
        ("CASEI(keyword) BETWEEN CASEI('a') AND CASEI('b')", "keyword has no order without case"),
        ("A_CONTAINS(CASEI(keyword), (CASEI('a')))", "lists of keyword are compared with case"),
        ("ACCENTI(keyword) = ACCENTI('été')", "keyword cannot be compared without accents (titles and other texts always are)"),
        ("CASEI(title = 'a'", "')' is expected, and not '='"),
        ("BBOX(extent, 1, 2, 3, 4)", "the function 'BBOX' is not understood"),
        ("INTERSECTS(extent, POINT(1 2))", "the function 'INTERSECTS' is not understood"),
        ("my_function(title) = 'a'", "the function 'my_function' is not understood (character 1)"),
        ("title = abstract", "two properties cannot be compared"),
        ("size + 1 = 2", "arithmetic (+) is not understood"),
        ("updated = DATE('soon')", "'soon' is no date"),
        ("updated = DATE(2010)", "a date in quotes is expected, and not '2010'"),
        ("T_DURING(interval, INTERVAL(begin, end))", "a date in quotes is expected, and not 'begin'"),
        ("T_AFTER(updated, ('a'))", "updated is related to a date or a period here, not to a list"),
        ("A_CONTAINS(keyword, 'a')", "keyword is related to a list here, not to 'a'"),
        ("S_INTERSECTS(extent, BBOX(1, 2, 3))", "a box has four numbers, or six with heights, not 3"),
        ("S_INTERSECTS(extent, BBOX(1, 50, 3, 40))", "south is above north"),
        ("title = 'a\\'", "quotes are not closed"),
        ("TRUE = TRUE", "a property is needed here, not True"),
    ],
)
def test_what_is_not_understood_is_told(text: str, told: str) -> None:
    with pytest.raises(QueryError) as error:
        parse_cql2_text(text)
    assert told in str(error.value)
    assert error.value.parameter
