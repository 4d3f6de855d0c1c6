"""Positions: walking by number hands out each record once, whatever others do meanwhile."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from catalogue.engines import open_engine
from catalogue.protocols.doors import HARVEST_ORDER
from catalogue.protocols.positions import Positions
from catalogue.query import Page, SearchQuery
from catalogue.service import Catalogue
from tests.contracts.making import NOW, entry


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    engine = open_engine(f"embedded:{tmp_path / 'catalogue'}")
    engine.put([entry(f"r{number:03}", f"title {number}") for number in range(100)], now=NOW)
    yield Catalogue(engine, base_url="http://catalogue.example")
    engine.close()


ALL = SearchQuery(sort=HARVEST_ORDER, page=Page(limit=10))


def _page(positions: Positions, catalogue: Catalogue, start: int, asker: str = "one") -> list[str]:
    return [hit.record.identifier for hit in positions.search(catalogue, ALL, start=start, asker=asker).hits]


def test_a_walk_is_whole_while_records_are_added_and_deleted_before_it(catalogue: Catalogue) -> None:
    positions = Positions()
    seen: list[str] = []
    for start in range(0, 100, 10):
        seen += _page(positions, catalogue, start)
        catalogue.engine.put([entry(f"a{start:03}", "new, and first by its identifier")], now=NOW)
        catalogue.engine.delete([f"r{start:03}"], now=NOW)
    assert seen == [f"r{number:03}" for number in range(100)]


def test_two_who_walk_at_a_time_keep_to_their_own_pages(catalogue: Catalogue) -> None:
    positions = Positions()
    assert _page(positions, catalogue, 0, "one")[-1] == "r009"
    catalogue.engine.put([entry("a", "new")], now=NOW)
    assert _page(positions, catalogue, 0, "two")[-1] == "r008"
    assert _page(positions, catalogue, 10, "one")[0] == "r010"
    assert _page(positions, catalogue, 10, "two")[0] == "r009"


def test_a_page_asked_again_is_the_same(catalogue: Catalogue) -> None:
    positions = Positions()
    _page(positions, catalogue, 0)
    assert _page(positions, catalogue, 10) == _page(positions, catalogue, 10)


def test_a_position_nobody_was_told_is_reached(catalogue: Catalogue) -> None:
    assert _page(Positions(), catalogue, 95) == [f"r{number:03}" for number in range(95, 100)]
    assert _page(Positions(), catalogue, 100) == []


def test_processes_share_positions_by_a_file(catalogue: Catalogue, tmp_path: Path) -> None:
    one, other = Positions(tmp_path / "positions"), Positions(tmp_path / "positions")
    _page(one, catalogue, 0)
    catalogue.engine.put([entry("a", "new")], now=NOW)
    assert _page(other, catalogue, 10)[0] == "r010"


def test_another_question_has_positions_of_its_own(catalogue: Catalogue) -> None:
    positions = Positions()
    _page(positions, catalogue, 0)
    other = SearchQuery(text="title", sort=HARVEST_ORDER, page=Page(limit=10))
    assert positions.search(catalogue, other, start=10, asker="one").hits[0].record.identifier == "r010"


def test_a_memory_that_fails_is_only_forgetful(catalogue: Catalogue, tmp_path: Path) -> None:
    positions = Positions(tmp_path / "positions")
    _page(positions, catalogue, 0)
    with closing(sqlite3.connect(tmp_path / "positions")) as connection:
        connection.execute("DROP TABLE position")
        connection.commit()
    assert _page(positions, catalogue, 10) == [f"r{number:03}" for number in range(10, 20)]
