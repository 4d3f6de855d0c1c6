"""One server, which dies, comes back, stands still."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.cluster.node import Node
from tests.faults.conftest import Source
from tests.faults.doors import DOORS, WALKS, Service, health
from tests.faults.running import differing, kept, served, until

pytestmark = pytest.mark.elasticsearch


def test_a_server_that_dies_and_comes_back(node: Node, service: Service, lone_url: str, few: Source) -> None:
    """The doors tell, also those that are opened meanwhile; then they answer, and whoever walked goes on."""
    service.assert_all_answer()
    begun = {name: walk.go(service, walk.first, 1) for name, walk in WALKS.items()}
    node.kill()
    assert health(service) == "down"
    service.assert_all_unavailable()
    with served(lone_url, node) as late:
        assert health(late) == "down"
        late.assert_all_unavailable()
        node.start(wait=False)
        until(lambda: _all_answer(service))
        until(lambda: _all_answer(late))
        assert health(late) == health(service) == "ok"
        for name, (found, path) in begun.items():
            after, _ = WALKS[name].go(service if name == "CSW" else late, path)
            assert sorted(found + after) == sorted(few.documents), f"{name}: each once"
    assert differing(kept(lone_url), few.documents) == []


def _all_answer(service: Service) -> bool:
    """Return whether all doors answer; each of them that does not, tells as it has to."""
    answers = service.all_doors()
    for name, answer in answers.items():
        if answer.status != 200:
            service.assert_unavailable(DOORS[name], answer)
    return all(answer.status == 200 for answer in answers.values())


def test_a_server_that_stands_still(node: Node, service: Service, few: Source) -> None:
    service.assert_all_answer()
    begun = {name: walk.go(service, walk.first, 1) for name, walk in WALKS.items()}
    node.freeze()
    service.assert_all_unavailable()
    for name, (_, path) in begun.items():
        assert path is not None
        service.assert_unavailable(WALKS[name].door, service.ask(path))
    assert health(service) == "down"
    node.thaw()
    until(lambda: _all_answer(service))
    for name, (found, path) in begun.items():
        after, _ = WALKS[name].go(service, path)
        assert sorted(found + after) == sorted(few.documents), f"{name}: each once"


def test_many_who_ask_a_server_that_stands_still_do_not_wait_for_each_other(node: Node, service: Service) -> None:
    service.assert_all_answer()
    node.freeze()
    with ThreadPoolExecutor(40) as threads:
        answers = list(threads.map(lambda _: service.ask(DOORS["CSW 3.0"].path), range(40)))
    for answer in answers:
        service.assert_unavailable(DOORS["CSW 3.0"], answer)
