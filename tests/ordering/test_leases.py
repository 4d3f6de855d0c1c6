"""An order is one worker's at a time, and nobody's when that one is dead."""

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ordering.models import Order, OrderState, Parcel
from ordering.preparing import Made
from ordering.worker import LEASE, MOST_ATTEMPTS, LeftError, Worker
from ordering.workspace import Shelves
from tests.ordering.conftest import CONTENTS, by_ftp
from tests.ordering.servers import Seen
from tests.ordering.shop import Clock, Shop


class _Interrupted(Worker):
    """A worker that dies when it has made some files."""

    def _write_down(self, job: Any, made: list[Made], folder: Path) -> None:
        super()._write_down(job, made[:3], folder)
        raise KeyboardInterrupt


def test_a_dead_workers_order_goes_on_when_its_lease_is_over(shop: Shop, clock: Clock) -> None:
    user = shop.user()
    number = shop.order(user)
    dying = shop.worker()
    dying.__class__ = _Interrupted
    with pytest.raises(KeyboardInterrupt):
        dying.run_due()
    folder = Shelves(shop.archive).of(number)
    first = {path.name: path.stat().st_ino for path in folder.iterdir()}
    (folder / ".half a file.someone.part").write_bytes(b"half")
    clock.advance(minutes=2)
    assert shop.worker().run_due() == 0
    assert shop.state(number)[0] is OrderState.PREPARING
    clock.now += LEASE
    assert shop.worker().run_due() == 1
    assert shop.state(number)[0] is OrderState.DONE
    kept = {path.name: path.stat().st_ino for path in folder.iterdir()}
    assert len(kept) == 10
    assert sum(first[name] == inode for name, inode in kept.items() if name in first) == 3  # what was written down was not made again
    assert sorted(path.read_bytes() for path in folder.iterdir()) == sorted(CONTENTS)


def test_an_order_that_kills_its_workers_is_given_up_with_a_reason(shop: Shop, clock: Clock) -> None:
    number = shop.order(shop.user())
    for _ in range(MOST_ATTEMPTS + 1):
        assert shop.worker()._claim() is not None  # noqa: SLF001 -- and dies
        clock.now += LEASE + timedelta(seconds=1)
    shop.worker().run_due()
    state, reason = shop.state(number)
    assert state is OrderState.FAILED
    assert "interrupted 20 times" in str(reason)


def test_two_workers_never_take_one_order(shop: Shop) -> None:
    user = shop.user()
    numbers = {shop.order(user) for _ in range(6)}
    others = [Shop(shop.folder, shop.clock, network=shop.network).worker() for _ in range(3)]
    counts: list[int] = []
    threads = [threading.Thread(target=lambda one=one: counts.append(one.run_due())) for one in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 6
    assert {shop.order_of(number).state for number in numbers} == {OrderState.DONE}
    assert [len(shop.letters_about(number)) for number in numbers] == [1] * 6


def test_a_worker_that_slept_too_long_leaves_the_order_to_who_has_it_now(shop: Shop, clock: Clock, server: Seen) -> None:
    user = shop.user()
    number = shop.order(user, **by_ftp(server))
    slow = shop.worker()
    job = slow._claim()  # noqa: SLF001 -- it is caught in the middle
    assert job is not None
    clock.now += LEASE + timedelta(seconds=1)
    assert shop.worker().run_due() == 1
    slow._work(job)  # noqa: SLF001 -- and wakes up
    assert shop.state(number) == (OrderState.DONE, None)
    assert len(server.renamed) == 10
    assert len(shop.letters_about(number)) == 1
    with shop.database.reading() as session:
        assert session.query(Parcel).count() == 10


def test_a_cancelled_order_is_left_by_its_worker_and_cleared_away(shop: Shop, clock: Clock) -> None:
    user = shop.user()
    number = shop.order(user)
    worker = shop.worker()
    job = worker._claim()  # noqa: SLF001 -- it is caught in the middle
    assert job is not None
    shop.orders.cancel(number, user)
    clock.advance(seconds=6)
    with pytest.raises(LeftError):
        worker._beat(job)  # noqa: SLF001 -- between two pieces
    worker._work(job)  # noqa: SLF001 -- nor does it end it
    assert shop.state(number)[0] is OrderState.CANCELLED
    shop.worker().run_due()
    assert list(Shelves(shop.archive).numbers()) == []
    assert shop.letters_about(number) == []


def test_a_worker_that_is_told_to_end_leaves_its_order_to_the_next_one_at_once(shop: Shop) -> None:
    user = shop.user()
    number = shop.order(user)
    beats: list[int] = []

    def stopping() -> bool:
        beats.append(1)
        return len(beats) > 8

    shop.worker(stopping=stopping).run_due()
    assert shop.state(number)[0] is OrderState.PREPARING
    assert shop.worker().run_due() == 1
    assert shop.state(number)[0] is OrderState.DONE


def test_a_letter_that_was_sent_by_a_worker_that_died_then_is_not_sent_twice(shop: Shop, clock: Clock) -> None:
    number = shop.order(shop.user())
    shop.worker().run_due()
    with shop.database.writing() as session:  # as it stands when the worker dies between sending and writing it down
        session.query(Order).filter_by(number=number).update({"notified": None, "worker": "letter:dead", "lease": clock.now})
    clock.advance(minutes=4)
    shop.worker().run_due()
    assert shop.order_of(number).notified == clock.now
    assert len(shop.letters_about(number)) == 1
