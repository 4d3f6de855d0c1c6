"""What is above and below: by the data tree first, else by the records, the deleted ones among them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from catalogue.engines import open_engine
from catalogue.engines.base import Engine
from catalogue.engines.stored import entry_of
from catalogue.service.descent import Descent
from database import Database
from mappings.formats import read, write
from ordering.models import Node, NodeKind
from ordering.tree import Tree
from records.model import Record
from tests.catalogue.access_house import DAY, NOW
from tests.database.fresh import fresh


@dataclass
class Place:
    """A catalogue and a data tree."""

    engine: Engine
    database: Database
    descent: Descent

    def load(self, **parents: str | None) -> None:
        """Keep records with these parents."""
        made = [Record(identifier=name, title=name, parent_identifier=parent) for name, parent in parents.items()]
        self.engine.put([entry_of(read(write(record, "iso19139"))) for record in made], now=NOW)

    def plant(self, *steps: str) -> None:
        """Make nodes, each below the one before."""
        with self.database.writing() as session:
            above: Node | None = None
            for step in steps:
                known = session.query(Node).filter_by(identifier=step).one_or_none()
                node = known or Node(identifier=step, kind=NodeKind.COLLECTION, title=step, parent_id=above.id if above else None)
                session.add(node)
                session.flush()
                above = node

    def both_ways(self, *names: str) -> dict[str, set[str]]:
        """Return the children of each, which must be those that have it as parent."""
        found = {name: set(self.descent.children_of([name])) for name in names}
        parents = {name: self.descent.parent_of(name) for name in names}
        assert {name: {child for child in names if parents[child] == name} for name in names} == found
        assert set(self.descent.children_of(names)) == set().union(*found.values())
        return {name: children for name, children in found.items() if children}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    engine = open_engine(f"embedded:{tmp_path / 'catalogue'}")
    database = Database(fresh(tmp_path))
    yield Place(engine, database, Descent(engine, Tree(database)))
    engine.close()
    database.close()


def test_a_node_is_where_the_tree_has_it_whatever_its_record_says(place: Place) -> None:
    """The records of COROT's runs name the mission as their parent; in the tree a level is between."""
    place.load(COROT=None, SRc01="COROT", STARWIND="SRc01", CHANNEL="COROT")
    place.plant("COROT", "COROT_N0", "SRc01", "IMAGETTE")
    names = ("COROT", "COROT_N0", "SRc01", "STARWIND", "IMAGETTE", "CHANNEL")
    assert place.both_ways(*names) == {
        "COROT": {"COROT_N0", "CHANNEL"},
        "COROT_N0": {"SRc01"},
        "SRc01": {"STARWIND", "IMAGETTE"},
    }


def test_a_root_of_the_tree_has_the_parent_of_its_record(place: Place) -> None:
    place.load(missions=None, COROT="missions")
    place.plant("COROT", "COROT_N0")
    assert place.both_ways("missions", "COROT", "COROT_N0") == {"missions": {"COROT"}, "COROT": {"COROT_N0"}}


def test_deleted_records_stay_below_the_parents_they_had_and_leave_them_when_they_come_back(place: Place) -> None:
    place.load(a=None, b="a", c="b", d="a")
    place.engine.delete(["b", "c"], now=NOW + DAY)
    names = ("a", "b", "c", "d")
    first = place.both_ways(*names)
    place.engine.delete(["d"], now=NOW + 2 * DAY)
    place.load(c=None)  # another one dies, one comes back and has no parent: as many are deleted as before
    second = place.both_ways(*names)
    assert first == {"a": {"b", "d"}, "b": {"c"}}
    assert second == {"a": {"b", "d"}}


def test_more_children_than_one_page_holds_are_found(place: Place) -> None:
    place.load(top=None, **{f"r{number:04}": "top" for number in range(1203)})
    assert len(set(place.descent.children_of(["top"]))) == 1203


def test_every_change_is_another_state(place: Place) -> None:
    states = [place.descent.state()]
    place.load(a=None)
    states.append(place.descent.state())
    place.plant("x", "y")
    states.append(place.descent.state())
    with place.database.writing() as session:
        session.query(Node).filter_by(identifier="y").one().parent_id = None
    states.append(place.descent.state())
    place.engine.delete(["a"], now=NOW)
    states.append(place.descent.state())
    assert len(set(states)) == len(states)
    assert place.descent.state() == states[-1]
