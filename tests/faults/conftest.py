"""Nodes to do harm to, and catalogues on them. No other test uses them: whoever harms a node here heals it."""

import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.cluster.fixtures import catalogue_at, require_server
from tests.cluster.node import Node, free_port
from tests.faults.doors import Service
from tests.faults.running import load, make_source, served

FEW = 600
MANY = 2000


class Source(NamedTuple):
    """Documents to be loaded, and where they are."""

    folder: Path
    documents: dict[str, bytes]


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> Source:
    """A source that is loaded at once."""
    folder = tmp_path_factory.mktemp("few") / "documents"
    return Source(folder, make_source(folder, FEW))


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> Source:
    """A source that is loaded long enough for something to happen meanwhile."""
    folder = tmp_path_factory.mktemp("many") / "documents"
    return Source(folder, make_source(folder, MANY))


@pytest.fixture(scope="session")
def places() -> Iterator[Path]:
    """A folder for nodes, outside of pytest's own: each session of pytest closes those of all sessions to the nodes' user again."""
    with tempfile.TemporaryDirectory(prefix="reflecs-nodes-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def lone_node(places: Path) -> Iterator[Node]:
    """A node that has no other to turn to, and little room for writers: one writes at a time, two wait, others are refused."""
    require_server()
    settings = (
        "thread_pool.write.size: 1",
        "thread_pool.write.queue_size: 2",
        "cluster.info.update.interval: 1h",  # at which the server takes back blocks for a full disk that is not full
    )
    (places / "lone").mkdir()
    with Node(folder=places / "lone", memory="512m", settings=settings) as node:
        yield node


@pytest.fixture
def node(lone_node: Node) -> Iterator[Node]:
    """The node, healed before and after."""
    lone_node.heal()
    yield lone_node
    lone_node.heal()


@pytest.fixture(scope="session")
def lone_url(lone_node: Node, few: Source) -> str:
    """The url of a catalogue on the node that holds the few records."""
    url = f"elasticsearch:{lone_node.url}/secretly-{uuid.uuid4().hex[:8]}"
    load(url, few.folder)
    return url


@pytest.fixture(scope="session")
def lone_service(lone_node: Node, lone_url: str) -> Iterator[Service]:
    """What serves it, over all faults."""
    with served(lone_url, lone_node) as service:
        yield service


@pytest.fixture
def service(node: Node, lone_service: Service) -> Service:
    """The same, with a node that is well."""
    assert node.answers()
    return lone_service


@pytest.fixture
def empty_catalogue(node: Node) -> Iterator[str]:
    """The url of a catalogue on the node that is not there yet."""
    with catalogue_at(node.url) as url:
        yield url
        node.heal()


@pytest.fixture(scope="session")
def three_nodes(places: Path) -> Iterator[list[Node]]:
    """Three nodes that are one cluster."""
    require_server()
    names = [(f"node-{number}", free_port()) for number in range(3)]
    for name, _ in names:
        (places / name).mkdir()
    nodes = [Node(folder=places / name, name=name, transport=port, cluster=names, memory="512m") for name, port in names]
    try:
        for node in nodes:
            node.start(wait=False)
        for node in nodes:
            node.wait()
        yield nodes
    finally:
        for node in nodes:
            node.kill()
