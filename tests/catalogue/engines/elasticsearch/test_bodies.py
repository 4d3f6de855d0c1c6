"""What is sent to the server, without one."""

from typing import Any

import pytest
from pygeofilter import ast

from catalogue.engines.base import Entry
from catalogue.engines.compile import visible
from catalogue.engines.cursors import Cursor
from catalogue.engines.elasticsearch.clauses import ElasticsearchClauses
from catalogue.engines.elasticsearch.document import living
from catalogue.engines.elasticsearch.mapping import Kept, mapping
from catalogue.engines.elasticsearch.question import after, cursor_behind, matching, order, search_body
from catalogue.engines.elasticsearch.reader import Reader, document_id, stretch
from catalogue.engines.elasticsearch.server import Address, connect
from catalogue.engines.filters import compile_filter
from catalogue.engines.temporal import Condition
from catalogue.query import Direction, FacetRequest, Page, SearchQuery, SortKey
from catalogue.settings import ElasticsearchAccess
from mappings.index.document import OPEN_BEGIN, OPEN_END, ZONES
from mappings.index.fields import FIELDS
from records.model import Box, Circle, Extent
from tests.contracts.making import boxed, entry, interval

UP, DOWN = Direction.ASCENDING, Direction.DESCENDING


@pytest.fixture
def clauses() -> ElasticsearchClauses:
    """Clauses that have nobody to ask."""
    return ElasticsearchClauses(Reader(connect(Address(("http://localhost:1",)), ElasticsearchAccess()), "nobody"))


def test_hidden_records_are_left_out_by_their_identifiers(clauses: ElasticsearchClauses) -> None:
    assert visible(frozenset(), clauses) == []
    assert visible(frozenset({"b", "a"}), clauses) == [{"bool": {"must_not": [{"terms": {"identifier": ["a", "b"]}}]}}]
    many = frozenset(map(str, range(70_000)))
    (query,) = visible(many, clauses)
    (either,) = query["bool"]["must_not"]
    assert [len(part["terms"]["identifier"]) for part in either["bool"]["should"]] == [60_000, 10_000]  # the server takes 65,536 at once


@pytest.mark.parametrize(("end", "bounds"), [("ab", {"gt": "a", "lte": "ab"}), (None, {"gt": "a"})])
def test_a_stretch_of_identifiers(end: str | None, bounds: dict[str, str]) -> None:
    living = {"bool": {"filter": [{"term": {"has": "identifier"}}]}}
    assert stretch(matching([], []), "a", end) == {"query": {"bool": {"filter": [living, {"range": {"identifier": bounds}}]}}}


def test_a_page_is_one_request(clauses: ElasticsearchClauses) -> None:
    asked = SearchQuery(
        facets=(
            FacetRequest(field="domain", selected=("earth",)),
            FacetRequest(field="level", selected=("L3", "L4"), size=2),
            FacetRequest(field="year", size=3),
            FacetRequest(field="type", selected=("dataset",), size=0),
        ),
        sort=(SortKey("updated", DOWN),),
        page=Page(limit=10, offset=20),
    )
    by_count = [{"_count": "desc"}, {"_key": "asc"}]
    earth, level = {"term": {"domain": {"value": "earth"}}}, {"terms": {"level": ["L3", "L4"]}}
    assert search_body(asked, asked.sort, matching([], []), clauses, None, shards=1, offset=20) == {
        "query": {"bool": {"filter": [{"term": {"has": "identifier"}}]}},
        "post_filter": {"bool": {"filter": [earth, level]}},
        "size": 11,
        "from": 20,
        "track_total_hits": True,
        "_source": ["kept.stored", "kept.format", "kept.changed", "kept.origin", "kept.harvest_source"],
        "sort": [{"order.updated": {"order": "desc", "missing": "_last"}}, {"identifier": "asc"}],
        "aggs": {
            "domain": {"filter": level, "aggs": {"values": {"terms": {"field": "domain", "size": 10, "order": by_count}}}},
            "level": {"filter": earth, "aggs": {"values": {"terms": {"field": "level", "size": 2, "order": by_count}}}},
            "year": {
                "filter": {"bool": {"filter": [earth, level]}},
                "aggs": {"values": {"terms": {"field": "year", "size": 3, "order": by_count}}},
            },
        },
    }


def test_documents_are_fetched_where_asked_alone(clauses: ElasticsearchClauses) -> None:
    bare, whole = (
        search_body(SearchQuery(documents=asked), (SortKey("title"),), matching([], []), clauses, None, shards=1, offset=0)
        for asked in (False, True)
    )
    assert set(whole["_source"]) - set(bare["_source"]) == {"kept.content"}


def test_facets_of_several_shards_are_counted_whole(clauses: ElasticsearchClauses) -> None:
    asked = SearchQuery(facets=(FacetRequest(field="domain", size=3),))
    body = search_body(asked, (SortKey("title"),), matching([], []), clauses, None, shards=5, offset=0)
    assert body["aggs"]["domain"]["terms"]["shard_size"] > 10_000


@pytest.mark.parametrize(
    ("sort", "values", "expected"),
    [
        ((SortKey("relevance"),), [7.0, "x"], [7, "x"]),
        ((SortKey("title"),), ["a", "x"], ["a", "x"]),
        ((SortKey("title", DOWN),), [None, "x"], [None, "x"]),
        ((SortKey("created"),), [2**63 - 1, "x"], [2**63 - 1, "x"]),
        ((SortKey("created", DOWN),), [-(2**63), "x"], [-(2**63), "x"]),
        ((SortKey("identifier", DOWN),), ["x"], ["x"]),
        ((SortKey("updated"), SortKey("identifier", DOWN)), [4, "x"], [4, "x"]),
        ((SortKey("title"), SortKey("created", DOWN)), ["a", -(2**63), "x"], ["a", -(2**63), "x"]),
    ],
)
def test_a_cursor_says_where_the_server_stood(sort: tuple[SortKey, ...], values: list[Any], expected: list[Any]) -> None:
    cursor = cursor_behind({"sort": values}, sort, "question")
    assert cursor.identifier == "x"
    assert all(value is None or abs(value) < 2**62 for value in cursor.after if not isinstance(value, str))
    assert after(cursor, sort) == expected
    assert len(order(sort)) == len(values)


def test_a_cursor_of_relevance_without_a_score_stands_behind_all_scores() -> None:
    assert after(Cursor("question", [], "x"), (SortKey("relevance"),)) == [0, "x"]


def test_queries_stay_flat(clauses: ElasticsearchClauses) -> None:
    a, b, c = ({"term": {"level": {"value": value}}} for value in "abc")
    assert clauses.both(a, clauses.both(b, clauses.other(c))) == {"bool": {"filter": [a, b], "must_not": [c]}}
    assert clauses.either([a, clauses.either([b, c])]) == {"bool": {"should": [a, b, c]}}
    assert clauses.other(clauses.other(a)) == a
    assert clauses.both(a, clauses.everything()) == clauses.either([a, clauses.nothing()]) == a
    assert clauses.both(a, clauses.nothing()) == clauses.either([]) == clauses.other(clauses.everything()) == clauses.nothing()
    assert clauses.both() == clauses.other(clauses.nothing()) == clauses.either([a, clauses.everything()]) == clauses.everything()


def test_nots_are_no_levels(clauses: ElasticsearchClauses) -> None:
    nest: ast.Node = ast.Equal(ast.Attribute("level"), "a")
    for _ in range(90):
        nest = ast.Not(nest)
    assert compile_filter(nest, clauses) == {"term": {"level": {"value": "a"}}}


def test_what_no_record_can_have_matches_none(clauses: ElasticsearchClauses) -> None:
    assert clauses.any_term("level", ["\ud800"]) == clauses.any_term("year", [2**70]) == clauses.nothing()
    assert clauses.like("level", ["\ud800", None]) == clauses.nothing()
    assert clauses.compared(FIELDS["level"], ast.ComparisonOp.LT, "a\ud800") == {"range": {"level": {"lt": "a\ue000"}}}


def test_many_terms_are_several_queries(clauses: ElasticsearchClauses) -> None:
    queries = clauses.any_term("identifier", [str(number) for number in range(130_000)])["bool"]["should"]
    assert sum(len(query["terms"]["identifier"]) for query in queries) == 130_000
    assert all(len(query["terms"]["identifier"]) < 65_536 for query in queries)


@pytest.mark.parametrize(
    ("pieces", "nocase", "expected"),
    [
        (["a.b*", None, False, "c"], False, r"a\.b\*.*.c"),
        (['say "x"', None], False, r"say\ \"x\".*"),
        (["éA1-"], True, r"[Éé][Aa]1\-"),
    ],
)
def test_patterns(clauses: ElasticsearchClauses, pieces: list[Any], nocase: bool, expected: str) -> None:  # noqa: FBT001 (a column)
    assert clauses.like("level", pieces, nocase=nocase) == {"regexp": {"level": {"value": expected, "flags": "NONE"}}}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Condition(begin=(None, 9), end=(2, None)), [("interval", 2, 9, "intersects"), ("interval_turned", 2, 9, "within")]),
        (Condition(begin=(None, 2), end=(9, None)), [("interval", 2, 9, "contains")]),
        (Condition(begin=(2, None), end=(None, 9)), [("interval", 2, 9, "within"), ("interval_turned", 2, 9, "intersects")]),
        (Condition(begin=(9, None), end=(None, 2)), [("interval_turned", 2, 9, "contains")]),
        (Condition(begin=(2, None)), [("interval", 2, OPEN_END, "within"), ("interval_turned", 2, OPEN_END, "intersects")]),
        (Condition(end=(None, 9)), [("interval", OPEN_BEGIN, 9, "within"), ("interval_turned", OPEN_BEGIN, 9, "intersects")]),
        (Condition(begin=(2, 2), end=(9, 9)), None),
        (Condition(begin=(2, 9)), None),
    ],
)
def test_conditions_on_intervals(
    clauses: ElasticsearchClauses, condition: Condition, expected: list[tuple[str, int, int, str]] | None
) -> None:
    ranges = [{"range": {name: {"gte": low, "lte": high, "relation": relation}}} for name, low, high, relation in expected or []]
    assert clauses.interval("interval", condition) == (None if expected is None else clauses.either(ranges))


def test_the_mapping_is_strict_and_has_all_that_documents_have() -> None:
    made = mapping()
    assert made["dynamic"] == "strict"
    assert {field for field in FIELDS.values() if field.facet and made["properties"][field.name].get("doc_values") is False} == set()
    whole: Entry = entry(
        "x",
        "L'été",
        abstract="Fields of snow.",
        size=3,
        intervals=(interval("2000", "2001"), interval(None, "1950")),
        extents=(boxed(170, 0, -170, 10), Extent(frame="icrs", circles=(Circle(x=1, y=2, radius=3),))),
    )
    body = living(whole.index, Kept(stored=whole.stored))
    assert body.keys() <= made["properties"].keys()
    assert body["order"].keys() <= made["properties"]["order"]["properties"].keys()
    assert set(Kept.__struct_fields__) == made["properties"]["kept"]["properties"].keys()
    assert made["properties"].keys() > set(ZONES)


def test_a_document_has_stems_ranges_and_boxes() -> None:
    made = entry(
        "x", "Oceans", abstract="Fields of neiges", intervals=(interval("1970", "1970-01-01"),), extents=(boxed(170, 0, -170, 10),)
    )
    body = living(made.index, Kept(stored=made.stored))
    assert body["zone_080"] == ["ocean"]
    assert body["zone_010"][0] == "field of neig"
    assert body["interval"] == [{"gte": 0, "lte": 86399}]
    assert body["extent"] == [
        {"west": 170.0, "south": 0.0, "east": 180.0, "north": 10.0},
        {"west": -180.0, "south": 0.0, "east": -170.0, "north": 10.0},
    ]
    assert "extent+" in body["has"]
    assert "extent~" not in body["has"]


def test_of_very_many_boxes_the_record_decides() -> None:
    boxes = tuple(Box(west=x / 10, south=0, east=x / 10, north=1) for x in range(700))
    made = entry("x", extents=(Extent(boxes=boxes),))
    body = living(made.index, Kept(stored=made.stored))
    assert body["extent"] == [{"west": 0.0, "south": 0.0, "east": 69.9, "north": 1.0}]
    assert "extent~" in body["has"]


def test_any_identifier_has_a_name_that_the_server_takes() -> None:
    names = {document_id(identifier) for identifier in ("a", "b", "é/?#", "x" * 2000, "\ud800")}
    assert len(names) == 5
    assert all(len(name) == 24 and name.isascii() for name in names)
