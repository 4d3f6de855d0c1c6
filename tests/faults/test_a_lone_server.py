"""One server, which dies, comes back, stands still."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from catalogue.engines import open_engine
from catalogue.engines.base import Engine, Header
from catalogue.query import SearchQuery
from records.errors import EngineError
from tests.cluster.node import Node
from tests.contracts.making import NOW, entry
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


def test_what_was_acknowledged_outlives_the_death_of_the_server(node: Node, empty_catalogue: str) -> None:
    """Engines that were open over it go on; what was not acknowledged is not there."""
    engine = open_engine(empty_catalogue)
    names = [f"kept {number}" for number in range(300)]
    engine.put([entry(identifier) for identifier in names], now=NOW)
    engine.delete(["kept 7"], now=NOW)
    node.kill()
    for told in (engine.statistics, engine.secret, lambda: engine.search(SearchQuery())):
        with pytest.raises(EngineError, match=r"^The catalogue's server cannot be reached now\.$"):
            told()
    with pytest.raises(EngineError, match=r"^The catalogue's server cannot be reached now\. Nothing of this step was kept\.$"):
        engine.put([entry("not kept")], now=NOW)
    node.start()
    until(lambda: _can_be_read(engine))
    identifiers = set(engine.identifiers())
    assert set(names) - identifiers == {"kept 7"}
    assert "not kept" not in identifiers
    assert engine.header("kept 7") == Header(identifier="kept 7", changed=NOW, deleted=True)
    engine.close()


def _can_be_read(engine: Engine) -> bool:
    """Return whether the server has opened what it keeps."""
    try:
        engine.statistics()
    except EngineError:
        return False
    return True


def test_health_and_metrics_tell_of_a_server_that_is_frozen_or_gone(node: Node, lone_url: str) -> None:
    """Within two seconds, though the engine itself would wait for twenty."""
    with served(lone_url, node, REFLECS_ELASTICSEARCH_TIMEOUT="20") as service:
        assert service.ask("/health/ready").status == 200
        node.freeze()
        ready = service.ask("/health/ready")
        assert (ready.status, json.loads(ready.body)["reason"]) == (503, "The catalogue does not answer within 2 seconds.")
        assert "reflecs_engine_up 0.0" in service.ask("/metrics").body
        assert service.ask("/health/live").status == 200
        node.thaw()
        node.kill()
        assert service.ask("/health/ready").status == 503
        assert "reflecs_engine_up 0.0" in service.ask("/metrics").body


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
