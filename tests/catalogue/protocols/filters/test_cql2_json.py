"""CQL2 JSON (OGC 21-065r2): every wrong shape is told with its JSON pointer."""

from typing import Any

import pytest
from pygeofilter import ast, values

from catalogue.protocols.filters import parse_cql2_json
from records.errors import QueryError
from tests.catalogue.protocols.filters.making import EXTENT, INTERVAL, KEYWORD, TITLE, UPDATED, like, null, same, shape

T, K, E, P, U = ({"property": name} for name in ("title", "keyword", "extent", "interval", "updated"))
A, B, C = (ast.Equal(TITLE, text) for text in "abc")
JA, JB, JC = ({"op": "=", "args": [T, text]} for text in "abc")
POINT = {"type": "Point", "coordinates": [1, 2]}


def op(name: object, *args: object) -> dict[str, object]:
    return {"op": name, "args": list(args)}


def casei(value: object) -> dict[str, object]:
    return op("casei", value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (JA, A),
        (op("=", "a", T), A),
        (op("and", JA, JB, JC), ast.And(ast.And(A, B), C)),
        (op("or", op("and", JA, JB), op("not", JC)), ast.Or(ast.And(A, B), ast.Not(C))),
        (op("or", JA), A),
        (op("<>", T, "a"), ast.NotEqual(TITLE, "a")),
        (op("<", {"property": "size"}, 5), ast.LessThan(ast.Attribute("size"), 5)),
        (op(">=", U, {"date": "2010-05-01"}), ast.GreaterEqual(UPDATED, "2010-05-01")),
        (op("<=", U, {"timestamp": "2010-05-01T00:00:00Z"}), ast.LessEqual(UPDATED, "2010-05-01T00:00:00Z")),
        (op(">", U, 2010), ast.GreaterThan(UPDATED, "2010")),
        (op("between", T, "a", "b"), ast.Between(TITLE, "a", "b", not_=False)),
        (op("in", T, ["a", "b"]), ast.In(TITLE, ["a", "b"], not_=False)),
        (op("isNull", T), null(TITLE)),
        (op("like", T, "a%"), like(TITLE, "a%")),
        (op("like", casei(K), casei("a%")), like(KEYWORD, "a%", nocase=True)),
        (op("=", casei(K), casei("Ice")), same(KEYWORD, "Ice")),
        (op("in", casei(K), [casei("Ice"), casei("Sea")]), ast.Or(same(KEYWORD, "Ice"), same(KEYWORD, "Sea"))),
        (op("=", op("accenti", casei(T)), op("accenti", "a")), A),
        (True, ast.Include(not_=False)),
        ({"op": "and", "args": [JA, False]}, ast.And(A, ast.Include(not_=True))),
        (op("s_intersects", E, {"bbox": [-10, 40, 10, 50]}), ast.BBox(EXTENT, -10, 40, 10, 50)),
        (op("s_intersects", E, {"bbox": [-10, 40, 0, 10, 50, 9]}), ast.BBox(EXTENT, -10, 40, 10, 50)),
        (op("s_within", E, {"bbox": [-10, 40, 10, 50]}), ast.GeometryWithin(EXTENT, values.Envelope(-10, 10, 40, 50))),
        (op("s_contains", POINT, E), ast.GeometryWithin(EXTENT, shape("Point", (1, 2)))),
        (
            op("s_intersects", E, {"type": "Polygon", "coordinates": [[[0, 0], [0, 9, 5], [9, 9], [0, 0]]], "bbox": [0, 0, 9, 9]}),
            ast.GeometryIntersects(EXTENT, shape("Polygon", (((0, 0), (0, 9), (9, 9), (0, 0)),))),
        ),
        (
            op("s_disjoint", E, {"type": "GeometryCollection", "geometries": [POINT]}),
            ast.GeometryDisjoint(
                EXTENT, values.Geometry({"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": (1, 2)}]})
            ),
        ),
        (
            op("s_equals", E, {**POINT, "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}}),
            ast.GeometryEquals(EXTENT, shape("Point", (1, 2))),
        ),
        (op("t_during", P, {"interval": ["2005-01-01", ".."]}), ast.TimeDuring(INTERVAL, values.Interval("2005-01-01", None))),
        (op("t_finishedBy", P, {"date": "2005-01-01"}), ast.TimeEndedBy(INTERVAL, "2005-01-01")),
        (op("a_containedBy", K, ["a", "b"]), ast.ArrayContainedBy(KEYWORD, ["a", "b"])),
        (op("a_overlaps", K, ["a"]), ast.ArrayOverlaps(KEYWORD, ["a"])),
    ],
)
def test_cql2_json(value: object, expected: ast.Node) -> None:
    assert parse_cql2_json(value) == expected


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "a condition is an object with op and args, or true or false (at the top of the filter)"),
        ([], "a condition is an object with op and args"),
        ("title = 'a'", "a condition is an object with op and args"),
        ({}, "a condition has an op, which is a text (at the top of the filter)"),
        ({"op": 5, "args": []}, "a condition has an op, which is a text"),
        ({"op": "="}, "'=' has args, which are a list (at the top of the filter)"),
        ({"op": "=", "args": {}}, "'=' has args, which are a list"),
        ({**JA, "crs": 5}, "'crs' has no meaning beside args, op (at the top of the filter)"),
        (op("and", JA, op("not")), "'not' has 1 args, not 0 (at /args/1/args)"),
        (op("not", JA, JB), "'not' has 1 args, not 2 (at /args)"),
        (op("or"), "'or' joins no conditions (at /args)"),
        (op("and", JA, 5), "a condition is an object with op and args, or true or false (at /args/1)"),
        (op("and", T), "a condition has an op, which is a text (at /args/0)"),
        (op("=", T), "'=' has 2 args, not 1 (at /args)"),
        (op("=", T, None), "a property or a value is expected (at /args/1)"),
        (op("=", T, {}), "an object here is a property, date, timestamp, interval, bbox or a GeoJSON geometry (at /args/1)"),
        (op("=", T, float("inf")), "this is no number, or none that is finite (at /args/1)"),
        ({"op": "=", "args": [T, True]}, "title is compared with one text, number or date, not with True (at the top of the filter)"),
        (op("=", T, ["a"]), "title is compared with one text, number or date, not with a list"),
        (op("=", {"property": 5}, "a"), "a text is expected (at /args/0/property)"),
        (op("=", {"property": "title", "x": 1}, "a"), "'x' has no meaning beside property (at /args/0)"),
        (op("and", JA, op("=", {"property": "colour"}, "red")), "(at /args/1/args/0/property)"),
        (
            op("=", T, {"property": "abstract"}),
            "with each other: title, abstract (at the top of the filter)",
        ),
        (op("soundex", T), "the function or operator 'soundex' is not understood (at the top of the filter)"),
        (op("=", op("soundex", T), "a"), "the function or operator 'soundex' is not understood (at /args/0)"),
        (op("=", op("+", T, 1), "a"), "arithmetic '+' is not understood (at /args/0)"),
        (op("=", {"function": {"name": "soundex"}}, "a"), "functions are not understood (at /args/0)"),
        (op("=", casei(K), "Ice"), "case is taken away from both sides"),
        (op("=", op("casei"), "a"), "'casei' has 1 args, not 0 (at /args/0/args)"),
        (op("in", T, []), "'in' has a list of at least one value (at /args/1)"),
        (op("in", T, "a"), "'in' has a list of at least one value (at /args/1)"),
        (op("in", T, [["a"]]), "a property or a value is expected (at /args/1/0)"),
        (op("<", U, {"date": "soon"}), "'soon' is no date (at /args/1/date)"),
        (op("<", U, {"timestamp": 5}), "a text is expected (at /args/1/timestamp)"),
        (op("t_during", P, {"interval": ["2005-01-01"]}), "an interval is a list of two dates (at /args/1/interval)"),
        (op("t_during", P, {"interval": ["2005-01-01", {"property": "end"}]}), "a text is expected (at /args/1/interval/1)"),
        (op("t_during", P, POINT), "interval is related to a date or a period here, not to a geometry"),
        (op("s_within", E, {"bbox": [1, 2, 3]}), "a box has four numbers, or six with heights, not 3 (at /args/1/bbox)"),
        (op("s_within", E, {"bbox": [1, 2, 3, "4"]}), "a bbox is a list of numbers (at /args/1/bbox)"),
        (op("s_within", E, {"bbox": [1, 2, 3, None]}), "this is no number, or none that is finite (at /args/1/bbox)"),
        (op("s_within", E, {"bbox": 5}), "a bbox is a list of numbers (at /args/1/bbox)"),
        (op("s_within", E, {"bbox": [1, 50, 3, 40]}), "south is above north"),
        (op("s_within", E, {"type": "Circle"}), "a geometry is an object whose type is one of Point, MultiPoint,"),
        (op("s_within", E, {"type": ["Point"]}), "a geometry is an object whose type is one of"),
        (op("s_within", E, {"type": "Point"}), "the coordinates of a Point are not nested as they should be (at /args/1/coordinates)"),
        (op("s_within", E, {"type": "Polygon", "coordinates": [1, 2]}), "the coordinates of a Polygon are not nested"),
        (op("s_within", E, {"type": "Point", "coordinates": [1, "2x"]}), "'2x' is no number"),
        (op("s_within", E, {"type": "Point", "coordinates": [[1], 2]}), "this is no number"),
        (op("s_within", E, {"type": "Point", "coordinates": [1]}), "a position has two numbers, not 1"),
        (op("s_within", E, {"type": "MultiPoint", "coordinates": []}), "the MultiPoint is empty (at /args/1/coordinates)"),
        (op("s_within", E, {"type": "GeometryCollection"}), "a GeometryCollection has a list of geometries (at /args/1)"),
        (op("s_within", E, {"type": "GeometryCollection", "geometries": [5]}), "(at /args/1/geometries/0)"),
        (op("s_within", E, {"type": "GeometryCollection", "geometries": []}), "a collection of no geometries (at /args/1/geometries)"),
        (op("s_within", E, {**POINT, "crs": "EPSG:3857"}), "another crs is not read here (at /args/1/crs)"),
        (op("a_contains", K, "a"), "keyword is related to a list here, not to 'a' (at the top of the filter)"),
    ],
)
def test_every_wrong_shape_is_told_with_its_pointer(value: Any, told: str) -> None:
    with pytest.raises(QueryError) as error:
        parse_cql2_json(value)
    assert told in str(error.value)
    assert error.value.parameter
