"""What is the embedded engine's own: its folder, its index, its catching up."""

import base64
import itertools
import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pygeofilter import ast

from catalogue.engines import open_engine
from catalogue.engines.base import Engine
from catalogue.engines.cursors import Cursor, _seal, encode_cursor
from catalogue.engines.embedded import EmbeddedEngine
from catalogue.engines.embedded.schema import current_hash
from catalogue.engines.relevance import MAX_WORDS, Plan, Word
from catalogue.engines.spelling import distance
from catalogue.engines.stored import entry_of
from catalogue.query import Page, SearchQuery, SortKey, digest
from catalogue.service.discovery import Catalogue
from records.codes import Domain
from records.dates import Date
from records.errors import EngineError, QueryError
from tests.contracts.making import NOW, entry, found


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EmbeddedEngine]:
    opened = EmbeddedEngine(tmp_path / "catalogue")
    yield opened
    opened.close()


def test_the_index_catches_up_when_the_writer_died_between_the_two_stores(engine: EmbeddedEngine, tmp_path: Path) -> None:
    engine.put([entry("one", "One"), entry("two", "Two")], now=NOW)
    engine._store.put([entry("three", "Three"), entry("one", "Changed", content=b"2")], NOW)  # noqa: SLF001 (as if killed here)
    engine._store.delete(["two"], NOW)  # noqa: SLF001
    assert found(engine, "three") == []
    again = EmbeddedEngine(tmp_path / "catalogue")
    assert found(again) == ["one", "three"]
    assert found(again, "changed") == ["one"]
    assert again.search(SearchQuery()).number_matched == 2
    again.close()


def test_files_that_a_killed_writer_left_stop_no_later_one(engine: EmbeddedEngine, tmp_path: Path) -> None:
    """A kill while the list of deleted documents is written leaves a file whose name the next writer would give again."""
    engine.put([entry(f"r{number}", "Title") for number in range(20)], now=NOW)
    folder = tmp_path / "catalogue" / "index-1"
    meta, managed = json.loads((folder / "meta.json").read_text()), json.loads((folder / ".managed.json").read_text())
    left = [
        f"{segment['segment_id'].replace('-', '')}.{meta['opstamp'] + step}.del" for segment in meta["segments"] for step in range(1, 40)
    ]
    for name in left:
        (folder / name).write_bytes(b"cut off")
    (folder / ".managed.json").write_text(json.dumps([*managed, *left]))
    engine._store.put([entry("r3", "Changed", content=b"2")], NOW)  # noqa: SLF001 (kept, and killed before the index followed)
    again = EmbeddedEngine(tmp_path / "catalogue")
    assert found(again, "changed") == ["r3"]
    again.put([entry("new", "New")], now=NOW)
    assert again.search(SearchQuery()).number_matched == 21
    again.close()


def test_long_titles_are_compared_to_their_end(engine: EmbeddedEngine) -> None:
    text = "Lorem ipsum dolor. " * 150
    engine.put([entry("whole", text)], now=NOW)
    title = ast.Attribute("title")
    assert found(engine, filter=ast.LessEqual(title, text)) == ["whole"]
    assert found(engine, filter=ast.GreaterThan(title, text)) == []
    assert found(engine, filter=ast.LessThan(title, f"{text}sit")) == ["whole"]


def test_another_table_of_fields_is_noticed(engine: EmbeddedEngine) -> None:
    engine.put([entry("one", "One")], now=NOW)
    assert not engine.needs_reindex()
    engine._store.set_meta(fields="of another version")  # noqa: SLF001 (as an older program left it)
    assert engine.needs_reindex()
    with pytest.raises(EngineError, match="reflecs reindex"):
        engine.search(SearchQuery(text="one"))
    with pytest.raises(EngineError, match="reflecs reindex"):
        engine.put([entry("two", "Two")], now=NOW)
    assert engine.get("one") is not None
    assert engine.reindex(entry_of) == 1
    assert found(engine, "one") == ["one"]
    assert current_hash() == engine._store.meta("fields")  # noqa: SLF001


def test_a_broken_index_is_told_and_mended(engine: EmbeddedEngine, tmp_path: Path) -> None:
    engine.put([entry("one", "One")], now=NOW)
    shutil.rmtree(tmp_path / "catalogue" / "index-1")
    again = EmbeddedEngine(tmp_path / "catalogue")
    with pytest.raises(EngineError, match="reflecs reindex"):
        again.search(SearchQuery())
    assert again.reindex(entry_of) == 1
    assert found(again) == ["one"]
    assert [folder.name for folder in (tmp_path / "catalogue").glob("index-*")] == ["index-2"]
    again.close()


def test_a_reader_follows_a_switch_of_index(engine: EmbeddedEngine, tmp_path: Path) -> None:
    engine.put([entry("one", "One")], now=NOW)
    reader = EmbeddedEngine(tmp_path / "catalogue", read_only=True)
    assert found(reader) == ["one"]
    engine.reindex(entry_of, lambda _done, _total: assert_answers(reader))
    engine.put([entry("two", "Two")], now=NOW)
    assert found(reader) == ["one", "two"]
    reader.close()


def assert_answers(reader: EmbeddedEngine) -> None:
    assert found(reader, "one") == ["one"]


def test_a_reader_leaves_the_folder_as_it_is(engine: EmbeddedEngine, tmp_path: Path) -> None:
    engine.put([entry("one", "One")], now=NOW)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "catalogue").rglob("*") if path.is_file() and "-shm" not in path.name}
    reader = EmbeddedEngine(tmp_path / "catalogue", read_only=True)
    found(reader, "one")
    reader.get("one")
    reader.close()
    after = {path: path.stat().st_mtime_ns for path in (tmp_path / "catalogue").rglob("*") if path.is_file() and "-shm" not in path.name}
    assert after == before


def test_what_is_no_catalogue_is_told(tmp_path: Path) -> None:
    (tmp_path / "records.sqlite").write_text("This is no database, but text that is long enough to be taken for one." * 100)
    with pytest.raises(EngineError):
        EmbeddedEngine(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(EngineError):
        EmbeddedEngine(tmp_path / "file")
    with pytest.raises(EngineError, match="reflecs load"):
        EmbeddedEngine(tmp_path / "nowhere", read_only=True)


def test_a_store_that_cannot_be_read_is_told_in_a_plain_sentence(engine: EmbeddedEngine, tmp_path: Path) -> None:
    engine.put([entry("one", "One")], now=NOW)
    with sqlite3.connect(tmp_path / "catalogue" / "records.sqlite") as connection:
        connection.execute("DROP TABLE record")
    connection.close()
    for ask in (lambda: engine.get("one"), lambda: engine.search(SearchQuery(text="one")), lambda: engine.put([entry("two")], now=NOW)):
        with pytest.raises(EngineError, match=r"^The catalogue c[^:]*\.$"):
            ask()


def test_documents_are_kept_compressed(engine: EmbeddedEngine, tmp_path: Path) -> None:
    engine.put([entry("one", "One", content=b"<x>" + b"many times the same " * 5000)], now=NOW)
    with sqlite3.connect(tmp_path / "catalogue" / "records.sqlite") as connection:
        (size,) = connection.execute("SELECT length(content) FROM document").fetchone()
    connection.close()
    assert size < 5000


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [("ocean", "ocean", 0), ("ocaen", "ocean", 1), ("ocen", "ocean", 1), ("ocxan", "ocean", 1), ("oceean", "ocean", 1), ("abc", "xyz", 3)],
)
def test_distance(one: str, other: str, far: int) -> None:
    assert distance(one, other, 5) == distance(other, one, 5) == far


def test_a_catalogue_that_is_kept_otherwise_is_told(engine: EmbeddedEngine, tmp_path: Path) -> None:
    engine.put([entry("one", "One")], now=NOW)
    with sqlite3.connect(tmp_path / "catalogue" / "records.sqlite") as connection:
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    for read_only in (False, True):
        with pytest.raises(EngineError, match="another version"):
            EmbeddedEngine(tmp_path / "catalogue", read_only=read_only)


SORTS = ((), (SortKey("title"),), (SortKey("created"),), (SortKey("identifier"),), (SortKey("title"), SortKey("updated")))
WORD = Word("one", (("one", 1),))
AFTER: tuple[list[str | int | None], ...] = ([], ["x"], [3], [None], [2**62], ["x", 3], ["x", "y"], [3, 3], ["x", 3, 3])


@pytest.mark.parametrize("text", ["", "one"])
@pytest.mark.parametrize("sort", SORTS)
def test_whoever_forges_a_cursor_gets_an_answer_or_is_told(engine: EmbeddedEngine, sort: tuple[SortKey, ...], text: str) -> None:
    engine.put([entry(f"id {number}", f"One {number}", created=Date("2007")) for number in range(5)], now=NOW)
    asked = SearchQuery(text=text, sort=sort)
    question = digest(asked, sort or (SortKey("relevance" if text else "title"),))
    told = 0
    for after, threshold, plan in itertools.product(AFTER, (None, -1, 2**62), (None, Plan(words=(WORD,)))):
        forged = encode_cursor(Cursor(question, after, "id 1", threshold, plan))
        try:
            engine.search(replace(asked, page=Page(cursor=forged)))
        except QueryError:
            told += 1
    assert 0 < told < len(AFTER) * 6


TOO_MUCH: tuple[Any, ...] = (
    {"words": []},
    {"words": [["one", [["one", 1]], 0]] * (MAX_WORDS + 1)},
    {"words": [["", [["one", 1]], 0]]},
    {"words": [["x" * 81, [], 1]]},
    {"words": [["one", [["one", 65]], 0]]},
    {"words": [["one", [["one", 1]] * 100, 0]]},
    {"phrases": [["one"]]},
    {"phrases": [["one", "two"]] * 100},
    {"least": 0},
    {"least": 61},
    {"whole": "x" * 100_000},
    {"after": [2**63]},
    {"after": [1.5]},
    {"threshold": 2**63},
    "no plan",
)


@pytest.mark.parametrize("forged", TOO_MUCH)
def test_a_forged_plan_is_bounded(engine: EmbeddedEngine, forged: Any) -> None:
    engine.put([entry(f"id {number}", f"One {number}") for number in range(5)], now=NOW)
    parts = {"words": [["one", [["one", 1]], 0]], "phrases": [], "least": 1, "whole": "one", "searched_as": None}
    outer: dict[str, Any] = {"after": [9], "threshold": None}
    if isinstance(forged, dict):
        parts |= {name: value for name, value in forged.items() if name in parts}
        outer |= {name: value for name, value in forged.items() if name in outer}
    plan = list(parts.values()) if isinstance(forged, dict) else forged
    question = digest(SearchQuery(text="one"), (SortKey("relevance"),))
    packed = msgspec.msgpack.encode([question, outer["after"], "id 1", outer["threshold"], plan])
    cursor = base64.urlsafe_b64encode(_seal(packed) + packed).decode()
    with pytest.raises(QueryError, match="no cursor"):
        engine.search(SearchQuery(text="one", page=Page(cursor=cursor)))


def test_statistics_are_counted_once_a_state(engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.put([entry("one", "One")], now=NOW)
    held = engine.statistics()
    assert held.bytes is not None
    assert held.bytes > 10_000
    monkeypatch.setattr(os, "walk", lambda _path: pytest.fail("the disk was walked again"))
    assert engine.statistics() == held


def test_files_that_vanish_while_they_are_counted_do_not_matter(engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    walk = os.walk

    def with_ghosts(path: Path) -> Iterator[tuple[str, list[str], list[str]]]:
        for folder, inner, names in walk(path):
            yield folder, inner, [*names, "merged-away.idx"]

    monkeypatch.setattr(os, "walk", with_ghosts)
    assert engine.statistics().records == 0


def test_the_overview_follows_a_rebuilt_index(engine: EmbeddedEngine) -> None:
    engine.put([entry("one", "One")], now=NOW)
    catalogue = Catalogue(engine, base_url="http://localhost")
    before = catalogue.overview()
    assert before.domains[Domain.LIFE] == 0
    assert catalogue.overview() is before
    engine.reindex(lambda kept: entry_of(replace(kept, domain=Domain.LIFE)))
    assert catalogue.overview().domains[Domain.LIFE] == 1


def test_what_was_kept_before_the_index_failed_is_told_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "catalogue"
    engine = EmbeddedEngine(path)
    engine.put([entry("one", "One")], now=NOW)
    for file in (path / "index-1").glob("*.*"):
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(EngineError, match="kept, but the index"):
        engine.put([entry("two", "Two")], now=NOW)
    assert list(engine.identifiers()) == ["one", "two"]
    assert engine.reindex(entry_of) == 2
    assert engine.search(SearchQuery()).number_matched == 2
    engine.close()


@pytest.mark.parametrize("connected", [True, False])
def test_an_engine_that_is_closed_while_others_read_ends_nobody(tmp_path: Path, *, connected: bool) -> None:
    url, told = f"embedded:{tmp_path / 'closed'}", set[str]()
    open_engine(url).close()

    def read(engine: Engine, start: threading.Barrier) -> None:
        try:
            if connected:
                engine.statistics()
            start.wait()
            while True:
                engine.statistics()
        except EngineError as error:
            told.add(str(error))

    for _ in range(20):
        engine, start = open_engine(url, read_only=True), threading.Barrier(4)
        threads = [threading.Thread(target=read, args=(engine, start), daemon=True) for _ in range(3)]
        for thread in threads:
            thread.start()
        start.wait()
        engine.close()
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive()
    assert told == {"The catalogue has been closed."}


def test_a_connection_that_is_made_while_the_store_is_closed_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = EmbeddedEngine(tmp_path / "closed")._store  # noqa: SLF001 (closed at the one moment that matters)
    connect = store._connect  # noqa: SLF001

    def closed_meanwhile() -> sqlite3.Connection:
        made = connect()
        store.close()
        return made

    store._local = threading.local()  # noqa: SLF001
    monkeypatch.setattr(store, "_connect", closed_meanwhile)
    for _ in range(2):
        with pytest.raises(EngineError, match="has been closed"):
            _ = store.connection
