"""Three servers with a copy of everything: one of them dies or stands still, and nobody has to notice."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from elasticsearch import Elasticsearch

from tests.cluster.node import Node
from tests.faults.conftest import Source
from tests.faults.depositing import depositing
from tests.faults.doors import DOORS, PROMPT, WALKS, Answer, Service
from tests.faults.running import differing, ended, kept, load, loader, served, until, wait_for_writes

pytestmark = pytest.mark.elasticsearch


@pytest.fixture
def url(three_nodes: list[Node], few: Source) -> str:
    """The url of a catalogue on the three, which holds the few records twice: on one, and its copy on another."""
    for node in three_nodes:
        node.heal()
    url = f"elasticsearch:{','.join(node.url for node in three_nodes)}/secretly-{uuid.uuid4().hex[:8]}"
    load(url, few.folder)
    until(lambda: _copied(three_nodes[0]))
    return url


def _copied(node: Node) -> bool:
    with Elasticsearch(node.url, request_timeout=30) as client:
        return bool(client.cluster.health().body["status"] == "green")


def _holder(nodes: list[Node], url: str) -> Node:
    """Return the node to which what is written goes first."""
    with Elasticsearch([node.url for node in nodes], request_timeout=30) as client:
        shards = client.cat.shards(index=url.rpartition("/")[2], h="prirep,node", format="json").body
    (name,) = (shard["node"] for shard in shards if shard["prirep"] == "p")  # type: ignore[index]  # JSON, as asked
    return next(node for node in nodes if node.name == name)


@contextmanager
def asking(service: Service) -> Iterator[list[tuple[str, Answer]]]:
    """Ask door after door for a while; gives what was answered."""
    answers: list[tuple[str, Answer]] = []
    stop = threading.Event()

    def run() -> None:
        while not stop.is_set():
            answers.extend((name, service.ask(door.path)) for name, door in DOORS.items())

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield answers
    finally:
        stop.set()
        thread.join()


def test_one_of_three_stands_still(three_nodes: list[Node], url: str, few: Source) -> None:
    """Whoever asks it, or for what it holds, is answered by another or told to come back; and all are answered afterwards."""
    with served(url, *three_nodes, threads=8) as service:
        service.assert_all_answer()
        still = _holder(three_nodes, url)
        still.freeze()
        for _ in range(3):
            for name, answer in service.all_doors().items():
                assert answer.seconds < PROMPT
                if answer.status != 200:
                    service.assert_unavailable(DOORS[name], answer)
        still.thaw()
        until(lambda: all(answer.status == 200 for answer in service.all_doors().values()))
    assert differing(kept(url), few.documents) == []


def test_one_of_three_dies(three_nodes: list[Node], url: str, few: Source, many: Source) -> None:
    """In the middle of a load, of deposits, of walks: all go on. How long they wait is told from the death on; nobody is new by then."""
    with served(url, *three_nodes, threads=8) as service, asking(service) as answers, depositing(service) as depositor:
        begun = {name: walk.go(service, walk.first, 1) for name, walk in WALKS.items()}
        until(lambda: len(depositor.acknowledged) > 2 and len(answers) > 2 * len(DOORS))
        process = loader(url, many.folder)
        wait_for_writes(url, 2 * len(few.documents) + 600)
        answered, taken, kept_before = len(answers), len(depositor.seconds), len(depositor.waited)
        _holder(three_nodes, url).kill()
        for name, (found, path) in begun.items():
            after, _ = WALKS[name].go(service, path)
            assert set(few.documents) <= set(found + after), f"{name}: all that were there"
            assert len(found + after) == len(set(found + after)), f"{name}: each once"
        assert ended(process) == (0, "")
        before = len(depositor.acknowledged)
        until(lambda: len(depositor.acknowledged) > before + 2 and len(answers) > answered + 12)
    assert [name for name, answer in answers if answer.status != 200] == []
    assert max(answer.seconds for _, answer in answers[answered:]) < PROMPT
    assert max(depositor.seconds[taken:]) < PROMPT
    assert max(depositor.waited[kept_before:]) < 2 * PROMPT, "told once to come back, at most"
    assert differing(kept(url), many.documents | depositor.acknowledged) == []
