"""Filters that are large, deep or hostile: read into shallow trees, or refused; never anything else."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pygeofilter import ast

from catalogue.engines import open_engine
from catalogue.engines.base import Engine
from catalogue.protocols.filters import field_of, parse_cql2_json, parse_cql2_text, parse_cql_text, parse_fes
from catalogue.protocols.filters.cql2 import ARRAY, SPATIAL, TEMPORAL
from catalogue.query import SearchQuery
from mappings.index.fields import FIELDS
from mappings.xml import parse_xml
from records.errors import FormatError, QueryError
from tests.catalogue.protocols.filters.making import FES, fes, op, place, xml
from tests.contracts.making import NOW, boxed, entry, interval

X = op("PropertyIsEqualTo", "title", "x")
JX = {"op": "=", "args": [{"property": "title"}, "x"]}


def height(node: ast.Node) -> int:
    levels, row = 0, [node]
    while row:
        levels += 1
        row = [part for each in row for part in vars(each).values() if isinstance(part, ast.Node)]
    return levels


def refusal(parse: Callable[[], ast.Node]) -> str:
    """Return the sentence with which a filter is refused; "" for one that is read."""
    try:
        assert isinstance(parse(), ast.Node)
    except (QueryError, FormatError) as error:
        return str(error) if isinstance(error, FormatError) or error.parameter is not None else "without a parameter"
    return ""


def json_op(name: str, *args: object) -> dict[str, object]:
    return {"op": name, "args": list(args)}


def test_a_chain_of_five_thousand_is_a_shallow_tree() -> None:
    chain = parse_cql_text(" OR ".join(["size=1"] * 5001))
    assert height(chain) == 15  # 2 ** 13 is above 5,001; a comparison and its property are two more
    assert chain == parse_cql2_text(" OR ".join(["size=1"] * 5001))
    assert chain == fes(f"<Or>{op('PropertyIsEqualTo', 'size', '1') * 5001}</Or>")
    assert chain == parse_cql2_json(json_op("or", *[json_op("=", {"property": "size"}, 1)] * 5001))


def nested(levels: int) -> list[Callable[[], ast.Node]]:
    """Return readers of filters that are nested so deeply, in each language."""
    value: object = JX
    for _ in range(levels):
        value = json_op("not", value)
    return [
        lambda: parse_cql_text("(" * levels + "title='x'" + ")" * levels),
        lambda: parse_cql2_text("NOT " * levels + "title='x'"),
        lambda: parse_cql2_json(value),
        lambda: parse_fes(etree.fromstring(f"<Filter {FES}>{'<Not>' * levels}{X}{'</Not>' * levels}</Filter>")),
    ]


@pytest.mark.parametrize("number", range(4))
def test_a_hundred_levels_are_read_and_no_more(number: int) -> None:
    assert isinstance(nested(100)[number](), ast.Node)
    with pytest.raises(QueryError, match="the filter is nested more than 100 levels deep"):
        nested(101)[number]()


@pytest.mark.parametrize(
    "parse",
    [
        lambda: parse_cql_text("(" * 60_000),
        lambda: parse_cql_text("NOT " * 16_000),
        lambda: parse_cql2_text("CASEI(" * 10_000),
        lambda: parse_cql_text("INTERSECTS(extent, POLYGON" + "(" * 60_000),
        lambda: parse_cql_text("INTERSECTS(extent, " + "GEOMETRYCOLLECTION(" * 3000),
        lambda: parse_cql_text("x" * 60_000 + " = 1"),
        lambda: parse_cql_text("'" + "''" * 30_000),
        lambda: parse_cql2_text("'" + "\\''" * 20_000),
        lambda: parse_cql_text("1" * 60_000 + "x"),
        lambda: parse_cql2_json(deep("casei")),
        lambda: parse_cql2_json(deep("and")),
        lambda: field_of("[" * 1_000_000),
        lambda: field_of("//" * 1_000_000),
    ],
)
def test_hostile_filters_are_refused(parse: Callable[[], object]) -> None:
    with pytest.raises(QueryError):
        parse()


def deep(name: str) -> dict[str, object]:
    value: object = {"property": "title"}
    for _ in range(50_000):
        value = json_op(name, value)
    return json_op("=", value, "x")


@pytest.mark.parametrize(
    "parse",
    [
        lambda: fes(f"<Or>{X * 10_001}</Or>"),
        lambda: fes('<ResourceId rid="a"/>' * 10_001),
        lambda: parse_cql_text(f"size IN ({','.join(['1'] * 10_001)})"),
        lambda: parse_cql2_json(json_op("or", *[JX] * 10_001)),
        lambda: parse_cql2_json(json_op("in", {"property": "title"}, ["x"] * 10_001)),
    ],
)
def test_ten_thousand_conditions_are_enough(parse: Callable[[], object]) -> None:
    with pytest.raises(QueryError, match="the filter has more than 10,000 conditions"):
        parse()


def test_text_has_its_limit() -> None:
    for parse in (parse_cql_text, parse_cql2_text):
        with pytest.raises(QueryError, match="the filter has 65,537 characters; at most 65,536 are read"):
            parse("x" * 65_537)


VOCABULARY = [
    *("title", "keyword", "extent", "interval", "updated", "size", "anytext", "dc:title", '"title"', "colour"),
    *("=", "<>", "<", ">=", "(", ")", ",", "/", "+", "-", "'", '"', "\\", ";", "*"),
    *("'x'", "'a%'", "'2010'", "'2010/2011'", "2010-01-01", "1", "-1.5", "1e999", "TRUE"),
    *("AND", "OR", "NOT", "LIKE", "ILIKE", "IN", "BETWEEN", "IS", "NULL", "EXISTS", "DOES-NOT-EXIST", "BEFORE", "DURING", "AFTER"),
    *("BBOX(", "INTERSECTS(", "S_INTERSECTS(", "T_AFTER(", "A_CONTAINS(", "CASEI(", "ACCENTI(", "DATE(", "INTERVAL("),
    *("POINT(", "POLYGON((", "MULTIPOINT(", "ENVELOPE(", "GEOMETRYCOLLECTION(", "EMPTY", "Z", "é", "\x00", "\ud800"),
]


PROPERTIES = st.sampled_from(sorted(FIELDS))
TEXTS_ = st.one_of(st.sampled_from(["", "2010", "a%", "10", "..", "2010/2011", "\x00", "\ud800", "é\\"]), st.text(max_size=6))
LITERALS = st.one_of(
    TEXTS_.map(lambda text: "'" + text.replace("'", "''") + "'"),
    st.integers().map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(str),
    st.sampled_from(["DATE('2010-01-01')", "INTERVAL('..', '2010')", "INTERVAL('..', '..')", "CASEI('x')", "TRUE"]),
)
LATITUDES = st.one_of(st.integers(-90, 90), st.floats(-90, 90))
BOXES = st.builds("BBOX({0}, {1}, {2}, {3})".format, LATITUDES, LATITUDES, LATITUDES, LATITUDES)
PLACES = st.one_of(
    BOXES, st.builds("POINT({0} {1})".format, LATITUDES, LATITUDES), st.builds("LINESTRING({0} {1}, {1} {0})".format, LATITUDES, LATITUDES)
)
PREDICATES = st.one_of(
    st.builds("{0} {1} {2}".format, PROPERTIES, st.sampled_from(["=", "<>", "<", "<=", ">", ">=", "LIKE", "ILIKE"]), LITERALS),
    st.builds("CASEI({0}) {1} CASEI({2})".format, PROPERTIES, st.sampled_from(["=", "<>", "LIKE"]), LITERALS),
    st.builds("{0} NOT BETWEEN {1} AND {2}".format, PROPERTIES, LITERALS, LITERALS),
    st.builds("{0} IN ({1}, {2})".format, PROPERTIES, LITERALS, LITERALS),
    st.builds("{0} IS NULL".format, PROPERTIES),
    st.builds("{0}({1}, {2})".format, st.sampled_from(sorted(TEMPORAL)), PROPERTIES, LITERALS),
    st.builds("{0}({1}, ({2}, {2}))".format, st.sampled_from(sorted(ARRAY)), PROPERTIES, LITERALS),
    st.builds("{0}(extent, {1})".format, st.sampled_from(sorted(SPATIAL)), PLACES),
)
FILTERS = st.recursive(
    PREDICATES,
    lambda inner: st.builds(str.format, st.sampled_from(["({0} AND {1})", "{0} OR {1}", "NOT ({0})", "NOT {1}"]), inner, inner),
    max_leaves=4,
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    opened = open_engine(f"embedded:{tmp_path_factory.mktemp('limits') / 'catalogue'}")
    opened.put([entry("a", "Ocean", extents=(boxed(0, 0, 10, 10),), intervals=(interval("2000", None), interval("1990", "1991")))], now=NOW)
    yield opened
    opened.close()


@settings(max_examples=300, deadline=None)
@given(text=FILTERS)
def test_what_is_read_is_answered_or_refused_by_an_engine(engine: Engine, text: str) -> None:
    try:
        node = parse_cql2_text(text)
        found = engine.search(SearchQuery(filter=node)).number_matched
        negated = engine.search(SearchQuery(filter=ast.Not(node))).number_matched
    except QueryError:
        return
    assert found + negated == 1


@settings(max_examples=300, deadline=None)
@given(text=FILTERS, data=st.data())
def test_a_mangled_text_is_a_filter_or_refused(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    mangled = text[:at] + data.draw(st.sampled_from(VOCABULARY)) + text[at + data.draw(st.integers(0, 5)) :]
    for parse in (parse_cql_text, parse_cql2_text):
        assert refusal(lambda parse=parse: parse(mangled)) != "without a parameter"  # type: ignore[misc] # mypy infers no type for it


@settings(max_examples=400, deadline=None)
@given(text=st.one_of(st.lists(st.sampled_from(VOCABULARY), max_size=25).map(" ".join), st.text(max_size=200)))
def test_any_text_is_a_filter_or_refused(text: str) -> None:
    for parse in (parse_cql_text, parse_cql2_text):
        assert refusal(lambda parse=parse: parse(text)) != "without a parameter"  # type: ignore[misc] # mypy infers no type for it


OPS = [
    "and",
    "or",
    "not",
    "=",
    "<",
    "like",
    "in",
    "between",
    "isNull",
    "casei",
    "s_intersects",
    "t_during",
    "t_intersects",
    "a_equals",
    "+",
    "?",
]
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.sampled_from(["title", "extent", "2010"]))
values_ = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.builds(lambda name, args: {"op": name, "args": args}, st.sampled_from(OPS), st.lists(inner, max_size=4)),
        st.dictionaries(st.sampled_from(["op", "args", "property", "date", "interval", "bbox", "type", "coordinates"]), inner, max_size=2),
        st.sampled_from([{"property": name} for name in FIELDS]),
        st.builds(lambda kind, x: {"type": kind, "coordinates": x}, st.sampled_from(["Point", "Polygon", "GeometryCollection"]), inner),
    ),
    max_leaves=15,
)


@settings(max_examples=400, deadline=None)
@given(value=values_)
def test_any_json_is_a_filter_or_refused(value: Any) -> None:
    told = refusal(lambda: parse_cql2_json(value))
    assert not told or "(at " in told


@pytest.mark.parametrize(("digits", "told"), [(300, ""), (400, "finite"), (5000, "finite")])
def test_numbers_beyond_all_measure_are_refused(digits: int, told: str) -> None:
    found = refusal(lambda: parse_cql2_json(json_op("=", {"property": "size"}, 10**digits)))
    assert bool(found) is bool(told)
    assert told in found


NAMES = [
    "Filter",
    "And",
    "Or",
    "Not",
    "PropertyIsEqualTo",
    "PropertyIsLike",
    "PropertyIsBetween",
    "PropertyIsNull",
    "BBOX",
    "Within",
    "During",
]
NAMES += ["AnyInteracts", "ResourceId", "Literal", "ValueReference", "PropertyName", "LowerBoundary", "UpperBoundary", "Function", "Add"]
GML = [
    "Envelope",
    "Box",
    "Point",
    "Polygon",
    "exterior",
    "LinearRing",
    "pos",
    "posList",
    "coordinates",
    "lowerCorner",
    "MultiSurface",
    "Surface",
]
GML += ["TimeInstant", "TimePeriod", "timePosition", "beginPosition", "endPosition", "begin", "patches", "surfaceMember", "Curve", "coord"]
TEXTS = ["", "title", "extent", "interval", "1 2", "1 2 3 4", "0 0 0 1 1 1 0 0", "1,2 3,4", "2010", "x", "nan nan", "1e400 5"]
ATTRIBUTES = [
    "",
    'srsName="EPSG:4326"',
    'srsName="x"',
    'srsDimension="3"',
    'rid="a"',
    'matchCase="false"',
    'wildCard="*"',
    'cs=" "',
    'ts="x"',
]
elements = st.recursive(
    st.builds(
        lambda name, attribute, text: f"<{name} {attribute}>{text}</{name}>",
        st.sampled_from(NAMES + [f"gml:{name}" for name in GML]),
        st.sampled_from(ATTRIBUTES),
        st.sampled_from([*TEXTS, "<!-- c -->title", "<?p?>", "<![CDATA[title]]>"]),
    ),
    lambda inner: st.builds(
        lambda name, attribute, parts: f"<{name} {attribute}>{''.join(parts)}</{name}>",
        st.sampled_from(NAMES + [f"gml:{name}" for name in GML]),
        st.sampled_from(ATTRIBUTES),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(inner=elements)
def test_any_elements_are_a_filter_or_refused(inner: str) -> None:
    assert refusal(lambda: fes(inner)) != "without a parameter"


SOUND = [
    "<And>" + op("PropertyIsLike", "title", "a*", attributes='wildCard="*" singleChar="?" escapeChar="!"') + f"<Not>{X}</Not></And>",
    place("BBOX", "<gml:Envelope><gml:lowerCorner>1 2</gml:lowerCorner><gml:upperCorner>3 4</gml:upperCorner></gml:Envelope>"),
    place("During", "<gml:TimePeriod><gml:beginPosition>2005</gml:beginPosition><gml:endPosition>2006</gml:endPosition></gml:TimePeriod>"),
]


@settings(max_examples=400, deadline=None)
@given(data=st.data(), inner=st.sampled_from(SOUND))
def test_a_mangled_document_is_a_filter_or_refused(data: st.DataObject, inner: str) -> None:
    document = bytearray(f"<Filter {FES}>{inner}</Filter>".encode().replace(b"PropertyName", b"ValueReference"))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(document) - 1))
        document[at : at + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=4))
    assert refusal(lambda: parse_fes(parse_xml(bytes(document)))) != "without a parameter"


def test_json_as_a_door_reads_it_has_infinity() -> None:
    with pytest.raises(QueryError, match="none that is finite"):
        parse_cql2_json(json.loads('{"op": "=", "args": [{"property": "size"}, Infinity]}'))


def test_half_a_character_is_no_text() -> None:
    for value in (json_op("=", {"property": "title"}, "\ud800"), json_op("like", {"property": "keyword"}, "a\udfff%")):
        with pytest.raises(QueryError, match="half a character"):
            parse_cql2_json(value)


def test_a_filter_has_no_doctype() -> None:
    with pytest.raises(FormatError, match="DOCTYPE"):
        xml(f"<!DOCTYPE Filter [<!ENTITY x 'title'>]><Filter {FES}>{X}</Filter>")


def test_what_no_index_answers_is_bounded_in_every_language() -> None:
    few, many = (" OR ".join(["abstract LIKE '%a%'"] * count) for count in (20, 21))
    for parse in (parse_cql_text, parse_cql2_text):
        assert not refusal(lambda parse=parse: parse(few))  # type: ignore[misc]  # mypy cannot type the default
        assert "ask in parts" in refusal(lambda parse=parse: parse(many))  # type: ignore[misc]  # the same
    like = json_op("like", {"property": "abstract"}, "%a%")
    assert "ask in parts" in refusal(lambda: parse_cql2_json(json_op("or", *[like] * 21)))
    sides = "<ValueReference>title</ValueReference><Literal>a*</Literal>"
    values = ", ".join(["'a'"] * 21)
    assert "ask in parts" in refusal(lambda: parse_cql_text(f"abstract IN ({values})"))
    assert not refusal(lambda: parse_cql_text(f"identifier IN ({values})"))
    assert "ask in parts" in refusal(lambda: parse_cql_text(" OR ".join(["identifier > 'a'"] * 201)))
    assert "ask in parts" in refusal(lambda: parse_cql_text(" OR ".join(["title BETWEEN 'a' AND 'b'"] * 101)))
    assert not refusal(lambda: parse_cql_text(" OR ".join(["size > 5"] * 1000)))
    pattern = f'<PropertyIsLike wildCard="*" singleChar="?" escapeChar="!">{sides}</PropertyIsLike>'
    assert not refusal(lambda: fes(f"<Or>{pattern * 200}</Or>"))
    assert "ask in parts" in refusal(lambda: fes(f"<Or>{pattern * 201}</Or>"))
