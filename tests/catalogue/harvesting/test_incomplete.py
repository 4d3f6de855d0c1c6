"""A walk that may not have seen all that it asked for says so, takes nothing for gone, and needs somebody."""

from typing import Any

import pytest

from catalogue.harvesting.codelists import RunState
from catalogue.harvesting.views import UNSEEN, SourceSpec
from harvesters.source import Protocol
from tests.catalogue.harvesting.house import CURATOR, HERE, House, counts
from tests.harvesters.scripted import ScriptedCsw, names
from tests.harvesters.sites import Site, live
from tests.harvesters.test_json_sources import Items


def _add(house: House, protocol: Protocol, url: str, **others: Any) -> None:
    house.sources.add(SourceSpec(name="stars", protocol=protocol, url=url, rate=None, page_size=10, **others), by=CURATOR, address=HERE)


@pytest.mark.parametrize("lies", [{"circle": True}, {"total": 500}, {"total": 5}])
def test_a_whole_walk_that_was_not_one_is_told(house: House, lies: dict[str, Any]) -> None:
    items = Items(50)
    with live(items) as address:
        _add(house, Protocol.RECORDS, f"{address}/collections/one/items")
        first = house.harvest("stars")
        assert (first.complete, first.unsure, house.runs.attention()) == (True, False, [])
        items.lies = lies
        assert house.harvest("stars", preview=True).message == UNSEEN
        run = house.harvest("stars")
        assert (run.state, run.since, run.complete, run.unsure, run.message) == (RunState.DONE, None, False, True, UNSEEN)
        assert counts(run).keys() == {"received", "unchanged"}
        assert [each.id for each in house.runs.attention()] == [run.id]
        assert len(house.kept()) == 50
        items.lies = {}
        assert not house.harvest("stars").unsure
        assert house.runs.attention() == []


@pytest.mark.parametrize("filters", [{}, {"cql": "title LIKE '%'"}])
def test_what_changed_since_is_asked_for_only_where_it_is_heeded(house: House, filters: dict[str, str]) -> None:
    with live(_csw()) as address:
        _add(house, Protocol.CSW, f"{address}/csw", filters=filters)
        house.harvest("stars")
        again = house.harvest("stars")
        assert (again.since is None, again.complete, again.unsure) == (bool(filters), True, False)


def test_a_list_of_all_names_that_is_too_short_is_told_whatever_was_asked_for_since(house: House) -> None:
    csw = ScriptedCsw({name: f"old {name}" for name in names(25)})
    with live(csw) as address:
        _add(house, Protocol.CSW, f"{address}/csw")
        house.harvest("stars")
        del csw.records[names(25)[0]]
        before = len(csw.requests)
        assert house.harvest("stars", preview=True).since is not None
        after = len(csw.requests)
        # the list that tells that one is gone is whole; that by which it is looked at again says that there are more
        csw.lie = {after + request: 30 for request in range(after - before + 1, 100)}
        run = house.harvest("stars")
        assert (run.since is not None, run.complete, run.withdrawn, run.unsure, run.message) == (True, False, 0, True, UNSEEN)
        assert len(house.kept()) == 25


def _csw() -> Site:
    return ScriptedCsw({name: f"old {name}" for name in names(25)})
