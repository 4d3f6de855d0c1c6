"""Walks along what narrows a list of records, each from a place that an earlier walk came to; see `catalogue.curating.listing`."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Final

from sqlalchemy import and_, or_, select

from accounts.access import Sight
from accounts.errors import StateError
from catalogue.curating.checking import Checking, Kind
from catalogue.curating.models import RecordCare
from catalogue.engines.base import Engine, Tombstone, Window
from catalogue.query import Page, SearchQuery
from database import Database

NOWHERE: Final = "There is no such page of this list."
_PART: Final = 1_000
"""What is asked of the catalogue or the database at once."""
_SHORTEST: Final = timedelta(minutes=1)
_HITS: Final = 100
_DEEPEST: Final = 10_000
"""Hits of a search that are walked through: engines count the places before, and no person goes so far."""


@dataclass(frozen=True, slots=True)
class Passed:
    """Something that a walk passes: `place` leads behind it. The identifier is None for what is seen at once not to be wanted."""

    place: str
    identifier: str | None


def cared_for(database: Database, user_id: int | None, after: str | None) -> Iterator[Passed]:
    """Walk along the records that somebody looks after, the last changed first.

    Raises:
        StateError: `after` is no place of such a walk.
    """
    query = select(RecordCare).where(RecordCare.user_id == user_id).order_by(RecordCare.changed.desc(), RecordCare.identifier_digest)
    while True:
        part = query.limit(_PART)
        if after is not None:
            changed, digest = _moment_and_name(after)
            same = and_(RecordCare.changed == changed, RecordCare.identifier_digest > digest)
            part = part.where(or_(RecordCare.changed < changed, same))
        with database.reading() as session:
            cares = list(session.scalars(part))
        for care in cares:
            after = f"{care.changed.isoformat()} {care.identifier_digest}"
            yield Passed(after, care.identifier)
        if len(cares) < _PART:
            return


def withdrawn(engine: Engine, after: str | None, *, now: datetime) -> Iterator[Passed]:
    """Walk along the records that were withdrawn, the last one first.

    Raises:
        StateError: `after` is no place of such a walk.
    """
    bound = None if after is None else _moment_and_name(after)
    while True:
        part = _withdrawn_before(engine, bound, now)
        yield from (Passed(f"{each.deleted.isoformat()} {each.identifier}", each.identifier) for each in part)
        if len(part) < _PART:
            return
        bound = _when(part[-1])


def _withdrawn_before(engine: Engine, bound: tuple[datetime, str] | None, now: datetime) -> list[Tombstone]:
    """Return the last tombstones before a place, the last one first.

    Engines tell them from a time on, the oldest first: so it is asked from an ever earlier time on, until there are enough.
    """
    oldest, back = next(iter(engine.tombstones()), None), _SHORTEST
    while oldest is not None:
        since = max(oldest.deleted, (now if bound is None else bound[0]) - back)
        before = takewhile(lambda each: bound is None or _when(each) < bound, engine.tombstones(since))
        found = deque(before, maxlen=_PART)
        if len(found) == _PART or since == oldest.deleted:
            return list(reversed(found))
        back *= 8
    return []


def searched(engine: Engine, text: str, after: str | None) -> Iterator[Passed]:
    """Walk along the records that words find, the best first, as far as anybody goes.

    Raises:
        StateError: `after` is no place of such a walk.
    """
    offset = 0 if after is None else _number(after)
    while offset < _DEEPEST:
        hits = engine.search(SearchQuery(text=text, page=Page(limit=_HITS, offset=offset))).hits
        yield from (Passed(str(offset + number), hit.record.identifier) for number, hit in enumerate(hits, start=1))
        if len(hits) < _HITS:
            return
        offset += len(hits)


def at_fault(checking: Checking, kind: Kind, after: str | None) -> Iterator[Passed]:
    """Walk along the records in which something was found."""
    while True:
        identifiers = checking.identifiers(kind, after, _PART)
        yield from (Passed(identifier, identifier) for identifier in identifiers)
        if len(identifiers) < _PART:
            return
        after = identifiers[-1]


def restricted(sight: Sight, after: str | None) -> Iterator[Passed]:
    """Walk along what rules of access keep somebody from: records, and nodes of the data tree that are none."""
    return (Passed(each, each) for each in sorted(sight.restrictions()) if after is None or each > after)


def all_there(engine: Engine, source: str | None, after: str | None) -> Iterator[Passed]:
    """Walk along all records that are there: those from a harvest source, or those that came by hand ("")."""
    while True:
        headers = engine.headers(Window(harvest_source=source or None), after=after, limit=_PART)
        for header in headers:
            unwanted = header.deleted or (source is not None and header.harvest_source != (source or None))
            yield Passed(header.identifier, None if unwanted else header.identifier)
        if len(headers) < _PART:
            return
        after = headers[-1].identifier


def _when(tombstone: Tombstone) -> tuple[datetime, str]:
    return tombstone.deleted, tombstone.identifier


def _moment_and_name(place: str) -> tuple[datetime, str]:
    moment, _, name = place.partition(" ")
    try:
        found = datetime.fromisoformat(moment)
    except ValueError as error:
        raise StateError(NOWHERE) from error
    if found.tzinfo is None:
        raise StateError(NOWHERE)
    return found, name


def _number(place: str) -> int:
    if not (place.isascii() and place.isdecimal() and len(place) < 9):
        raise StateError(NOWHERE)
    return int(place)
