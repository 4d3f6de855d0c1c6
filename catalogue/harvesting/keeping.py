"""Batches are kept: the records first, then the word that they are there, with the place to go on at, in one transaction.

Before that it is written down what is to be kept: whoever is killed in between leaves records that come again and are known by their bytes,
or are gone by then and withdrawn. What is decided holds until it is written down: runs of other sources wait for their turn, and where
a curator changed a record meanwhile, the batch is looked at once more.
"""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from accounts.errors import StateError
from catalogue.engines.base import Change, Engine
from catalogue.harvesting.batches import Batch
from catalogue.harvesting.codelists import ItemState
from catalogue.harvesting.deciding import decide
from catalogue.harvesting.decisions import Decided, Decision, Facts
from catalogue.harvesting.items import LARGEST, Item, forget, intend, lose, note_seen, of_keys, storable, write
from catalogue.harvesting.lease import LapsedError, Lease, Turn
from catalogue.harvesting.marks import Marks
from catalogue.harvesting.models import HarvestRun
from catalogue.harvesting.outcomes import Bad, Sorted
from catalogue.harvesting.tallying import Tally, tell_bad, tell_decision
from catalogue.harvesting.telling import Telling
from database import Database
from records.errors import ChangedError

_TRIES: Final = 5
_RESTLESS: Final = "Records were changed by others again and again while they were about to be kept; the next run goes on from there."


class Keeping:
    """Keeps the batches of one run.

    Attributes:
        unsettled: whether a document could not be had, or not be read for what it is, that may be another next time.
    """

    def __init__(
        self,
        facts: Facts,
        database: Database,
        engine: Engine,
        lease: Lease,
        telling: Telling,
        marks: Marks,
        clock: Callable[[], datetime],
    ) -> None:
        self.unsettled = False
        self._facts = facts
        self._database = database
        self._engine = engine
        self._lease = lease
        self._turn = Turn(database, lease, clock)
        self._telling = telling
        self._marks = marks
        self._clock = clock

    def keep(self, batch: Batch) -> None:
        """Keep a batch.

        Raises:
            EngineError: the engine takes nothing now.
            LostError, StoppingError, CancelledError: the run is not to go on.
            StateError: others change the same records all the time.
        """
        came = Sorted.of(batch)
        names = list(came.named())
        with self._database.reading() as session:
            items = of_keys(session, self._facts.source_id, names)
        fresh = {key for key in names if key not in items or items[key].seen < self._facts.run_id}
        for _ in range(_TRIES):
            try:
                with self._turn.taken() if names else nullcontext():
                    self._keep(batch, came, names, fresh)
            except (ChangedError, LapsedError):
                self._telling.written()  # nothing was, and all of it is told anew
            else:
                return
        raise StateError(_RESTLESS)

    def _keep(self, batch: Batch, came: Sorted, names: Sequence[str], fresh: set[str]) -> None:
        with self._database.reading() as session:
            items = of_keys(session, self._facts.source_id, names)
        decided = decide(self._facts, self._database, self._engine, list(came.fetched.values()), items)
        self.unsettled = self.unsettled or not all(decision.settled for decision in decided.decisions)
        changes = self._put(decided)
        tally = Tally()
        for decision, change in zip(decided.decisions, changes, strict=True):
            tally.count(decision, change, fresh=decision.fetched.key in fresh)
            tell_decision(self._telling, decision, change)
        touched = [decision.item for decision in decided.decisions]
        for bad in came.bad.values():
            touched.append(self._bad(bad, items.get(bad.key), fresh=bad.key in fresh))
            tally.received += bad.key in fresh
            tally.rejected += bad.key in fresh
        for key in came.withdrawn:
            if key in items:
                (touched if _give_up(items[key]) else decided.dropped).append(items[key])
        with self._database.writing() as session:
            run = self._lease.held(session)
            if names:
                self._turn.end(session)
            self._write_items(session, decided, touched)
            noted = note_seen(session, self._facts.source_id, list(came.unchanged), self._facts.run_id)
            tally.received, tally.unchanged = tally.received + noted, tally.unchanged + noted
            self._write_run(session, run, tally, batch)
        self._telling.written()
        self._marks.note((item.key, item.mark) for item in touched)

    def _put(self, decided: Decided) -> list[Change]:
        """Hand what is to be kept to the engine; return what was done with each document."""
        putting = [decision for decision in decided.decisions if decision.entry is not None]
        if not putting and not decided.abandoned:
            return [Change.UNCHANGED] * len(decided.decisions)
        with self._database.writing() as session:
            self._lease.held(session)
            self._intend(session, putting, decided.abandoned)
        done = iter(self._engine.put([one.entry for one in putting if one.entry is not None], now=self._clock()))
        return [next(done) if decision.entry is not None else Change.UNCHANGED for decision in decided.decisions]

    def _intend(self, session: Session, putting: Sequence[Decision], abandoned: Sequence[Item]) -> None:
        known = of_keys(session, self._facts.source_id, [item.key for item in abandoned])
        for item in abandoned:
            item.id = known[item.key].id if item.key in known else None
        write(session, abandoned)
        holding = {one.item.id: one.ready.digest.hex() for one in putting if one.held and one.item.id is not None}
        intend(session, holding, [one.item for one in putting if not one.held])

    def _bad(self, bad: Bad, known: Item | None, *, fresh: bool) -> Item:
        """Return what is known of a document that is there but not of use; a record that it had stays, and the identifier it claims."""
        item = known or Item(source_id=self._facts.source_id, key=bad.key)
        before = item.coming if item.state is ItemState.REJECTED else None
        coming = bad.noted(before, fresh=fresh)
        self.unsettled = self.unsettled or coming != before
        if item.state is ItemState.COMING or (item.state is ItemState.GONE and item.digest is None):
            item.digest = item.coming  # it may be kept
        elif not item.holds:
            item.digest = None
        item.state, item.mark, item.coming, item.seen = ItemState.REJECTED, None, coming, self._facts.run_id
        tell_bad(self._telling, bad, item.identifier)
        return item

    def _write_items(self, session: Session, decided: Decided, touched: Sequence[Item]) -> None:
        staying = {id(item) for item in touched}
        forget(session, [item.id for item in decided.dropped if item.id is not None and id(item) not in staying])
        lose(session, [item for item in decided.losers if id(item) not in staying])
        write(session, touched)

    def _write_run(self, session: Session, run: HarvestRun, tally: Tally, batch: Batch) -> None:
        tally.add_to(run)
        self._telling.write(session)
        run.checkpoint = storable(batch.checkpoint.text)
        run.expected = run.expected if batch.expected is None else min(batch.expected, LARGEST)
        run.progressed = self._clock()


def _give_up(item: Item) -> bool:
    """Note that a document is gone; return whether there is a record of it, or may be."""
    if item.state is ItemState.COMING:
        item.state, item.digest, item.mark = ItemState.GONE, None, None
        return True
    if item.holds and item.state is not ItemState.SPARED:
        item.state, item.mark = ItemState.GONE, None
        return True
    return item.holds
