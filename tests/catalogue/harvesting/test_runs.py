"""Runs as people ask for them and look at them; and what goes wrong around them."""

import logging
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from accounts.errors import NotAllowedError, StateError, UnknownError
from catalogue.harvesting.codelists import LineKind, RunState
from catalogue.harvesting.runs import Runs
from records.errors import EngineError
from tests.catalogue.harvesting.house import CURATOR, HERE, READER, House, counts, document, documents


def test_curators_alone_begin_and_end_runs(house: House) -> None:
    house.folder("stars", documents(2))
    with pytest.raises(NotAllowedError):
        house.runs.start("stars", by=READER, address=HERE)
    run_id = house.start("stars")
    for decide in (house.runs.cancel, house.runs.confirm, house.runs.dismiss):
        with pytest.raises(NotAllowedError):
            decide(run_id, by=READER, address=HERE)


def test_each_step_is_in_the_audit_trail(house: House) -> None:
    house.folder("stars", documents(2))
    house.start("stars", preview=True)
    house.runner().run_due()
    house.runs.cancel(house.start("stars", anew=True), by=CURATOR, address=HERE)
    lines = {(line.action, line.subject, line.actor, line.address) for line in house.accounts.audit()[0]}
    for action in ("added a harvest source", "previewed a harvest source", "started a harvest", "cancelled a harvest"):
        assert (action, "stars", "cpayne", HERE) in lines


def test_what_is_not_there_is_told(house: House) -> None:
    unknown: list[Callable[[], Any]] = [
        lambda: house.start("nowhere"),
        lambda: house.runs.runs("nowhere"),
        lambda: house.runs.run(7),
        lambda: house.runs.document(7),
        lambda: house.runs.cancel(7, by=CURATOR, address=HERE),
        lambda: house.sources.source("nowhere"),
        lambda: house.sources.remove("nowhere", by=CURATOR, address=HERE),
    ]
    for ask in unknown:
        with pytest.raises(UnknownError):
            ask()
    assert house.runs.lines(7) == ([], 0)


def test_runs_are_paged_the_newest_first(house: House) -> None:
    house.folder("stars", documents(1))
    numbers = [house.harvest("stars").id for _ in range(5)]
    first, total = house.runs.runs("stars", size=2)
    last, _ = house.runs.runs(page=3, size=2)
    assert ([run.id for run in first], total, [run.id for run in last]) == (numbers[:2:-1], 5, numbers[:1])


def test_a_run_tells_how_long_it_took(house: House) -> None:
    house.folder("stars", documents(1))
    run_id = house.start("stars")
    assert house.runs.run(run_id).seconds is None
    done = house.runner().run(run_id, lambda _: house.clock.forward(seconds=5))
    assert done.seconds
    house.clock.forward(hours=1)
    assert house.runs.run(run_id).seconds == done.seconds


def test_a_catalogue_that_cannot_be_written_fails_the_run(house: House) -> None:
    house.folder("stars", documents(3))

    def away() -> Any:
        raise EngineError("The catalogue cannot be opened.")

    run = house.runner(away).run(house.start("stars"))
    assert (run.state, run.message) == (RunState.FAILED, "The catalogue cannot be opened.")
    assert counts(house.harvest("stars")) == {"received": 3, "created": 3}


def test_a_fault_of_ours_fails_the_run_and_stops_no_other(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.folder("stars", documents(3))
    house.folder("planets", {"p.xml": document("p")})

    def broken() -> Any:
        raise ZeroDivisionError("nobody thought of that")

    runner = house.runner(broken)
    house.start("stars")
    house.start("planets")
    with caplog.at_level(logging.ERROR):
        assert runner.run_due() == 2
    failed, total = house.runs.runs()
    assert total == 2
    assert {(run.state, run.message) for run in failed} == {
        (RunState.FAILED, "A fault of Reflecs itself stopped this run; please report it: ZeroDivisionError.")
    }
    assert "nobody thought of that" in caplog.text


def test_a_run_that_is_interrupted_at_the_keyboard_is_gone_on_with(house: House) -> None:
    house.folder("stars", documents(3))
    run_id = house.start("stars")

    def enough(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        house.runner().run(run_id, enough)
    assert house.runs.run(run_id).state is RunState.CANCELLED
    assert counts(house.harvest("stars")) == {"received": 3, "created": 3}


def test_credentials_that_cannot_be_read_any_more_fail_the_run(house: House) -> None:
    house.folder("stars", documents(1))
    with house.database.writing() as session:
        session.connection().exec_driver_sql("UPDATE harvest_sources SET credentials = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'")
    run = house.harvest("stars")
    assert run.state is RunState.FAILED
    assert "enter them again" in run.message


def test_a_long_document_is_told_in_part(house: House) -> None:
    house.folder("stars", {"a.xml": b"<a>" + b" " * 2_000_000})
    run = house.harvest("stars")
    (line,) = house.lines(run, LineKind.REJECTED)
    assert len(house.runs.document(line.id)[0]) == 1024 * 1024


def test_whoever_works_on_runs_is_woken(house: House) -> None:
    house.folder("stars", documents(20), share=0.1)
    house.harvest("stars")
    house.empty("stars", documents(10))
    held = house.harvest("stars")
    woken: list[int] = []
    runs = Runs(house.database, house.accounts, wake=lambda: woken.append(1), clock=house.clock)
    runs.confirm(held.id, by=CURATOR, address=HERE)
    assert woken
    with pytest.raises(StateError):
        runs.cancel(held.id, by=CURATOR, address=HERE)


_PARENT = """
import sys, time
from catalogue.harvesting.reading import Reading, results
from catalogue.service.documents import Found

if __name__ == "__main__":
    with Reading("stars", None, 2) as reading:
        results(reading.begin([Found(origin=str(n), content=b"<a/>") for n in range(400)]))
        print(*reading._pool._processes, flush=True)
        time.sleep(60)
"""


def test_processes_that_read_end_with_the_one_that_began_them(house: House) -> None:
    script = house.path / "parent.py"
    script.write_text(_PARENT)
    command = [sys.executable, str(script)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": sys.path[0] or "."}) as parent:
        assert parent.stdout is not None
        children = parent.stdout.readline().split()
        assert len(children) == 2
        parent.send_signal(signal.SIGKILL)
        # the pipe is closed when the last of them has ended
        assert parent.stdout.read() == ""
