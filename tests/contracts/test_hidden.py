"""Hidden records: the answer is what a catalogue without them answers, down to counts, spelling and suggestions."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pygeofilter import ast

from catalogue.engines import open_engine
from catalogue.engines.base import Engine, Window
from catalogue.engines.stored import entry_of
from catalogue.query import Direction, FacetRequest, Page, SearchQuery, SortKey
from mappings.index.fields import FIELDS, Kind
from records.codes import Domain
from records.dates import Date
from tests.contracts.making import NOW, SEVEN, boxed, interval, keywords, platforms, record

DAY = timedelta(days=1)
SHOWN: tuple[tuple[str, str | None, dict[str, Any]], ...] = (
    *SEVEN,
    (
        "curves",
        "Light curves of the center",
        {"abstract": "Photometry of stars.", "keywords": keywords("stars"), "created": Date("2013-03-11")},
    ),
    ("carves", "Carved ice", {"abstract": "Ice that is carved.", "intervals": (interval("2001-01-01", "2002-01-01"),)}),
    ("boxed", "A box", {"extents": (boxed(0, 0, 10, 10),), "size": 7, "parent_identifier": "smos"}),
)
SECRET: tuple[tuple[str, str | None, dict[str, Any]], ...] = (
    (
        "n1",
        "Embargoed lightcurve of Zubeneschamali",
        {
            "abstract": "Secret photometry, corrected. SMOS is mentioned.",
            "domain": Domain.UNIVERSE,
            "platforms": platforms("COROT", "HUSHSAT"),
            "keywords": keywords("stars", "hushword"),
            "processing_level": "N1",
            "created": Date("2026-01-01"),
            "size": 99_999,
            "extents": (boxed(-20, -20, 20, 20),),
            "intervals": (interval("1990-01-01", "2030-01-01"),),
        },
    ),
    ("n1-child", "SMOS Soil Moisture", {"domain": Domain.EARTH, "platforms": platforms("SMOS"), "parent_identifier": "smos"}),
    ("aaa", "Aaa comes first", {"keywords": keywords("hushword"), "created": Date("1901-01-01"), "size": 1}),
)
HIDDEN = frozenset({*(identifier for identifier, _, _ in SECRET), "buried", "never-was"})


def _fill(engine: Engine, *rows: tuple[str, str | None, dict[str, Any]], source: str, days: int) -> None:
    engine.put([entry_of(record(name, title, **fields), harvest_source=source) for name, title, fields in rows], now=NOW + days * DAY)


@pytest.fixture
def full(engine: Engine) -> Engine:
    """A catalogue with records and tombstones that are to be hidden, older and younger than the others."""
    _fill(engine, SECRET[0], ("buried", "Buried", {}), source="hush", days=-9)
    _fill(engine, *SHOWN, ("gone", "Gone", {}), source="cnes", days=0)
    engine.delete(["gone"], now=NOW + DAY)
    _fill(engine, *SECRET[1:], source="cnes", days=2)
    engine.delete(["buried"], now=NOW + 3 * DAY)
    return engine


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Engine]:
    """The same without them."""
    engine = open_engine(f"embedded:{tmp_path / 'bare'}")
    _fill(engine, *SHOWN, ("gone", "Gone", {}), source="cnes", days=0)
    engine.delete(["gone"], now=NOW + DAY)
    yield engine
    engine.close()


FACETED = tuple(FacetRequest(field=name) for name, field in FIELDS.items() if field.facet)
QUESTIONS = {
    "all": SearchQuery(),
    "facets": SearchQuery(facets=FACETED),
    "a facet selected": SearchQuery(facets=(FacetRequest(field="platform", selected=("COROT", "HUSHSAT")), FacetRequest(field="domain"))),
    "words": SearchQuery(text="smos"),
    "words, facets": SearchQuery(text="smos soil", facets=FACETED, highlight=True),
    "a word of hidden records alone": SearchQuery(text="zubeneschamali"),
    "a slip of such a word": SearchQuery(text="zubenesthamali"),
    "a word that is near to a hidden and to a shown one": SearchQuery(text="lightcurv"),
    "a slip nearer to a hidden word": SearchQuery(text="lightcurvs center"),
    "a slip whose first letter is another": SearchQuery(text="bushword"),
    "words that only hidden records hold together": SearchQuery(text="photometry corrected"),
    "a beginning": SearchQuery(text="hus"),
    "a beginning of both": SearchQuery(text="sta"),
    "a phrase": SearchQuery(text='"secret photometry"'),
    "as written": SearchQuery(text="photometry", exact=True),
    "its identifier": SearchQuery(ids=("n1",)),
    "its identifier among others": SearchQuery(ids=("n1", "smos", "aaa")),
    "a parent": SearchQuery(parents=("smos",)),
    "a box": SearchQuery(bbox=(boxed(-15, -15, 5, 5).boxes[0],)),
    "a time": SearchQuery(interval=interval("1995-01-01", "2001-06-01")),
    "a filter": SearchQuery(filter=ast.GreaterThan(ast.Attribute("size"), 5)),
    "a filter on texts": SearchQuery(filter=ast.GreaterThan(ast.Attribute("title"), "E")),
    "newest first": SearchQuery(sort=(SortKey("created", Direction.DESCENDING),)),
    "by identifier": SearchQuery(sort=(SortKey("identifier"),)),
    "two keys": SearchQuery(sort=(SortKey("date"), SortKey("title"))),
    "a count": SearchQuery(page=Page(limit=0), facets=FACETED),
    "an offset": SearchQuery(page=Page(offset=8)),
}


def _told(engine: Engine, query: SearchQuery) -> tuple[object, ...]:
    """Return all that an answer tells, but where its next page begins."""
    page = engine.search(query)
    hits = [(hit.record.identifier, hit.title, hit.snippet, hit.found_in) for hit in page.hits]
    return hits, page.number_matched, page.facets, page.searched_as, page.next_cursor is None


def test_a_search_answers_as_if_hidden_records_were_not_there(full: Engine, bare: Engine) -> None:
    found = {name: _told(full, replace(query, hidden=HIDDEN)) for name, query in QUESTIONS.items()}
    assert found == {name: _told(bare, query) for name, query in QUESTIONS.items()}


def test_the_questions_are_answered_otherwise_where_nothing_is_hidden(full: Engine, bare: Engine) -> None:
    """Were they not, they would show nothing."""
    same = [name for name, query in QUESTIONS.items() if _told(full, query) == _told(bare, query)]
    assert same == []


@pytest.mark.parametrize(
    "query",
    [
        SearchQuery(page=Page(limit=2)),
        SearchQuery(text="smos", page=Page(limit=1)),
        SearchQuery(sort=(SortKey("created"),), page=Page(limit=3)),
    ],
)
def test_a_walk_passes_hidden_records_over_also_when_they_come_to_be_hidden_on_its_way(
    full: Engine, bare: Engine, query: SearchQuery
) -> None:
    def walk(engine: Engine, *hidden: frozenset[str]) -> list[str]:
        seen: list[str] = []
        cursor, page = None, 0
        while page == 0 or cursor is not None:
            now = hidden[min(page, len(hidden) - 1)]
            answer = engine.search(replace(query, hidden=now, page=replace(query.page, cursor=cursor)))
            seen += [hit.record.identifier for hit in answer.hits]
            cursor, page = answer.next_cursor, page + 1
        return seen

    assert walk(full, HIDDEN) == walk(bare, frozenset())
    late = walk(full, frozenset(), HIDDEN)
    first = full.search(query)
    assert not HIDDEN & set(late[len(first.hits) :])
    assert {*walk(bare, frozenset())} <= {*late, *(hit.record.identifier for hit in first.hits)}


PREFIXES = ("s", "sm", "smos", "hush", "n1", "co", "zub", "photometry, s", "light", "embargoed light", "aaa", "st")
WINDOWS = (
    Window(),
    Window(since=NOW + DAY),
    Window(until=NOW - DAY),
    Window(domain="universe"),
    Window(harvest_source="hush"),
    Window(harvest_source="cnes"),
    Window(any_domain=True),
    Window(any_source=True),
)
LISTED = [name for name, field in FIELDS.items() if field.kind in {Kind.KEYWORD, Kind.TEXT, Kind.INTEGER}]
BOUNDED = [name for name, field in FIELDS.items() if field.kind in {Kind.MOMENT, Kind.INTEGER}]


def test_suggestions_name_nothing_of_hidden_records(full: Engine, bare: Engine) -> None:
    assert {prefix: full.suggest(prefix, hidden=HIDDEN) for prefix in PREFIXES} == {prefix: bare.suggest(prefix) for prefix in PREFIXES}


def test_values_and_bounds_are_those_of_the_others(full: Engine, bare: Engine) -> None:
    assert {name: full.values(name, 100, hidden=HIDDEN) for name in LISTED} == {name: bare.values(name, 100) for name in LISTED}
    assert {name: full.values(name, 2, hidden=HIDDEN) for name in LISTED} == {name: bare.values(name, 2) for name in LISTED}
    assert {name: full.bounds(name, hidden=HIDDEN) for name in BOUNDED} == {name: bare.bounds(name) for name in BOUNDED}


def test_headers_pass_hidden_records_and_tombstones_over(full: Engine, bare: Engine) -> None:
    for window in WINDOWS:
        told = replace(window, hidden=HIDDEN)
        assert full.headers(told, limit=100) == bare.headers(window, limit=100)
        assert full.headers(told, after="b", limit=3) == bare.headers(window, after="b", limit=3)
        assert full.count_headers(told) == bare.count_headers(window)


def test_statistics_count_the_others(full: Engine, bare: Engine) -> None:
    found, expected = full.statistics(hidden=HIDDEN), bare.statistics()
    assert (found.records, found.deleted, found.updated, found.earliest, found.formats) == (
        expected.records,
        expected.deleted,
        expected.updated,
        expected.earliest,
        expected.formats,
    )
    assert full.statistics().records == found.records + len(SECRET)
    assert full.statistics(hidden=frozenset({"n1"})).records == found.records + len(SECRET) - 1


def test_what_is_hidden_is_seen_by_others_at_the_same_time(full: Engine) -> None:
    assert full.search(SearchQuery(text="zubeneschamali", hidden=HIDDEN)).number_matched == 0
    assert [hit.record.identifier for hit in full.search(SearchQuery(text="zubeneschamali")).hits] == ["n1"]


def test_all_of_it_hidden_is_an_empty_catalogue(full: Engine) -> None:
    every = frozenset({*full.identifiers(), "gone", "buried"})
    answer = full.search(SearchQuery(text="smos", facets=FACETED, hidden=every))
    assert (answer.hits, answer.number_matched, answer.searched_as) == ((), 0, None)
    assert not any(answer.facets.values())
    assert full.suggest("s", hidden=every) == []
    assert full.values("platform", 9, hidden=every) == []
    assert full.bounds("size", hidden=every) is None
    held = full.statistics(hidden=every)
    assert (held.records, held.deleted, held.updated, held.earliest, held.formats) == (0, 0, None, None, {})
