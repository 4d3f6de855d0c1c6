"""Runs of sources, as people ask for them, look at them and decide on them. `catalogue.harvesting.runner` works on them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, defer

from accounts.accounts import Accounts
from accounts.desk import must_curate, utc_now
from accounts.errors import StateError, UnknownError
from accounts.visitors import Visitor
from catalogue.harvesting.codelists import OVER, LineKind, RunState
from catalogue.harvesting.gone import gone, spare
from catalogue.harvesting.models import HarvestItem, HarvestLine, HarvestRun, HarvestSource
from catalogue.harvesting.standing import few, give_up_lost, run_numbered, source_named, supersede, take, under_way
from catalogue.harvesting.views import LineView, RunView, to_line, to_run
from database import Database

SUPERSEDED: Final = "A later run took its place before anybody decided; nothing was withdrawn."
KEPT: Final = "A curator decided that the records stay."


class Runs:
    """Asks for runs, tells of them, and takes decisions on them.

    Args:
        database: where they are kept.
        accounts: keeps the audit trail.
        wake: asks whoever works on runs to look now.
        clock: tells the time, UTC.
    """

    def __init__(
        self, database: Database, accounts: Accounts, *, wake: Callable[[], object], clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._wake = wake
        self._clock = clock

    def start(
        self, name: str, *, preview: bool = False, anew: bool = False, by: Visitor, address: str | None, worker: str | None = None
    ) -> int:
        """Ask for a run of a source, or a preview, which keeps nothing; return its number.

        A run takes the place of one that is held: what that one held back is looked at anew.

        Args:
            name: of the source.
            preview: whether nothing is to be kept.
            anew: whether everything is to be fetched, as if nothing were known.
            by: who asks.
            address: from where.
            worker: who works on it at once, as `standing.new_worker` names him; None for whoever comes first.

        Raises:
            NotAllowedError: `by` does not curate.
            UnknownError: there is no such source.
            StateError: a run of it waits or is under way already.
        """
        must_curate(by)
        now = self._clock()
        with self._database.writing() as session:
            source = source_named(session, name, changing=True)
            give_up_lost(session, now, source.id)
            if source.leaving:
                raise StateError("This source is being removed.")
            if under_way(session, source.id) is not None:
                raise StateError("A run of this source waits or is under way already.")
            if not preview:
                supersede(session, source.id, SUPERSEDED, now)
            run = HarvestRun(source_id=source.id, preview=preview, anew=anew, by=by.actor, asked=now)
            session.add(run)
            if worker is not None:
                take(run, worker, now)
            action = "previewed a harvest source" if preview else "started a harvest"
            self._accounts.record(action, name, "anew" if anew else "", by=by, address=address, within=session)
            session.flush()
            run_id = run.id
        self._wake()
        return run_id

    def runs(self, name: str | None = None, *, page: int = 1, size: int = 20) -> tuple[list[RunView], int]:
        """Return a page of runs and previews, the newest first, and how many there are; of one source, or of all for None.

        Raises:
            UnknownError: there is no such source.
        """
        with self._database.reading() as session:
            query = select(HarvestRun, HarvestSource.name).join(HarvestSource, HarvestSource.id == HarvestRun.source_id)
            if name is not None:
                query = query.where(HarvestRun.source_id == source_named(session, name).id)
            total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
            found = session.execute(_paged(query.order_by(HarvestRun.id.desc()), page, size))
            return [to_run(run, source, self._clock()) for run, source in found], total

    def run(self, run_id: int) -> RunView:
        """Return a run.

        Raises:
            UnknownError: there is none of this number.
        """
        with self._database.reading() as session:
            return self._view(session, run_numbered(session, run_id))

    def lines(self, run_id: int, kind: LineKind | None = None, *, page: int = 1, size: int = 50) -> tuple[list[LineView], int]:
        """Return a page of what a run has to tell, in its order, and how many lines there are; of one kind, or of all for None."""
        query = select(HarvestLine).where(HarvestLine.run_id == run_id)
        if kind is not None:
            query = query.where(HarvestLine.kind == kind)
        with self._database.reading() as session:
            total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
            asked = _paged(query.order_by(HarvestLine.id), page, size).options(defer(HarvestLine.content))
            told = session.execute(asked.add_columns(HarvestLine.content.is_not(None)))
            return [to_line(line, has_document=has_document) for line, has_document in told], total

    def counts(self, run_id: int) -> dict[LineKind, int]:
        """Return how many lines of each kind there are; kinds without any are left out."""
        query = select(HarvestLine.kind, func.count()).where(HarvestLine.run_id == run_id).group_by(HarvestLine.kind)
        with self._database.reading() as session:
            return dict(session.execute(query).tuples().all())

    def document(self, line_id: int) -> tuple[bytes, LineView]:
        """Return the document of a line, or what came in its place.

        Raises:
            UnknownError: there is no such line, or it has no document.
        """
        with self._database.reading() as session:
            line = session.get(HarvestLine, line_id)
            if line is None or line.content is None:
                raise UnknownError("There is no such document.")
            return line.content, to_line(line, has_document=True)

    def cancel(self, run_id: int, *, by: Visitor, address: str | None) -> None:
        """Stop a run, or a preview, at its next page. What it kept stays; the next run goes on from there.

        Raises:
            NotAllowedError: `by` does not curate.
            UnknownError: there is none of this number.
            StateError: it is over, or held.
        """
        now = self._clock()
        with self._database.writing() as session:
            run = self._decided(session, run_id, "cancelled a harvest", by, address)
            if run.state is RunState.WAITING:
                run.state, run.ended = RunState.CANCELLED, now
            elif run.state is RunState.RUNNING:
                run.cancelling = True
                if run.lease is None or run.lease < now:  # nobody is there to see it
                    run.state, run.ended, run.worker, run.lease = RunState.CANCELLED, now, None, None
            else:
                raise StateError("This run does not run any more.")

    def confirm(self, run_id: int, *, by: Visitor, address: str | None, worker: str | None = None) -> None:
        """Have what a run holds back withdrawn, by whoever works on runs, or at once by a worker.

        Raises:
            NotAllowedError: `by` does not curate.
            UnknownError: there is none of this number.
            StateError: it is not held, or decided already.
        """
        with self._database.writing() as session:
            run = self._decided(session, run_id, "confirmed the withdrawals of a harvest", by, address)
            _must_be_held(run)
            run.confirmed = True
            if worker is not None:
                take(run, worker, self._clock())
        self._wake()

    def dismiss(self, run_id: int, *, by: Visitor, address: str | None, worker: str | None = None) -> bool:
        """Keep the records that a run would withdraw. They stay until the source has them, and loses them, again.

        Very many are marked by whoever works on runs, or at once by a worker. Its source is asked for everything next, should it have
        them again.

        Returns:
            Whether the run is over.

        Raises:
            NotAllowedError: `by` does not curate.
            UnknownError: there is none of this number.
            StateError: it is not held, or decided already.
        """
        with self._database.writing() as session:
            run = self._decided(session, run_id, "dismissed the withdrawals of a harvest", by, address)
            _must_be_held(run)
            source = session.get_one(HarvestSource, run.source_id)
            source.complete_since = source.records_before = None
            run.message, run.withdrawn = KEPT, 0
            ids = few(session, select(HarvestItem.id).where(*gone(source.id)))
            if ids is not None:
                spare(session, ids)
                run.state, run.ended = RunState.DONE, self._clock()
                return True
            run.confirmed = run.sparing = True
            if worker is not None:
                take(run, worker, self._clock())
        self._wake()
        return False

    def attention(self) -> list[RunView]:
        """Return the runs that need a curator, the newest first: held ones, those that are stuck, last runs that failed or left a doubt."""
        last = (
            select(func.max(HarvestRun.id))
            .where(HarvestRun.preview.is_(False), HarvestRun.state.in_([*OVER, RunState.HELD]))
            .group_by(HarvestRun.source_id)
        )
        with self._database.reading() as session:
            found = session.execute(
                select(HarvestRun, HarvestSource.name)
                .join(HarvestSource, HarvestSource.id == HarvestRun.source_id)
                .where(HarvestRun.id.in_(last) | (HarvestRun.state == RunState.RUNNING))
                .order_by(HarvestRun.id.desc())
            )
            views = [to_run(run, source, self._clock()) for run, source in found]
        return [view for view in views if view.stuck or _needs_somebody(view)]

    def _view(self, session: Session, run: HarvestRun) -> RunView:
        return to_run(run, session.get_one(HarvestSource, run.source_id).name, self._clock())

    def _decided(self, session: Session, run_id: int, action: str, by: Visitor, address: str | None) -> HarvestRun:
        """Return a run that is decided on, for as long as the transaction lasts, with a line in the audit trail."""
        must_curate(by)
        run = run_numbered(session, run_id)
        source = session.scalars(select(HarvestSource).where(HarvestSource.id == run.source_id).with_for_update()).one()
        session.refresh(run, with_for_update=True)
        self._accounts.record(action, source.name, f"run {run_id}", by=by, address=address, within=session)
        return run


def _paged(query: Select[Any], page: int, size: int) -> Select[Any]:
    return query.offset((max(page, 1) - 1) * size).limit(size)


def _must_be_held(run: HarvestRun) -> None:
    if run.state is not RunState.HELD or run.confirmed:
        raise StateError("This run holds nothing back, or not any more.")


def _needs_somebody(view: RunView) -> bool:
    return view.state in {RunState.FAILED, RunState.LOST} or view.unsure or (view.state is RunState.HELD and not view.confirmed)
