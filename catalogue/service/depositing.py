"""Depositing single records through the doors: create, replace, delete. What is refused leaves everything as it was."""

import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from catalogue.engines.base import Engine, Entry, Expect
from catalogue.engines.stored import entry_of
from mappings.formats import read
from records.errors import InvalidRecordError
from records.model import Record


class Depositing:
    """Writes into the catalogue, one durable step a call. Who may do so is for the doors to know.

    Attributes:
        clock: tells the time, aware, UTC.
    """

    def __init__(self, open_engine: Callable[[], Engine], clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._open = open_engine
        self._engine: Engine | None = None
        self._opening = threading.Lock()
        self.clock = clock

    @property
    def engine(self) -> Engine:
        """The engine, opened for writing when it is first needed."""
        with self._opening:
            if self._engine is None:
                self._engine = self._open()
            return self._engine

    def create(self, documents: Sequence[bytes]) -> list[Record]:
        """Keep new records; return them in their order, all or none.

        Raises:
            FormatError: a document is of no format that is read here, or no record.
            InvalidRecordError: a record cannot be kept, or two of them have one identifier.
            ConflictError: there is a record with that identifier already.
            EngineError: the engine takes nothing now; its sentence tells whether anything was kept.
        """
        records = [read(document) for document in documents]
        self.engine.put(_entries(records), now=self.clock(), expect=Expect.NEW)
        return records

    def replace(self, documents: Sequence[bytes], identifier: str | None = None) -> list[Record]:
        """Replace records by the documents that have their identifiers; return them in their order, all or none.

        Args:
            documents: each of a record that is kept.
            identifier: what the one document must have as its identifier; None for whatever each has.

        Raises:
            FormatError: a document is of no format that is read here, or no record.
            InvalidRecordError: a record cannot be kept, has another identifier, or two of them have one.
            NotFoundError: there is no record with that identifier.
            EngineError: the engine takes nothing now; its sentence tells whether anything was kept.
        """
        records = [read(document) for document in documents]
        other = next((record for record in records if identifier is not None and record.identifier != identifier), None)
        if other is not None:
            raise InvalidRecordError(f"the document is that of the record {other.identifier!r}, not {identifier!r}")
        self.engine.put(_entries(records), now=self.clock(), expect=Expect.KNOWN)
        return records

    def delete(self, identifiers: Iterable[str]) -> int:
        """Delete records, leaving tombstones; return how many there were. Unknown ones are passed over."""
        return self.engine.delete(identifiers, now=self.clock())


def _entries(records: Sequence[Record]) -> list[Entry]:
    entries = [entry_of(record) for record in records]
    seen: set[str] = set()
    for entry in entries:
        if entry.identifier in seen:
            raise InvalidRecordError(f"two documents have the identifier {entry.identifier!r}")
        seen.add(entry.identifier)
    return entries
