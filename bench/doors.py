"""Measures the doors: requests in this process, walks over HTTP while others write, and the same beside stock pycsw and pygeoapi.

    python -m bench.doors --records 100000 --peers 1000

The documents are made from ../shared/corpus (`bench.variations`). `--keep` names a folder as for `bench.catalogue`; what lies there is not
loaded again, but it is written into. `--peers 0` leaves the stock peers out; they get an environment of their own, from PyPI.
"""

import argparse
import html
import http.client
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from flask import Flask

from bench.catalogue import connected, make_documents, measure_load, say, serving
from bench.doors_writer import MARK
from bench.variations import variations
from catalogue.app import create_app
from catalogue.engines import Engine, open_engine
from catalogue.service import Catalogue
from catalogue.settings import Settings
from mappings.formats import read, write
from mappings.xml import NAMESPACES

CORPUS: Final = Path(__file__).resolve().parents[2] / "shared" / "corpus"
GMD: Final = NAMESPACES["gmd"]
PEER_PACKAGES: Final = ("setuptools<82", "pycsw==2.6.2", "OWSLib==0.28.1", "pygeoapi==0.21.0", "SQLAlchemy<2")
"""What stock pycsw 2.6.2 runs with: its own repository needs SQLAlchemy before 2."""

CSW_2: Final = "/csw?service=CSW&version=2.0.2&request=GetRecords&typeNames=csw:Record&resultType=results"
FILTER: Final = """<csw:GetRecords xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:ogc="http://www.opengis.net/ogc"
 xmlns:gml="http://www.opengis.net/gml" service="CSW" version="2.0.2" resultType="results" maxRecords="10">
 <csw:Query typeNames="csw:Record"><csw:ElementSetName>brief</csw:ElementSetName><csw:Constraint version="1.1.0"><ogc:Filter><ogc:And>
 <ogc:PropertyIsLike wildCard="%" singleChar="_" escapeChar="\\"><ogc:PropertyName>csw:AnyText</ogc:PropertyName>
 <ogc:Literal>%ocean%</ogc:Literal></ogc:PropertyIsLike>
 <ogc:BBOX><ogc:PropertyName>ows:BoundingBox</ogc:PropertyName><gml:Envelope><gml:lowerCorner>40 -10</gml:lowerCorner>
 <gml:upperCorner>60 20</gml:upperCorner></gml:Envelope></ogc:BBOX></ogc:And></ogc:Filter></csw:Constraint></csw:Query></csw:GetRecords>"""
REQUESTS: Final[dict[str, tuple[str, str]]] = {
    "CSW GetRecords, 10 brief": (f"{CSW_2}&elementSetName=brief&maxRecords=10", ""),
    "CSW GetRecords, 10 full ISO": (f"{CSW_2}&elementSetName=full&maxRecords=10&outputSchema={GMD}", ""),
    "CSW GetRecords, POST with filter": ("/csw", FILTER),
    "Records, 10 items": ("/ogc/collections/records/items?f=json&limit=10", ""),
    "Records, q": ("/ogc/collections/records/items?f=json&limit=10&q=ocean", ""),
}
"""Name, path and body of what is asked in this process."""
AIMS: Final = {
    "CSW GetRecords, 10 brief": 2.0,
    "CSW GetRecords, 10 full ISO": 2.0,
    "CSW GetRecords, POST with filter": 3.0,
    "Records, 10 items": 3.0,
    "Records, q": 3.0,
}
"""Milliseconds that a door may add to the engine."""


def main() -> None:
    """Measure and print."""
    options = _options()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="reflecs-bench-"))
    try:
        url = f"embedded:{folder / 'catalogue'}"
        if not (folder / "catalogue").exists():
            count = len(make_documents(folder / "documents", options.records))
            measure_load(url, folder / "documents", count)
        measure_in_process(url)
        whole = measure_walks(url)
        if options.peers:
            measure_peers(folder, options.peers)
        if not whole:
            raise SystemExit("A walk lost or repeated records.")
    finally:
        if options.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=100_000, help="how many records")
    parser.add_argument("--peers", type=int, default=1000, help="how many records the stock peers hold")
    parser.add_argument("--keep", type=Path, help="a folder that is kept; what is already there is not loaded again")
    return parser.parse_args()


class Timed:
    """An engine that counts the seconds spent in it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.seconds = 0.0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 -- whatever the engine has
        method = getattr(self._engine, name)

        def timed(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 -- the same
            start = time.perf_counter()
            try:
                return method(*args, **kwargs)
            finally:
                self.seconds += time.perf_counter() - start

        return timed


def measure_in_process(url: str, rounds: int = 200) -> dict[str, float]:
    """Ask the application in this process; print and return the medians, in ms, of whole answers."""
    engine = open_engine(url, read_only=True)
    timed = Timed(engine)
    settings = Settings(engine=url, base_url="http://localhost")
    app = create_app(settings, Catalogue(timed, base_url="http://localhost"))
    print(f"\nin process, {engine.statistics().records:,} records: what the door adds, and the whole answer")
    whole: dict[str, float] = {}
    for name, (path, body) in REQUESTS.items():
        added, took = [], []
        for _ in range(rounds):
            before, start = timed.seconds, time.perf_counter()
            answer = call(app, path, body)
            seconds = time.perf_counter() - start
            took.append(1000 * seconds)
            added.append(1000 * (seconds - (timed.seconds - before)))
        whole[name] = statistics.median(took)
        say(name, f"{statistics.median(added):.2f} / {whole[name]:.2f} ms", f"door at most {AIMS[name]:.0f} ms; {len(answer):,} bytes")
    engine.close()
    return whole


def call(app: Flask, path: str, body: str = "") -> bytes:
    """Ask an application as a server would; return the body of its answer."""
    parts = urlsplit(path)
    content = body.encode()
    statuses: list[str] = []

    def start_response(status: str, _headers: list[tuple[str, str]], _error: object = None) -> Callable[[bytes], None]:
        statuses.append(status)
        return lambda _: None

    environ = {
        "REQUEST_METHOD": "POST" if body else "GET",
        "PATH_INFO": parts.path,
        "QUERY_STRING": parts.query,
        "CONTENT_TYPE": "application/xml" if body else "",
        "CONTENT_LENGTH": str(len(content)),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(content),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    answer = b"".join(app(environ, start_response))
    if not statuses[0].startswith("200"):
        raise SystemExit(f"{path} answers {statuses[0]}: {answer[:500]!r}")
    return answer


@dataclass(frozen=True, slots=True)
class Walk:
    """A way through all records: its first address, the address behind a page, and the identifiers of a page (None: they are counted)."""

    name: str
    first: str
    following: Callable[[bytes, int], str | None]
    identifiers: Callable[[bytes], list[str]]


def _csw(page: bytes, size: int, path: str) -> str | None:
    following = int(re.search(rb'nextRecord="(\d+)"', page)[1])  # type: ignore[index]  # every answer has it
    return f"{path}&maxRecords={size}&startPosition={following}" if following else None


def _found(pattern: str) -> Callable[[bytes], list[str]]:
    compiled = re.compile(pattern.encode())
    return lambda page: [html.unescape(found.decode()) for found in compiled.findall(page)]


def _token(page: bytes, verb: str) -> str | None:
    found = re.search(rb"<resumptionToken[^>]*>([^<]+)</resumptionToken>", page)
    return f"/oai?verb={verb}&resumptionToken={quote(html.unescape(found[1].decode()), safe='')}" if found else None


def _next_link(page: bytes) -> str | None:
    return _path_of(next((link["href"] for link in json.loads(page)["links"] if link["rel"] == "next"), None))


def _path_of(link: str | None) -> str | None:
    return f"{urlsplit(link).path}?{urlsplit(link).query}" if link else None


def _atom_next(page: bytes) -> str | None:
    found = re.search(rb'<link[^>]*rel="next"[^>]*href="([^"]+)"|<link[^>]*href="([^"]+)"[^>]*rel="next"', page)
    return _path_of(html.unescape((found[1] or found[2]).decode())) if found else None


def walks(size: int) -> Iterator[Walk]:
    """Yield the ways through the catalogue, `size` records a page where the protocol lets the asker choose."""
    brief, whole = f"{CSW_2}&elementSetName=brief", f"{CSW_2}&elementSetName=full&outputSchema={GMD}"
    three = brief.replace("version=2.0.2", "version=3.0.0")
    names = _found(r"<dc:identifier>([^<]*)</dc:identifier><dc:title")
    yield Walk("CSW 2.0.2, brief", f"{brief}&maxRecords={size}", lambda page, n: _csw(page, n, brief), names)
    yield Walk("CSW 3.0, brief", f"{three}&maxRecords={size}", lambda page, n: _csw(page, n, three), names)
    yield Walk(
        "CSW 2.0.2, full ISO",
        f"{whole}&maxRecords={size}",
        lambda page, n: _csw(page, n, whole),
        _found(r"<(?:\w+:)?fileIdentifier[^>]*>\s*<(?:\w+:)?CharacterString[^>]*>\s*([^<]*?)\s*<"),
    )
    yield Walk("Records", f"/ogc/collections/records/items?f=json&limit={size}", lambda page, _: _next_link(page),
               lambda page: [feature["id"] for feature in json.loads(page)["features"]])  # fmt: skip
    yield Walk("OpenSearch", f"/opensearch/search?count={size}", lambda page, _: _atom_next(page), _found(r"<dc:identifier>([^<]*)<"))
    yield Walk("OAI, identifiers", "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc", lambda page, _: _token(page, "ListIdentifiers"),
               _found(r"<identifier>([^<]*)</identifier>"))  # fmt: skip
    yield Walk("OAI, iso19139", "/oai?verb=ListRecords&metadataPrefix=iso19139", lambda page, _: _token(page, "ListRecords"),
               _found(r"<header><identifier>([^<]*)</identifier>"))  # fmt: skip


def measure_walks(
    url: str, sizes: tuple[int, ...] = (1000, 100), *, writing: tuple[bool, ...] = (False, True), names: tuple[str, ...] = ("",)
) -> bool:
    """Walk through all records by every door over HTTP with one client; also while another process adds, changes and deletes records.

    Only the walks are made whose names begin with one of `names`. Return whether each walk gave each record exactly once.
    """
    engine = open_engine(url, read_only=True)
    before = {identifier for identifier in engine.identifiers() if MARK not in identifier}
    engine.close()
    whole = True
    print(f"\nwalks over HTTP, one client, {len(before):,} records: records a second; last page over first; each record once")
    with serving(url) as server:
        connection = connected(server.port)
        for size in sizes:
            for walk in walks(size):
                if not walk.name.startswith(names):
                    continue
                if size == 100 and walk.name.startswith("OAI"):
                    continue  # OAI-PMH leaves the size to the server
                for while_writing in writing:
                    whole &= _walk(connection, walk, size, before, url, writing=while_writing)
                    say("  memory of the process that answers", f"{server.memory() / 1e6:.0f} MB")
    return whole


def _walk(connection: http.client.HTTPConnection, walk: Walk, size: int, before: set[str], url: str, *, writing: bool) -> bool:
    writer = subprocess.Popen([sys.executable, "-m", "bench.doors_writer", url]) if writing else None
    seconds: list[float] = []
    seen: list[str] = []
    records = 0
    try:
        path: str | None = walk.first
        while path is not None:
            start = time.perf_counter()
            connection.request("GET", path)
            answer = connection.getresponse()
            page = answer.read()
            seconds.append(time.perf_counter() - start)
            if answer.status != 200:
                raise SystemExit(f"{path} answers {answer.status}: {page[:500]!r}")
            found = walk.identifiers(page)
            records += len(found)
            seen += found
            path = walk.following(page, size)
    finally:
        if writer is not None:
            writer.terminate()
            writer.wait()
    end = max(7, len(seconds) // 10)  # pages at each end: what lies there differs
    first, last = statistics.median(seconds[1 : 1 + end]), statistics.median(seconds[-1 - end : -1])
    kept = [identifier for identifier in (_own(name) for name in seen) if MARK not in identifier]
    whole = sorted(kept) == sorted(before)
    once = "each once" if whole else f"NOT EACH ONCE: {len(kept)}, of which {len(set(kept) & before)} of {len(before)}"
    name = f"{walk.name}, {size} a page{', while others write' if writing else ''}"
    say(name, f"{records / sum(seconds):,.0f}", f"{last / first:.2f}; {once}")
    return whole


def _own(name: str) -> str:
    """Return the record's identifier of one that OAI-PMH gives: "oai:", the host, ":", the identifier percent-encoded."""
    return unquote(name.split(":", 2)[2]) if name.startswith("oai:") else name


def measure_peers(folder: Path, count: int) -> None:
    """Measure stock pycsw on SQLite and stock pygeoapi on TinyDB beside ours, all holding the same records."""
    place = folder / f"peers-{count}"
    shutil.rmtree(place, ignore_errors=True)
    documents, features = place / "documents", place / "features"
    documents.mkdir(parents=True)
    features.mkdir()
    for number, (content, _, _) in enumerate(variations(CORPUS, count)):
        record = read(content)
        (documents / f"{number:07}.xml").write_bytes(write(record, "iso19139"))
        (features / f"{number:07}.json").write_bytes(write(record, "json"))
    python = _peer_environment(folder / "peer-environment")
    here = Path(__file__).parent / "peers"
    csw = {name: {"query": urlsplit(path).query, "body": body} for name, (path, body) in REQUESTS.items() if path.startswith("/csw")}
    ogc = {name: path.removeprefix("/ogc") for name, (path, _) in REQUESTS.items() if path.startswith("/ogc")}
    stock = _peer(python, here / "stock_pycsw.py", documents, place / "pycsw.sqlite", csw)
    stock |= _peer(python, here / "stock_pygeoapi.py", features, place / "tinydb.json", ogc)
    url = f"embedded:{place / 'catalogue'}"
    measure_load(url, documents, count)
    ours = measure_in_process(url)
    print(f"\nbeside stock pycsw 2.6.2 (SQLite) and pygeoapi 0.21.0 (TinyDB), {count:,} records, whole answers in process")
    say("pycsw loads, records a second", f"{stock['load']:,.0f}")
    for name, took in ours.items():
        say(name, f"{took:.2f} ms", f"stock {stock[name]:.1f} ms: {stock[name] / took:.0f} times ours")


def _peer_environment(folder: Path) -> Path:
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PEER_PACKAGES], check=True)
    return python


def _peer(python: Path, script: Path, source: Path, database: Path, requests: dict[str, Any]) -> dict[str, float]:
    asked = database.with_suffix(".requests.json")
    asked.write_text(json.dumps(requests))
    command = [str(python), "-W", "ignore", str(script), str(source), str(database), "20", str(asked)]
    answered = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": ""})
    found: dict[str, float] = json.loads(answered.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    main()
