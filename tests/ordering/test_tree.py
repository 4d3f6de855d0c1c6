"""The data tree: made from what is written down, and shown."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ordering.models import NodeKind
from ordering.specs import NodeSpec, TreeError, read_tree
from ordering.tree import Tree
from tests.ordering.inbox import IMAGES, MAPS, STARS, Archive, specs, star


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = Archive(tmp_path)
    yield archive
    archive.close()


def spec(identifier: str, kind: NodeKind = NodeKind.DATA_SET, **told: Any) -> NodeSpec:
    return NodeSpec(identifier=identifier, kind=kind, title=identifier, **told)


def test_the_tree_is_shown_in_its_order(archive: Archive) -> None:
    tree = archive.tree
    order = ["COROT", "COROT_N0", "COROT_SRc01", STARS, IMAGES, "SMOS", MAPS]
    assert [node.identifier for node in tree.whole()] == order
    assert [node.identifier for node in tree.whole(limit=3)] == order[:3]
    assert [node.identifier for node in tree.roots()] == ["COROT", "SMOS"]
    stars = tree.node(STARS)
    assert stars is not None
    assert not stars.has_children
    assert [node.identifier for node in tree.path(stars.id)] == ["COROT", "COROT_N0", "COROT_SRc01", STARS]
    assert [node.identifier for node in tree.children(stars.parent_id or 0)] == [STARS, IMAGES]
    assert all(node.has_children for node in tree.path(stars.id)[:-1])
    assert tree.by_id(stars.id) == stars


def test_parents_and_children_by_identifier(archive: Archive) -> None:
    assert archive.tree.parent_of(STARS) == "COROT_SRc01"
    assert archive.tree.parent_of("COROT") is None
    assert archive.tree.parent_of("nobody") is None
    assert sorted(archive.tree.children_of(["COROT_SRc01", "SMOS", "nobody"])) == sorted([STARS, IMAGES, MAPS])
    assert archive.tree.children_of([]) == []


def test_what_is_not_there_is_not_shown(archive: Archive) -> None:
    assert archive.tree.node("' OR 1=1 --") is None
    assert archive.tree.by_id(99) is None
    assert archive.tree.path(99) == []
    assert archive.tree.children(99) == []


def test_making_a_tree_twice_changes_nothing(archive: Archive) -> None:
    before = archive.tree.whole()
    assert archive.tree.ensure(specs()) == 0
    assert archive.tree.whole() == before


def test_dates_that_are_not_written_down_are_those_of_what_is_below(archive: Archive) -> None:
    level = archive.tree.node("COROT_N0")
    assert level is not None
    assert (level.begins, level.ends) == (datetime(2007, 4, 3, tzinfo=UTC), datetime(2007, 5, 9, 23, 59, tzinfo=UTC))


def test_what_has_files_is_held_and_all_above_it(archive: Archive) -> None:
    other = Tree(archive.database)
    assert other.held() == frozenset()
    archive.put([star(7528)])
    archive.receive()
    node = archive.tree.node(STARS)
    assert node is not None
    assert other.held() == {each.identifier for each in archive.tree.path(node.id)}
    assert IMAGES not in other.held()


def test_a_node_that_moves_takes_its_files_along(archive: Archive) -> None:
    archive.put([star(7528), star(7548)])
    archive.receive()
    stars = archive.tree.node(STARS)
    assert stars is not None
    archive.tree.ensure([replace(specs()[0].children[0].children[0].children[0], parent="SMOS")])
    files = {node.identifier: (node.files, node.bytes) for node in archive.tree.whole()}
    assert files["SMOS"] == files[STARS] == (2, stars.bytes)
    assert files["COROT"] == files["COROT_SRc01"] == (0, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        [spec("A"), spec("A")],
        [spec("A", children=(spec("B"),))],
        [spec("A", NodeKind.RUN, children=(spec("B", parent="COROT"),))],
        [spec("A", parent="nobody")],
        [spec("A", parent=STARS)],
        [spec("COROT", NodeKind.MISSION, parent="COROT_N0")],
        [spec("COROT_SRc01")],
        [spec(STARS, NodeKind.RUN)],
        [spec("A", begins=datetime(2008, 1, 1, tzinfo=UTC), ends=datetime(2007, 1, 1, tzinfo=UTC))],
    ],
    ids=["twice", "below a data set", "two parents", "no parent", "in a data set", "in itself", "to data set", "to run", "dates"],
)
def test_a_tree_that_cannot_be_changes_nothing(archive: Archive, wrong: list[NodeSpec]) -> None:
    before = archive.tree.whole()
    with pytest.raises(TreeError):
        archive.tree.ensure([spec("FIRST", parent="SMOS"), *wrong])
    assert archive.tree.whole() == before


def test_a_tree_file_is_read() -> None:
    node = {
        "identifier": "A",
        "kind": "mission",
        "title": "A mission",
        "begins": "2007-04",
        "ends": "2007-05-09",
        "details": {"level": "N0"},
    }
    (read,) = read_tree(json.dumps({"nodes": [node | {"children": [{"identifier": "B", "kind": "data set", "title": "B"}]}]}).encode())
    assert (read.begins, read.ends) == (datetime(2007, 4, 1, tzinfo=UTC), datetime(2007, 5, 9, 23, 59, tzinfo=UTC))
    assert [node.identifier for node in read.walk()] == ["A", "B"]


@pytest.mark.parametrize(
    "content",
    [
        b"not JSON",
        b"[" * 100_000,
        b"[]",
        b'{"nodes": {}}',
        b'{"nodes": [7]}',
        b'{"nodes": [{"identifier": "", "kind": "run", "title": "x"}]}',
        b'{"nodes": [{"identifier": "A", "kind": "planet", "title": "x"}]}',
        b'{"nodes": [{"identifier": "A", "kind": "run", "title": "x\\ny"}]}',
        b'{"nodes": [{"identifier": "A", "kind": "run", "title": "x", "file": 1}]}',
        b'{"nodes": [{"identifier": "A", "kind": "run", "title": "x", "begins": "never"}]}',
        b'{"nodes": [{"identifier": "A", "kind": "data set", "title": "x", "criteria": ["; DROP"]}]}',
        b'{"nodes": [{"identifier": "A", "kind": "data set", "title": "x", "criteria": ["bytes"]}]}',
    ],
)
def test_what_is_no_tree_file_is_told(content: bytes) -> None:
    with pytest.raises(TreeError):
        read_tree(content)
