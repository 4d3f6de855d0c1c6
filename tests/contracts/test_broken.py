"""A broken store: every method says so in a plain sentence, and in no other way."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from catalogue.engines import open_engine
from catalogue.engines.base import Engine, Window
from catalogue.engines.stored import entry_of
from catalogue.query import FacetRequest, SearchQuery, SortKey
from records.errors import EngineError
from tests.contracts.making import NOW, entry

Breaking = Callable[[str], None]


def without_tables(url: str) -> None:
    with closing(sqlite3.connect(Path(url.partition(":")[2]) / "records.sqlite")) as connection:
        connection.executescript("DROP TABLE record; DROP TABLE document; DROP TABLE meta; DROP TABLE version;")


def overwritten(url: str) -> None:
    for part in ("", "-wal"):
        store = Path(url.partition(":")[2]) / f"records.sqlite{part}"
        if store.exists():
            with store.open("r+b") as file:
                file.write(b"no database " * (store.stat().st_size // 12))


def without_index(url: str) -> None:
    shutil.rmtree(Path(url.partition(":")[2]) / "index-1")


def cut_index(url: str) -> None:
    for file in (Path(url.partition(":")[2]) / "index-1").glob("*.*"):
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


BROKEN: dict[str, tuple[Breaking, ...]] = {"embedded": (without_tables, overwritten)}
"""For each engine the ways to break all of it."""
INDEX_BROKEN: dict[str, tuple[Breaking, ...]] = {"embedded": (without_index, cut_index)}
"""For each engine the ways to break but its index."""

METHODS: dict[str, Callable[[Engine], Any]] = {
    "search": lambda engine: engine.search(SearchQuery(text="one", facets=(FacetRequest(field="domain"),), highlight=True)),
    "search by title": lambda engine: engine.search(SearchQuery(sort=(SortKey("title"),))),
    "get": lambda engine: engine.get("one"),
    "get_many": lambda engine: engine.get_many(["one"]),
    "known": lambda engine: engine.known(["one"]),
    "put": lambda engine: engine.put([entry("two", "Two")], now=NOW),
    "delete": lambda engine: engine.delete(["one"], now=NOW),
    "versions": lambda engine: engine.versions("one"),
    "tombstones": lambda engine: list(engine.tombstones()),
    "headers": lambda engine: engine.headers(Window(), limit=1),
    "count_headers": lambda engine: engine.count_headers(Window()),
    "header": lambda engine: engine.header("one"),
    "sources": lambda engine: engine.sources(),
    "values": lambda engine: engine.values("keyword", 10),
    "bounds": lambda engine: engine.bounds("created"),
    "secret": lambda engine: engine.secret(),
    "identifiers": lambda engine: list(engine.identifiers()),
    "suggest": lambda engine: engine.suggest("o"),
    "reindex": lambda engine: engine.reindex(entry_of),
    "needs_reindex": lambda engine: engine.needs_reindex(),
    "statistics": lambda engine: engine.statistics(),
}


NEED_THE_INDEX = {"search", "search by title", "put", "delete", "suggest", "values", "bounds"}
"""Those that cannot answer where but the index is broken."""


def plain(message: str) -> bool:
    return message[0].isupper() and not any(word in message for word in ("Error", "sqlite", "tantivy", "/", "record:"))


def test_all_methods_are_here() -> None:
    methods = {name for name in vars(Engine) if not name.startswith("_")} - {"close"}
    assert methods == {name.partition(" ")[0] for name in METHODS}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("broken", range(2))
def test_on_a_broken_store_every_method_tells(url: str, broken: int, method: str) -> None:
    engine = open_engine(url)
    engine.put([entry("one", "One")], now=NOW)
    engine.close()
    engine = open_engine(url)
    BROKEN[url.partition(":")[0]][broken](url)
    if method in ("needs_reindex", "values", "bounds", "secret") and broken == 1:  # it may still be in the memory of the process
        with suppress(EngineError):
            METHODS[method](engine)
        return
    with pytest.raises(EngineError) as told:
        METHODS[method](engine)
    assert plain(str(told.value))
    engine.close()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("broken", range(2))
def test_on_a_broken_index_every_method_answers_or_tells(url: str, broken: int, method: str) -> None:
    engine = open_engine(url)
    engine.put([entry("one", "One")], now=NOW)
    engine.close()
    INDEX_BROKEN[url.partition(":")[0]][broken](url)
    engine = open_engine(url)
    if method not in NEED_THE_INDEX:
        METHODS[method](engine)
    else:
        with pytest.raises(EngineError) as told:
            METHODS[method](engine)
        assert plain(str(told.value))
    assert engine.reindex(entry_of) == len(list(engine.identifiers()))
    engine.search(SearchQuery())
    engine.close()


def test_what_was_kept_before_the_index_failed_is_told_and_comes_back(engine: Engine, url: str) -> None:
    engine.put([entry("one", "One")], now=NOW)
    cut_index(url)
    with pytest.raises(EngineError, match="kept, but the index"):
        engine.put([entry("two", "Two")], now=NOW)
    assert list(engine.identifiers()) == ["one", "two"]
    assert engine.reindex(entry_of) == 2
    assert engine.search(SearchQuery()).number_matched == 2
