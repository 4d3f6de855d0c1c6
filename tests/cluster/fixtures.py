"""Fixtures: one node a session, which all workers share, and an empty catalogue there for each test.

`REFLECS_TEST_ELASTICSEARCH` names a server to test against in place of a node of our own.
"""

import fcntl
import json
import os
import shutil
import signal
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

import pytest
from elasticsearch import Elasticsearch

from tests.cluster.node import Node
from tests.cluster.server import NotHereError, server
from tests.conftest import missing

_STARTED: list[Node] = []
"""The node that other workers share; it may outlive this worker's last test."""
_ROOM = 4 * 1024**3
PATIENCE = "30"
"""Seconds that an answer may take where many tests share two cores; what is served waits two."""


@pytest.fixture(scope="session")
def elasticsearch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real server."""
    os.environ.setdefault("REFLECS_ELASTICSEARCH_TIMEOUT", PATIENCE)
    if named := os.environ.get("REFLECS_TEST_ELASTICSEARCH"):
        yield named
        return
    require_server()
    if "PYTEST_XDIST_WORKER" not in os.environ:
        with TemporaryDirectory(prefix="reflecs-node-", dir=_in_memory()) as place, Node(folder=Path(place)) as node:
            yield node.url
        return
    with _shared(tmp_path_factory.getbasetemp().parent) as url:
        yield url


@pytest.fixture
def elasticsearch_url(elasticsearch: str) -> Iterator[str]:
    """The url of an empty catalogue on the server; taken away afterwards."""
    with catalogue_at(elasticsearch) as url:
        yield url


@contextmanager
def catalogue_at(address: str) -> Iterator[str]:
    """Give the url of an empty catalogue on a server for a while; take it away afterwards."""
    name = f"test-{uuid.uuid4().hex}"
    try:
        yield f"elasticsearch:{address}/{name}"
    finally:
        remove(address, name)


def remove(address: str, name: str) -> None:
    """Take away all indexes of a catalogue."""
    with Elasticsearch(address, request_timeout=60) as client:
        if found := list(client.indices.get(index=f"{name}.*", expand_wildcards="all", filter_path="*.settings.index.uuid").body):
            client.indices.delete(index=found, ignore_unavailable=True)


def require_server() -> None:
    """Skip the test where there is no server; in CI, which has all it takes to fetch it, fail."""
    try:
        server(fetch=bool(os.environ.get("CI")))
    except NotHereError as error:
        missing(str(error))


def _in_memory() -> str | None:
    """Return where a node writes fastest, where there is room for it: it makes indexes for each test. None for where files usually are."""
    memory = Path("/dev/shm")  # noqa: S108 (the node's folder there is made anew, under a name of its own)
    with suppress(OSError):
        if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= _ROOM:
            return str(memory)
    return None


@contextmanager
def _shared(folder: Path) -> Iterator[str]:
    """Give the address of the node that all workers share: the first one starts it, the last one ends it."""
    state = folder / "elasticsearch.json"
    with _locked(folder):
        known = json.loads(state.read_text()) if state.exists() else None
        if known is None:
            # not in pytest's own folder, which any other pytest that starts closes to the user that the server runs as
            place = mkdtemp(prefix="reflecs-node-", dir=_in_memory())
            node = Node(folder=Path(place)).start()
            _STARTED.append(node)
            known = {"url": node.url, "pid": node.pid, "users": 0, "place": place}
        known["users"] += 1
        state.write_text(json.dumps(known))
    try:
        yield known["url"]
    finally:
        with _locked(folder):
            known = json.loads(state.read_text())
            known["users"] -= 1
            if known["users"]:
                state.write_text(json.dumps(known))
            else:
                state.unlink()
                os.killpg(known["pid"], signal.SIGKILL)
                for node in _STARTED:
                    node.kill()
                shutil.rmtree(known["place"], ignore_errors=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "elasticsearch.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
