"""Headers of records and tombstones, values and bounds of fields: what OAI-PMH and GetDomain are answered from."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from catalogue.engines import open_engine
from catalogue.engines.base import Engine, Header, Window
from catalogue.engines.stored import entry_of
from catalogue.query import MAX_LIMIT, Page, SearchQuery
from records.codes import Domain, ScopeCode
from records.dates import Date
from records.errors import QueryError
from records.model import Box, Extent, Record
from tests.contracts.making import NOW, SEVEN, entry, keywords, record

DAY = timedelta(days=1)


def _put(engine: Engine, identifier: str, title: str, now: datetime, source: str | None = None, domain: Domain | None = None) -> None:
    engine.put([entry_of(record(identifier, title, domain=domain), harvest_source=source)], now=now)


@pytest.fixture
def history(engine: Engine) -> Engine:
    """Records made on three days; `b` is replaced on the second, `c` deleted on the third."""
    for identifier, domain in (("a", Domain.EARTH), ("b", Domain.UNIVERSE), ("c", Domain.UNIVERSE)):
        _put(engine, identifier, "first", NOW, "nasa" if identifier != "a" else None, domain)
    _put(engine, "b", "second", NOW + DAY, "nasa", Domain.EARTH)
    engine.delete(["c"], now=NOW + 2 * DAY)
    return engine


ALL = [
    Header(identifier="a", changed=NOW, deleted=False, domain="earth"),
    Header(identifier="b", changed=NOW + DAY, deleted=False, domain="earth", harvest_source="nasa"),
    Header(identifier="c", changed=NOW + 2 * DAY, deleted=True, domain="universe", harvest_source="nasa"),
]


def test_headers_tell_last_changes_and_deletions(history: Engine) -> None:
    assert history.headers(Window(), limit=10) == ALL
    assert [history.header(identifier) for identifier in "abcd"] == [*ALL, None]


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (Window(since=NOW), "abc"),
        (Window(since=NOW + timedelta(seconds=1)), "bc"),
        (Window(until=NOW + DAY), "ab"),
        (Window(since=NOW + DAY, until=NOW + DAY), "b"),
        (Window(domain="universe"), "c"),
        (Window(domain="life"), ""),
        (Window(harvest_source="nasa"), "bc"),
        (Window(harvest_source="nasa", domain="earth"), "b"),
        (Window(any_source=True), "bc"),
        (Window(any_domain=True, until=NOW), "a"),
    ],
)
def test_a_window_narrows_the_headers(history: Engine, window: Window, expected: str) -> None:
    assert "".join(header.identifier for header in history.headers(window, limit=10)) == expected
    assert history.count_headers(window) == len(expected)


def test_walking_headers_hands_out_each_once_while_others_write(engine: Engine) -> None:
    engine.put([entry(f"r{number:03}", "title") for number in range(50)], now=NOW)
    seen: list[str] = []
    while page := engine.headers(Window(), after=seen[-1] if seen else None, limit=7):
        seen += [header.identifier for header in page]
        engine.put([entry(f"r{number:03}", f"changed {len(seen)}") for number in range(50)], now=NOW + len(seen) * DAY)
    assert seen == [f"r{number:03}" for number in range(50)]


def test_a_record_that_comes_back_is_no_tombstone(history: Engine) -> None:
    _put(history, "c", "again", NOW + 3 * DAY)
    assert history.header("c") == Header(identifier="c", changed=NOW + 3 * DAY, deleted=False)


def test_sources_are_named_once(history: Engine) -> None:
    _put(history, "d", "of another source", NOW, "esa")
    assert history.sources() == ["esa", "nasa"]


def test_statistics_tell_the_earliest_change(history: Engine) -> None:
    assert history.statistics().earliest == NOW
    history.delete(["a"], now=NOW + 2 * DAY)
    assert history.statistics().earliest == NOW + DAY


def test_values_of_a_field_are_those_of_records_that_are_there(engine: Engine) -> None:
    engine.put([entry(identifier, title, **fields) for identifier, title, fields in SEVEN], now=NOW)
    engine.put([entry("gone", "Gone", keywords=keywords("gone")), entry("kept", "Kept", keywords=keywords("kept"))], now=NOW)
    engine.delete(["gone"], now=NOW)
    assert engine.values("platform", 100) == ["COROT", "ISS", "JASON-3", "PROTEUS", "SMOS"]
    assert engine.values("platform", 2) == ["COROT", "ISS"]
    assert engine.values("keyword", 100) == ["kept"]
    assert engine.values("title", 3) == ["Cardiospace", "COROT Mission", "DECLIC on the ISS"]
    assert engine.values("size", 10) == []


def test_bounds_of_a_field(engine: Engine) -> None:
    assert engine.bounds("created") is None
    engine.put([entry("a", created=Date("-65000000")), entry("b", created=Date("9999-12-31"), size=7)], now=NOW)
    assert engine.bounds("created") == (Date("-65000000").first_second, Date("9999-12-31").first_second)
    assert engine.bounds("size") == (7, 7)


@pytest.mark.parametrize("field", ["interval", "extent", "created", "nowhere"])
def test_values_of_what_has_none_are_refused(engine: Engine, field: str) -> None:
    with pytest.raises(QueryError) as caught:
        engine.values(field, 10)
    assert caught.value.parameter == field


@pytest.mark.parametrize("field", ["interval", "title", "nowhere"])
def test_bounds_of_what_has_none_are_refused(engine: Engine, field: str) -> None:
    with pytest.raises(QueryError) as caught:
        engine.bounds(field)
    assert caught.value.parameter == field


def test_the_secret_is_made_once(url: str) -> None:
    with_catalogue = open_engine(url)
    secret = with_catalogue.secret()
    with_catalogue.close()
    again = open_engine(url)
    assert len(secret) == 32
    assert again.secret() == secret
    again.close()


def test_hits_come_with_their_documents_where_asked(engine: Engine) -> None:
    engine.put([entry("a", "one"), entry("b", "two")], now=NOW)
    bare = engine.search(SearchQuery(page=Page(limit=MAX_LIMIT))).hits
    whole = engine.search(SearchQuery(documents=True)).hits
    assert [hit.record.source for hit in bare] == [None, None]
    assert [hit.record.source for hit in whole] == [record("a", "one").source, record("b", "two").source]
    assert [found and found.source for found in engine.get_many(["b", "x", "a"], documents=True)] == [
        record("b", "two").source,
        None,
        record("a", "one").source,
    ]


def test_brief_hits_tell_what_a_brief_list_shows(engine: Engine) -> None:
    place = Extent(boxes=(Box(west=-10, south=40, east=20, north=60),), description="somewhere")
    shown = Record(identifier="a", title="one", type=ScopeCode.SERIES, resource_type="a series", extents=(place,))
    rest = replace(shown, abstract="words", keywords=keywords("k"), source=record("a").source)
    engine.put([entry_of(rest, origin="here"), entry("b")], now=NOW)
    whole = engine.search(SearchQuery()).hits
    assert [hit.record.abstract for hit in whole] == ["words", None]
    expected = [replace(one, provenance=hit.record.provenance) for one, hit in zip((shown, Record(identifier="b")), whole, strict=True)]
    assert [hit.record for hit in engine.search(SearchQuery(brief=True)).hits] == expected
    assert expected[0].provenance.origin == "here"
    assert [hit.record.identifier for hit in engine.search(SearchQuery(text="words", brief=True)).hits] == ["a"]
    with pytest.raises(QueryError, match="neither documents nor marks"):
        SearchQuery(brief=True, documents=True)
