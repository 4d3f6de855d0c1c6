"""What a record went through, read out of an engine, and the steps by which any engine goes through it again.

An engine stamps what it writes with the time it is told. So the times, earlier versions and tombstones of a catalogue are made anew by
writing its documents again in their order, each with its own time: all through the contract.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Final

from catalogue.engines.base import Engine, Header, Version, Window
from records.errors import EngineError
from records.model import Assigned, Record

_PAGE: Final = 100
"""Records whose documents are held at once."""
_ATTEMPTS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A document that a record had.

    Attributes:
        format: its name.
        digest: its SHA-256.
        loaded: when it was kept.
        replaced: when it was replaced or deleted; None for the one that stands.
        content: the document; None where it is still in an archive.
        file: its name in an archive; None where it is in none.
        assigned: what this catalogue says of the record beside it; known of the document that stands alone.
    """

    format: str
    digest: bytes
    loaded: datetime
    replaced: datetime | None = None
    content: bytes | None = field(default=None, repr=False, compare=False)
    file: str | None = field(default=None, compare=False)
    assigned: Assigned = field(default_factory=Assigned)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All that is kept under one identifier.

    Attributes:
        states: the documents, in the order in which they were kept. () for a tombstone of which no document is left.
        deleted: when it was deleted; None for a record that stands.
        origin: where the document that stands was loaded from; None when it was handed over directly, or is deleted.
        harvest_source: the harvest source of the record or the tombstone; None when it was loaded by hand.
        domain: the science domain of the tombstone, which no step sets: it comes from the last document.
    """

    identifier: str
    states: tuple[State, ...]
    deleted: datetime | None = None
    origin: str | None = None
    harvest_source: str | None = None
    domain: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A document kept, or a record deleted.

    Attributes:
        at: when.
        state: what is kept; None for a deletion.
    """

    identifier: str
    at: datetime
    state: State | None = None
    origin: str | None = None
    harvest_source: str | None = None

    def is_same(self, other: "Step") -> bool:
        """Return whether both do the same at the same time."""
        return self.at == other.at and self.leads_where(other)

    def leads_where(self, other: "Step") -> bool:
        """Return whether the record is the same after both."""
        return _document(self.state) == _document(other.state) and _assigned(self.state) == _assigned(other.state)


def _assigned(state: State | None) -> Assigned:
    return Assigned() if state is None else state.assigned


def _document(state: State | None) -> tuple[str, bytes] | None:
    return None if state is None else (state.format, state.digest)


def steps_of(history: History) -> list[Step]:
    """Return the steps by which an engine comes to this history, in their order."""
    steps = []
    for state, later in pairwise((*history.states, None)):
        if state is None:
            break
        origin, source = (history.origin, history.harvest_source) if later is None else (None, None)
        steps.append(Step(identifier=history.identifier, at=state.loaded, state=state, origin=origin, harvest_source=source))
        # The same document again is no change for an engine, unless the record was gone meanwhile.
        gone = later is None or state.replaced != later.loaded or _document(state) == _document(later)
        if state.replaced is not None and gone:
            steps.append(Step(identifier=history.identifier, at=state.replaced))
    return steps


def missing_steps(wanted: Sequence[Step], there: Sequence[Step]) -> Sequence[Step] | None:
    """Return the steps that a record still has to go through; None where it has gone another way.

    Nothing is missing where it has gone further than wanted, or came to the same document at other times.
    """
    together = min(len(wanted), len(there))
    if all(step.is_same(other) for step, other in zip(wanted[:together], there[:together], strict=True)):
        return wanted[together:]
    return () if wanted[-1].leads_where(there[-1]) else None


def histories(engine: Engine) -> Iterator[History]:
    """Yield all that an engine keeps, in code point order of the identifiers.

    While others write, each history is whole and as it was at some moment of the walk.

    Raises:
        EngineError: the engine cannot answer, or a record changes faster than it can be read.
    """
    after = None
    while headers := engine.headers(Window(), after=after, limit=_PAGE):
        found = _read(engine, headers)
        again = {header.identifier: header for header in engine.headers(Window(), after=after, limit=_PAGE)}
        after = headers[-1].identifier
        for history in found:
            yield history if _is_at(history, again.get(history.identifier)) else _steady(engine, history.identifier)


def _steady(engine: Engine, identifier: str) -> History:
    """Return the history of a record that others change meanwhile."""
    for _ in range(_ATTEMPTS):
        header = engine.header(identifier)
        if header is not None:
            (history,) = _read(engine, [header])
            if _is_at(history, engine.header(identifier)):
                return history
    raise EngineError(f"The record {identifier!r} changes faster than it can be read.")


def _is_at(history: History, header: Header | None) -> bool:
    """Return whether a history is that of a header: nothing came between its parts."""
    last = history.states[-1] if history.states else None
    if header is None or (history.deleted is not None) is not header.deleted:
        return False
    if history.deleted is not None:
        return history.deleted == header.changed and (last is None or last.replaced == header.changed)
    return last is not None and last.loaded == header.changed


def _read(engine: Engine, headers: Sequence[Header]) -> list[History]:
    identifiers = [header.identifier for header in headers]
    records = engine.get_many(identifiers, documents=True)
    versions = engine.versions_of(identifiers)
    return [_history(header, record, versions.get(header.identifier, [])) for header, record in zip(headers, records, strict=True)]


def _history(header: Header, record: Record | None, versions: Sequence[Version]) -> History:
    states = [_earlier(version) for version in reversed(versions)]
    if record is None or record.source is None or record.provenance.loaded is None:
        return History(
            identifier=header.identifier,
            states=tuple(states),
            deleted=header.changed,
            harvest_source=header.harvest_source,
            domain=header.domain,
        )
    states.append(
        State(
            format=record.source.format,
            digest=hashlib.sha256(record.source.content).digest(),
            loaded=record.provenance.loaded,
            content=record.source.content,
            assigned=record.assigned,
        )
    )
    return History(
        identifier=header.identifier, states=tuple(states), origin=record.provenance.origin, harvest_source=record.provenance.source
    )


def _earlier(version: Version) -> State:
    return State(
        format=version.format,
        digest=hashlib.sha256(version.content).digest(),
        loaded=version.loaded,
        replaced=version.replaced,
        content=version.content,
    )
