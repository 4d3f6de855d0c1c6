"""Records of documents that are gone are withdrawn: from the catalogue first, then from what is known of the source."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from catalogue.engines.base import Engine
from catalogue.harvesting.codelists import LineKind
from catalogue.harvesting.gone import gone_items, hand_over
from catalogue.harvesting.items import AT_ONCE, Item, claimants, forget
from catalogue.harvesting.lease import LapsedError, Lease, Turn
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
        self._turn = Turn(database, lease, clock)
        self._telling = telling
        self._clock = clock
        self._counts = counts

    def withdraw(self, source_id: int, told: Callable[[], None]) -> None:
        """Withdraw all of it.

        Raises:
            EngineError: the engine takes nothing now.
            LostError, StoppingError, CancelledError: the run is not to go on. The rest stays to be withdrawn.
        """
        while self._next(source_id):
            self._lease.look()
            try:
                with self._turn.taken():
                    self._withdraw(source_id)
            except LapsedError:
                self._telling.written()  # nothing was; it is looked at once more
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

    def _withdraw(self, source_id: int) -> None:
        """Withdraw the next of it, unless somebody else has claimed these records since it was looked who does."""
        items = self._next(source_id)
        with self._database.reading() as session:
            claimed = claimants(session, items)
        if claimed:
            with self._database.writing() as session:
                self._lease.held(session)
                hand_over(session, source_id, [item.id for item in items if item.id is not None])
                self._turn.end(session)
            return
        names = [item.identifier or "" for item in items]
        digests = self._engine.known(names)
        records = zip(items, self._engine.get_many(names), strict=True)
        ours = [(item, record) for item, record in records if _is_ours(item, record, digests.get(item.identifier or ""))]
        self._delete(items, ours, {name: digests[name] for item, _ in ours if (name := item.identifier or "") in digests})

    def _delete(self, items: Sequence[Item], leaving: Sequence[tuple[Item, Record | None]], digests: Mapping[str, bytes]) -> None:
        deleted = self._engine.delete(list(digests), now=self._clock(), only=digests)
        staying = self._engine.known(list(digests)) if deleted < len(digests) else {}  # somebody changed them at this moment
        if self._counts:
            for item, record in leaving:
                if item.identifier not in staying:
                    self._tell(item, record)
        with self._database.writing() as session:
            run = self._lease.held(session)
            self._turn.end(session)
            run.withdrawn += deleted if self._counts else 0
            run.progressed = self._clock()
            forget(session, [item.id for item in items if item.id is not None and item.identifier not in staying])
            self._telling.write(session)
        self._telling.written()

    def _tell(self, item: Item, record: Record | None) -> None:
        title = None if record is None else record.title
        self._telling.tell(LineKind.WITHDRAWN, item.key, identifier=item.identifier, title=title)


def _is_ours(item: Item, record: Record | None, digest: bytes | None) -> bool:
    """Whether there is a record, and it came from a source: what somebody brought in by hand in its place stays.

    Of what a worker was killed over is known only which document it was to have.
    """
    if record is None or digest is None or record.provenance.source is None:
        return False
    return item.digest is not None or item.coming == digest.hex()
