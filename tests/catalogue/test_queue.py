"""Workers are woken, and end when they are told to."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from catalogue.queue import Queue, QueueError, Work

_WORKER = """
import sys
from pathlib import Path
from catalogue.queue import Queue, Rounds, Work

queue = Queue(sys.argv[1])
rounds = Path(sys.argv[2])

def run_due():
    with rounds.open("a") as told:
        told.write("round\\n")
    if "--long" in sys.argv:
        queue.stopping.wait()
        with rounds.open("a") as told:
            told.write("left\\n")

def harvest():
    with rounds.open("a") as told:
        told.write("harvest\\n")
    queue.stopping.wait()

harvests = {Work.HARVESTS: Rounds(harvest)} if "--harvesting" in sys.argv else {}
queue.work({Work.ORDERS: Rounds(run_due), **harvests})
"""
_PATIENCE = 60.0


def _wait_for(rounds: Path, count: int, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + _PATIENCE
    while not rounds.exists() or len(rounds.read_text().splitlines()) < count:
        assert process.poll() is None
        assert time.monotonic() < end, "no round came"
        time.sleep(0.02)  # between two looks at the other process


@pytest.fixture
def setting(tmp_path: Path) -> str:
    return f"sqlite:{tmp_path / 'var' / 'queue.sqlite'}"


def _start(setting: str, rounds: Path, *words: str) -> "subprocess.Popen[bytes]":
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.Popen([sys.executable, "-c", _WORKER, setting, str(rounds), *words], env=environment)


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_looks_at_once_when_it_begins_and_when_it_is_woken_and_leaves_its_order_when_told_to_end(
    setting: str, tmp_path: Path, sent: signal.Signals
) -> None:
    rounds = tmp_path / "rounds"
    with _start(setting, rounds) as worker:
        _wait_for(rounds, 1, worker)
        Queue(setting).wake(Work.ORDERS)
        _wait_for(rounds, 2, worker)
        worker.send_signal(sent)
        assert worker.wait(timeout=_PATIENCE) == 0
    rounds.unlink()
    with _start(setting, rounds, "--long") as worker:
        _wait_for(rounds, 1, worker)
        worker.send_signal(sent)
        assert worker.wait(timeout=_PATIENCE) == 0
    assert rounds.read_text().splitlines()[-1] == "left"


def test_a_hundred_orders_and_harvests_wake_one_round_of_each(setting: str) -> None:
    queue = Queue(setting)
    for _ in range(100):
        queue.wake(Work.ORDERS)
        queue.wake(Work.HARVESTS)
    with sqlite3.connect(setting.removeprefix("sqlite:")) as kept:
        assert kept.execute("SELECT count(*) FROM task").fetchone() == (2,)
    kept.close()


def test_a_long_harvest_keeps_no_order_waiting(setting: str, tmp_path: Path) -> None:
    rounds = tmp_path / "rounds"
    with _start(setting, rounds, "--harvesting") as worker:
        _wait_for(rounds, 2, worker)
        Queue(setting).wake(Work.HARVESTS)
        Queue(setting).wake(Work.ORDERS)
        _wait_for(rounds, 3, worker)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=_PATIENCE) == 0
    done = rounds.read_text().splitlines()
    assert done.count("harvest") == 1, "a second one began beside the first"
    assert done.count("round") >= 2


@pytest.mark.parametrize("broken", ["sqlite:{folder}", "redis://localhost:1/0"])
def test_an_order_is_placed_where_the_queue_does_not_answer(tmp_path: Path, broken: str, caplog: pytest.LogCaptureFixture) -> None:
    Queue(broken.format(folder=tmp_path)).wake(Work.ORDERS)
    assert "the queue does not answer" in caplog.text


@pytest.mark.parametrize("setting", ["", "sqlite:", "redis:localhost", "amqp://user:secret@host", "var/queue.sqlite"])
def test_what_names_no_queue_is_refused_without_telling_its_password(setting: str) -> None:
    with pytest.raises(QueueError) as refused:
        Queue(setting)
    assert "secret" not in str(refused.value)
