"""A worker may be killed at any line: what it leaves is found, and the catalogue holds what the source has, no more and no less."""

from contextlib import suppress

import pytest

from catalogue.harvesting import batches
from catalogue.harvesting.codelists import ItemState, Policy, RunState
from catalogue.harvesting.lease import LEASE
from catalogue.harvesting.views import RunView
from tests.catalogue.harvesting.dying import Death, Killed, dying
from tests.catalogue.harvesting.house import CURATOR, HERE, House, document, documents

STEPS = 35
"""One more than the run has that is killed at each of them."""
KEEPING = range(5, 14)
"""Steps between which the first batch is kept."""


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "LARGE", 10)


def _killed(house: House, name: str, at: int) -> bool:
    """Run a source with a worker that dies; return whether it lived long enough."""
    run_id = house.start(name)
    with dying(house, Death(at)) as runner:
        try:
            runner.run(run_id)
        except Killed:
            return False
    return True


def _recover(house: House) -> None:
    house.clock.forward(seconds=LEASE.total_seconds() + 1)
    while house.runner().run_due():
        pass


def _of(house: House, name: str) -> dict[str, bytes]:
    """What a source's folder holds, by identifiers."""
    contents = [path.read_bytes() for path in sorted((house.path / name).iterdir())]
    return {content.split(b"CharacterString>")[1].split(b"<")[0].decode(): content for content in contents}


def test_nothing_is_lost_and_nothing_wrongly_withdrawn(house: House) -> None:
    house.folder("stars", documents(32))
    house.harvest("stars")
    for at in range(1, STEPS + 1):
        title = f"Killed at {at}"
        house.fill("stars", {f"{number:04}.xml": document(f"record-{number:04}", title) for number in range(0, 30, 3)})
        house.fill("stars", {f"new-{at}-{number}.xml": document(f"new-{at}-{number}") for number in range(8)})
        house.fill("stars", {"0001.xml": document("record-0001"), "0031.xml": document("record-0031")})
        house.empty("stars", ["0001.xml", "0031.xml"] if at % 2 else ["0001.xml", *(f"new-{at - 1}-{number}.xml" for number in range(8))])
        lived = _killed(house, "stars", at)
        assert lived is (at == STEPS), "there are more steps, or fewer, than were tried"
        _recover(house)
        assert house.kept() == _of(house, "stars"), at
        assert {item.state for item in house.items("stars").values()} == {ItemState.KEPT}, at
        last = house.sources.source("stars").last
        assert last is not None
        assert last.state is RunState.DONE, at
    assert sum(run.conflicts for run in house.runs.runs("stars", size=100)[0]) == 0


def test_what_changed_again_meanwhile_is_no_conflict(house: House) -> None:
    """A document that was kept a moment before its worker was killed is the source's own, not one that was changed here."""
    house.folder("stars", documents(5), policy=Policy.FIRST)
    house.harvest("stars")
    for at in range(1, 13):
        house.fill("stars", documents(5, f"kept before death {at}"))
        _killed(house, "stars", at)
        house.fill("stars", documents(5, f"changed after death {at}"))
        _recover(house)
        house.harvest("stars")
        assert set(house.titles().values()) == {f"changed after death {at}"}


def test_what_goes_before_the_next_run_leaves_no_record(house: House) -> None:
    """A record that was kept a moment before its worker was killed goes with its document, known before or not."""
    house.folder("stars", documents(3))
    for at in KEEPING:
        house.fill("stars", documents(3) | {"moved.xml": document("moved")})
        house.harvest("stars")
        changed = {"0001.xml": document("record-0001", f"changed {at}"), "moved.xml": document(f"moved-{at}")}
        house.fill("stars", changed | {"new.xml": document(f"new-{at}")})
        assert not _killed(house, "stars", at)
        house.empty("stars", ["0001.xml", "new.xml", "moved.xml"])
        _recover(house)
        house.harvest("stars")  # for what the lost run had seen, and the one that went on from there did not look for again
        assert house.kept() == _of(house, "stars"), at
        assert {item.state for item in house.items("stars").values()} == {ItemState.KEPT}, at


def test_a_worker_that_dies_while_it_takes_over_a_record_of_another_source(house: House) -> None:
    for at in KEEPING:
        a, b = f"a{at}", f"b{at}"
        house.folder(a, {"x.xml": document(f"x{at}", "of a")})
        house.harvest(a)
        house.folder(b, {"x.xml": document(f"x{at}", "of b", "2026-06-01")})
        assert not _killed(house, b, at)
        if at % 2:
            house.empty(b, ["x.xml"])
        _recover(house)
        house.harvest(a)
        house.harvest(b)
        assert f"x{at}" in house.titles(), at
        if not at % 2:
            assert house.titles()[f"x{at}"] == "of b", at
            house.empty(b, ["x.xml"])
            house.harvest(b)
        house.empty(a, ["x.xml"])
        house.harvest(a)
        house.harvest(b)
        assert f"x{at}" not in house.titles(), at


def test_what_was_confirmed_is_withdrawn_in_the_end(house: House) -> None:
    house.folder("stars", documents(9), share=0.1)
    house.harvest("stars")
    for at in range(1, 9):
        house.fill("stars", documents(3))
        house.harvest("stars")
        house.empty("stars", documents(3))
        held = house.harvest("stars")
        house.runs.confirm(held.id, by=CURATOR, address=HERE)
        with dying(house, Death(at)) as runner, suppress(Killed):
            runner.run(held.id)
        _recover(house)
        assert house.kept() == _of(house, "stars"), at
        assert house.runs.run(held.id).state is RunState.DONE, at


def test_a_lost_run_is_told_and_gone_on_with(house: House) -> None:
    house.folder("stars", documents(45))
    first = house.start("stars")
    with dying(house, Death(17)) as runner, pytest.raises(Killed):
        runner.run(first)
    assert house.runs.run(first).state is RunState.RUNNING
    assert house.runner().run_due() == 0  # it may be alive
    house.clock.forward(seconds=LEASE.total_seconds() + 1)
    assert house.runner().run_due() == 1
    lost, after = house.runs.run(first), house.runs.runs("stars")[0][0]
    assert (lost.state, after.state) == (RunState.LOST, RunState.DONE)
    assert lost.received > 0
    assert lost.received + after.received == 45
    assert len(house.kept()) == 45


def test_a_source_whose_workers_die_each_time_is_left_alone(house: House) -> None:
    house.folder("stars", documents(5))
    house.start("stars")
    for _ in range(3):
        with dying(house, Death(10)) as runner, pytest.raises(Killed):
            runner.run_due()
        house.clock.forward(seconds=LEASE.total_seconds() + 1)
    assert house.runner().run_due() == 0
    assert [run.state for run in house.runs.runs("stars")[0]] == [RunState.LOST] * 3
    assert [run.state for run in house.runs.attention()] == [RunState.LOST]
    assert house.harvest("stars").state is RunState.DONE


def test_somebody_may_begin_a_run_in_place_of_a_lost_one(house: House) -> None:
    house.folder("stars", documents(5))
    with dying(house, Death(9)) as runner, pytest.raises(Killed):
        runner.run(house.start("stars"))
    house.clock.forward(seconds=LEASE.total_seconds() + 1)
    assert house.harvest("stars").state is RunState.DONE
    assert house.runner().run_due() == 0


def test_a_worker_that_was_thought_dead_writes_nothing_more(house: House) -> None:
    house.folder("stars", documents(45))
    run_id = house.start("stars")

    def sleep(view: RunView) -> None:
        if view.received == 10:
            house.clock.forward(seconds=LEASE.total_seconds() + 1)
            assert house.runner().run_due() == 1  # another one

    late = house.runner().run(run_id, sleep)
    assert house.runs.run(run_id).state is RunState.LOST
    assert late.received == 10
    assert len(house.kept()) == 45
    assert sum(run.received for run in house.runs.runs("stars")[0]) == 45


def test_what_moved_while_a_run_was_interrupted_is_not_taken_for_gone(house: House) -> None:
    """A walk in two parts may pass over what moved between them: it is walked once more before anything is withdrawn."""
    house.folder("stars", documents(45))
    house.harvest("stars")
    files = documents(45, "Spectra")
    house.fill("stars", files)
    with dying(house, Death(13)) as runner, pytest.raises(Killed):
        runner.run(house.start("stars"))
    house.empty("stars", ["0044.xml"])
    house.fill("stars", {"0000-moved.xml": files["0044.xml"]})  # to where the walk has been already
    _recover(house)
    assert house.kept() == _of(house, "stars")
    assert sum(run.withdrawn for run in house.runs.runs("stars")[0]) == 0
