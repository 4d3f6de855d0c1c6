"""What a run would do, told and counted; nothing is kept but the telling."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Self

from sqlalchemy import select

from catalogue.engines.base import Change, Engine
from catalogue.harvesting.batches import Batch
from catalogue.harvesting.codelists import ItemState, LineKind
from catalogue.harvesting.conflicts import Conflict, Rival
from catalogue.harvesting.deciding import decide
from catalogue.harvesting.decisions import Decision, Facts
from catalogue.harvesting.gone import brake
from catalogue.harvesting.items import AT_ONCE, LARGEST, Item, claimants, of_keys, to_item
from catalogue.harvesting.lease import Lease
from catalogue.harvesting.models import HarvestItem
from catalogue.harvesting.outcomes import Sorted
from catalogue.harvesting.planning import Plan
from catalogue.harvesting.tallying import Tally, tell_bad, tell_decision
from catalogue.harvesting.telling import Telling
from database import Database
from harvesters.pages import Seen


class Previewing:
    """Looks at the batches of one preview."""

    def __init__(
        self, facts: Facts, database: Database, engine: Engine, lease: Lease, telling: Telling, clock: Callable[[], datetime]
    ) -> None:
        self._facts = facts
        self._database = database
        self._engine = engine
        self._lease = lease
        self._telling = telling
        self._clock = clock
        self._seen = Seen()
        self._gone = Seen()
        self._taken = Seen()
        """Identifiers of the records of documents that were seen."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for each in (self._seen, self._gone, self._taken):
            each.close()

    def keep(self, batch: Batch) -> None:
        """Look at a batch.

        Raises:
            LostError: the preview is somebody else's.
        """
        came = Sorted.of(batch)
        with self._database.reading() as session:
            items = of_keys(session, self._facts.source_id, list(came.named()))
        fresh = {key for key in (*came.fetched, *came.bad) if key not in self._seen}
        self._seen.add((*came.fetched, *came.bad))
        again = self._seen.add(came.unchanged)
        self._gone.add(came.withdrawn)
        tally = Tally(received=again, unchanged=again)
        for decision in decide(self._facts, self._database, self._engine, list(came.fetched.values()), items).decisions:
            if decision.fetched.key in fresh:
                change = self._change(decision)
                tally.count(decision, change, fresh=True)
                tell_decision(self._telling, decision, change)
        for key in came.bad.keys() & fresh:
            tally.received, tally.rejected = tally.received + 1, tally.rejected + 1
            tell_bad(self._telling, came.bad[key], items[key].identifier if key in items else None)
        self._write(tally, batch.expected)

    def end(self, planned: Plan, *, complete: bool) -> str:
        """Tell what would be withdrawn; return what else there is to say, "" for nothing."""
        tally = Tally()
        for item in self._missing(complete=complete):
            tally.withdrawn += 1
            if self._telling.wants(LineKind.WITHDRAWN):
                record = self._engine.get_many([item.identifier or ""])[0]
                title = None if record is None else record.title
                self._telling.tell(LineKind.WITHDRAWN, item.key, identifier=item.identifier, title=title)
        self._write(tally, None)
        seen = self._seen.distinct if complete else None
        return brake(gone=tally.withdrawn, records=planned.records, had=planned.had, seen=seen, share=planned.share) or ""

    def _change(self, decision: Decision) -> Change:
        """What would be done with a document."""
        identifier = decision.item.identifier or ""
        taken = identifier in self._taken
        self._taken.add([identifier])
        if decision.entry is None:
            return Change.UNCHANGED
        if decision.new and taken:
            decision.conflict = decision.conflict or Conflict(rival=Rival.TWIN, name=None, done="the later one stands")
            return Change.UPDATED
        return Change.CREATED if decision.new else Change.UNCHANGED if decision.same else Change.UPDATED

    def _missing(self, *, complete: bool) -> Iterator[Item]:
        """Yield what would be withdrawn."""
        after = 0
        mine = HarvestItem.source_id == self._facts.source_id
        query = select(HarvestItem).where(mine, HarvestItem.state != ItemState.SPARED).order_by(HarvestItem.id).limit(AT_ONCE)
        while True:
            with self._database.reading() as session:
                items = [to_item(row) for row in session.scalars(query.where(HarvestItem.id > after))]
                gone = [item for item in items if item.holds and self._is_gone(item, complete=complete)]
                others = claimants(session, gone)
            yield from (item for item in gone if not self._is_elsewhere(item, others.get(item.id or 0, ())))
            if len(items) < AT_ONCE:
                return
            after = items[-1].id or 0

    def _is_gone(self, item: Item, *, complete: bool) -> bool:
        if item.key in self._seen:
            return False
        return complete or item.state is ItemState.GONE or item.key in self._gone

    def _is_elsewhere(self, item: Item, others: Sequence[Item]) -> bool:
        mine = self._facts.source_id
        return (item.identifier or "") in self._taken or any(other.source_id != mine or other.key in self._seen for other in others)

    def _write(self, tally: Tally, expected: int | None) -> None:
        with self._database.writing() as session:
            run = self._lease.held(session)
            tally.add_to(run)
            self._telling.write(session)
            run.expected = run.expected if expected is None else min(expected, LARGEST)
            run.progressed = self._clock()
        self._telling.written()
