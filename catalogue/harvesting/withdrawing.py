"""Records of documents that are gone are withdrawn: from the catalogue first, then from what is known of the source."""

from collections.abc import Callable, Sequence
from datetime import datetime

from catalogue.engines.base import Engine
from catalogue.harvesting.gone import gone_items
from catalogue.harvesting.items import AT_ONCE, Item, claimants, forget
from catalogue.harvesting.lease import Lease
from catalogue.harvesting.models import LineKind
from catalogue.harvesting.telling import Telling
from database import Database
from records.model import Record


class Withdrawing:
    """Withdraws what is gone at the source of one run.

    Args:
        database: where items are.
        engine: what keeps the records.
        lease: by which the run is held.
        telling: tells of each record.
        clock: tells the time, UTC.
        counts: whether the records are counted; those of a run that was held are.
    """

    def __init__(
        self, database: Database, engine: Engine, lease: Lease, telling: Telling, clock: Callable[[], datetime], *, counts: bool
    ) -> None:
        self._database = database
        self._engine = engine
        self._lease = lease
        self._telling = telling
        self._clock = clock
        self._counts = counts

    def withdraw(self, source_id: int, told: Callable[[], None]) -> None:
        """Withdraw all of it.

        Raises:
            EngineError: the engine takes nothing now.
            LostError, StoppingError, CancelledError: the run is not to go on. The rest stays to be withdrawn.
        """
        while items := self._next(source_id):
            self._lease.look()
            records = self._engine.get_many([item.identifier or "" for item in items])
            ours = [(item, record) for item, record in zip(items, records, strict=True) if _is_harvested(record)]
            with self._database.reading() as session:
                others = claimants(session, items)
            leaving = [(item, record) for item, record in ours if item.id not in others]
            self._delete(items, leaving)
            told()

    def hold(self, source_id: int) -> None:
        """Tell of the first that would be withdrawn."""
        with self._database.reading() as session:
            items = gone_items(session, source_id, limit=AT_ONCE)
        records = self._engine.get_many([item.identifier or "" for item in items])
        for item, record in zip(items, records, strict=True):
            self._tell(item, record)

    def _next(self, source_id: int) -> list[Item]:
        with self._database.reading() as session:
            return gone_items(session, source_id, limit=AT_ONCE)

    def _delete(self, items: Sequence[Item], leaving: Sequence[tuple[Item, Record | None]]) -> None:
        with self._database.writing() as session:
            self._lease.held(session)
        deleted = self._engine.delete([item.identifier or "" for item, _ in leaving], now=self._clock())
        if self._counts:
            for item, record in leaving:
                self._tell(item, record)
        with self._database.writing() as session:
            run = self._lease.held(session)
            run.withdrawn += deleted if self._counts else 0
            run.progressed = self._clock()
            forget(session, [item.id for item in items if item.id is not None])
            self._telling.write(session)
        self._telling.written()

    def _tell(self, item: Item, record: Record | None) -> None:
        title = None if record is None else record.title
        self._telling.tell(LineKind.WITHDRAWN, item.key, identifier=item.identifier, title=title)


def _is_harvested(record: Record | None) -> bool:
    """Whether there is a record, and it came from a source: what somebody brought in by hand in its place stays."""
    return record is not None and record.provenance.source is not None
