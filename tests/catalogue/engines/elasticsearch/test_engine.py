"""What is the Elasticsearch engine's own: its requests, its limits, its writers side by side, its rebuilt index."""

import math
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import msgspec
import pytest
from elastic_transport import ConnectionTimeout
from pygeofilter import ast, values

from catalogue.engines import open_engine
from catalogue.engines.base import Change, Entry
from catalogue.engines.elasticsearch import ElasticsearchEngine
from catalogue.engines.elasticsearch.server import Address
from catalogue.engines.stored import decode_index, entry_of
from catalogue.query import FacetRequest, Page, SearchQuery, SortKey
from catalogue.settings import ElasticsearchAccess
from records.errors import EngineError, QueryError
from records.model import Box, Extent, Polygon, Record
from tests.contracts.making import NOW, boxed, entry, found, keywords, record

pytestmark = pytest.mark.elasticsearch


@pytest.fixture
def engine(elasticsearch_url: str) -> Iterator[ElasticsearchEngine]:
    opened = open_engine(elasticsearch_url)
    yield cast("ElasticsearchEngine", opened)
    opened.close()


@pytest.fixture
def asked(engine: ElasticsearchEngine, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the engine asks the server for, as it goes on."""
    targets: list[str] = []
    transport = engine._reader.client.transport  # noqa: SLF001 (what passes there is counted)
    perform = transport.perform_request

    def counted(method: str, target: str, **parts: Any) -> Any:
        targets.append(target.partition("?")[0].rpartition("/")[2])
        return perform(method, target, **parts)

    monkeypatch.setattr(transport, "perform_request", counted)
    return targets


def test_a_page_of_results_is_one_request(engine: ElasticsearchEngine, asked: list[str]) -> None:
    engine.put([entry(f"r{number}", f"Sea ice {number}", keywords=keywords("snow")) for number in range(30)], now=NOW)
    query = SearchQuery(text="sea ice", facets=(FacetRequest(field="keyword", selected=("snow",)), FacetRequest(field="year")))
    first = engine.search(query)
    asked.clear()
    assert first.next_cursor is not None
    for page in (Page(cursor=first.next_cursor), Page(offset=10), Page()):
        engine.search(SearchQuery(text="sea ice", facets=query.facets, page=page))
    engine.search(SearchQuery(facets=query.facets, sort=(SortKey("title"),)))
    assert asked == ["_search"] * 4


TRIANGLE = Extent(polygons=(Polygon(rings=(((0, 0), (10, 0), (0, 10), (0, 0)),)),))
"""Around the corner stands its box alone."""
CORNER = ast.BBox(ast.Attribute("extent"), 8, 8, 9, 9)


def test_places_that_have_to_be_looked_at_are_read_beforehand_once_there_are_any(
    engine: ElasticsearchEngine, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    boxes = [entry("near", extents=(boxed(0, 0, 10, 10),)), entry("far", extents=(boxed(50, 50, 60, 60),)), entry("nowhere")]
    engine.put(boxes, now=NOW)
    apart = ast.GeometryDisjoint(ast.Attribute("extent"), values.Envelope(8, 9, 8, 9))
    asked.clear()
    assert found(engine, filter=CORNER) == ["near"]
    assert found(engine, filter=apart) == ["far"]
    assert found(engine, filter=ast.Not(CORNER)) == ["far", "nowhere"]
    assert asked == ["_msearch"] * 3
    engine.put([entry("triangle", extents=(TRIANGLE,))], now=NOW)
    asked.clear()
    assert found(engine, filter=CORNER) == ["near"]
    assert asked == ["_msearch", "_search", "_search"]
    assert found(engine, filter=apart) == ["far", "triangle"]
    assert found(engine, filter=ast.Not(CORNER)) == ["far", "nowhere", "triangle"]
    assert found(engine, filter=ast.BBox(ast.Attribute("extent"), 1, 1, 2, 2)) == ["near", "triangle"]
    assert asked.count("_msearch") == 1
    engine.delete(["triangle"], now=NOW)
    monkeypatch.setattr(engine, "_at_once_from", 0.0)  # as it is after a minute
    asked.clear()
    assert found(engine, filter=CORNER) == ["near"]
    assert asked == ["_msearch"]


@pytest.mark.parametrize(
    "parts",
    [
        {"filter": CORNER},
        {"text": "ice", "bbox": (Box(west=8, south=8, east=9, north=9), Box(west=-9, south=-9, east=-8, north=-8))},
        {"text": "iec", "filter": ast.Or(CORNER, ast.BBox(ast.Attribute("extent"), 1, 1, 2, 2))},
        {"filter": ast.Not(CORNER), "facets": (FacetRequest(field="keyword", selected=("snow",)), FacetRequest(field="year"))},
        {"filter": CORNER, "hidden": frozenset({"b03"})},
        {"filter": CORNER, "page": Page(offset=15, limit=10)},
        {"filter": ast.And(ast.Like(ast.Attribute("abstract"), "%white%", False, "%", "_", "\\", False), CORNER)},  # noqa: FBT003
    ],
)
def test_what_is_asked_at_once_has_the_same_answer(
    engine: ElasticsearchEngine, monkeypatch: pytest.MonkeyPatch, parts: dict[str, Any]
) -> None:
    monkeypatch.setattr("catalogue.engines.elasticsearch.engine.WINDOW", 20)
    terms = keywords("snow")
    entries = [entry(f"b{number:02}", "Ice", abstract="White.", extents=(boxed(0, 0, 10, 10),), keywords=terms) for number in range(30)]
    for more in ([], [entry(f"t{number}", "Ice", abstract="White.", extents=(TRIANGLE,), keywords=terms) for number in range(3)]):
        engine.put([*entries, *more], now=NOW)
        pages = []
        for from_ in (0.0, math.inf):
            monkeypatch.setattr(engine, "_at_once_from", from_)
            first = engine.search(SearchQuery(**parts))
            again = [engine.search(SearchQuery(**parts | {"page": Page(cursor=first.next_cursor)}))] if first.next_cursor else []
            pages.append([(page.number_matched, page.facets, [hit.record.identifier for hit in page.hits]) for page in (first, *again)])
        assert pages[0] == pages[1]
    assert pages[0][0][0], "it is no answer of nothing"


def test_a_question_with_something_to_read_beforehand_is_not_begun_twice(engine: ElasticsearchEngine, asked: list[str]) -> None:
    engine.put([entry("near", abstract="White ice.", extents=(boxed(0, 0, 10, 10),)), entry("t", extents=(TRIANGLE,))], now=NOW)
    white = ast.Like(ast.Attribute("abstract"), "%white%", False, "%", "_", "\\", False)  # noqa: FBT003
    asked.clear()
    assert found(engine, filter=ast.And(CORNER, white)) == ["near"]
    assert asked == ["_search"] * 3  # the polygons, the abstracts, the page
    touching = ast.GeometryIntersects(ast.Attribute("extent"), values.Geometry({"type": "Point", "coordinates": (8, 8)}))
    assert found(engine, filter=ast.And(CORNER, touching)) == ["near"]
    assert "_msearch" not in asked


def test_where_two_are_asked_at_once_troubles_are_those_of_one(engine: ElasticsearchEngine, asked: list[str]) -> None:
    engine.put([entry("near", extents=(boxed(0, 0, 10, 10),))], now=NOW)
    reader, indices = engine._reader, engine._reader.client.indices  # noqa: SLF001
    corner = SearchQuery(filter=CORNER)
    indices.close(index=reader.name)
    asked.clear()
    with pytest.raises(EngineError) as told:
        engine.search(corner)
    assert asked == ["_msearch"]
    assert "index_closed" not in str(told.value)
    asked.clear()
    for _ in range(50):  # until one is asked before its shards are open
        indices.open(index=reader.name, wait_for_active_shards="0")
        before = asked.count("_msearch")
        assert engine.search(corner).number_matched == 1, "shards that are not open yet are waited for"
        waited = asked.count("_msearch") - before > 1
        indices.close(index=reader.name)
        if waited:
            break
    assert waited
    indices.open(index=reader.name)
    alias = {"index": f"{reader.name}.records-1", "alias": reader.index}
    indices.update_aliases(actions=[{"remove": alias}])
    with pytest.raises(EngineError, match="reflecs reindex"):
        engine.search(corner)
    indices.update_aliases(actions=[{"add": alias}])
    asked.clear()
    assert engine.search(corner).number_matched == 1
    assert asked == ["_msearch"], "of places nothing was learnt"


def test_values_and_titles_as_long_as_they_like(engine: ElasticsearchEngine) -> None:
    word = "très " * 20_000
    long = entry("x" * 2000, "Ω" * 40_000, abstract=word, keywords=keywords("𝔘" * 5000), lineage=word * 3)
    assert engine.put([long, entry("y", word)], now=NOW) == [Change.CREATED, Change.CREATED]
    assert found(engine) == ["y", "x" * 2000]
    assert found(engine, filter=ast.Equal(ast.Attribute("keyword"), "𝔘" * 5000)) == ["x" * 2000]
    assert engine.get("x" * 2000) is not None


def test_there_is_no_wall_at_ten_thousand(engine: ElasticsearchEngine) -> None:
    names = [f"r{number:05}" for number in range(10_060)]
    for start in range(0, len(names), 4000):
        engine.put([entry(name, "The same") for name in names[start : start + 4000]], now=NOW)
    for sort in ((SortKey("title"),), (SortKey("relevance"),)):
        for offset in (9_995, 10_000, 10_055, 10_060, 25_000):
            page = engine.search(SearchQuery(text="same", sort=sort, page=Page(offset=offset)))
            assert [hit.record.identifier for hit in page.hits] == names[offset : offset + 10]
            assert page.number_matched == len(names)
    assert list(engine.identifiers()) == names
    deep = engine.search(SearchQuery(page=Page(offset=10_020)))
    assert found(engine, page=Page(cursor=deep.next_cursor)) == names[10_030:10_040]


@pytest.mark.parametrize("shards", [1, 3])
def test_a_walk_by_identifier_asks_for_stretches_and_passes_over_what_was_deleted(
    elasticsearch_url: str, monkeypatch: pytest.MonkeyPatch, shards: int
) -> None:
    engine = ElasticsearchEngine(Address.parse(elasticsearch_url.removeprefix("elasticsearch:")), ElasticsearchAccess(shards=shards))
    names = [f"r{number:04}" for number in range(2000)] + ["été", "ф", "\ufb01", "𝔘", "~"]
    engine.put([entry(name, "Sea ice", keywords=keywords("ice")) for name in names], now=NOW)
    engine.delete(names[12:1991], now=NOW)
    kept = sorted(name for name in names[:12] + names[1991:] if name != "r0003")
    asked: list[dict[str, Any]] = []
    ask = engine._reader.search  # noqa: SLF001 (what is asked of the server is looked at)

    def noted(body: dict[str, Any]) -> dict[str, Any]:
        asked.append(body)
        return ask(body)

    monkeypatch.setattr(engine._reader, "search", noted)  # noqa: SLF001
    walked: list[str] = []
    page, pages = Page(limit=5), 0
    facets = (FacetRequest(field="keyword"),)
    while True:
        answer = engine.search(SearchQuery(sort=(SortKey("identifier"),), page=page, facets=facets, hidden=frozenset({"r0003"})))
        pages += 1
        walked += [hit.record.identifier for hit in answer.hits]
        assert (answer.number_matched, answer.facets["keyword"][0].count) == (len(kept), len(kept))
        if answer.next_cursor is None:
            break
        page = Page(limit=5, cursor=answer.next_cursor)
    assert walked == kept
    assert not any("search_after" in body for body in asked)
    stretches = [body["query"]["bool"]["filter"][1]["range"]["identifier"] for body in asked if not body["track_total_hits"]]
    assert sum("lte" in stretch for stretch in stretches) >= pages - 2
    assert len(stretches) <= pages + 6  # 1,979 tombstones stand in one place: the stretches grow there
    engine.close()


def test_no_update_is_lost_and_each_is_a_version(engine: ElasticsearchEngine, elasticsearch_url: str) -> None:
    def write(name: str) -> None:
        own = open_engine(elasticsearch_url)
        for number in range(12):
            own.put([entry(identifier, content=f"{name} {number} {identifier}".encode()) for identifier in ("one", "two")], now=NOW)
        own.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, "abcd"))
    for identifier in ("one", "two"):
        last = engine.get(identifier)
        assert last is not None
        assert last.source is not None
        contents = [version.content.decode() for version in reversed(engine.versions(identifier))] + [last.source.content.decode()]
        assert sorted(contents) == sorted(f"{name} {number} {identifier}" for name in "abcd" for number in range(12))
        for name in "abcd":  # each writer's own changes stand in the order in which it made them
            assert [text for text in contents if text[0] == name] == [f"{name} {number} {identifier}" for number in range(12)]


def test_versions_tell_when_each_began_and_ended_over_a_deletion(engine: ElasticsearchEngine) -> None:
    at = [NOW + timedelta(hours=number) for number in range(5)]
    engine.put([entry("one", content=b"1")], now=at[0])
    engine.put([entry("one", content=b"2")], now=at[1])
    engine.delete(["one"], now=at[2])
    engine.put([entry("one", content=b"3")], now=at[3])
    engine.put([entry("one", content=b"4")], now=at[4])
    told = [(version.content, version.loaded, version.replaced) for version in engine.versions("one")]
    assert told == [(b"3", at[3], at[4]), (b"2", at[1], at[2]), (b"1", at[0], at[1])]


def test_an_index_is_rebuilt_while_others_write_and_search(engine: ElasticsearchEngine, elasticsearch_url: str) -> None:
    engine.put([entry(f"r{number:04}", f"Title {number}") for number in range(1500)], now=NOW)
    engine.delete(["r0007"], now=NOW)
    stop = threading.Event()
    written: list[str] = []
    totals: list[int] = []

    def write() -> None:
        own = open_engine(elasticsearch_url)
        number = 0
        while not stop.is_set():
            own.put([entry(f"new {number}", "Title"), entry("r0001", content=str(number).encode())], now=NOW)
            own.delete([f"r{number + 10:04}"], now=NOW)
            written.append(f"new {number}")
            number += 1
        own.close()

    def search() -> None:
        own = open_engine(elasticsearch_url, read_only=True)
        while not stop.is_set():
            totals.append(own.search(SearchQuery(page=Page(limit=1))).number_matched)
        own.close()

    threads = [threading.Thread(target=write), threading.Thread(target=search)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(3):
            engine.reindex(entry_of)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    kept = set(engine.identifiers())
    assert set(written) <= kept
    assert len(kept) == 1499  # each step added one and deleted one
    assert engine.search(SearchQuery()).number_matched == engine.statistics().records == len(kept)
    assert min(totals) >= 1499 - 1
    assert engine.statistics().deleted == 1 + len(written)
    assert [version.content.decode() for version in engine.versions("r0001")][:-1] == [
        str(number) for number in range(len(written) - 2, -1, -1)
    ]


def test_an_index_is_made_and_rebuilt_of_as_many_shards_as_the_settings_tell(
    elasticsearch_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    totals: list[list[tuple[str, int]]] = []
    for wanted, has in (("3", 3), ("5", 5), ("", 5)):
        monkeypatch.setenv("REFLECS_ELASTICSEARCH_SHARDS", wanted)
        engine = cast("ElasticsearchEngine", open_engine(elasticsearch_url))
        if not totals:
            engine.put([entry(f"r{number:03}", f"Title {number}", keywords=keywords(f"k{number % 7}")) for number in range(300)], now=NOW)
        engine.reindex(entry_of)
        assert _shards(engine) == has
        assert found(engine, page=Page(limit=1000)) == [f"r{number:03}" for number in sorted(range(300), key=lambda n: f"title {n}")]
        page = engine.search(SearchQuery(facets=(FacetRequest(field="keyword", size=3),)))
        totals.append([(count.value, count.count) for count in page.facets["keyword"]])
        engine.close()
    assert totals == [[("k0", 43), ("k1", 43), ("k2", 43)]] * 3


def _shards(engine: ElasticsearchEngine) -> int:
    reader = engine._reader  # noqa: SLF001 (the server is asked beside the contract)
    (index,) = reader.client.indices.get_settings(index=reader.name).body.values()
    return int(index["settings"]["index"]["number_of_shards"])


def test_a_rebuild_that_fails_leaves_the_index_that_was(engine: ElasticsearchEngine) -> None:
    engine.put([entry("one", "One")], now=NOW)

    def read(_: Any) -> Any:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        engine.reindex(read)
    engine.put([entry("two", "Two")], now=NOW)
    assert found(engine) == ["one", "two"]
    assert engine.reindex(entry_of) == 2


def test_after_an_interrupted_rebuild_writers_are_told_and_the_next_rebuild_mends_it(
    engine: ElasticsearchEngine, elasticsearch_url: str
) -> None:
    engine.put([entry("one", "One")], now=NOW)
    address = Address.parse(elasticsearch_url.partition(":")[2])
    name = address.name
    client = engine._reader.client  # noqa: SLF001 (as a rebuild that is killed in its last step leaves it)
    client.indices.create(index=f"{name}.records-2")
    client.indices.add_block(index=f"{name}.records-1", block="write")
    prompt = ElasticsearchEngine(address, ElasticsearchAccess(timeout=5.0), prompt=True)
    with pytest.raises(EngineError, match=r"being rebuilt.*Nothing of this step was kept\.$"):
        prompt.put([entry("two", "Two")], now=NOW)
    prompt.close()
    assert found(engine) == ["one"]
    assert engine.reindex(entry_of) == 1
    assert engine.put([entry("two", "Two")], now=NOW) == [Change.CREATED]
    assert found(engine) == ["one", "two"]


@pytest.mark.parametrize("at", ["one", "late", "later"], ids=["in its first step", "in its second", "in its last, while writers wait"])
@pytest.mark.parametrize("ends", [True, False])
def test_of_two_rebuilds_at_once_the_later_goes_on_and_nothing_is_lost(
    engine: ElasticsearchEngine, elasticsearch_url: str, at: str, *, ends: bool
) -> None:
    engine.put([entry(name, name) for name in ("one", "two", "three")], now=NOW)
    other = cast("ElasticsearchEngine", open_engine(elasticsearch_url))
    begun: list[str] = []
    written: list[str] = []

    def meanwhile(record: Record) -> Entry:
        """Read a record of the first rebuild: others write while it is in one step, and rebuild when it is at the record meant."""
        comes = {"one": "late", "late": "later"}.get(record.identifier)
        begun.append(record.identifier)
        if comes and comes not in written:
            written.append(comes)
            other.put([entry(comes, comes)], now=NOW)
        if record.identifier == at and begun.count(at) == 1:
            if ends:
                assert other.reindex(entry_of) == 3 + len(written)
            else:
                with pytest.raises(ZeroDivisionError):
                    other.reindex(_unreadable)
        return entry_of(record)

    with pytest.raises(EngineError, match="Another reindex was begun meanwhile"):
        engine.reindex(meanwhile)
    assert at in begun
    other.close()
    _writes_on(engine, {"one", "three", "two", *written})
    assert engine.reindex(entry_of) == 4 + len(written)


@pytest.mark.parametrize("answered", [True, False], ids=["whose answer is lost", "that does not arrive"])
@pytest.mark.parametrize("step", [1, 2], ids=["the beginning", "the switch"])
def test_a_rebuild_with_a_request_of_which_nothing_is_known_ends_one_way_or_the_other(
    engine: ElasticsearchEngine, monkeypatch: pytest.MonkeyPatch, step: int, *, answered: bool
) -> None:
    engine.put([entry(name, name) for name in ("one", "two")], now=NOW)
    indices, calls = type(engine._reader.client.indices), []  # noqa: SLF001 (what is asked of the server passes there)
    real = indices.update_aliases

    def lost(client: Any, **parts: Any) -> Any:
        calls.append(parts)
        if len(calls) != step:
            return real(client, **parts)
        if answered:
            real(client, **parts)
        raise ConnectionTimeout("nothing is heard")

    monkeypatch.setattr(indices, "update_aliases", lost)
    if step == 2 and answered:
        assert engine.reindex(entry_of) == 2
    else:
        with pytest.raises(EngineError, match="could not be rebuilt; the one before stands"):
            engine.reindex(entry_of)
    assert len(calls) > step  # it was looked at how it stands
    _writes_on(engine, {"one", "two"})


def test_of_two_rebuilds_begun_at_one_moment_one_goes_on(
    engine: ElasticsearchEngine, elasticsearch_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.put([entry(name, name) for name in ("one", "two")], now=NOW)
    other = cast("ElasticsearchEngine", open_engine(elasticsearch_url))
    indices, calls = type(engine._reader.client.indices), []  # noqa: SLF001 (what is asked of the server passes there)
    real = indices.update_aliases

    def late(client: Any, **parts: Any) -> Any:
        calls.append(parts)
        if len(calls) == 1:  # this one has looked around, and says now what it found
            assert other.reindex(entry_of) == 2
        return real(client, **parts)

    monkeypatch.setattr(indices, "update_aliases", late)
    with pytest.raises(EngineError, match="Another reindex was begun meanwhile"):
        engine.reindex(entry_of)
    other.close()
    _writes_on(engine, {"one", "two"})


def _writes_on(engine: ElasticsearchEngine, kept: set[str]) -> None:
    """A catalogue takes changes after a rebuild, has lost nothing, and nothing is left behind."""
    assert engine.put([entry("last", "Last")], now=NOW) == [Change.CREATED]
    assert set(found(engine)) == {"last", *kept}
    reader = engine._reader  # noqa: SLF001 (the server is asked beside the contract)
    assert len(reader.client.indices.get_alias(index=f"{reader.name}.records-*").body) == 1
    aliases = reader.client.indices.get_alias(index=f"{reader.name}.*").body
    assert not [alias for index in aliases.values() for alias in index["aliases"] if ".rebuild-" in alias or ".building-" in alias]


def _unreadable(_: Record) -> Entry:
    raise ZeroDivisionError


def test_two_open_a_new_catalogue_at_once(elasticsearch_url: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        engines = list(threads.map(open_engine, [elasticsearch_url] * 4))
    assert len({engine.secret() for engine in engines}) == 1
    for engine in engines:
        engine.close()


def test_a_filter_too_deep_for_the_server_is_the_asker_s_error(engine: ElasticsearchEngine) -> None:
    engine.put([entry("one", processing_level="a")], now=NOW)
    level = ast.Equal(ast.Attribute("level"), "a")
    nest: ast.Node = level
    for number in range(45):
        nest = ast.And(level, ast.Or(level, nest)) if number % 2 else ast.And(level, ast.Not(nest))
    with pytest.raises(QueryError, match="too long or too involved"):
        engine.search(SearchQuery(filter=nest))


def test_a_pattern_too_involved_is_the_asker_s_error(engine: ElasticsearchEngine) -> None:
    engine.put([entry("one", processing_level="a")], now=NOW)
    with pytest.raises(QueryError, match="too long or too involved"):
        engine.search(SearchQuery(filter=ast.Like(ast.Attribute("level"), "%a" + "_" * 100, False, "%", "_", "\\", False)))  # noqa: FBT003


def test_many_records_may_be_decided_one_by_one(engine: ElasticsearchEngine) -> None:
    engine.put([entry(f"r{number}", extents=(TRIANGLE,)) for number in range(1100)], now=NOW)
    inside = ast.BBox(ast.Attribute("extent"), 1, 1, 2, 2)
    assert engine.search(SearchQuery(filter=inside)).number_matched == 1100
    assert engine.search(SearchQuery(filter=CORNER)).number_matched == 0


def test_of_a_step_in_which_one_record_is_refused_the_others_are_kept_and_it_is_named(engine: ElasticsearchEngine) -> None:
    good = entry("bad", "Bad")
    document = decode_index(good.index)
    strange = msgspec.structs.replace(document, body=document.body.replace(b'"has":', b'"unheard_of":1,"has":'))
    bad = replace(good, index=msgspec.msgpack.encode(strange))
    with pytest.raises(EngineError) as told:
        engine.put([entry("first", "First"), bad, entry("last", "Last")], now=NOW)
    assert str(told.value) == (
        "The record 'bad' could not be written: the catalogue's server does not take it."
        " A part of this step was kept; hand it over again, which does no harm."
    )
    assert found(engine) == ["first", "last"]
    assert engine.put([entry("first", "First"), entry("last", "Last")], now=NOW) == [Change.UNCHANGED, Change.UNCHANGED]


def test_a_catalogue_of_another_layout_is_refused(engine: ElasticsearchEngine, elasticsearch_url: str) -> None:
    name = elasticsearch_url.rpartition("/")[2]
    engine._reader.client.indices.put_mapping(index=name, meta={"layout": 0})  # noqa: SLF001
    with pytest.raises(EngineError, match="made by another version"):
        open_engine(elasticsearch_url)


def test_what_the_server_refuses_is_told_without_its_words(engine: ElasticsearchEngine, elasticsearch_url: str) -> None:
    engine.put([entry_of(record("one", "One"))], now=NOW)
    name = elasticsearch_url.rpartition("/")[2]
    engine._reader.client.indices.put_settings(index=name, settings={"index.blocks.read_only_allow_delete": True})  # noqa: SLF001
    with pytest.raises(EngineError, match=r"no room on its disk, and takes no changes\. Nothing of this step was kept\.$"):
        engine.put([entry("two", "Two")], now=NOW)
    assert found(engine) == ["one"]
    engine._reader.client.indices.put_settings(index=name, settings={"index.blocks.read_only_allow_delete": None})  # noqa: SLF001
    assert engine.put([entry("two", "Two")], now=NOW) == [Change.CREATED]
