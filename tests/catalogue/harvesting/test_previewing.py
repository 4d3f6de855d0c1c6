"""Previews: they tell what a run would do, and do none of it."""

from typing import Any

from sqlalchemy import select

from catalogue.harvesting.codelists import LineKind, Policy, RunState
from catalogue.harvesting.models import HarvestItem
from tests.catalogue.harvesting.house import House, counts, document, documents


def _state(house: House) -> Any:
    with house.database.reading() as session:
        table = HarvestItem.__table__
        return house.kept(), [tuple(row) for row in session.execute(select(table).order_by(table.c.id))], house.engine.statistics().state


def _same(house: House, name: str) -> None:
    """A preview tells what the run that follows does, and changes nothing."""
    before = _state(house)
    preview = house.harvest(name, preview=True)
    assert _state(house) == before
    run = house.harvest(name)
    assert (preview.state, preview.complete) == (RunState.DONE, run.complete)
    assert counts(preview) == counts(run)
    for kind in LineKind:
        told = {(line.identifier, line.reason) for line in house.lines(preview, kind)}
        assert told == {(line.identifier, line.reason) for line in house.lines(run, kind)}


def test_of_a_new_source(house: House) -> None:
    house.folder("stars", documents(25) | {"bad.xml": b"<bad>", "doubtful.xml": document("d", date="soon")})
    _same(house, "stars")


def test_of_changes_and_withdrawals(house: House) -> None:
    house.folder("stars", documents(25))
    house.harvest("stars")
    house.fill("stars", {"0003.xml": document("record-0003", "Spectra"), "new.xml": document("new"), "0009.xml": b"<bad>"})
    house.empty("stars", ["0004.xml", "0005.xml"])
    _same(house, "stars")


def test_of_conflicts(house: House) -> None:
    house.load(document("x", "ours"), document("y", "ours"))
    house.folder("a", {"z.xml": document("z")})
    house.harvest("a")
    files = {"x.xml": document("x", "theirs"), "y.xml": document("y", "theirs", "2027-01-01"), "z.xml": document("z", "other")}
    house.folder("stars", files)
    _same(house, "stars")


def test_of_records_that_would_be_kept_beside_others(house: House) -> None:
    house.load(document("x", "ours"))
    house.folder("stars", {"x.xml": document("x", "theirs")}, policy=Policy.BOTH)
    _same(house, "stars")


def test_of_two_documents_with_one_identifier(house: House) -> None:
    house.folder("stars", {"1.xml": document("x", "first"), "2.xml": document("x", "second")})
    _same(house, "stars")


def test_of_documents_that_moved(house: House) -> None:
    house.folder("stars", documents(5))
    house.harvest("stars")
    house.empty("stars", ["0001.xml"])
    house.fill("stars", {"moved.xml": document("record-0001")})
    _same(house, "stars")


def test_more_is_told_than_of_a_run(house: House) -> None:
    house.folder("stars", documents(230))
    preview = house.harvest("stars", preview=True)
    assert len(house.lines(preview, LineKind.CREATED)) == 230


def test_a_source_that_fails(house: House) -> None:
    folder = house.folder("stars", documents(2))
    folder.rename(house.path / "away")
    assert house.harvest("stars", preview=True).state is RunState.FAILED
    assert house.runs.attention() == []


def test_a_preview_is_no_last_run(house: House) -> None:
    house.folder("stars", documents(2))
    house.harvest("stars", preview=True)
    assert house.sources.source("stars").last is None
    assert counts(house.harvest("stars")) == {"received": 2, "created": 2}
