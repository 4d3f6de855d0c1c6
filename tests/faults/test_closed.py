"""A server that answers, and takes no changes, or not all of them."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from elasticsearch import Elasticsearch

from catalogue.engines import open_engine
from catalogue.engines.elasticsearch.mapping import Body, mapping, settings
from catalogue.engines.elasticsearch.reader import Reader
from catalogue.engines.elasticsearch.server import Address
from tests.cluster.node import Node
from tests.faults.conftest import Source
from tests.faults.doors import WRITING, Service
from tests.faults.running import differing, ended, kept, load, loader, wait_for_writes

pytestmark = pytest.mark.elasticsearch

BLOCKS = {"read-only": "index.blocks.read_only", "the disk is full": "index.blocks.read_only_allow_delete"}
"""What is set by hand, and what the server sets by itself above the highest watermark of its disk."""


@contextmanager
def blocked(node: Node, empty_catalogue: str, block: str) -> Iterator[None]:
    """Have a block on a catalogue's indexes for a while."""
    name = empty_catalogue.rpartition("/")[2]
    with Elasticsearch(node.url, request_timeout=30) as client:
        client.indices.put_settings(index=f"{name}.*", settings={block: True})
        try:
            yield
        finally:
            client.indices.put_settings(index=f"{name}.*", settings={block: None})


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS.keys())
def test_whoever_writes_is_told_and_whoever_reads_is_answered(node: Node, service: Service, lone_url: str, few: Source, block: str) -> None:
    with blocked(node, lone_url, block):
        for door in WRITING.values():
            service.assert_unavailable(door, door.ask(service))
        service.assert_all_answer()
    assert differing(kept(lone_url), few.documents) == [], "nothing was written"


def test_a_loader_waits_for_a_catalogue_that_takes_nothing_for_a_while(node: Node, empty_catalogue: str, few: Source) -> None:
    open_engine(empty_catalogue).close()
    with blocked(node, empty_catalogue, BLOCKS["read-only"]):
        process = loader(empty_catalogue, few.folder)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(4)
    assert ended(process) == (0, "")
    assert differing(kept(empty_catalogue), few.documents) == []


def test_a_loader_tells_that_the_disk_is_full_and_is_run_again(node: Node, empty_catalogue: str, few: Source) -> None:
    open_engine(empty_catalogue).close()
    with blocked(node, empty_catalogue, BLOCKS["the disk is full"]):
        code, said = ended(loader(empty_catalogue, few.folder))
    assert (code, said) == (
        2,
        "Error: The catalogue's server has no room on its disk, and takes no changes. Nothing of this step was kept.\n",
    )
    load(empty_catalogue, few.folder)
    assert differing(kept(empty_catalogue), few.documents) == []


def test_what_a_server_has_no_room_for_is_sent_again(node: Node, empty_catalogue: str, many: Source) -> None:
    """Of a request for five shards the node, which lets two wait, refuses a part; two loaders do it to each other."""
    open_engine(empty_catalogue).close()
    address = Address.parse(empty_catalogue.partition(":")[2])
    with Elasticsearch(node.url, request_timeout=30) as client:
        reader = Reader(client, address.name)
        client.indices.delete(index=f"{address.name}.records-1")
        aliases: Body = {alias: {} for alias in (reader.name, reader.index)}
        client.indices.create(index=f"{address.name}.records-1", mappings=mapping(), settings=settings(5), aliases=aliases)
        before = _refused(client)
        one, other = loader(empty_catalogue, many.folder), loader(empty_catalogue, many.folder)
        wait_for_writes(empty_catalogue, 1)
        assert ended(one) == ended(other) == (0, "")
        assert _refused(client) > before
    assert differing(kept(empty_catalogue), many.documents) == []


def _refused(client: Elasticsearch) -> int:
    """Return how many writes the node had no room for."""
    (node,) = client.nodes.stats(metric="thread_pool", filter_path="nodes.*.thread_pool.write.rejected").body["nodes"].values()
    return int(node["thread_pool"]["write"]["rejected"])
