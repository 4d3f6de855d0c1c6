"""One run in the hands of a worker: from where it begins to its end, whatever that is. It may be killed at any line."""

import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from accounts.errors import StateError
from catalogue.engines.base import Engine
from catalogue.harvesting.codelists import RunState
from catalogue.harvesting.credentials import Sealing
from catalogue.harvesting.gone import any_absent, brake, numbers_of
from catalogue.harvesting.items import storable
from catalogue.harvesting.keeping import Keeping
from catalogue.harvesting.lease import CancelledError, Lease, LostError, StoppingError
from catalogue.harvesting.marking import Marking
from catalogue.harvesting.marks import Marks
from catalogue.harvesting.models import HarvestRun, HarvestSource
from catalogue.harvesting.planning import Plan, plan
from catalogue.harvesting.previewing import Previewing
from catalogue.harvesting.reading import Reading
from catalogue.harvesting.runs import KEPT
from catalogue.harvesting.telling import Telling, forget_documents
from catalogue.harvesting.views import PASSED_OVER, UNSEEN, RunView, to_run
from catalogue.harvesting.walking import Ended, Keeps, Walk
from catalogue.harvesting.withdrawing import Withdrawing
from database import Database
from harvesters.errors import Fault, HarvestError
from harvesters.harvest import LIST_ALL
from harvesters.source import Protocol
from harvesters.web import Client
from records.errors import EngineError

MARGIN: Final = timedelta(minutes=10)
"""The clock of a source may be so much behind ours: what changed a little before a run began is asked for again."""
_CONFIRMED: Final = "A curator confirmed that these records are withdrawn."
_FAULT: Final = "A fault of Reflecs itself stopped this run; please report it"
_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What runs are worked on with.

    Attributes:
        engine: opens what keeps the records.
        client: how this installation goes to the web.
        processes: how many read documents side by side.
        clock: tells the time, UTC.
    """

    database: Database
    engine: Callable[[], Engine]
    sealing: Sealing
    client: Client
    processes: int
    clock: Callable[[], datetime]


class Job:
    """Works on one run, which the worker holds.

    Attributes:
        view: the run as it stood last.
    """

    def __init__(self, means: Means, view: RunView, lease: Lease, progress: Callable[[RunView], None] | None) -> None:
        self.view = view
        self._means = means
        self._database = means.database
        self._lease = lease
        self._progress = progress

    def work(self) -> None:
        """Work on the run to its end, or until it is not to go on here.

        Raises:
            DatabaseError: the database is away. The run is found lost when its lease is over.
        """
        try:
            try:
                self._work()
            except StoppingError:
                self._end(RunState.HELD if self.view.state is RunState.HELD else RunState.WAITING, self.view.message)
            except CancelledError:
                self._end(RunState.CANCELLED, "")
            except HarvestError as error:
                self._end(RunState.FAILED, str(error), forgetting=error.fault is not Fault.UNREACHABLE)
            except (EngineError, StateError) as error:
                self._end(RunState.FAILED, str(error))
        except LostError:
            _LOG.warning("run %s is somebody else's now, or over", self.view.id)

    def interrupt(self) -> None:
        """End the run for somebody who has no time for it now; the next one goes on from there."""
        try:
            self._end(RunState.HELD if self.view.state is RunState.HELD else RunState.CANCELLED, self.view.message)
        except LostError:
            _LOG.warning("run %s is somebody else's now, or over", self.view.id)

    def fail(self, error: Exception) -> None:
        """End the run for a fault of ours, which is logged by who calls."""
        try:
            self._end(RunState.FAILED, f"{_FAULT}: {type(error).__name__}.", forgetting=True)
        except LostError:
            _LOG.warning("run %s is somebody else's now, or over", self.view.id)

    def _work(self) -> None:
        with self._database.writing() as session:
            source, run = self._held(session)
            planned = None if run.state is RunState.HELD else plan(session, run, self._means.sealing, self._means.clock())
            telling = Telling.of(session, run)
            source_id, leaving, sparing = source.id, source.leaving, run.sparing
        self._tell()
        if planned is None:
            self._finish(source_id, telling, leaving=leaving, sparing=sparing)
            return
        engine = self._means.engine()
        self._lease.patience += planned.source.page_size / (planned.source.rate or 1)  # a page may be as many requests
        if planned.preview:
            self._preview(planned, engine, telling)
        else:
            self._harvest(planned, engine, telling)

    def _harvest(self, planned: Plan, engine: Engine, telling: Telling) -> None:
        means = self._means
        with closing(Marks()) as marks, Reading(planned.source.name, planned.source.domain, means.processes) as reading:
            self._load(marks, planned)
            keeping = Keeping(planned.facts, self._database, engine, self._lease, telling, marks, means.clock)
            walk = self._walk(planned, marks, reading, keeping)
            ended = walk.walk(planned.since, planned.checkpoint)
            if self._misses(planned, ended):
                planned, ended = self._walk_again(planned, walk, ended)
        held = self._settle(planned, ended, settled=not keeping.unsettled)
        withdrawing = self._withdrawing(engine, telling, counts=True)
        if held is None:
            withdrawing.withdraw(planned.facts.source_id, self._tell)
            self._end(RunState.DONE, _doubt(planned, ended))
        else:
            withdrawing.hold(planned.facts.source_id)
            self._end(RunState.HELD, " ".join(filter(None, (held, _doubt(planned, ended)))), telling=telling)

    def _preview(self, planned: Plan, engine: Engine, telling: Telling) -> None:
        means = self._means
        with (
            closing(Marks()) as marks,
            Reading(planned.source.name, planned.source.domain, means.processes) as reading,
            Previewing(planned.facts, self._database, engine, self._lease, telling, means.clock) as previewing,
        ):
            self._load(marks, planned)
            ended = self._walk(planned, marks, reading, previewing).walk(planned.since, None)
            message = previewing.end(planned, complete=ended.complete)
        self._end(RunState.DONE, message or _doubt(planned, ended), complete=ended.complete)

    def _walk(self, planned: Plan, marks: Marks, reading: Reading, keeps: Keeps) -> Walk:
        return Walk(
            source=planned.source,
            client=self._means.client,
            known=marks.get,
            reading=reading,
            keeps=keeps,
            lease=self._lease,
            told=self._tell,
        )

    def _load(self, marks: Marks, planned: Plan) -> None:
        if not planned.facts.anew:
            with self._database.reading() as session:
                marks.load(session, planned.facts.source_id)

    def _misses(self, planned: Plan, ended: Ended) -> bool:
        """Whether a walk did not see something that is known, and ought to have seen it."""
        if planned.source.protocol is Protocol.FOLDER and not planned.resumed:
            return False  # what this machine says of its own disk is true
        if not ended.complete and (planned.since is not None or not planned.resumed):
            return False
        with self._database.reading() as session:
            return any_absent(session, planned.facts.source_id, planned.walk)

    def _walk_again(self, planned: Plan, walk: Walk, ended: Ended) -> tuple[Plan, Ended]:
        """Look a second time before anything is taken for gone: an answer cut short, or a total that was a lie, looks like a shorter list.

        A walk in two parts may have passed over what moved between them, changed or not: all that was asked for is asked for again.
        """
        if planned.resumed:
            with self._database.writing() as session:
                run = self._lease.held(session)
                run.walk, run.checkpoint = run.id, None
            return replace(planned, walk=planned.facts.run_id, checkpoint=None), walk.walk(planned.since, None)
        since = planned.started - MARGIN if planned.source.protocol in LIST_ALL else planned.since
        return planned, replace(ended, complete=walk.walk(since, None).complete)

    def _settle(self, planned: Plan, ended: Ended, *, settled: bool) -> str | None:
        """Write down what is gone, and what is asked for next; return why a curator has to look at it first, None for no reason."""
        marking = self._marking(planned.facts.source_id)
        if ended.complete:
            marking.give_up_absent(planned.walk)
        marking.hand_over()
        with self._database.reading() as session:
            known = numbers_of(session, planned.facts.source_id)
        seen = known.documents - known.gone if ended.complete else None
        held = brake(gone=known.gone, records=planned.records, had=planned.had, seen=seen, share=planned.share)
        with self._database.writing() as session:
            source, run = self._held(session)
            run.complete = ended.complete
            if held is not None:
                run.withdrawn = known.gone
            elif ended.whole and settled and not planned.resumed:
                source.complete_since = planned.started - MARGIN
        return held

    def _finish(self, source_id: int, telling: Telling, *, leaving: bool, sparing: bool) -> None:
        """Do what a curator decided on: what the run holds back is withdrawn or stays, and a source that is to be removed goes."""
        marking = self._marking(source_id)
        if leaving and not sparing:
            marking.give_up_all()
            marking.hand_over()
        if not sparing:
            self._withdrawing(self._means.engine(), telling, counts=False).withdraw(source_id, self._tell)
        elif not leaving:
            marking.spare()
        if leaving:
            marking.forget_all()
            self._leave()
        else:
            self._end(RunState.DONE, KEPT if sparing else _CONFIRMED)

    def _marking(self, source_id: int) -> Marking:
        return Marking(self._database, self._lease, source_id)

    def _withdrawing(self, engine: Engine, telling: Telling, *, counts: bool) -> Withdrawing:
        return Withdrawing(self._database, engine, self._lease, telling, self._means.clock, counts=counts)

    def _leave(self) -> None:
        """Remove the source, of which nothing is left but itself and its runs, this one among them."""
        with self._database.writing() as session:
            source, run = self._held(session)
            self.view = replace(self._view(session, run), state=RunState.DONE, message="", ended=self._means.clock())
            session.execute(delete(HarvestSource).where(HarvestSource.id == source.id))
        if self._progress is not None:
            self._progress(self.view)

    def _end(
        self, state: RunState, message: str, *, forgetting: bool = False, complete: bool | None = None, telling: Telling | None = None
    ) -> None:
        """Let go of the run in a state.

        Args:
            state: in which it is left.
            message: why.
            forgetting: whether the place where it began is not to be tried again, if nothing came from there.
            complete: whether all was seen; None where that is written down.
            telling: what is still to be told.
        """
        now = self._means.clock()
        with self._database.writing() as session:
            source, run = self._held(session)
            run.state, run.message, run.worker, run.lease = state, storable(message), None, None
            run.ended = None if state is RunState.WAITING else now
            run.complete = run.complete if complete is None else complete
            if forgetting and run.progressed is None:
                run.checkpoint = None
            if telling is not None:
                telling.write(session)
            if state is RunState.DONE and not run.preview:
                source.records_before = None
            if state is not RunState.WAITING:
                forget_documents(session, run)
            self.view = self._view(session, run)
        if self._progress is not None:
            self._progress(self.view)

    def _held(self, session: Session) -> tuple[HarvestSource, HarvestRun]:
        """Return the source and the run, the worker's for as long as the transaction lasts; they are locked in the order of all others."""
        session.execute(select(HarvestSource.id).where(HarvestSource.name == self.view.source).with_for_update())
        run = self._lease.held(session)
        return session.get_one(HarvestSource, run.source_id), run

    def _tell(self) -> None:
        with self._database.reading() as session:
            self.view = self._view(session, session.get_one(HarvestRun, self.view.id))
        if self._progress is not None:
            self._progress(self.view)

    def _view(self, session: Session, run: HarvestRun) -> RunView:
        return to_run(run, session.get_one(HarvestSource, run.source_id).name, self._means.clock())


def _doubt(planned: Plan, ended: Ended) -> str:
    """Return what is to be told of a walk that may not have seen all that it asked for; "" for nothing."""
    if planned.since is None or planned.source.protocol in LIST_ALL:
        return "" if ended.complete else UNSEEN
    # what goes on at a checkpoint is asked for again whatever it saw, for its first part was seen by another run
    return "" if ended.whole or (planned.resumed and ended.complete) else PASSED_OVER
