"""Batches are kept: the records first, then the word that they are there, with the place to go on at, in one transaction.

Whoever is killed in between has kept records of which nothing is written down: they come again, and are known by their bytes.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from catalogue.engines.base import Change, Engine
from catalogue.harvesting.batches import Batch
from catalogue.harvesting.deciding import decide
from catalogue.harvesting.decisions import Decided, Facts
from catalogue.harvesting.items import LARGEST, Item, forget, intend, note_seen, of_keys, storable, write
from catalogue.harvesting.lease import Lease
from catalogue.harvesting.marks import Marks
from catalogue.harvesting.models import HarvestRun, ItemState
from catalogue.harvesting.outcomes import Bad, Sorted
from catalogue.harvesting.tallying import Tally, tell_bad, tell_decision
from catalogue.harvesting.telling import Telling
from database import Database


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
        self._telling = telling
        self._marks = marks
        self._clock = clock

    def keep(self, batch: Batch) -> None:
        """Keep a batch.

        Raises:
            EngineError: the engine takes nothing now.
            LostError: the run is somebody else's.
        """
        came = Sorted.of(batch)
        with self._database.reading() as session:
            items = of_keys(session, self._facts.source_id, list(came.named()))
        fresh = {key for key in came.named() if key not in items or items[key].seen < self._facts.run_id}
        decided = decide(self._facts, self._database, self._engine, list(came.fetched.values()), items)
        self.unsettled = self.unsettled or not all(decision.settled for decision in decided.decisions)
        changes = self._put(decided)
        tally = Tally()
        for decision, change in zip(decided.decisions, changes, strict=True):
            tally.count(decision, change, fresh=decision.fetched.key in fresh)
            tell_decision(self._telling, decision, change)
        touched = [decision.item for decision in decided.decisions]
        for bad in came.bad.values():
            touched.append(self._bad(bad, items.get(bad.key)))
            tally.received += bad.key in fresh
            tally.rejected += bad.key in fresh
        for key in came.withdrawn:
            if key in items:
                (touched if _give_up(items[key]) else decided.dropped).append(items[key])
        with self._database.writing() as session:
            run = self._lease.held(session)
            self._write_items(session, decided, touched)
            noted = note_seen(session, self._facts.source_id, list(came.unchanged), self._facts.run_id)
            tally.received, tally.unchanged = tally.received + noted, tally.unchanged + noted
            self._write_run(session, run, tally, batch)
        self._telling.written()
        self._marks.note((item.key, item.mark) for item in touched)

    def _put(self, decided: Decided) -> list[Change]:
        """Hand what is to be kept to the engine; return what was done with each document."""
        putting = [decision for decision in decided.decisions if decision.entry is not None]
        if not putting:
            return [Change.UNCHANGED] * len(decided.decisions)
        coming = {one.item.id: one.ready.digest.hex() for one in putting if one.item.id is not None}
        coming |= {item.id: item.coming for item in decided.losers if item.id is not None and item.coming is not None}
        with self._database.writing() as session:
            self._lease.held(session)
            intend(session, coming)
        done = iter(self._engine.put([one.entry for one in putting if one.entry is not None], now=self._clock()))
        return [next(done) if decision.entry is not None else Change.UNCHANGED for decision in decided.decisions]

    def _bad(self, bad: Bad, known: Item | None) -> Item:
        """Return what is known of a document that is there but not of use; a record that it had stays."""
        item = known or Item(source_id=self._facts.source_id, key=bad.key)
        settled = bad.had and item.state is ItemState.REJECTED and item.coming == bad.digest
        self.unsettled = self.unsettled or not settled
        if not item.holds:
            item.identifier = item.digest = None
        item.state, item.mark, item.coming, item.seen = ItemState.REJECTED, None, bad.digest, self._facts.run_id
        tell_bad(self._telling, bad, item.identifier)
        return item

    def _write_items(self, session: Session, decided: Decided, touched: Sequence[Item]) -> None:
        staying = {id(item) for item in touched}
        forget(session, [item.id for item in decided.dropped if item.id is not None and id(item) not in staying])
        known = of_keys(session, self._facts.source_id, [item.key for item in decided.abandoned])
        for item in decided.abandoned:
            item.id = known[item.key].id if item.key in known else None
        once = {id(item): item for item in (*decided.losers, *decided.abandoned, *touched)}
        write(session, once.values())

    def _write_run(self, session: Session, run: HarvestRun, tally: Tally, batch: Batch) -> None:
        tally.add_to(run)
        self._telling.write(session)
        run.checkpoint = storable(batch.checkpoint.text)
        run.expected = run.expected if batch.expected is None else min(batch.expected, LARGEST)
        run.progressed = self._clock()


def _give_up(item: Item) -> bool:
    """Note that a document is gone; return whether there is a record of it."""
    if item.holds and item.state is not ItemState.SPARED:
        item.state, item.mark = ItemState.GONE, None
        return True
    return item.holds
