"""Measures an engine at a million records: load, the kept questions, walks by every door, memory, what a door adds.

    python -m bench.million elasticsearch:http://localhost:9200/bench --records 1000000
    python -m bench.million embedded:/tmp/bench/catalogue --records 1000000 --load-only

The documents are made from ../shared/corpus (`bench.variations`), read and kept as `reflecs load` does, without files between; several
engines are given the same ones. What was broken off goes on where it stopped. A catalogue that holds so many already is measured as it is.
`--walks` names the walks that are made, by how their names begin (all, unless told; 'none' for none): each takes minutes.
"""

import argparse
import os
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Final
from unittest import mock

from elastic_transport import Urllib3HttpNode
from elasticsearch import Elasticsearch

from bench.catalogue import say
from bench.doors import CORPUS, REQUESTS, call, measure_in_process, measure_walks
from bench.variations import variations
from catalogue.app import create_app
from catalogue.collecting import collect_rarely
from catalogue.engines import Engine, open_engine
from catalogue.engines.base import Entry
from catalogue.query import FacetRequest, SearchQuery
from catalogue.service import Catalogue
from catalogue.service.documents import Found
from catalogue.service.preparing import Ready, prepare_all
from catalogue.settings import Settings
from records.errors import EngineError
from tests.contracts.making import NOW
from tests.parity.asking import kept_questions, question

BATCH: Final = 4000
ROUNDS: Final = 3


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engines", nargs="+", help="as REFLECS_ENGINE names them")
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--walks", nargs="+", default=[""], metavar="NAME", help="as 'CSW 2.0.2, brief'")
    parser.add_argument("--load-only", action="store_true")
    options = parser.parse_args()
    collect_rarely()
    load({url: open_engine(url) for url in options.engines}, options.records)
    for url in () if options.load_only else options.engines:
        measure(url, tuple(options.walks))


def load(engines: dict[str, Engine], count: int) -> None:
    """Have each engine keep so many records, all of them variations in their order; those that do are left alone."""
    held = {url: engine.statistics().records for url, engine in engines.items()}
    wanting = {url: engine for url, engine in engines.items() if held[url] < count}
    there = min((held[url] for url in wanting), default=0)
    made = islice(variations(CORPUS, count if wanting else 0), there, None)
    start, done, spent = time.perf_counter(), 0, dict.fromkeys(wanting, 0.0)
    found = (Found(origin=name, content=content) for content, name, _ in made)
    for batch in _batches(_entries(found)):
        for url, engine in wanting.items():
            before = time.perf_counter()
            engine.put(batch, now=NOW)
            spent[url] += time.perf_counter() - before
        done += len(batch)
        if done % (BATCH * 10) == 0:
            print(f"  {there + done:,} after {time.perf_counter() - start:,.0f} s", flush=True)
    for url, seconds in spent.items():
        say(f"load, {_kind(url)}", f"{done:,} at {done / (time.perf_counter() - start):,.0f}/s", f"put alone {done / seconds:,.0f}/s")
    say("memory of the process that loads", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:,.0f} MB")
    for engine in engines.values():
        engine.close()


def _kind(url: str) -> str:
    return url.partition(":")[0]


def measure(url: str, walks: tuple[str, ...]) -> None:
    """Measure a loaded engine."""
    engine = open_engine(url, read_only=True)
    known = engine.statistics()
    print(f"\n{_kind(url)}, {os.cpu_count()} cores, {known.records:,} records")
    say("on disk, a record", f"{(known.bytes or 0) / known.records / 1000:.1f} kB")
    ask(engine)
    engine.close()
    measure_in_process(url, rounds=50)
    if _kind(url) == "elasticsearch":
        measure_beside_server(url)
    if walks != ("none",):
        measure_walks(url, sizes=(1000,), writing=(False,), names=walks)


def _entries(found: Iterator[Found]) -> Iterator[Entry]:
    for outcome in prepare_all(found, os.cpu_count() or 1):
        if isinstance(outcome, Ready):
            yield outcome.entry


def _batches(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    while batch := list(islice(entries, BATCH)):
        yield batch


def ask(engine: Engine) -> None:
    """Ask the kept questions, each some times; and what a results page and a page of everything cost."""
    facets = tuple(FacetRequest(field=name) for name in ("domain", "type", "platform", "instrument", "organisation"))
    sets = {
        "kept questions": [question(line) for line in kept_questions()],
        "texts with five facets": [
            question(line, facets=facets) for line in kept_questions() if line.startswith("text=") and "\t" not in line
        ],
        "everything, five facets": [SearchQuery(facets=facets)],
        "everything by title": [SearchQuery()],
    }
    for name, queries in sets.items():
        took = [each for query in queries for each in _times(engine, query)]
        ordered = sorted(took)
        say(
            f"{name} ({len(queries)})",
            f"p50 {statistics.median(took):.0f} ms",
            f"p95 {ordered[len(ordered) * 19 // 20]:.0f}, slowest {ordered[-1]:.0f}",
        )
    start = time.perf_counter()
    some = [engine.get(hit.record.identifier) for hit in engine.search(SearchQuery()).hits]
    say("get, each of ten", f"{100 * (time.perf_counter() - start):.1f} ms", f"{sum(one is not None for one in some)} found")


def _times(engine: Engine, query: SearchQuery) -> list[float]:
    """Return the milliseconds that each round took; of a question that the engine gives up at, those of the first."""
    took = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        try:
            engine.search(query)
        except EngineError as error:
            say("  not answered", str(error), str(query)[:300])
            return [1000 * (time.perf_counter() - start)]
        took.append(1000 * (time.perf_counter() - start))
    return took


class _Spent:
    """Adds up the seconds that a function takes."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def timed(self, plain: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function, each of whose calls is counted."""

        def function(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 -- whatever it is called with
            start = time.perf_counter()
            try:
                return plain(*args, **kwargs)
            finally:
                self.seconds += time.perf_counter() - start

        return function


def measure_beside_server(url: str, rounds: int = 50) -> None:
    """Ask the application in this process; print what door and engine add to the server's own answers.

    Once to the answers as the client gives them, by which the raw figures of the field notes were measured, and once to those over HTTP.
    """
    engine = open_engine(url, read_only=True)
    app = create_app(Settings(engine=url, base_url="http://localhost"), Catalogue(engine, base_url="http://localhost"))
    print("\nin process: what door and engine add to the server's answers; medians")
    http, client = _Spent(), _Spent()
    with (
        mock.patch.object(Urllib3HttpNode, "perform_request", http.timed(Urllib3HttpNode.perform_request)),
        mock.patch.object(Elasticsearch, "search", client.timed(Elasticsearch.search)),
        mock.patch.object(Elasticsearch, "msearch", client.timed(Elasticsearch.msearch)),
    ):
        for name, (path, body) in REQUESTS.items():
            took: list[tuple[float, float, float]] = []
            for _ in range(rounds):
                http.seconds = client.seconds = 0.0
                start = time.perf_counter()
                call(app, path, body)
                whole = time.perf_counter() - start
                took.append((whole - client.seconds, whole - http.seconds, http.seconds))
            beyond_client, beyond_http, raw = (1000 * statistics.median(each) for each in zip(*took, strict=True))
            say(name, f"{beyond_client:.2f} ms", f"beyond HTTP {beyond_http:.2f}; server {raw:.1f} ms; at most 5 ms")
    engine.close()


if __name__ == "__main__":
    main()
