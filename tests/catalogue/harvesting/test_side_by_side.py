"""Several at the same records at once: runs of different sources wait for each other, and a curator who saves meanwhile is seen."""

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Row, delete
from sqlalchemy.orm import Session

from catalogue.engines.base import Change, Engine, Entry, Expect
from catalogue.engines.stored import entry_of
from catalogue.harvesting import batches, gone, withdrawing
from catalogue.harvesting.codelists import ItemState, Policy, RunState
from catalogue.harvesting.lease import LEASE, LapsedError, Lease, StoppingError, Turn
from catalogue.harvesting.models import HarvestItem, HarvestRun
from catalogue.harvesting.views import RunView
from mappings.formats import read
from tests.catalogue.harvesting.house import House, counts, document

OLDER, NEWER = "2026-01-01", "2026-06-01"
_LONG = 30.0


class Watched:
    """An engine that calls somebody before it puts or deletes for the first time, or always."""

    def __init__(self, engine: Engine, calls: Mapping[str, Callable[[], object]]) -> None:
        self._engine = engine
        self._calls = dict(calls)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def put(self, entries: Iterable[Entry], *, now: datetime, expect: Expect = Expect.ANY) -> list[Change]:
        self._call("put")
        return self._engine.put(entries, now=now, expect=expect)

    def delete(self, identifiers: Iterable[str], **other: Any) -> int:
        self._call("delete")
        return self._engine.delete(identifiers, **other)

    def _call(self, name: str) -> None:
        call = self._calls.pop(name, None) or self._calls.get("always")
        if call is not None:
            call()


class Other:
    """A run of another source, by a worker of its own. It is begun in the middle of the first one's, and is found waiting there."""

    def __init__(self, house: House, name: str) -> None:
        self._house = house
        self._run = house.start(name)
        self._done: list[RunView] = []
        self._thread = threading.Thread(target=lambda: self._done.append(house.runner().run(self._run)))

    def begin(self) -> None:
        self._thread.start()
        self._thread.join(0.5)
        assert self._thread.is_alive(), "it did not wait for its turn"

    def end(self) -> RunView:
        self._thread.join(_LONG)
        assert not self._thread.is_alive()
        return self._done[0]


def _harvest(house: House, name: str, **calls: Callable[[], object]) -> RunView:
    watched: Any = Watched(house.engine, calls)
    return house.runner(lambda: watched).run(house.start(name))


def _edit(house: House, title: str, date: str = NEWER, source: str | None = "a") -> None:
    house.engine.put([entry_of(read(document("x", title, date)), harvest_source=source)], now=house.clock())


def test_two_first_runs_with_one_identifier(house: House) -> None:
    house.folder("a", {"x.xml": document("x", "of a")}, policy=Policy.REFUSE)
    house.folder("b", {"x.xml": document("x", "of b")}, policy=Policy.REFUSE)
    other = Other(house, "b")
    run = _harvest(house, "a", put=other.begin)
    assert (run.state, counts(run)) == (RunState.DONE, {"received": 1, "created": 1})
    assert counts(other.end()) == {"received": 1, "rejected": 1, "conflicts": 1}
    assert house.titles() == {"x": "of a"}
    assert house.items("a")["x.xml"].state is ItemState.KEPT
    assert house.items("b")["x.xml"].state is ItemState.SECOND


def test_what_another_source_has_is_not_withdrawn_under_it(house: House) -> None:
    house.folder("a", {"x.xml": document("x", "of a", OLDER), "z.xml": document("z")})
    house.harvest("a")
    house.folder("b", {"x.xml": document("x", "of b", NEWER)})
    house.empty("a", ["x.xml"])
    other = Other(house, "b")
    run = _harvest(house, "a", delete=other.begin)
    assert run.withdrawn == 1
    assert counts(other.end()) == {"received": 1, "created": 1}
    assert (house.titles()["x"], house.source_of("x")) == ("of b", "b")
    assert counts(house.harvest("b")) == {"received": 1, "unchanged": 1}


def test_what_another_source_claims_before_it_is_withdrawn_stays(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(withdrawing, "AT_ONCE", 1)
    house.folder("a", {"w.xml": document("w"), "x.xml": document("x", "of a", OLDER), "y.xml": document("y", "of a", OLDER)})
    house.harvest("a")
    _edit(house, "mended")
    house.folder("b", {"x.xml": document("x", "of b", NEWER), "y.xml": document("y", "of b", NEWER)}, policy=Policy.FIRST)
    house.empty("a", ["w.xml", "x.xml", "y.xml"])

    def meanwhile(_: RunView) -> None:
        if "w" not in house.titles() and not house.items("b"):
            house.harvest("b")

    run = house.runner().run(house.start("a"), meanwhile)
    assert (run.state, run.withdrawn) == (RunState.DONE, 1)
    assert house.items("a") == {}
    assert house.titles() == {"x": "mended", "y": "of b"}


@pytest.mark.parametrize(
    ("policy", "title", "stands"),
    [
        (Policy.REFUSE, "mended", "mended"),
        (Policy.FIRST, "mended", "mended"),
        (Policy.NEWER, "mended", "mended"),
        (Policy.NEWER, "mended, and dated back", "changed there"),
    ],
)
def test_a_curator_saves_during_a_run(house: House, policy: Policy, title: str, stands: str) -> None:
    house.folder("a", {"x.xml": document("x", "as it came", OLDER)}, policy=policy)
    house.harvest("a")
    house.fill("a", {"x.xml": document("x", "changed there", "2026-02-01")})
    run = _harvest(house, "a", put=lambda: _edit(house, title, NEWER if title == "mended" else "2025-01-01"))
    assert (run.state, run.received, run.conflicts) == (RunState.DONE, 1, 1)
    assert house.titles() == {"x": stands}
    house.harvest("a")
    assert house.titles() == {"x": stands}


def test_somebody_brings_a_record_by_hand_during_the_first_run(house: House) -> None:
    house.folder("a", {"x.xml": document("x", "theirs"), "y.xml": document("y")}, policy=Policy.FIRST)
    run = _harvest(house, "a", put=lambda: _edit(house, "by hand", source=None))
    assert counts(run) == {"received": 2, "created": 1, "conflicts": 1, "unchanged": 1}
    assert house.titles() == {"x": "by hand", "y": "Light curves"}
    house.empty("a", ["x.xml"])
    house.harvest("a")
    assert house.titles()["x"] == "by hand"


def test_a_record_that_a_curator_mends_while_it_is_withdrawn_goes_all_the_same(house: House) -> None:
    house.folder("a", {"x.xml": document("x"), "y.xml": document("y")})
    house.harvest("a")
    house.empty("a", ["x.xml"])
    run = _harvest(house, "a", delete=lambda: _edit(house, "mended"))
    assert (run.state, run.withdrawn) == (RunState.DONE, 1)
    assert list(house.titles()) == ["y"]
    assert house.engine.versions("x")[0].content == document("x", "mended", NEWER)


def test_a_record_that_never_stands_still_ends_the_run(house: House) -> None:
    house.folder("a", {"x.xml": document("x")}, policy=Policy.NEWER)
    house.harvest("a")
    house.fill("a", {"x.xml": document("x", "changed there", NEWER)})
    edits = count()
    run = _harvest(house, "a", always=lambda: _edit(house, f"edit {next(edits)}", OLDER))
    assert run.state is RunState.FAILED
    assert "again and again" in run.message
    assert house.harvest("a").state is RunState.DONE
    assert house.titles() == {"x": "changed there"}


def test_a_run_that_goes_on_keeps_what_another_wrote_of_its_items(house: House) -> None:
    """A's run sees x as it was while B, which takes x over, has looked already: what A wrote meanwhile is not written back."""
    house.folder("a", {"x.xml": document("x", "of a", OLDER), "y.xml": document("y")})
    house.harvest("a")
    house.folder("b", {"x.xml": document("x", "of b", NEWER)})
    seen: list[RunView] = []
    _harvest(house, "b", put=lambda: seen.append(house.harvest("a")))
    (run,) = seen
    assert counts(run) == {"received": 2, "unchanged": 2}
    item = house.items("a")["x.xml"]
    assert (item.state, item.seen) == (ItemState.SECOND, run.id)
    house.empty("b", ["x.xml"])
    house.harvest("b")
    assert "x" in house.titles()
    house.harvest("a")
    assert (house.titles()["x"], house.source_of("x")) == ("of a", "a")


def test_a_loser_that_goes_while_it_is_asked_is_passed_over(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a server the run of its own source may take it away between the look at it and the change."""
    house.folder("a", {"x.xml": document("x", "of a", OLDER), "y.xml": document("y")})
    house.harvest("a")
    house.folder("b", {"x.xml": document("x", "of b", NEWER), "z.xml": document("z")})
    house.harvest("b")
    house.empty("b", ["x.xml"])
    look, looks = gone.claiming, count(1)

    def look_and_lose(session: Session, claims: Collection[str], state: ItemState) -> Sequence[Row[Any]]:
        found = look(session, claims, state)
        if state is ItemState.SECOND and next(looks) == 2:  # those who may have the record from now on; before, who has it elsewhere
            session.execute(delete(HarvestItem).where(HarvestItem.id.in_([row.id for row in found])))
        return found

    monkeypatch.setattr(gone, "claiming", look_and_lose)
    run = house.harvest("b")
    assert run.state is not RunState.FAILED, run.message
    assert "x.xml" not in house.items("a")


def test_many_runs_side_by_side(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three sources with the same identifiers, harvested at the same time again and again, while each loses some."""
    monkeypatch.setattr(batches, "LARGE", 5)
    names = ("a", "b", "c")
    for number, name in enumerate(names):
        house.folder(name, {f"{at}.xml": document(f"x{at}", f"of {name}", f"2026-0{number + 1}-01") for at in range(20)})
    for turn in range(3):
        if turn:
            house.empty("c", [f"{at}.xml" for at in range(5 * turn - 5, 5 * turn)])
            house.empty("b", [f"{at}.xml" for at in range(5 * turn - 5, 5 * turn - 2)])
        threads = [threading.Thread(target=house.harvest, args=(name,)) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(_LONG)
            assert not thread.is_alive()
    for name in names:
        house.harvest(name)
    expected = {f"x{at}": "of c" for at in range(10, 20)} | {f"x{at}": "of a" if at % 5 < 3 else "of b" for at in range(10)}
    assert house.titles() == expected
    for name in names:
        house.empty(name, [path.name for path in (house.path / name).iterdir()])
        house.harvest(name)
    assert house.titles() == {}


def test_a_turn(house: House) -> None:
    house.folder("a")
    first, stops = house.start("a"), [False]

    def turn() -> Turn:
        lease = Lease(house.database, first, "w", clock=house.clock, stopping=lambda: stops[0])
        return Turn(house.database, lease, house.clock)

    with house.database.writing() as session:
        session.get_one(HarvestRun, first).worker = "w"
    one, other = turn(), turn()
    with one.taken():
        stops[0] = True
        with pytest.raises(StoppingError), other.taken():
            pass
        house.clock.forward(seconds=LEASE.total_seconds() + 1)
        with other.taken():
            with pytest.raises(LapsedError), house.database.writing() as session:
                one.end(session)
            with house.database.writing() as session:
                other.end(session)
    with pytest.raises(ZeroDivisionError), one.taken():
        _ = 1 / 0
    with other.taken(), house.database.writing() as session:
        other.end(session)
