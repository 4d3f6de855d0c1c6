"""Measures an engine at a million records: load, the kept questions, walks by every door, memory, what a door adds.

    python -m bench.million elasticsearch:http://localhost:9200/bench --records 1000000
    python -m bench.million embedded:/tmp/bench/catalogue --records 1000000

The documents are made from ../shared/corpus (`bench.variations`), read and kept as `reflecs load` does, without files between. A
catalogue that holds records already is measured as it is. `--walks 0` leaves the walks out.
"""

import argparse
import os
import resource
import statistics
import time
from collections.abc import Iterator
from itertools import islice
from typing import Final

from bench.catalogue import say
from bench.doors import CORPUS, measure_in_process, measure_walks
from bench.variations import variations
from catalogue.engines import Engine, open_engine
from catalogue.engines.base import Entry
from catalogue.query import FacetRequest, SearchQuery
from catalogue.service.documents import Found
from catalogue.service.preparing import Ready, prepare_all
from tests.contracts.making import NOW
from tests.parity.asking import kept_questions, question

BATCH: Final = 4000
ROUNDS: Final = 3


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine", help="as REFLECS_ENGINE names it")
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--walks", type=int, default=1, help="0: no walks")
    options = parser.parse_args()
    print(f"{options.engine.partition(':')[0]}, {os.cpu_count()} cores\n")
    engine = open_engine(options.engine)
    if not engine.statistics().records:
        load(engine, options.records)
    say("records", f"{engine.statistics().records:,}")
    say("on disk, a record", f"{(engine.statistics().bytes or 0) / engine.statistics().records / 1000:.1f} kB")
    ask(engine)
    engine.close()
    measure_in_process(options.engine, rounds=50)
    if options.walks:
        measure_walks(options.engine, sizes=(1000,))


def load(engine: Engine, count: int) -> None:
    """Keep so many records."""
    start = time.perf_counter()
    done = 0
    found = (Found(origin=name, content=content) for content, name, _ in variations(CORPUS, count))
    for batch in _batches(entry for entry in _entries(found)):
        engine.put(batch, now=NOW)
        done += len(batch)
        if done % (BATCH * 25) == 0:
            print(f"  {done:,} after {time.perf_counter() - start:,.0f} s", flush=True)
    say("load, records a second", f"{done / (time.perf_counter() - start):,.0f}")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    say("  memory of the process that loads", f"{memory / 1000:,.0f} MB")


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
        took = []
        for _ in range(ROUNDS):
            for query in queries:
                start = time.perf_counter()
                engine.search(query)
                took.append(1000 * (time.perf_counter() - start))
        ordered = sorted(took)
        say(
            f"{name} ({len(queries)})",
            f"p50 {statistics.median(took):.0f} ms",
            f"p95 {ordered[len(ordered) * 19 // 20]:.0f}, slowest {ordered[-1]:.0f}",
        )
    start = time.perf_counter()
    some = [engine.get(hit.record.identifier) for hit in engine.search(SearchQuery()).hits]
    say("get, each of ten", f"{100 * (time.perf_counter() - start):.1f} ms", f"{sum(one is not None for one in some)} found")


if __name__ == "__main__":
    main()
