"""Filters: each operator, two-valued logic, and truth against brute force."""

import operator
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pygeofilter import ast, values
from pygeofilter.parsers.ecql import parse

from catalogue.engines.base import Engine
from catalogue.query import Page, SearchQuery
from mappings.index.fields import FIELDS
from records.codes import ConstraintKind
from records.dates import Date
from records.errors import QueryError
from records.model import Constraint, Record
from tests.contracts.making import NOW, boxed, drawing, entry, found, interval, keywords, platforms

FEW: dict[str, dict[str, Any]] = {
    "a": {
        "title": "Océan bleu",
        "keywords": keywords("Water", "Salt"),
        "created": Date("2007"),
        "size": 10,
        "abstract": "Lorem ipsum\n\ndolor.",
    },
    "b": {"title": "ocean RED", "keywords": keywords("Water"), "created": Date("2010-06-01"), "size": 20, "abstract": "Nothing here."},
    "c": {
        "title": "Desert 100%_*",
        "platforms": platforms("Aqua"),
        "datestamp": Date("2012-01-01T12:00:00Z"),
        "intervals": (interval("2000", "2004"),),
    },
    "d": {"extents": (boxed(0, 0, 10, 10),), "intervals": (interval("1990", None), interval("1950", "1951"))},
    "e": {"title": "Deep time", "intervals": (interval("-65000000", "-64000000"),), "extents": (boxed(170, -10, -170, 10),)},
}


@pytest.fixture
def few(engine: Engine) -> Engine:
    engine.put([entry(identifier, **fields) for identifier, fields in FEW.items()], now=NOW)
    return engine


def matching(engine: Engine, filter_: object) -> str:
    return "".join(sorted(found(engine, filter=filter_)))


TABLE = [
    ("title = 'ocean bleu'", "a"),
    ("title = 'OCÉAN BLEU'", "a"),
    ("title = 'ocean'", ""),
    ("title <> 'ocean bleu'", "bce"),  # not equal wants a value
    ("NOT title = 'ocean bleu'", "bcde"),  # not finds everything else
    ("title LIKE 'ocean%'", "ab"),
    ("title LIKE '%e%'", "abce"),
    ("title LIKE 'oc.an %'", "ab"),
    ("title NOT LIKE 'ocean%'", "cde"),
    ("title < 'e'", "ce"),
    ("title >= 'ocean red'", "b"),
    ("title BETWEEN 'deep' AND 'desert 2'", "ce"),
    ("title IN ('ocean red', 'deep time')", "be"),
    ("title IS NULL", "d"),
    ("title IS NOT NULL", "abce"),
    ("keyword = 'Water'", "ab"),
    ("keyword = 'water'", ""),
    ("keyword <> 'Salt'", "b"),
    ("keyword ILIKE 'wat%'", "ab"),
    ("keyword = 'Water' AND NOT keyword = 'Salt'", "b"),
    ("keyword = 'Salt' OR (platform = 'Aqua' AND title LIKE 'd%')", "ac"),
    ("size > 10", "b"),
    ("size >= 10.5", "b"),
    ("size = 10.5", ""),
    ("size BETWEEN 5 AND 15", "a"),
    ("created <= '2010'", "ab"),
    ("created < '2010'", "a"),
    ("created = '2010'", "b"),
    ("created > '2007-06-01'", "bc"),  # c has no date of creation: its metadata were last changed in 2012
    ("updated AFTER 2011-01-01T00:00:00Z", "c"),
    ("created BEFORE 2010-06-01T00:00:00Z", "a"),
    ("created DURING 2010-01-01T00:00:00Z/2010-12-31T00:00:00Z", "b"),
    ("interval DURING 1999-01-01T00:00:00Z/2005-01-01T00:00:00Z", "c"),
    ("interval BEFORE 1952-06-01T00:00:00Z", "de"),
    ("interval AFTER 1989-06-01T00:00:00Z", "cd"),
    ("abstract LIKE '%ipsum%'", "a"),
    ("abstract = 'nothing here.'", "b"),
    ("anytext LIKE '%alt'", "a"),
    ("anytext LIKE '%ore%'", "a"),
    ("anytext LIKE 'lorem ipsum'", "a"),
    ("anytext LIKE '%eser%'", "c"),
    ("BBOX(extent, 5, 5, 6, 6)", "d"),
    ("NOT BBOX(extent, 5, 5, 6, 6)", "abce"),
    ("INTERSECTS(extent, POINT(175 0))", "e"),
    ("INTERSECTS(extent, POINT(-175 0))", "e"),
    ("DISJOINT(extent, POINT(5 5))", "e"),
    ("WITHIN(extent, POLYGON((-1 -1, 11 -1, 11 11, -1 11, -1 -1)))", "d"),
    ("CONTAINS(extent, POLYGON((1 1, 2 1, 2 2, 1 1)))", "d"),
    ("year = 2002", "cd"),  # d goes on
    ("identifier IN ('a', 'x')", "a"),
]


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_operators(few: Engine, text: str, expected: str) -> None:
    assert matching(few, parse(text)) == expected


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (ast.Include(False), "abcde"),  # noqa: FBT003 (pygeofilter's own signature)
        (ast.Include(True), ""),  # noqa: FBT003
        (ast.Equal("ocean bleu", ast.Attribute("title")), "a"),
        (ast.LessThan(15, ast.Attribute("size")), "b"),
        (ast.Like(ast.Attribute("title"), "desert 100!%!_!*", False, "%", "_", "!", False), "c"),  # noqa: FBT003
        (ast.Like(ast.Attribute("title"), "*100%*", False, "*", "?", "!", False), "c"),  # noqa: FBT003
        (ast.Like(ast.Attribute("title"), "desert.*", False, "*", "?", "\\", False), ""),  # noqa: FBT003
        (ast.ArrayContains(ast.Attribute("keyword"), ["Water", "Salt"]), "a"),
        (ast.ArrayOverlaps(ast.Attribute("keyword"), ["Salt", "Sand"]), "a"),
        (ast.ArrayEquals(ast.Attribute("keyword"), ["Water"]), "b"),
        (ast.TimeContains(ast.Attribute("interval"), values.Interval("2001", "2002")), "cd"),
        (ast.TimeContains(values.Interval("1999", "2005"), ast.Attribute("interval")), "c"),
        (ast.TimeEquals(ast.Attribute("interval"), ["2000", "2004"]), "c"),
        (ast.TimeMeets(ast.Attribute("interval"), "2005"), "c"),
        (ast.TimeBefore(ast.Attribute("interval"), "-1000000"), "e"),
        (ast.GeometryIntersects(ast.Attribute("extent"), values.Envelope(170, -170, -5, 5)), "e"),
        (ast.GeometryIntersects(values.Geometry({"type": "Point", "coordinates": [5, 5]}), ast.Attribute("extent")), "d"),
    ],
)
def test_nodes(few: Engine, node: ast.Node, expected: str) -> None:
    assert matching(few, node) == expected


@pytest.mark.parametrize(
    "node",
    [
        ast.Equal(ast.Attribute("colour"), "red"),
        ast.Equal(ast.Attribute("size"), "big"),
        ast.Equal(ast.Attribute("created"), "yesterday"),
        ast.Equal(ast.Attribute("title"), ast.Attribute("abstract")),
        ast.Equal("title", "title"),
        ast.Equal(ast.Attribute("interval"), "2007"),
        ast.TimeAfter(ast.Attribute("title"), "2007"),
        ast.TimeDuring(ast.Attribute("interval"), ["2008", "2007"]),
        ast.BBox(ast.Attribute("extent"), 0, 10, 10, 0),
        ast.BBox(ast.Attribute("title"), 0, 0, 10, 10),
        ast.GeometryIntersects(ast.Attribute("extent"), "POINT(1 2)"),
        ast.GeometryIntersects(ast.Attribute("extent"), values.Geometry({"type": "Point", "coordinates": [5000, 95]})),
        ast.GeometryIntersects(ast.Attribute("extent"), values.Geometry({"type": "Polygon", "coordinates": [[[0, 0]]]})),
        ast.Like(ast.Attribute("size"), "1%", False, "%", "_", "\\", False),  # noqa: FBT003
        ast.DistanceWithin(ast.Attribute("extent"), values.Geometry({"type": "Point", "coordinates": [0, 0]}), 1.0, "m"),
        ast.Function("soundex", [ast.Attribute("title")]),
    ],
)
def test_what_cannot_be_asked_is_told(few: Engine, node: ast.Node) -> None:
    with pytest.raises(QueryError):
        few.search(SearchQuery(filter=node))


@pytest.mark.parametrize("field", ["abstract", "lineage", "title", "rights"])
def test_a_long_text_is_equal_to_itself(engine: Engine, field: str) -> None:
    text = "Lorem ipsum dolor. " * 150
    given: dict[str, Any] = {"constraints": (Constraint(kind=ConstraintKind.USE, text=text),)} if field == "rights" else {field: text}
    engine.put([entry("whole", **given)], now=NOW)
    assert found(engine, filter=ast.Equal(ast.Attribute(field), text)) == ["whole"]
    assert found(engine, filter=ast.NotEqual(ast.Attribute(field), text)) == []
    assert found(engine, filter=ast.Equal(ast.Attribute(field), text[:1000])) == []


def test_what_is_compared_on_the_records_is_compared_to_its_end(engine: Engine) -> None:
    text = "Lorem ipsum dolor. " * 150
    engine.put([entry("whole", abstract=text)], now=NOW)
    abstract = ast.Attribute("abstract")
    assert found(engine, filter=ast.LessEqual(abstract, text)) == ["whole"]
    assert found(engine, filter=ast.GreaterThan(abstract, text)) == []
    assert found(engine, filter=ast.Equal(abstract, f"{text}sit")) == []


def test_long_chains_are_fine_and_deep_nests_are_told(few: Engine) -> None:
    chain: ast.Node = ast.Equal(ast.Attribute("size"), 20)
    for number in range(3000):
        chain = ast.Or(chain, ast.Equal(ast.Attribute("size"), number + 100))
    assert matching(few, chain) == "b"
    nest: ast.Node = ast.Include(False)  # noqa: FBT003
    for _ in range(200):
        nest = ast.Not(nest)
    with pytest.raises(QueryError, match="deep"):
        few.search(SearchQuery(filter=nest))


WORDS = ("alpha", "beta", "gamma", "delta")


def some_records(seed: int, count: int) -> dict[str, dict[str, Any]]:
    draw = drawing(seed)
    made = {}
    for number in range(count):
        fields: dict[str, Any] = {}
        if draw.random() < 0.8:
            fields["title"] = draw.choice(WORDS)
        if draw.random() < 0.7:
            fields["size"] = draw.randrange(6)
        if draw.random() < 0.7:
            fields["keywords"] = keywords(*draw.sample(WORDS, draw.randint(1, 3)))
        made[f"r{number:02d}"] = fields
    return made


SOME = some_records(7, 60)
COMPARISONS: dict[type[ast.Comparison], Callable[[Any, Any], bool]] = {
    ast.Equal: operator.eq,
    ast.LessThan: operator.lt,
    ast.LessEqual: operator.le,
    ast.GreaterThan: operator.gt,
    ast.GreaterEqual: operator.ge,
}


def values_of(name: str, fields: dict[str, Any]) -> tuple[Any, ...]:
    record = Record(identifier="x", **fields)
    return tuple(FIELDS[name].values(record))


leaves = st.one_of(
    st.builds(
        lambda kind, pair: kind(ast.Attribute(pair[0]), pair[1]),
        st.sampled_from(list(COMPARISONS)),
        st.one_of(
            st.tuples(st.just("title"), st.sampled_from(WORDS)),
            st.tuples(st.just("keyword"), st.sampled_from(WORDS)),
            st.tuples(st.just("size"), st.integers(-1, 7)),
        ),
    ),
    st.builds(lambda name, negated: ast.IsNull(ast.Attribute(name), negated), st.sampled_from(["title", "size", "keyword"]), st.booleans()),
    st.builds(lambda name, value: ast.NotEqual(ast.Attribute(name), value), st.sampled_from(["title", "keyword"]), st.sampled_from(WORDS)),
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(st.builds(ast.Not, inner), st.builds(ast.And, inner, inner), st.builds(ast.Or, inner, inner)),
    max_leaves=8,
)


def holds(node: ast.Node, fields: dict[str, Any]) -> bool:
    """The meaning of a filter, written down as plainly as can be."""
    match node:
        case ast.Not():
            return not holds(node.sub_node, fields)
        case ast.And():
            return holds(node.lhs, fields) and holds(node.rhs, fields)
        case ast.Or():
            return holds(node.lhs, fields) or holds(node.rhs, fields)
        case ast.IsNull():
            return bool(values_of(node.lhs.name, fields)) is bool(node.not_)
        case ast.NotEqual():
            found_ = values_of(node.lhs.name, fields)
            return bool(found_) and node.rhs not in found_
        case _:
            test = COMPARISONS[type(node)]
            return any(test(value, node.rhs) for value in values_of(node.lhs.name, fields))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(node=trees)
def test_any_filter_means_what_it_says(engine: Engine, node: ast.Node) -> None:
    if not engine.statistics().records:
        engine.put([entry(identifier, **fields) for identifier, fields in SOME.items()], now=NOW)
    page = engine.search(SearchQuery(filter=node, page=Page(limit=100)))
    expected = {identifier for identifier, fields in SOME.items() if holds(node, fields)}
    assert {hit.record.identifier for hit in page.hits} == expected
    assert page.number_matched == len(expected)
