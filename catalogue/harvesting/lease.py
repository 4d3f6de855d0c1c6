"""A run in the hands of one worker: nobody else takes it as long as he renews that, and what he writes counts only then."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final, Self, cast

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalogue.harvesting.codelists import RunState
from catalogue.harvesting.models import HarvestRun
from database import Database, DatabaseError
from database.tables import Progress

LEASE: Final = timedelta(seconds=180)
PATIENCE: Final = 3600.0
_TURN: Final = "harvest turn"
_PAUSE: Final = 0.02
"""Seconds after which somebody who waits for his turn looks again."""
_LOG: Final = logging.getLogger(__name__)


class LostError(Exception):
    """The run is somebody else's, or over: nothing more is to be written of it."""


class LapsedError(Exception):
    """A turn took too long, and somebody else may have had his meanwhile."""


class StoppingError(Exception):
    """This worker is being stopped: the run is to be left for another one, or a later one."""


class CancelledError(Exception):
    """A curator asked that the run ends."""


class Lease:
    """Holds a run. While it is entered, a thread of its own renews it: a source may be silent for longer than a lease lasts.

    Attributes:
        patience: seconds without a page after which this worker is taken for stuck, and the lease is not renewed any more.

    Args:
        database: where the run is.
        run_id: of the run.
        worker: what the run is held by, the worker's own.
        clock: tells the time, UTC.
        length: how long a worker that says nothing is believed to be alive.
        stopping: whether this worker is being stopped.
    """

    def __init__(
        self,
        database: Database,
        run_id: int,
        worker: str,
        *,
        clock: Callable[[], datetime],
        length: timedelta = LEASE,
        stopping: Callable[[], bool],
    ) -> None:
        self.patience = PATIENCE
        self._database = database
        self._run_id = run_id
        self._worker = worker
        self._clock = clock
        self._length = length
        self._stopping = stopping
        self._over = threading.Event()
        self._last = time.monotonic()
        self._renewing = threading.Thread(target=self._renew, name=f"lease of run {run_id}", daemon=True)

    def __enter__(self) -> Self:
        self._renewing.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._renewing.join()

    def held(self, session: Session) -> HarvestRun:
        """Return the run, for as long as the transaction lasts this worker's, and renew the lease.

        Raises:
            LostError: it is not, any more.
        """
        run = session.get(HarvestRun, self._run_id, with_for_update=True)
        if run is None or run.worker != self._worker:
            raise LostError
        run.lease = self._clock() + self._length
        return run

    def look(self) -> None:
        """Look, at each page, whether to go on.

        Raises:
            LostError: the run is not this worker's any more.
            StoppingError: this worker is being stopped.
            CancelledError: the run was cancelled.
        """
        self._last = time.monotonic()
        if self._stopping():
            raise StoppingError
        with self._database.reading() as session:
            run = session.get(HarvestRun, self._run_id)
            if run is None or run.worker != self._worker:
                raise LostError
            if run.cancelling and run.state is RunState.RUNNING:
                raise CancelledError

    def _renew(self) -> None:
        mine = (HarvestRun.id == self._run_id, HarvestRun.worker == self._worker)
        while not self._over.wait(self._length.total_seconds() / 6):
            if time.monotonic() - self._last > self.patience:
                _LOG.error("run %s is stuck; its lease is not renewed", self._run_id)
                return
            try:
                with self._database.writing() as session:
                    session.execute(update(HarvestRun).where(*mine).values(lease=self._clock() + self._length))
            except DatabaseError:
                _LOG.warning("the lease of run %s could not be renewed; it is tried again", self._run_id, exc_info=True)


class Turn:
    """The turn to look who has which record, to change that in the catalogue, and to write it down: one run at a time, of all sources.

    Who is killed has it until it lapses.

    Args:
        database: where it is.
        lease: by which the run is held that wants it.
        clock: tells the time, UTC.
    """

    def __init__(self, database: Database, lease: Lease, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._lease = lease
        self._clock = clock
        self._until: datetime | None = None

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for the turn, and have it until it is ended, or something is raised.

        Raises:
            LostError, StoppingError, CancelledError: the run is not to go on.
        """
        while not self._take():
            self._lease.look()
            time.sleep(_PAUSE)
        try:
            yield
        except Exception:
            with self._database.writing() as session:
                self._give_back(session)
            raise

    def end(self, session: Session) -> None:
        """End the turn, together with what a transaction writes down.

        Raises:
            LapsedError: it lapsed, and somebody else took his. Nothing of what was looked at is sure any more.
        """
        if not self._give_back(session):
            raise LapsedError

    def _take(self) -> bool:
        now = self._clock()
        with self._database.reading() as session:
            row = session.get(Progress, _TURN)
        if row is None:
            self._set_up()
        elif row.lease is not None and row.lease > now:
            return False
        self._until = now + LEASE
        with self._database.writing() as session:
            self._lease.held(session)
            free = or_(Progress.lease.is_(None), Progress.lease <= now)
            taken = session.execute(update(Progress).where(Progress.name == _TURN, free).values(lease=self._until))
            return bool(cast("CursorResult[Any]", taken).rowcount)

    def _set_up(self) -> None:
        try:
            with self._database.writing() as session:
                if session.scalar(select(Progress.name).where(Progress.name == _TURN)) is None:
                    session.add(Progress(name=_TURN, state={}))
        except IntegrityError:
            _LOG.debug("another worker did so at the same moment")

    def _give_back(self, session: Session) -> bool:
        """Whether nobody else has it; whoever takes a turn that lapsed has it until another moment."""
        mine = (Progress.name == _TURN, Progress.lease == self._until)
        return bool(cast("CursorResult[Any]", session.execute(update(Progress).where(*mine).values(lease=None))).rowcount)
