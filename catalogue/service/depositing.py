"""Depositing single records through the doors: create, replace, delete. What is refused leaves everything as it was."""

import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from catalogue.engines.base import Engine, Expect
from catalogue.service.assigning import entries_for
from mappings.formats import read
from records.errors import InvalidRecordError
from records.model import Record


class Deed(StrEnum):
    """What was done with records."""

    CREATED = "created"
    REPLACED = "replaced"
    DELETED = "deleted"


Told = Callable[[Deed, Sequence[str]], None]
_PART: Final = 1000
"""Records that are looked for at once."""


def nobody(_deed: Deed, _identifiers: Sequence[str]) -> None:
    """Tell nobody of what was done."""


class Depositing:
    """Writes into the catalogue, one durable step a call. Who may do so is for the doors to know.

    Attributes:
        clock: tells the time, aware, UTC.
        told: is told of each step that was kept, with the identifiers of its records, before the call returns. What it raises goes to
            the caller; the step stays.
    """

    def __init__(
        self,
        open_engine: Callable[[], Engine],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        told: Told = nobody,
    ) -> None:
        self._open = open_engine
        self._engine: Engine | None = None
        self._opening = threading.Lock()
        self.clock = clock
        self.told = told

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
        self._keep(records, Expect.NEW)
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
        self._keep(records, Expect.KNOWN)
        return records

    def delete(self, identifiers: Iterable[str]) -> int:
        """Delete records, leaving tombstones; return how many there were. Unknown ones are passed over."""
        wanted = list(identifiers)
        there = [identifier for begin in range(0, len(wanted), _PART) for identifier in self._there(wanted[begin : begin + _PART])]
        deleted = self.engine.delete(there, now=self.clock()) if there else 0
        if deleted:
            self.told(Deed.DELETED, there)
        return deleted

    def _there(self, identifiers: Sequence[str]) -> list[str]:
        return [record.identifier for record in self.engine.get_many(identifiers) if record is not None]

    def _keep(self, records: Sequence[Record], expect: Expect) -> None:
        """Keep records; what this catalogue says of them beside their documents stays."""
        seen: set[str] = set()
        for record in records:
            if record.identifier in seen:
                raise InvalidRecordError(f"two documents have the identifier {record.identifier!r}")
            seen.add(record.identifier)
        self.engine.put(entries_for(self.engine, records), now=self.clock(), expect=expect)
        self.told(Deed.CREATED if expect is Expect.NEW else Deed.REPLACED, [record.identifier for record in records])
