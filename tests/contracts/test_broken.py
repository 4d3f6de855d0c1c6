"""A broken store: every method says so in a plain sentence, and in no other way."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

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


def without_indexes(url: str) -> None:
    with _asked(url) as (client, name):
        for index in client.indices.get(index=f"{name}.*").body:
            client.indices.delete(index=index)


def closed(url: str) -> None:
    with _asked(url) as (client, name):
        client.indices.close(index=f"{name}.records-1,{name}.kept")


def of_another_table(url: str) -> None:
    with _asked(url) as (client, name):
        client.indices.delete_alias(index=f"{name}.records-1", name=f"{name}.fields-*")


@contextmanager
def _asked(url: str) -> Iterator[tuple[Elasticsearch, str]]:
    address, _, name = url.partition(":")[2].rpartition("/")
    with Elasticsearch(address, request_timeout=60) as client:
        yield client, name


BROKEN: dict[str, tuple[Breaking, ...]] = {"embedded": (without_tables, overwritten), "elasticsearch": (without_indexes, closed)}
"""For each engine the ways to break all of it."""
INDEX_BROKEN: dict[str, tuple[Breaking, ...]] = {"embedded": (without_index, cut_index), "elasticsearch": (of_another_table,)}
"""For each engine the ways to break but its index."""
STILL_KNOWN: dict[Breaking, set[str]] = {
    overwritten: {"needs_reindex", "values", "bounds", "secret"},  # they may still be in the memory of the process
    closed: {"needs_reindex"},  # the cluster knows the names of what is closed
}
"""What may be answered though all is broken."""


def ways(broken: dict[str, tuple[Breaking, ...]]) -> list[Any]:
    return [
        pytest.param(engine, way, id=f"{engine}-{way.__name__}", marks=[pytest.mark.elasticsearch] if engine == "elasticsearch" else [])
        for engine in broken
        for way in broken[engine]
    ]


METHODS: dict[str, Callable[[Engine], Any]] = {
    "search": lambda engine: engine.search(SearchQuery(text="one", facets=(FacetRequest(field="domain"),), highlight=True)),
    "search by title": lambda engine: engine.search(SearchQuery(sort=(SortKey("title"),))),
    "get": lambda engine: engine.get("one"),
    "get_many": lambda engine: engine.get_many(["one"]),
    "known": lambda engine: engine.known(["one"]),
    "put": lambda engine: engine.put([entry("two", "Two")], now=NOW),
    "delete": lambda engine: engine.delete(["one"], now=NOW),
    "versions": lambda engine: engine.versions("one"),
    "versions_of": lambda engine: engine.versions_of(["one"]),
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


INNER_WORDS = ("Error", "sqlite", "tantivy", "/", "record:", "exception", "alias", "shard", "[")


def plain(message: str) -> bool:
    return message[0].isupper() and not any(word in message for word in INNER_WORDS)


def test_all_methods_are_here() -> None:
    methods = {name for name in vars(Engine) if not name.startswith("_")} - {"close"}
    assert methods == {name.partition(" ")[0] for name in METHODS}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("url", "breaking"), ways(BROKEN), indirect=["url"])
def test_on_a_broken_store_every_method_tells(url: str, breaking: Breaking, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_engine(url)
    engine.put([entry("one", "One")], now=NOW)
    engine.close()
    monkeypatch.setenv("REFLECS_ELASTICSEARCH_TIMEOUT", "4")  # so long it is tried whether the store comes back
    engine = open_engine(url, prompt=True)
    breaking(url)
    if method in STILL_KNOWN.get(breaking, ()):
        with suppress(EngineError):
            METHODS[method](engine)
        return
    with pytest.raises(EngineError) as told:
        METHODS[method](engine)
    assert plain(str(told.value))
    engine.close()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("url", "breaking"), ways(INDEX_BROKEN), indirect=["url"])
def test_on_a_broken_index_every_method_answers_or_tells(url: str, breaking: Breaking, method: str) -> None:
    engine = open_engine(url)
    engine.put([entry("one", "One")], now=NOW)
    engine.close()
    breaking(url)
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
