"""The queue that wakes workers: huey, on a SQLite file, or on Redis where web and workers are on several machines.

Nothing is lost with it: what is to be done stands in the database, and a worker looks there each minute, woken or not.
"""

import logging
import signal
import sqlite3
import threading
from collections.abc import Callable
from functools import cached_property
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
        self._run_due: Callable[[], object] | None = None

    def wake(self) -> None:
        """Ask for a round now. Where the queue does not answer, the round of the next minute finds what there is to do."""
        try:
            if not self._huey.pending_count():  # one that waits will look after this moment, and see all there is
                self._round()
        except (RedisError, sqlite3.Error, HueyException, OSError):
            _LOG.warning("the queue does not answer; orders wait for the next minute", exc_info=True)

    def work(self, run_due: Callable[[], object], *, workers: int = 1) -> None:
        """Work until this process is told to end (SIGTERM, SIGINT): then orders at hand are left as they stand, and nothing is lost.

        Args:
            run_due: one round of a worker (`ordering.worker.Worker.run_due`), which asks `stopping`.
            workers: rounds that run side by side.
        """
        self._run_due = run_due
        self._huey.periodic_task(crontab(minute="*"), name="every minute")(self._run)
        self.wake()
        _Consumer(self._huey, self.stopping, workers=workers).run()

    @cached_property
    def _huey(self) -> Huey:
        """The queue, opened when it is first needed: a web server has made its processes by then."""
        kind, _, rest = self._setting.partition(":")
        if kind != "sqlite":
            return RedisHuey(_NAME, url=self._setting)
        Path(rest).parent.mkdir(parents=True, exist_ok=True)
        return SqliteHuey(_NAME, filename=rest, timeout=10)

    @cached_property
    def _round(self) -> TaskWrapper:
        return self._huey.task(name="round")(self._run)

    def _run(self) -> None:
        if self._run_due is None:
            raise RuntimeError("this process wakes workers and is none")
        self._run_due()


class _Consumer(Consumer):  # type: ignore[misc]  # huey has no annotations
    """Huey's consumer; told to end, it has the worker leave its order instead of waiting hours for it, or breaking off."""

    def __init__(self, huey: Huey, stopping: threading.Event, *, workers: int) -> None:
        super().__init__(huey, workers=workers, periodic=True, initial_delay=0.1, max_delay=2, check_worker_health=True)
        self._stopping = stopping

    def _handle_signal(self, signum: int, frame: FrameType | None) -> Any:  # noqa: ANN401 -- as huey has it
        self._stopping.set()
        return super()._handle_signal(signal.SIGINT if signum == signal.SIGTERM else signum, frame)
