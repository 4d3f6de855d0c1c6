"""How sources and runs stand: what is under way, what was lost, what waits for a curator. Within a session of whoever asks."""

import os
import secrets
import socket
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.orm import Session

from accounts.errors import UnknownError
from catalogue.harvesting.codelists import OVER, ItemState, RunState
from catalogue.harvesting.lease import LEASE
from catalogue.harvesting.models import HarvestItem, HarvestRun, HarvestSource
from catalogue.harvesting.views import RunView, SourceView, to_run, to_source

LOST: Final = "Whoever worked on this run is silent. What came in so far stays; the next run goes on from there."
FEW: Final = 2000
"""Rows that are changed at once, while somebody waits for a page."""
UNDER_WAY: Final[ColumnElement[bool]] = or_(
    HarvestRun.state.in_([RunState.WAITING, RunState.RUNNING]),
    and_(HarvestRun.state == RunState.HELD, HarvestRun.confirmed),
)
"""Runs that wait for whoever works on them, or that he has."""


def source_named(session: Session, name: str, *, changing: bool = False) -> HarvestSource:
    """Return a source; where `changing`, nobody else changes it, or begins a run of it, until the transaction ends.

    Raises:
        UnknownError: there is none of this name.
    """
    query = select(HarvestSource).where(HarvestSource.name == name)
    source = session.scalar(query.with_for_update() if changing else query)
    if source is None:
        raise UnknownError("There is no such source.")
    return source


def run_numbered(session: Session, run_id: int, *, changing: bool = False) -> HarvestRun:
    """Return a run.

    Raises:
        UnknownError: there is none of this number.
    """
    run = session.get(HarvestRun, run_id, with_for_update=changing)
    if run is None:
        raise UnknownError("There is no such run.")
    return run


def give_up_lost(session: Session, now: datetime, source_id: int | None = None) -> list[HarvestRun]:
    """Write down as lost the runs whose workers are silent, of one source or of all; return them."""
    query = select(HarvestRun).where(HarvestRun.state == RunState.RUNNING, HarvestRun.lease < now)
    if source_id is not None:
        query = query.where(HarvestRun.source_id == source_id)
    lost = list(session.scalars(query.order_by(HarvestRun.id).with_for_update(skip_locked=True)))
    for run in lost:
        run.state, run.message, run.ended, run.worker, run.lease = RunState.LOST, LOST, now, None, None
    session.flush()
    return lost


def under_way(session: Session, source_id: int) -> HarvestRun | None:
    """Return the run or preview of a source that waits or is worked on; None for none."""
    return session.scalar(select(HarvestRun).where(HarvestRun.source_id == source_id, UNDER_WAY).order_by(HarvestRun.id).limit(1))


def supersede(session: Session, source_id: int, message: str, now: datetime) -> None:
    """End the runs of a source that are held. What they hold back is looked at by the run that comes next."""
    held = (HarvestRun.source_id == source_id, HarvestRun.state == RunState.HELD, HarvestRun.confirmed.is_(False))
    session.execute(update(HarvestRun).where(*held).values(state=RunState.DONE, message=message, withdrawn=0, ended=now))


def take(run: HarvestRun, worker: str, now: datetime, length: timedelta = LEASE) -> None:
    """Give a run, within the transaction that found it free, to a worker."""
    run.worker, run.lease = worker, now + length
    run.state = RunState.HELD if run.state is RunState.HELD else RunState.RUNNING
    run.started = run.started or now


def new_worker() -> str:
    """Return what a run is held by: nobody else's."""
    return f"{socket.gethostname()[:20]}.{os.getpid()}.{secrets.token_hex(8)}"


def few(session: Session, query: Select[tuple[int]]) -> Sequence[int] | None:
    """Return the numbers of rows that are so few that they are changed at once; None where a worker had better do it in portions."""
    found = session.scalars(query.limit(FEW + 1)).all()
    return found if len(found) <= FEW else None


def views_of(session: Session, sources: Sequence[HarvestSource], now: datetime) -> list[SourceView]:
    """Return sources as pages see them."""
    numbers = [source.id for source in sources]
    counted = (
        select(HarvestItem.source_id, HarvestItem.state, func.count())
        .where(HarvestItem.source_id.in_(numbers), HarvestItem.state.in_([ItemState.KEPT, ItemState.GONE, ItemState.REJECTED]))
        .group_by(HarvestItem.source_id, HarvestItem.state)
    )
    counts = {(source_id, state): count for source_id, state, count in session.execute(counted)}
    last = _newest(session, numbers, and_(HarvestRun.preview.is_(False), HarvestRun.state.in_([*OVER, RunState.HELD])))
    running = _newest(session, numbers, UNDER_WAY)

    def kept(source: HarvestSource) -> int:
        """How many records there are; those that wait to be withdrawn are there."""
        return sum(counts.get((source.id, state), 0) for state in (ItemState.KEPT, ItemState.GONE))

    def view(run: HarvestRun | None, name: str) -> RunView | None:
        return None if run is None else to_run(run, name, now)

    return [
        to_source(
            source,
            (kept(source), counts.get((source.id, ItemState.REJECTED), 0)),
            view(last.get(source.id), source.name),
            view(running.get(source.id), source.name),
        )
        for source in sources
    ]


def _newest(session: Session, source_ids: Sequence[int], condition: ColumnElement[bool]) -> dict[int, HarvestRun]:
    """Return for each source the newest of its runs that fulfil a condition."""
    numbers = select(func.max(HarvestRun.id)).where(HarvestRun.source_id.in_(source_ids), condition).group_by(HarvestRun.source_id)
    return {run.source_id: run for run in session.scalars(select(HarvestRun).where(HarvestRun.id.in_(numbers)))}
