"""What runs: the service, loaders, the source they load, and what of it is in the catalogue afterwards."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from elasticsearch import Elasticsearch

from catalogue.engines import open_engine
from catalogue.engines.elasticsearch.server import Address
from mappings.formats import write
from records.model import Record
from tests.cluster.node import Node
from tests.faults.doors import TOKEN, Service

_SETTINGS: Final = {
    "REFLECS_BASE_URL": "http://catalogue.example",
    "REFLECS_CURATOR_TOKENS": TOKEN,
    "REFLECS_ELASTICSEARCH_TIMEOUT": "",  # the two seconds of every installation
}
_PATIENCE: Final = 120.0


def environment(url: str) -> dict[str, str]:
    """Return the environment of a process that works on a catalogue."""
    return os.environ | _SETTINGS | {"REFLECS_ENGINE": url}


@contextmanager
def served(url: str, *nodes: Node, threads: int = 4, **settings: str) -> Iterator[Service]:
    """Serve a catalogue, which is on these nodes, by two workers for a while; `settings` are variables of their environment."""
    command = [sys.executable, "-m", "catalogue.cli", "serve", "--port", "0", "--workers", "2", "--threads", str(threads)]
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(command, env=environment(url) | settings, stdout=log, stderr=log, start_new_session=True)
        try:
            address = _address(server, log.fileno())
            names = (url.rpartition("/")[2],) if nodes else ()
            service = Service(address=address, secrets=(*names, *(str(node.port) for node in nodes)))
            until(lambda: service.ask("/health/live").status == 200)
            yield service
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)
            sys.stderr.write(os.pread(log.fileno(), 100_000, 0).decode())  # pytest shows it where a test fails


def _address(server: subprocess.Popen[bytes], log: int) -> str:
    """Return where a server that was given port 0 says it listens."""
    found: list[str] = []

    def told() -> bool:
        said = os.pread(log, 100_000, 0).decode()
        found.extend(re.findall(r"http://127\.0\.0\.1:\d+", said))
        assert server.poll() is None, said
        return bool(found)

    until(told)
    return found[0]


def until(condition: Callable[[], bool], seconds: float = _PATIENCE) -> None:
    """Look again and again, until a condition holds; fail where it does not in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)  # between two looks at other processes


def document(identifier: str, title: str) -> bytes:
    """Return a document."""
    return write(Record(identifier=identifier, title=title, abstract="Ice in the sea. " * 20), "iso19139")


def make_source(folder: Path, count: int, *, title: str = "Sea ice") -> dict[str, bytes]:
    """Write so many documents into a folder, and return them by their identifiers."""
    folder.mkdir(parents=True)
    source = {}
    for number in range(count):
        identifier = f"record-{number:05}"
        source[identifier] = document(identifier, f"{title} {number}")
        (folder / f"{identifier}.xml").write_bytes(source[identifier])
    return source


def loader(url: str, folder: Path) -> subprocess.Popen[str]:
    """Start to load a folder."""
    command = [sys.executable, "-m", "catalogue.cli", "load", str(folder)]
    return subprocess.Popen(command, env=environment(url), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Return how a loader ended, and what it said of errors."""
    _, said = process.communicate(timeout=_PATIENCE)
    return process.returncode, said


def load(url: str, folder: Path) -> None:
    """Load a folder, all of it."""
    assert ended(loader(url, folder)) == (0, "")


def wait_for_writes(url: str, count: int) -> None:
    """Wait until the server has taken so many documents of a catalogue."""
    address = Address.parse(url.partition(":")[2])
    with Elasticsearch(list(address.nodes), request_timeout=30) as client:

        def written() -> bool:
            answer = client.options(ignore_status=404).indices.stats(index=address.name, metric="indexing").body
            return int(answer.get("_all", {}).get("total", {}).get("indexing", {}).get("index_total", 0)) >= count

        until(written)


def kept(url: str) -> dict[str, bytes]:
    """Return the documents of all records in the catalogue, by identifier."""
    engine = open_engine(url)
    identifiers = list(engine.identifiers())
    found: dict[str, bytes] = {}
    for begin in range(0, len(identifiers), 500):
        for record in engine.get_many(identifiers[begin : begin + 500], documents=True):
            assert record is not None
            assert record.source is not None
            found[record.identifier] = record.source.content
    engine.close()
    return found


def differing(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> list[str]:
    """Return the identifiers of documents that are in but one of them, or are not the same."""
    return sorted(identifier for identifier in one.keys() | other.keys() if one.get(identifier) != other.get(identifier))
