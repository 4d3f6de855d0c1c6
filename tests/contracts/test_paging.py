"""Orders, pages, cursors, facets."""

import itertools
import threading
from typing import Any

import pytest

from catalogue.engines import open_engine
from catalogue.engines.base import Engine
from catalogue.query import Direction, FacetRequest, Page, SearchQuery, SortKey
from records.dates import Date
from records.errors import QueryError
from tests.contracts.making import NOW, SEVEN, entry, found

UP, DOWN = Direction.ASCENDING, Direction.DESCENDING


@pytest.fixture
def seven(engine: Engine) -> Engine:
    engine.put([entry(identifier, title, **fields) for identifier, title, fields in SEVEN], now=NOW)
    return engine


def counts(engine: Engine, *requests: FacetRequest, **parts: Any) -> dict[str, dict[str, int]]:
    page = engine.search(SearchQuery(facets=requests, **parts))
    return {name: {count.value: count.count for count in values} for name, values in page.facets.items()}


def test_facets_count_what_matches(seven: Engine) -> None:
    assert counts(seven, FacetRequest(field="domain"), FacetRequest(field="platform", size=2)) == {
        "domain": {"earth": 3, "life": 1, "material": 1, "universe": 1},
        "platform": {"PROTEUS": 2, "SMOS": 2},
    }
    assert counts(seven, FacetRequest(field="domain"), text="smos") == {"domain": {"earth": 2}}


def test_a_selection_does_not_collapse_its_own_counts(seven: Engine) -> None:
    asked = (FacetRequest(field="domain", selected=("earth",)), FacetRequest(field="platform", selected=("PROTEUS", "SMOS")))
    page = seven.search(SearchQuery(facets=asked))
    assert sorted(hit.record.identifier for hit in page.hits) == ["jason", "smos", "smos-soil"]
    assert page.number_matched == 3
    assert counts(seven, *asked) == {
        "domain": {"earth": 3, "universe": 1},
        "platform": {"SMOS": 2, "JASON-3": 1, "PROTEUS": 1},
    }


def test_ties_come_by_value_and_sizes_hold(engine: Engine) -> None:
    engine.put([entry(f"r{number:03}", processing_level=f"L{number % 60:02}") for number in range(120)], now=NOW)
    page = engine.search(SearchQuery(facets=(FacetRequest(field="level", size=5),)))
    assert [(count.value, count.count) for count in page.facets["level"]] == [(f"L0{number}", 2) for number in range(5)]
    assert engine.search(SearchQuery(facets=(FacetRequest(field="level", size=0, selected=("L01",)),))).facets == {}


def test_unknown_facets_and_values(seven: Engine) -> None:
    assert seven.search(SearchQuery(facets=(FacetRequest(field="domain", selected=("mars",)),))).number_matched == 0
    with pytest.raises(QueryError):
        FacetRequest(field="title")
    with pytest.raises(QueryError):
        seven.search(SearchQuery(facets=(FacetRequest(field="year", selected=("late",)),)))


def test_by_title_missing_last_both_ways(seven: Engine) -> None:
    ups = found(seven, sort=(SortKey("title", UP),))
    assert ups == ["cardiospace", "corot", "declic", "jason", "smos", "smos-soil", "untitled"]
    assert found(seven) == ups  # without text, by title
    assert found(seven, sort=(SortKey("title", DOWN),)) == [*reversed(ups[:-1]), "untitled"]


def test_accents_and_case_do_not_part_titles(engine: Engine) -> None:
    engine.put([entry("1", "été"), entry("2", "Eta"), entry("3", "ETE"), entry("4", "zoo")], now=NOW)
    assert found(engine) == ["2", "1", "3", "4"]


def orders() -> list[tuple[SortKey, ...]]:
    single = [(SortKey(field, way),) for field in ("title", "created", "updated", "identifier") for way in (UP, DOWN)]
    return [*single, (SortKey("title", DOWN), SortKey("created", UP)), (SortKey("updated", UP), SortKey("identifier", DOWN)), ()]


@pytest.fixture
def many(engine: Engine) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {
            "identifier": f"id {number * 7919 % 4000}",
            "title": None if number % 11 == 0 else f"Wave {number % 13}",
            "created": None if number % 7 == 0 else Date(str(1990 + number % 5)),
            "datestamp": None if number % 3 == 0 else Date(str(2000 + number % 2)),
            "abstract": "common" + (" rare" if number % 50 == 0 else ""),
        }
        for number in range(4000)
    ]
    engine.put(
        [entry(row["identifier"], row["title"], **{k: v for k, v in row.items() if k not in ("identifier", "title")}) for row in rows],
        now=NOW,
    )
    return rows


def expected_order(rows: list[dict[str, Any]], sort: tuple[SortKey, ...]) -> list[str]:
    def value(row: dict[str, Any], field: str) -> Any:
        match field:
            case "created":
                found_ = row["created"] or row["datestamp"]
                return found_ and found_.first_second
            case "updated":
                return row["datestamp"] and row["datestamp"].first_second
            case "title":
                return row["title"] and row["title"].lower()
            case _:
                return row[field]

    ordered = sorted(rows, key=lambda row: row["identifier"])
    for key in reversed(sort or (SortKey("title"),)):
        have = [row for row in ordered if value(row, key.field) is not None]
        have.sort(key=lambda row, key=key: value(row, key.field), reverse=key.direction is DOWN)  # type: ignore[misc]  # mypy cannot type the default
        ordered = have + [row for row in ordered if value(row, key.field) is None]
    return [row["identifier"] for row in ordered]


def test_every_order_is_total_by_cursor_and_by_offset(engine: Engine, many: list[dict[str, Any]]) -> None:
    for sort, text in itertools.product(orders(), ("", "common", "rare")):
        if text and not sort:
            continue
        rows = [row for row in many if text in row["abstract"]]
        expected = expected_order(rows, sort)
        assert walk(engine, SearchQuery(text=text, sort=sort), 999) == expected, (sort, text)
        for offset in (0, 1, 37, len(rows) - 3, len(rows), len(rows) + 10):
            assert found(engine, text, sort=sort, page=Page(offset=offset, limit=10)) == expected[offset : offset + 10], (
                sort,
                text,
                offset,
            )


def walk(engine: Engine, query: SearchQuery, limit: int) -> list[str]:
    walked: list[str] = []
    cursor = None
    while True:
        page = engine.search(SearchQuery(text=query.text, sort=query.sort, filter=query.filter, page=Page(limit=limit, cursor=cursor)))
        walked += [hit.record.identifier for hit in page.hits]
        cursor = page.next_cursor
        if cursor is None:
            return walked
        assert len(page.hits) == limit or (query.text and not query.sort)  # by relevance, what goes meanwhile leaves a gap


@pytest.mark.usefixtures("many")
def test_the_identifier_said_as_the_last_key_changes_nothing(engine: Engine) -> None:
    engine.put([entry(f"r{number}", f"Title {number % 3}") for number in range(9)], now=NOW)
    plain, said = (SortKey("title"),), (SortKey("title"), SortKey("identifier"))
    assert found(engine, sort=plain) == found(engine, sort=said)
    cursor = engine.search(SearchQuery(sort=plain, page=Page(limit=4))).next_cursor
    assert cursor == engine.search(SearchQuery(sort=said, page=Page(limit=4))).next_cursor


@pytest.mark.parametrize("text", ["", "title"])
def test_a_place_far_behind_the_last_costs_nothing(engine: Engine, text: str) -> None:
    engine.put([entry(f"r{number}", "Title") for number in range(5)], now=NOW)
    page = engine.search(SearchQuery(text=text, page=Page(offset=10**9)))
    assert (page.hits, page.next_cursor) == ((), None)
    assert page.number_matched >= 5


def test_relevance_by_cursor_and_by_offset_is_one_order(engine: Engine) -> None:
    for text in ("common", "wave 7", "rare"):
        by_cursor = walk(engine, SearchQuery(text=text), 137)
        total = engine.search(SearchQuery(text=text)).number_matched
        assert len(by_cursor) == len(set(by_cursor)) == total
        for offset in (0, 10, 95, 990, 1500):
            assert found(engine, text, page=Page(offset=offset)) == by_cursor[offset : offset + 10]


@pytest.mark.parametrize("sort", [(), (SortKey("title"),), (SortKey("created", DOWN),), (SortKey("identifier"),)])
@pytest.mark.parametrize("text", ["", "common"])
def test_a_walk_while_another_writes_hands_out_each_unchanged_record_once(
    engine: Engine, url: str, many: list[dict[str, Any]], sort: tuple[SortKey, ...], text: str
) -> None:
    stop = threading.Event()

    def disturb() -> None:
        other = open_engine(url)
        for number in itertools.count():
            if stop.is_set():
                break
            other.put(
                [entry(f"new {number} {k}", f"Wave {k % 13}", abstract="common common rare", created=Date("1992")) for k in range(20)],
                now=NOW,
            )
            other.delete([many[number * 3 % 4000]["identifier"] for _ in range(1)], now=NOW)
        other.close()

    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        walked = walk(engine, SearchQuery(text=text, sort=sort), 100)
    finally:
        stop.set()
        thread.join()
    left = set(engine.identifiers())
    stayed = {row["identifier"] for row in many} & left
    assert len(walked) == len(set(walked))
    assert stayed <= set(walked)


def test_a_count_alone(seven: Engine) -> None:
    page = seven.search(SearchQuery(text="smos", page=Page(limit=0)))
    assert (page.hits, page.number_matched) == ((), 2)


@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "é", "A" * 5000, "../../etc/passwd", "eyJhIjoxfQ"])
def test_a_malformed_cursor_is_told(seven: Engine, cursor: str) -> None:
    with pytest.raises(QueryError):
        seven.search(SearchQuery(page=Page(cursor=cursor)))


def test_a_cursor_belongs_to_its_question(seven: Engine) -> None:
    cursor = seven.search(SearchQuery(page=Page(limit=2))).next_cursor
    assert cursor is not None
    with pytest.raises(QueryError):
        seven.search(SearchQuery(text="smos", page=Page(cursor=cursor)))
    with pytest.raises(QueryError):
        seven.search(SearchQuery(page=Page(cursor=cursor[:-2] + "zz")))


def test_ids_and_parents(engine: Engine) -> None:
    engine.put([entry("p", "P"), entry("c1", "C1", parent_identifier="p"), entry("c2", "C2", parent_identifier="p")], now=NOW)
    assert found(engine, parents=("p",)) == ["c1", "c2"]
    assert found(engine, ids=("c2", "p", "none")) == ["c2", "p"]
