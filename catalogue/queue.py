"""The queue that wakes workers: huey, on a SQLite file, or on Redis where web and workers are on several machines.

Nothing is lost with it: what is to be done stands in the database, and a worker looks there each minute, woken or not. Each kind of work
has rounds of its own, so that a harvest of hours keeps no order waiting.
"""

import logging
import signal
import sqlite3
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, partial
from pathlib import Path
from types import FrameType
from typing import Any, Final

from huey import Huey, RedisHuey, SqliteHuey, crontab
from huey.api import TaskWrapper
from huey.consumer import Consumer
from huey.exceptions import HueyException
from redis.exceptions import RedisError

from records.errors import CatalogueError

_NAME: Final = "reflecs"
_LOG: Final = logging.getLogger(__name__)


class Work(StrEnum):
    """What workers do."""

    ORDERS = "orders"
    HARVESTS = "harvests"
    CHECKS = "checks"  # of records and their links


@dataclass(frozen=True, slots=True)
class Rounds:
    """How a worker does one kind of work.

    Attributes:
        run_due: one round: does all that is due, asks `Queue.stopping`, and may be broken off at any line.
        at_once: rounds that run side by side in a process; further ones are passed over.
    """

    run_due: Callable[[], object]
    at_once: int = 1


class QueueError(CatalogueError):
    """A setting that names no queue."""


class Queue:
    """Wakes workers, and runs one.

    Args:
        setting: "sqlite:" and a file, or an address such as redis://host:6379/0 or rediss://….

    Attributes:
        stopping: set when this process, which works, is told to end; its worker asks.

    Raises:
        QueueError: the setting names no queue. The sentence does not repeat it, for it may hold a password.
    """

    def __init__(self, setting: str) -> None:
        kind, _, rest = setting.partition(":")
        if not ((kind == "sqlite" and rest) or (kind in {"redis", "rediss"} and rest.startswith("//"))):
            raise QueueError('REFLECS_QUEUE must be "sqlite:" and a file, or redis:// or rediss:// and a host.')
        self.stopping = threading.Event()
        self._setting = setting
        self._rounds: dict[Work, Rounds] = {}
        self._free: dict[Work, threading.Semaphore] = {}

    def wake(self, work: Work) -> None:
        """Ask for a round now. Where the queue does not answer, the round of the next minute finds what there is to do."""
        try:
            tasks = self._tasks
            if work not in {task.name for task in self._huey.pending()}:  # one that waits will look after this moment, and see all there is
                tasks[work]()
        except (RedisError, sqlite3.Error, HueyException, OSError):
            _LOG.warning("the queue does not answer; %s wait for the next minute", work, exc_info=True)

    def work(self, rounds: Mapping[Work, Rounds]) -> None:
        """Work until this process is told to end (SIGTERM, SIGINT): then what is at hand is left as it stands, and nothing is lost."""
        self._rounds = dict(rounds)
        self._free = {work: threading.Semaphore(each.at_once) for work, each in rounds.items()}
        for work in rounds:
            self.wake(work)
        _Consumer(self._huey, self.stopping, workers=sum(each.at_once for each in rounds.values())).run()

    @cached_property
    def _huey(self) -> Huey:
        """The queue, opened when it is first needed: a web server has made its processes by then."""
        kind, _, rest = self._setting.partition(":")
        if kind != "sqlite":
            return RedisHuey(_NAME, url=self._setting)
        Path(rest).parent.mkdir(parents=True, exist_ok=True)
        return SqliteHuey(_NAME, filename=rest, timeout=10)

    @cached_property
    def _tasks(self) -> dict[Work, TaskWrapper]:
        """A task for each kind of work, begun each minute and whenever it is called."""
        return {work: self._huey.periodic_task(crontab(minute="*"), name=work.value)(partial(self._run, work)) for work in Work}

    def _run(self, work: Work) -> None:
        if not self.stopping.is_set() and work in self._rounds and self._free[work].acquire(blocking=False):
            try:
                self._rounds[work].run_due()
            finally:
                self._free[work].release()


class _Consumer(Consumer):  # type: ignore[misc]  # huey has no annotations
    """Huey's consumer; told to end, it has the worker leave its order instead of waiting hours for it, or breaking off."""

    def __init__(self, huey: Huey, stopping: threading.Event, *, workers: int) -> None:
        super().__init__(huey, workers=workers, periodic=True, initial_delay=0.1, max_delay=2, check_worker_health=True)
        self._stopping = stopping

    def _handle_signal(self, signum: int, frame: FrameType | None) -> Any:  # noqa: ANN401 -- as huey has it
        self._stopping.set()
        return super()._handle_signal(signal.SIGINT if signum == signal.SIGTERM else signum, frame)
