"""Measures the catalogue as its users meet it: loading, memory, results page, record page, titles found.

    python -m bench.catalogue --records 100000

The documents are made from ../shared/corpus (`bench.variations`) and loaded end to end by the loader; the pages are asked for over HTTP,
one after the other. Everything lies in one folder, which is removed afterwards unless `--keep` names it.
"""

import argparse
import http.client
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from bench.variations import variations
from catalogue.engines import Engine, open_engine
from catalogue.query import FacetRequest, SearchQuery
from catalogue.service.loading import load
from mappings.index.text import fold, words

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
FACETS = ("domain", "type", "project", "platform", "instrument", "topic", "organisation", "level", "year")
A_FOLDER = 1000


def main() -> None:
    """Measure and print."""
    options = _options()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="reflecs-bench-"))
    try:
        titles = make_documents(folder / "documents", options.records)
        print(f"{len(titles):,} records, {os.cpu_count()} cores\n")
        url = f"embedded:{folder / 'catalogue'}"
        if not (folder / "catalogue").exists():
            measure_load(url, folder / "documents", len(titles))
        measure_engine(url, titles)
        measure_server(url, titles)
    finally:
        if options.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=100_000, help="how many records")
    parser.add_argument("--keep", type=Path, help="a folder that is kept; what is already there is measured again without loading")
    return parser.parse_args()


def say(what: str, value: str, target: str = "") -> None:
    """Print a line of the table."""
    print(f"{what:<44}{value:>16}   {target}", flush=True)


def make_documents(folder: Path, count: int) -> dict[str, str]:
    """Write the documents, a thousand a folder; return their titles by identifier."""
    titles = {}
    written = folder.exists()
    for number, (content, identifier, title) in enumerate(variations(CORPUS, count)):
        titles[identifier] = title
        if written:
            continue
        path = folder / f"{number // A_FOLDER:04}" / f"{number:07}.xml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return titles


def measure_load(url: str, documents: Path, count: int) -> None:
    """Load them all, as `reflecs load` does."""
    size = sum(path.stat().st_size for path in documents.rglob("*.xml"))
    engine = open_engine(url)
    start = time.perf_counter()
    report = load(engine, [documents])
    seconds = time.perf_counter() - start
    say("load, records a second", f"{count / seconds:,.0f}", "at least 1,000")
    say("  refused, with problems", f"{len(report.refused)}, {len(report.doubtful)}")
    say("  documents, mean size", f"{size / count / 1000:.1f} kB")
    say("  on disk, a record", f"{(engine.statistics().bytes or 0) / count / 1000:.1f} kB")
    engine.close()


def measure_engine(url: str, titles: dict[str, str]) -> None:
    """Measure the engine alone, in this process."""
    engine = open_engine(url, read_only=True)
    draw = random.Random(1)
    questions = _questions(titles, draw)
    facets = tuple(FacetRequest(field=name) for name in FACETS)
    asked = [SearchQuery(text=question, facets=facets, highlight=True) for question in questions]
    _time("engine: text and nine facets", (partial(engine.search, query) for query in asked))
    _time("engine: everything and nine facets", (lambda: engine.search(SearchQuery(facets=facets)) for _ in range(20)))
    _time("engine: one common word, no facets", (lambda: engine.search(SearchQuery(text="data")) for _ in range(20)))
    some = draw.sample(sorted(titles), min(500, len(titles)))
    _time("engine: get", (partial(engine.get, identifier) for identifier in some), "at most 1 ms")
    first = [identifier for identifier in some if _first(engine, titles[identifier]) == identifier]
    say("a title pasted finds its record first", f"{len(first)} of {len(some)}", "always")
    shuffled = [identifier for identifier in some if _first(engine, _shuffled(titles[identifier], draw)) == identifier]
    say("its words in another order, too", f"{len(shuffled)} of {len(some)}")
    engine.close()


def _first(engine: Engine, text: str) -> str | None:
    hits = engine.search(SearchQuery(text=text)).hits
    return hits[0].record.identifier if hits else None


def _shuffled(title: str, draw: random.Random) -> str:
    found = words(fold(title))
    draw.shuffle(found)
    return " ".join(found)


def _questions(titles: dict[str, str], draw: random.Random) -> list[str]:
    """Return what people type: one to three words of a title, so common words commonly."""
    chosen = draw.sample(sorted(titles.values()), min(200, len(titles)))
    return [" ".join(draw.sample(found, min(len(found), draw.randint(1, 3)))) for title in chosen if (found := words(fold(title))[:-3])]


def _time(what: str, calls: Iterable[Callable[[], Any]], target: str = "") -> None:
    took = []
    for call in calls:
        start = time.perf_counter()
        call()
        took.append(1000 * (time.perf_counter() - start))
    say(what, f"{statistics.median(took):.1f} ms", target)
    say("  slowest of twenty", f"{sorted(took)[len(took) * 19 // 20]:.1f} ms")


@dataclass(frozen=True, slots=True)
class Server:
    """A running `reflecs serve`."""

    port: int
    pid: int

    def memory(self) -> int:
        """Return the resident bytes of the largest process that answers; files that are mapped count with it."""
        return max((_memory(process) for process in _children(self.pid)), default=0)


@contextmanager
def serving(url: str) -> Iterator[Server]:
    """Run `reflecs serve` on a catalogue for a while."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "REFLECS_ENGINE": url, "REFLECS_BASE_URL": f"http://127.0.0.1:{port}"}
    command = [sys.executable, "-c", "from catalogue.cli import main; main()", "serve", "--no-work", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        yield Server(port, server.pid)
    finally:
        server.terminate()
        server.wait()


def measure_server(url: str, titles: dict[str, str]) -> None:
    """Measure the pages over HTTP, and the memory of the process that answers."""
    with serving(url) as server:
        connection = connected(server.port)
        draw = random.Random(2)
        questions = _questions(titles, draw)
        some = draw.sample(sorted(titles), min(200, len(titles)))
        for path in ("/", "/search?q=ozone", f"/records/{quote(some[0], safe='')}"):
            _get(connection, path)
        paths = [f"/search?{urlencode({'q': question})}" for question in questions]
        _time("results page with facets", (partial(_get, connection, path) for path in paths), "at most 40 ms")
        _time("record page", (partial(_get, connection, f"/records/{quote(one, safe='')}") for one in some), "at most 15 ms")
        _time("home page", (lambda: _get(connection, "/") for _ in range(20)))
        say("memory of the process that answers", f"{server.memory() / 1e6:.0f} MB", "below 300 MB")


def connected(port: int) -> http.client.HTTPConnection:
    """Return a connection to a server, once it answers."""
    for _ in range(200):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("GET", "/health")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return connection
    raise SystemExit("The server does not answer.")


def _get(connection: http.client.HTTPConnection, path: str) -> None:
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise SystemExit(f"{path} answers {response.status}: {body[:200]!r}")


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _memory(pid: int) -> int:
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(fields["VmRSS"].split()[0]) * 1024


if __name__ == "__main__":
    main()
