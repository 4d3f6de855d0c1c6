"""What a run keeps, counts and tells."""

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.errors import StateError, UnknownError
from catalogue.harvesting import batches, telling
from catalogue.harvesting.codelists import ItemState, LineKind, RunState
from catalogue.harvesting.lease import LEASE
from catalogue.harvesting.standing import new_worker
from catalogue.harvesting.views import RunView
from catalogue.service.assigning import assign
from records.codes import Domain
from tests.catalogue.harvesting.house import CURATOR, HERE, House, counts, document, documents


def test_all_documents_of_a_source_are_kept(house: House) -> None:
    files = documents(25)
    house.folder("stars", files)
    run = house.harvest("stars")
    assert (run.state, run.complete, run.message) == (RunState.DONE, True, "")
    assert counts(run) == {"received": 25, "created": 25}
    assert sorted(house.kept().values()) == sorted(files.values())
    assert {house.source_of(name) for name in house.kept()} == {"stars"}
    assert house.sources.source("stars").records == 25


def test_what_is_unchanged_is_not_read_again_and_what_changed_is(house: House) -> None:
    house.folder("stars", documents(25))
    house.harvest("stars")
    house.fill("stars", {"0003.xml": document("record-0003", "Spectra")})
    house.fill("stars", {"new.xml": document("new", "Planets")})
    run = house.harvest("stars")
    assert counts(run) == {"received": 26, "created": 1, "updated": 1, "unchanged": 24}
    assert house.titles()["record-0003"] == "Spectra"
    assert [(line.identifier, line.title) for line in house.lines(run, LineKind.UPDATED)] == [("record-0003", "Spectra")]
    assert counts(house.harvest("stars")) == {"received": 26, "unchanged": 26}


def test_what_is_gone_at_the_source_is_withdrawn(house: House) -> None:
    house.folder("stars", documents(25))
    house.harvest("stars")
    house.empty("stars", ["0003.xml", "0024.xml"])
    run = house.harvest("stars")
    assert counts(run) == {"received": 23, "unchanged": 23, "withdrawn": 2}
    assert [line.identifier for line in house.lines(run, LineKind.WITHDRAWN)] == ["record-0003", "record-0024"]
    assert len(house.kept()) == 23
    assert "record-0003" not in house.kept()
    assert len(house.items("stars")) == 23


def test_what_comes_back_is_kept_again(house: House) -> None:
    files = documents(5)
    house.folder("stars", files)
    house.harvest("stars")
    house.empty("stars", ["0003.xml"])
    house.harvest("stars")
    house.fill("stars", {"0003.xml": files["0003.xml"]})
    assert counts(house.harvest("stars")) == {"received": 5, "created": 1, "unchanged": 4}
    assert len(house.kept()) == 5


def test_a_document_that_cannot_be_read_is_told_and_stops_nothing(house: House) -> None:
    house.folder("stars", documents(12) | {"0005.xml": b"<unclosed>"})
    run = house.harvest("stars")
    assert (run.state, counts(run)) == (RunState.DONE, {"received": 12, "created": 11, "rejected": 1})
    (line,) = house.lines(run, LineKind.REJECTED)
    assert (line.origin, line.identifier, line.has_document) == ("0005.xml", None, True)
    assert line.reason
    assert house.runs.document(line.id)[0] == b"<unclosed>"
    assert house.sources.source("stars").rejected == 1
    house.fill("stars", {"0005.xml": document("record-0005")})
    assert counts(house.harvest("stars")) == {"received": 12, "created": 1, "unchanged": 11}
    assert house.sources.source("stars").rejected == 0


def test_a_record_whose_document_cannot_be_read_any_more_stays(house: House) -> None:
    house.folder("stars", documents(3))
    house.harvest("stars")
    house.fill("stars", {"0001.xml": b"<unclosed>"})
    run = house.harvest("stars")
    assert counts(run) == {"received": 3, "unchanged": 2, "rejected": 1}
    assert [line.identifier for line in house.lines(run, LineKind.REJECTED)] == ["record-0001"]
    assert house.kept()["record-0001"] == document("record-0001")
    house.empty("stars", ["0001.xml"])
    assert counts(house.harvest("stars")) == {"received": 2, "unchanged": 2, "withdrawn": 1}
    assert sorted(house.kept()) == ["record-0000", "record-0002"]


def test_a_doubtful_document_is_kept_and_told(house: House) -> None:
    house.folder("stars", {"a.xml": document("a", date="the day before yesterday")})
    run = house.harvest("stars")
    assert counts(run) == {"received": 1, "created": 1}
    (line,) = house.lines(run, LineKind.DOUBTFUL)
    assert "the day before yesterday" in line.reason


def test_a_document_that_gets_another_identifier_is_another_record(house: House) -> None:
    house.folder("stars", {"a.xml": document("old"), "b.xml": document("b")})
    house.harvest("stars")
    house.fill("stars", {"a.xml": document("new")})
    run = house.harvest("stars")
    assert counts(run) == {"received": 2, "created": 1, "unchanged": 1, "withdrawn": 1}
    assert sorted(house.kept()) == ["b", "new"]
    house.fill("stars", {"a.xml": document("old")})
    house.harvest("stars")
    assert sorted(house.kept()) == ["b", "old"]
    assert {item.identifier for item in house.items("stars").values()} == {"b", "old"}


def test_documents_that_move_keep_their_records(house: House) -> None:
    files = documents(20)
    house.folder("stars", files, share=0.1)
    house.harvest("stars")
    house.empty("stars", files)
    house.fill("stars", {f"moved-{name}": content for name, content in files.items()})
    run = house.harvest("stars")
    assert (run.state, counts(run)) == (RunState.DONE, {"received": 20, "unchanged": 20})
    assert len(house.kept()) == 20
    house.empty("stars", ["moved-0000.xml"])
    house.harvest("stars")
    assert len(house.kept()) == 19


def test_everything_is_fetched_anew_when_asked(house: House) -> None:
    house.folder("stars", documents(5))
    house.harvest("stars")
    house.engine.delete(["record-0002"], now=house.clock())  # by a curator
    assert counts(house.harvest("stars")) == {"received": 5, "unchanged": 5}
    run = house.harvest("stars", anew=True)
    assert (run.anew, run.since) == (True, None)
    assert counts(run) == {"received": 5, "created": 1, "unchanged": 4}


def test_what_a_curator_withdrew_stays_so_until_everything_is_fetched_anew(house: House) -> None:
    house.folder("stars", documents(3))
    house.harvest("stars")
    house.engine.delete(["record-0001"], now=house.clock())
    house.fill("stars", {"0001.xml": document("record-0001", "Spectra")})
    run = house.harvest("stars")
    assert counts(run) == {"received": 3, "unchanged": 3, "conflicts": 1}
    assert "withdrawn here" in house.lines(run, LineKind.CONFLICT)[0].reason
    assert "record-0001" not in house.kept()
    house.harvest("stars", anew=True)
    assert house.titles()["record-0001"] == "Spectra"


def test_the_domain_of_a_source_is_given_to_records_that_tell_none(house: House) -> None:
    house.folder("stars", documents(2), domain=Domain.UNIVERSE)
    house.harvest("stars")
    record = house.engine.get("record-0000")
    assert record is not None
    assert (record.domain, record.assigned.domain) == (Domain.UNIVERSE, Domain.UNIVERSE)


def test_what_a_curator_assigned_stays(house: House) -> None:
    house.folder("stars", documents(2), domain=Domain.UNIVERSE)
    house.harvest("stars")
    categories = ("Sun",)
    assign(house.engine, ["record-0000"], lambda one: replace(one, domain=Domain.EARTH, categories=categories), now=house.clock())
    house.fill("stars", {"0000.xml": document("record-0000", "Spectra")})
    house.harvest("stars")
    record = house.engine.get("record-0000")
    assert record is not None
    assert (record.title, record.domain, record.assigned.categories) == ("Spectra", Domain.EARTH, categories)
    house.harvest("stars", anew=True)
    record = house.engine.get("record-0000")
    assert record is not None
    assert (record.domain, record.assigned.categories) == (Domain.EARTH, categories)


def test_only_the_first_of_what_went_well_are_told_and_all_are_counted(house: House) -> None:
    house.folder("stars", documents(230))
    run = house.harvest("stars")
    assert (run.created, len(house.lines(run, LineKind.CREATED))) == (230, 200)
    assert house.runs.counts(run.id) == {LineKind.CREATED: 200}
    first, total = house.runs.lines(run.id, LineKind.CREATED, page=2, size=150)
    assert (len(first), total) == (50, 200)


def test_batches_are_kept_as_they_come(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "LARGE", 20)
    house.folder("stars", documents(75))
    told: list[RunView] = []
    house.runner().run(house.start("stars"), told.append)
    received = [view.received for view in told]
    assert received == sorted(received)
    assert len(set(received)) > 3
    assert (told[-1].state, told[-1].received) == (RunState.DONE, 75)


def test_many_documents_are_read_in_several_processes(house: House) -> None:
    files = documents(420) | {"bad.xml": b"<bad>"}
    house.folder("stars", files)
    runner = house.runner(processes=2)
    run = runner.run(house.start("stars"))
    assert counts(run) == {"received": 421, "created": 420, "rejected": 1}
    assert len(house.kept()) == 420


def test_a_source_that_fails_loses_nothing(house: House) -> None:
    folder = house.folder("stars", documents(5))
    house.harvest("stars")
    folder.rename(house.path / "away")
    run = house.harvest("stars")
    assert run.state is RunState.FAILED
    assert "no folder" in run.message
    assert len(house.kept()) == 5
    assert [view.id for view in house.runs.attention()] == [run.id]
    (house.path / "away").rename(folder)
    assert counts(house.harvest("stars")) == {"received": 5, "unchanged": 5}
    assert house.runs.attention() == []


def test_a_run_is_worked_on_once(house: House) -> None:
    house.folder("stars", documents(2))
    run_id = house.start("stars")
    house.runner().run(run_id)
    with pytest.raises(StateError, match="does not wait"):
        house.runner().run(run_id)
    with pytest.raises(UnknownError):
        house.runner().run(run_id + 1)


def test_a_source_has_one_run_at_a_time(house: House) -> None:
    house.folder("stars", documents(2))
    house.start("stars")
    assert house.woken == 1
    with pytest.raises(StateError, match="already"):
        house.start("stars", preview=True)


def test_a_worker_does_all_that_waits_and_is_due(house: House) -> None:
    house.folder("stars", documents(2), schedule="daily 13:00")
    house.folder("planets", {"p.xml": document("p")})
    house.folder("moons", {"m.xml": document("m")}, schedule="daily 13:00", enabled=False)
    house.start("planets")
    assert house.runner().run_due() == 1
    house.clock.forward(hours=1)
    assert house.runner().run_due() == 1
    assert house.runner().run_due() == 0
    assert sorted(house.kept()) == ["p", "record-0000", "record-0001"]
    view = house.sources.source("stars")
    assert view.last is not None
    assert (view.last.by, view.due) == ("schedule", house.clock.now + timedelta(days=1))
    assert house.runs.runs("stars")[1] == 1
    assert [run.source for run in house.runs.runs()[0]] == ["stars", "planets"]


def test_a_run_that_waits_is_cancelled_at_once(house: House) -> None:
    house.folder("stars", documents(2))
    run_id = house.start("stars")
    house.runs.cancel(run_id, by=CURATOR, address=HERE)
    assert house.runs.run(run_id).state is RunState.CANCELLED
    assert house.runner().run_due() == 0
    with pytest.raises(StateError, match="does not run"):
        house.runs.cancel(run_id, by=CURATOR, address=HERE)


def test_a_run_that_is_cancelled_stops_at_its_next_page_and_the_next_one_goes_on(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "LARGE", 10)
    house.folder("stars", documents(95))
    run_id = house.start("stars")

    def cancel(view: RunView) -> None:
        if view.received and not view.cancelling:
            house.runs.cancel(run_id, by=CURATOR, address=HERE)

    run = house.runner().run(run_id, cancel)
    assert run.state is RunState.CANCELLED
    assert 0 < run.received < 95
    assert len(house.kept()) == run.received
    after = house.harvest("stars")
    assert (after.state, after.received + run.received, after.created + run.created) == (RunState.DONE, 95, 95)
    assert len(house.kept()) == 95


def test_a_worker_that_is_stopped_leaves_its_run_for_the_next(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "LARGE", 10)
    house.folder("stars", documents(95))
    run_id = house.start("stars")
    stopped: list[bool] = []
    house.stopping = lambda: bool(stopped)
    run = house.runner().run(run_id, lambda view: stopped.append(True) if view.received else None)
    assert (run.state, run.ended) == (RunState.WAITING, None)
    assert house.runner().run_due() == 0
    stopped.clear()
    assert house.runner().run_due() == 1
    view = house.runs.run(run_id)
    assert (view.state, counts(view)) == (RunState.DONE, {"received": 95, "created": 95})


def test_old_runs_are_cleared_and_the_last_one_stays(house: House) -> None:
    house.folder("stars", documents(2))
    first, second = house.harvest("stars"), house.harvest("stars")
    house.clock.forward(days=91)
    house.runner().run_due()
    assert [run.id for run in house.runs.runs("stars")[0]] == [second.id]
    assert house.runs.lines(first.id) == ([], 0)


def test_a_run_that_keeps_nothing_for_long_is_stuck(house: House) -> None:
    house.folder("stars", documents(2))
    run_id = house.start("stars")
    seen: list[RunView] = []

    def wait(view: RunView) -> None:
        if view.state is RunState.RUNNING and not seen:
            house.clock.forward(minutes=31)
            seen.extend(house.runs.attention())

    house.runner().run(run_id, wait)
    assert [(view.id, view.stuck) for view in seen] == [(run_id, True)]


def test_documents_with_one_identifier_twice_in_a_zip_and_in_a_folder_are_one_record(house: House) -> None:
    house.folder("stars", {"a.xml": document("one"), "b.xml": document("one")})
    run = house.harvest("stars")
    assert counts(run) == {"received": 2, "created": 1, "unchanged": 1}
    assert sorted(item.state for item in house.items("stars").values()) == [ItemState.KEPT, ItemState.SECOND]
    house.empty("stars", ["a.xml"])
    run = house.harvest("stars")
    assert counts(run) == {"received": 1, "unchanged": 1}
    assert list(house.kept()) == ["one"]
    assert [item.state for item in house.items("stars").values()] == [ItemState.KEPT]


def test_documents_are_kept_for_the_newest_run_only(house: House) -> None:
    house.folder("stars", documents(3) | {"bad.xml": b"<bad/>"})

    def told(run: RunView) -> list[bool]:
        return [line.has_document for line in house.lines(run, LineKind.REJECTED)]

    first, preview, second = house.harvest("stars"), house.harvest("stars", preview=True), house.harvest("stars")
    assert [told(run) for run in (first, preview, second)] == [[False], [False], [True]]
    with pytest.raises(UnknownError):
        house.runs.document(house.lines(first, LineKind.REJECTED)[0].id)
    later = [house.harvest("stars", preview=True) for _ in range(2)]
    assert [told(run) for run in (second, *later)] == [[True], [False], [True]]
    failing = house.runner(lambda: house.engine).run(house.start("stars", anew=True), _broken)
    assert failing.state is RunState.FAILED
    assert told(second) == [True]  # nothing took its place yet
    assert house.harvest("stars", anew=True).state is RunState.DONE  # it went on from there
    assert [told(run) for run in (second, *later, failing)] == [[False], [False], [False], [True]]


def _broken(view: RunView) -> None:
    if view.received and view.state is RunState.RUNNING:
        raise ZeroDivisionError("nobody thought of that")


def test_the_documents_of_all_parts_of_a_walk_are_bounded(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "LARGE", 10)
    monkeypatch.setattr(telling, "MOST_BYTES", 250)
    house.folder("stars", {f"{number:02}.xml": b"<bad/>".ljust(20) for number in range(40)})
    run_id = house.start("stars")

    def cancel(view: RunView) -> None:
        if view.received and not view.cancelling:
            house.runs.cancel(run_id, by=CURATOR, address=HERE)

    parts = [house.runner().run(run_id, cancel), house.harvest("stars")]
    lines = [line for part in parts for line in house.lines(part, LineKind.REJECTED)]
    kept = [len(house.runs.document(line.id)[0]) for line in lines if line.has_document]
    assert (len(lines), sum(kept), parts[1].state) == (40, 250, RunState.DONE)
    assert 0 < len(house.lines(parts[0], LineKind.REJECTED)) < 40


def test_a_run_may_be_taken_as_it_is_asked_for(house: House) -> None:
    """Nobody else gets hold of a run that somebody begins to work on himself."""
    house.folder("stars", documents(20), share=0.1)
    me = new_worker()
    run_id = house.runs.start("stars", by=CURATOR, address=HERE, worker=me)
    assert house.runs.run(run_id).state is RunState.RUNNING
    assert house.runner().run_due() == 0
    with pytest.raises(StateError, match="somebody else works on it"):
        house.runner().run(run_id)
    with pytest.raises(StateError, match="somebody else works on it"):
        house.runner().run(run_id, worker=new_worker())
    assert house.runner().run(run_id, worker=me).created == 20
    house.empty("stars", documents(10))
    held = house.harvest("stars")
    house.runs.confirm(held.id, by=CURATOR, address=HERE, worker=me)
    assert house.runner().run_due() == 0
    assert house.runner().run(held.id, worker=me).state is RunState.DONE
    leaving = house.sources.remove("stars", withdraw=True, by=CURATOR, address=HERE, worker=me)
    assert leaving is not None
    assert house.runner().run_due() == 0
    house.clock.forward(seconds=LEASE.total_seconds() + 1)  # he is silent
    assert house.runner().run_due() == 1
    assert house.kept() == {}
