"""A server that dies or stands still in the middle of a load, while others write as well."""

import subprocess

import pytest

from catalogue.engines import open_engine
from tests.cluster.node import Node
from tests.faults.conftest import Source
from tests.faults.depositing import depositing
from tests.faults.running import differing, ended, kept, load, loader, served, until, wait_for_writes

pytestmark = pytest.mark.elasticsearch


def test_a_load_goes_on_when_the_server_does(node: Node, empty_catalogue: str, many: Source) -> None:
    process = loader(empty_catalogue, many.folder)
    wait_for_writes(empty_catalogue, 300)
    node.freeze()
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(4)
    node.thaw()
    assert ended(process) == (0, "")
    assert differing(kept(empty_catalogue), many.documents) == []


def test_nothing_acknowledged_is_lost_with_the_server(node: Node, empty_catalogue: str, many: Source) -> None:
    """A load is told, and run again; who writes through a door is told again and again, until the server is back."""
    open_engine(empty_catalogue).close()
    with served(empty_catalogue, node) as service, depositing(service) as depositor:
        until(lambda: len(depositor.acknowledged) >= 3)
        process = loader(empty_catalogue, many.folder)
        wait_for_writes(empty_catalogue, 300)
        node.kill()
        code, said = ended(process)
        assert code == 2
        assert said.startswith("Error: The catalogue's server cannot be reached now. ")
        until(lambda: depositor.refused > 0)
        acknowledged = dict(depositor.acknowledged)
        node.start()
        found = kept(empty_catalogue)
        assert differing({name: found.get(name, b"") for name in acknowledged}, acknowledged) == []
        load(empty_catalogue, many.folder)
        until(lambda: len(depositor.acknowledged) > len(acknowledged))
    assert differing(kept(empty_catalogue), many.documents | depositor.acknowledged) == []
