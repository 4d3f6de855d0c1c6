"""When a run waits for a curator before it withdraws, and what becomes of what it holds back."""

from collections import Counter
from contextlib import suppress
from itertools import count
from typing import Any

import pytest
from sqlalchemy import event

from accounts.errors import NotAllowedError, StateError
from catalogue.harvesting import batches, marking, standing
from catalogue.harvesting.codelists import ItemState, LineKind, RunState
from catalogue.harvesting.gone import brake
from catalogue.harvesting.lease import LEASE
from catalogue.harvesting.views import RunView
from tests.catalogue.harvesting.dying import Death, Killed, dying
from tests.catalogue.harvesting.house import CURATOR, HERE, READER, House, counts, document, documents


@pytest.mark.parametrize(
    ("gone", "seen", "share", "held"),
    [
        (0, 100, 0.1, False),
        (10, 90, 0.1, False),
        (11, 89, 0.1, True),
        (11, 100, 0.1, True),  # as many came as went
        (20, 100, 0.5, False),
        (20, 80, 0.5, True),  # it shrank
        (10, 90, 0.5, False),
        (20, None, 0.5, False),  # deletions that were told
        (100, 0, 1.0, False),  # the brake is off
        (1, 99, 0.0, True),
        (0, 0, 0.0, False),
    ],
)
def test_when_a_curator_is_asked(*, gone: int, seen: int | None, share: float, held: bool) -> None:
    assert (brake(gone=gone, records=100, had=100, seen=seen, share=share) is not None) is held


def _held(house: House) -> RunView:
    house.folder("stars", documents(20), share=0.1)
    house.harvest("stars")
    house.empty("stars", ["0000.xml", "0001.xml", "0002.xml"])
    return house.harvest("stars")


def test_a_source_that_lost_too_much_is_not_believed(house: House) -> None:
    run = _held(house)
    assert (run.state, run.withdrawn, run.complete) == (RunState.HELD, 3, True)
    assert run.message == "3 of 20 records would be withdrawn, more than 10%. Nothing is withdrawn until a curator confirms it."
    assert [line.identifier for line in house.lines(run, LineKind.WITHDRAWN)] == ["record-0000", "record-0001", "record-0002"]
    assert len(house.kept()) == 20
    assert [view.id for view in house.runs.attention()] == [run.id]
    assert house.runner().run_due() == 0


def test_what_a_curator_confirms_is_withdrawn(house: House) -> None:
    run = _held(house)
    with pytest.raises(NotAllowedError):
        house.runs.confirm(run.id, by=READER, address=HERE)
    house.runs.confirm(run.id, by=CURATOR, address=HERE)
    assert house.runs.attention() == []
    with pytest.raises(StateError, match="already"):
        house.start("stars")
    with pytest.raises(StateError, match="holds nothing back"):
        house.runs.dismiss(run.id, by=CURATOR, address=HERE)
    assert house.runner().run_due() == 1
    view = house.runs.run(run.id)
    assert (view.state, view.withdrawn) == (RunState.DONE, 3)
    assert len(house.kept()) == 17
    assert counts(house.harvest("stars")) == {"received": 17, "unchanged": 17}


def test_what_a_curator_keeps_stays(house: House) -> None:
    run = _held(house)
    house.runs.dismiss(run.id, by=CURATOR, address=HERE)
    view = house.runs.run(run.id)
    assert (view.state, view.withdrawn) == (RunState.DONE, 0)
    assert house.runs.attention() == []
    assert house.harvest("stars").state is RunState.DONE
    assert len(house.kept()) == 20
    house.fill("stars", {"0000.xml": document("record-0000", "Again")})
    assert counts(house.harvest("stars")) == {"received": 18, "updated": 1, "unchanged": 17}
    house.empty("stars", ["0000.xml"])
    assert house.harvest("stars").withdrawn == 1
    assert len(house.kept()) == 19


def test_a_run_takes_the_place_of_one_that_is_held(house: House) -> None:
    held = _held(house)
    again = house.harvest("stars")
    assert (again.state, again.withdrawn) == (RunState.HELD, 3)
    assert house.runs.run(held.id).state is RunState.DONE
    with pytest.raises(StateError):
        house.runs.confirm(held.id, by=CURATOR, address=HERE)
    house.fill("stars", documents(3))
    well = house.harvest("stars")
    assert (well.state, counts(well)) == (RunState.DONE, {"received": 20, "unchanged": 20})
    assert len(house.kept()) == 20
    assert {item.state for item in house.items("stars").values()} == {ItemState.KEPT}


def test_a_preview_leaves_a_held_run_as_it_is(house: House) -> None:
    held = _held(house)
    preview = house.harvest("stars", preview=True)
    assert (preview.withdrawn, preview.state) == (3, RunState.DONE)
    assert "3 of 20" in preview.message
    assert house.runs.run(held.id).state is RunState.HELD


def test_a_source_that_is_empty_all_at_once_loses_nothing(house: House) -> None:
    house.folder("stars", documents(20), share=0.1)
    house.harvest("stars")
    house.empty("stars", documents(20))
    run = house.harvest("stars")
    assert (run.state, run.withdrawn) == (RunState.HELD, 20)
    assert len(house.kept()) == 20


def test_what_was_confirmed_is_finished_by_the_next_worker(house: House) -> None:
    run = _held(house)
    house.runs.confirm(run.id, by=CURATOR, address=HERE)
    stopped = [True]
    house.stopping = lambda: bool(stopped)
    house.runner().run(run.id)
    assert house.runs.run(run.id).confirmed
    stopped.clear()
    assert house.runner().run_due() == 1
    assert (house.runs.run(run.id).state, len(house.kept())) == (RunState.DONE, 17)


def test_new_records_do_not_make_up_for_those_that_are_gone(house: House) -> None:
    """A server that hands out other documents than before, and more of them, is not believed; not the next time either."""
    house.folder("stars", documents(30), share=0.1)
    house.harvest("stars")
    house.empty("stars", documents(30))
    house.fill("stars", {f"new-{number}.xml": document(f"new-{number}") for number in range(400)})
    assert "30 of 30" in house.harvest("stars", preview=True).message
    for _ in range(2):
        run = house.harvest("stars")
        assert (run.state, run.withdrawn) == (RunState.HELD, 30)
        assert run.message.startswith("30 of 30 records would be withdrawn")
    assert "30 of 30" in house.harvest("stars", preview=True).message
    house.runs.dismiss(run.id, by=CURATOR, address=HERE)
    house.empty("stars", [f"new-{number}.xml" for number in range(40)])
    assert house.harvest("stars").withdrawn == 40  # of 400, now that a curator has decided on the others


def test_what_a_part_of_a_walk_brought_does_not_count(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "LARGE", 100)
    house.folder("stars", documents(30), share=0.1, page_size=50)
    house.harvest("stars")
    house.empty("stars", documents(30))
    house.fill("stars", {f"new-{number:03}.xml": document(f"new-{number}") for number in range(400)})
    run_id = house.start("stars")

    def cancel(view: RunView) -> None:
        if view.received >= 300 and not view.cancelling:
            house.runs.cancel(run_id, by=CURATOR, address=HERE)

    assert house.runner().run(run_id, cancel).created >= 300
    run = house.harvest("stars")
    assert (run.state, run.withdrawn) == (RunState.HELD, 30)


@pytest.fixture
def small_portions(house: House, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many items each statement changed, while three are many."""
    monkeypatch.setattr(marking, "PORTION", 3)
    monkeypatch.setattr(standing, "FEW", 3)
    changed: list[int] = []

    def note(_connection: Any, cursor: Any, statement: str, *_: object) -> None:
        if statement.startswith(("UPDATE harvest_items", "DELETE FROM harvest_items")):
            changed.append(cursor.rowcount)

    event.listen(house.database.engine, "after_cursor_execute", note)
    return changed


def test_many_are_marked_in_portions(house: House, small_portions: list[int]) -> None:
    house.folder("stars", documents(20), share=0.1)
    house.harvest("stars")
    house.empty("stars", list(documents(11)))
    small_portions.clear()
    held = house.harvest("stars")
    assert (held.state, held.withdrawn) == (RunState.HELD, 11)
    assert not house.runs.dismiss(held.id, by=CURATOR, address=HERE)
    with pytest.raises(StateError, match="already"):
        house.start("stars")
    assert house.runner().run_due() == 1
    view = house.runs.run(held.id)
    assert (view.state, view.withdrawn, view.message) == (RunState.DONE, 0, "A curator decided that the records stay.")
    assert Counter(item.state for item in house.items("stars").values()) == {ItemState.KEPT: 9, ItemState.SPARED: 11}
    assert max(small_portions) <= 9  # those that were seen as they were; of the others three at a time
    assert len(house.kept()) == 20


def test_a_worker_may_die_between_two_portions(house: House, small_portions: list[int]) -> None:
    house.folder("stars", documents(20), share=0.1)
    house.harvest("stars")
    gone = list(documents(8))
    for decide in (house.runs.dismiss, house.runs.confirm):
        house.empty("stars", [name for name in gone if (house.path / "stars" / name).exists()])
        for at in count(9):
            with suppress(StateError):  # it waits still
                house.start("stars")
            try:
                with dying(house, Death(at)) as runner:
                    runner.run_due()
            except Killed:
                house.clock.forward(seconds=LEASE.total_seconds() + 1)
                assert len(house.kept()) == 20, at
                continue
            break
        held = house.runs.runs("stars")[0][0]
        assert (held.state, held.withdrawn) == (RunState.HELD, 8)
        decide(held.id, by=CURATOR, address=HERE)
        for at in range(9, 13):
            with dying(house, Death(at)) as runner, suppress(Killed):
                runner.run_due()
            house.clock.forward(seconds=LEASE.total_seconds() + 1)
        house.runner().run_due()
        assert house.runs.run(held.id).state is RunState.DONE
        assert len(house.kept()) == (20 if decide == house.runs.dismiss else 12)
        if decide == house.runs.dismiss:
            house.fill("stars", {name: documents(8)[name] for name in gone})
            house.harvest("stars")
    assert small_portions
