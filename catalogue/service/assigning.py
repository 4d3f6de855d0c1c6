"""What this catalogue says of records beside their documents: a science domain, CNES categories. The documents stay as they came."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from catalogue.engines.base import Change, Engine, Entry
from catalogue.engines.stored import assigned_to, entry_of, unpack
from mappings.formats import read
from records.errors import ChangedError, EngineError, NotFoundError
from records.model import NOTHING_ASSIGNED, Assigned, Record

_TRIES: Final = 10


def read_as_kept(content: bytes, *, identifier: str | None = None, assigned: Assigned = NOTHING_ASSIGNED) -> Record:
    """Return a document's record, with what is assigned to it.

    Args:
        content: the document.
        identifier: under which it is kept; None for the document's own.
        assigned: what is said of it here.

    Raises:
        FormatError: it is of no format that is read here, or no record.
    """
    record = read(content)
    return replace(record, identifier=identifier or record.identifier).with_assigned(assigned)


def entries_for(engine: Engine, records: Sequence[Record], *, origin: str | None = None, harvest_source: str | None = None) -> list[Entry]:
    """Return records made ready to be kept; to those that have nothing assigned stays assigned what the kept ones have.

    Raises:
        InvalidRecordError: a record cannot be kept.
    """
    return carried_over(engine, [entry_of(record, origin=origin, harvest_source=harvest_source) for record in records])


def carried_over(engine: Engine, entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries; where one has nothing assigned, with what is assigned to the record that it replaces."""
    kept = engine.get_many([entry.identifier for entry in entries])
    made = []
    for entry, before in zip(entries, kept, strict=True):
        stays = before is not None and before.assigned != NOTHING_ASSIGNED and assigned_to(entry.stored) == NOTHING_ASSIGNED
        made.append(_with(entry, before.assigned) if before is not None and stays else entry)
    return made


def _with(entry: Entry, assigned: Assigned) -> Entry:
    told = read_as_kept(unpack(entry.content), identifier=entry.identifier, assigned=assigned)
    return entry_of(told, origin=entry.origin, harvest_source=entry.harvest_source)


def assign(engine: Engine, identifiers: Sequence[str], change: Callable[[Assigned], Assigned], *, now: datetime) -> list[Change]:
    """Assign something to records; return what was done with each.

    Args:
        engine: keeps them.
        identifiers: of the records, each once.
        change: tells from what is assigned what is to be, e.g. `lambda assigned: replace(assigned, domain=Domain.EARTH)`.
        now: the time, aware, UTC.

    Raises:
        NotFoundError: there is no such record. Nothing is changed.
        EngineError: that cannot be done now.
    """
    for _ in range(_TRIES):
        entries = [_assigned(engine, identifier, change) for identifier in identifiers]
        try:
            return engine.put(entries, now=now)
        except ChangedError:  # a document was replaced meanwhile: what is assigned goes beside the new one
            continue
    raise EngineError("These records change faster than anything can be assigned to them; nothing was changed.")


def _assigned(engine: Engine, identifier: str, change: Callable[[Assigned], Assigned]) -> Entry:
    record = engine.get(identifier)
    if record is None or record.source is None:
        raise NotFoundError(identifier)
    again = read_as_kept(record.source.content, identifier=identifier, assigned=change(record.assigned))
    entry = entry_of(again, origin=record.provenance.origin, harvest_source=record.provenance.source)
    return replace(entry, replaces=hashlib.sha256(record.source.content).digest())
