"""Works on runs: those that are asked for, those of sources that are due, and what is left of those whose workers were lost."""

import logging
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.orm import Session

from accounts.accounts import Accounts
from accounts.desk import utc_now
from accounts.errors import StateError
from accounts.visitors import WORKER
from catalogue.engines.base import Engine
from catalogue.harvesting import schedules
from catalogue.harvesting.codelists import OVER, RunState
from catalogue.harvesting.credentials import Sealing
from catalogue.harvesting.job import Job, Means
from catalogue.harvesting.lease import LEASE, Lease
from catalogue.harvesting.marking import PORTION
from catalogue.harvesting.models import HarvestLine, HarvestRun, HarvestSource
from catalogue.harvesting.runs import SUPERSEDED
from catalogue.harvesting.standing import give_up_lost, new_worker, run_numbered, supersede, take, under_way
from catalogue.harvesting.views import SCHEDULE, RunView, to_run
from database import Database, DatabaseError
from harvesters.web import Client

KEPT: Final = timedelta(days=90)
"""So long runs are kept, with all they tell; the last one of a source for ever."""
MOST_LOST: Final = 3
"""Runs of a source that may be lost, one after the other, before nobody begins the next by himself."""
_LOG: Final = logging.getLogger(__name__)


class Runner:
    """Works on runs, one at a time; several may work side by side, in several processes.

    Args:
        database: where sources and runs are.
        engine: opens what keeps the records, for writing.
        secret: of the installation; credentials are encrypted with it.
        client: how this installation goes to the web.
        accounts: keeps the audit trail.
        clock: tells the time, UTC.
        processes: how many read documents side by side; None for one a core.
        stopping: tells whether to leave the run at hand as it stands.
        lease: how long a worker that says nothing is believed to be alive.
    """

    def __init__(  # noqa: PLR0913 -- what it is put together of, all of it by name
        self,
        database: Database,
        engine: Callable[[], Engine],
        *,
        secret: bytes,
        client: Client,
        accounts: Accounts,
        clock: Callable[[], datetime] = utc_now,
        processes: int | None = None,
        stopping: Callable[[], bool] = lambda: False,
        lease: timedelta = LEASE,
    ) -> None:
        self._database = database
        self._engine = engine
        self._sealing = Sealing(secret)
        self._client = client
        self._accounts = accounts
        self._clock = clock
        self._processes = processes or os.cpu_count() or 1
        self._stopping = stopping
        self._length = lease

    def run(self, run_id: int, progress: Callable[[RunView], None] | None = None, *, worker: str | None = None) -> RunView:
        """Work on a run, or on what one that is held holds back, to its end.

        Args:
            run_id: of a run that waits, that is held and confirmed, or that the worker has.
            progress: is told of each step.
            worker: in whose name; None for a new one.

        Raises:
            UnknownError: there is none of this number.
            StateError: it does not wait, or somebody else works on it.
        """
        with self._database.writing() as session:
            run = run_numbered(session, run_id, changing=True)
            if not self._is_free(run) and (worker is None or run.worker != worker):
                raise StateError("This run does not wait for anybody, or somebody else works on it.")
            worker, view = self._take(session, run, worker)
        return self._work(view, worker, progress)

    def run_due(self) -> int:
        """Work on all that is due, one run after the other; return how many there were."""
        self.clear()
        self._find()
        worked = 0
        while not self._stopping() and (taken := self._claim()):
            self._work(*taken, None)
            worked += 1
            self._find()
        return worked

    def clear(self) -> None:
        """Remove runs that ended long ago, with what they told; some of that at a time."""
        last = select(func.max(HarvestRun.id)).where(HarvestRun.preview.is_(False)).group_by(HarvestRun.source_id)
        with self._database.writing() as session:
            over = (HarvestRun.state.in_(OVER), HarvestRun.ended < self._clock() - KEPT)
            old = list(session.scalars(select(HarvestRun.id).where(*over, HarvestRun.id.not_in(last)).limit(100)))
            told = session.scalars(select(HarvestLine.id).where(HarvestLine.run_id.in_(old)).limit(PORTION)).all()
            session.execute(delete(HarvestLine).where(HarvestLine.id.in_(told)))
            if len(told) < PORTION:
                session.execute(delete(HarvestRun).where(HarvestRun.id.in_(old)))

    def _find(self) -> None:
        """Ask for the runs of sources that are due, and for those that go on where lost ones were."""
        now = self._clock()
        with self._database.writing() as session:
            for lost in give_up_lost(session, now):
                if not lost.preview and _lost_in_a_row(session, lost.source_id) < MOST_LOST:
                    session.add(HarvestRun(source_id=lost.source_id, anew=lost.anew, by=lost.by, asked=now))
            session.flush()
            due = (HarvestSource.enabled, HarvestSource.leaving.is_(False), HarvestSource.due <= now)
            for source in session.scalars(select(HarvestSource).where(*due).with_for_update(skip_locked=True)):
                source.due = None if source.schedule is None else schedules.next_after(source.schedule, now)
                if under_way(session, source.id) is None:
                    supersede(session, source.id, SUPERSEDED, now)
                    session.add(HarvestRun(source_id=source.id, by=SCHEDULE, asked=now))
                    self._accounts.record("started a harvest", source.name, SCHEDULE, by=WORKER, within=session)

    def _claim(self) -> tuple[RunView, str] | None:
        """Take the run that has waited longest; None where none waits."""
        now = self._clock()
        confirmed = and_(HarvestRun.state == RunState.HELD, HarvestRun.confirmed, or_(HarvestRun.lease.is_(None), HarvestRun.lease < now))
        waiting = or_(HarvestRun.state == RunState.WAITING, confirmed)
        with self._database.writing() as session:
            query = select(HarvestRun).where(waiting).order_by(HarvestRun.id).limit(1).with_for_update(skip_locked=True)
            run = session.scalar(query)
            if run is None:
                return None
            worker, view = self._take(session, run)
            return view, worker

    def _is_free(self, run: HarvestRun) -> bool:
        if run.state is RunState.HELD and run.confirmed:
            return run.lease is None or run.lease < self._clock()
        return run.state is RunState.WAITING

    def _take(self, session: Session, run: HarvestRun, worker: str | None = None) -> tuple[str, RunView]:
        now, worker = self._clock(), worker or new_worker()
        take(run, worker, now, self._length)
        return worker, to_run(run, session.get_one(HarvestSource, run.source_id).name, now)

    def _work(self, view: RunView, worker: str, progress: Callable[[RunView], None] | None) -> RunView:
        means = Means(
            database=self._database,
            engine=self._engine,
            sealing=self._sealing,
            client=self._client,
            processes=self._processes,
            clock=self._clock,
        )
        lease = Lease(self._database, view.id, worker, clock=self._clock, length=self._length, stopping=self._stopping)
        with lease:
            job = Job(means, view, lease, progress)
            try:
                job.work()
            except KeyboardInterrupt:
                job.interrupt()
                raise
            except DatabaseError:
                _LOG.warning("run %s is left: the database is away", view.id, exc_info=True)
            except Exception as error:  # noqa: BLE001 -- the edge of a worker: a fault of ours in one run must not stop the others
                _LOG.exception("run %s failed for a fault of ours", view.id)
                job.fail(error)
        return job.view


def _lost_in_a_row(session: Session, source_id: int) -> int:
    """Return how many of the last runs of a source were lost without a page kept in between."""
    query = select(HarvestRun).where(HarvestRun.source_id == source_id, HarvestRun.preview.is_(False))
    last = session.scalars(query.order_by(HarvestRun.id.desc()).limit(MOST_LOST)).all()
    count = 0
    for run in last:
        if run.state is not RunState.LOST or run.progressed is not None:
            break
        count += 1
    return count
