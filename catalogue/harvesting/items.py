"""What is known of the documents of a source: looked up and written in bulk, within a session of whoever asks."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar, cast

from sqlalchemy import CursorResult, Row, Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from catalogue.harvesting.codelists import ItemState
from catalogue.harvesting.models import HarvestItem, HarvestSource
from database.keys import digest_of

AT_ONCE: Final = 500
"""Values of one question to the database."""
LARGEST: Final = 2**31 - 1
"""Number that every database takes."""
_LONGEST_KEY: Final = 4000
HOLDING: Final = (ItemState.KEPT, ItemState.REJECTED, ItemState.GONE, ItemState.SPARED)
"""States of the items of which there may be a record."""
ALIVE: Final = (ItemState.KEPT, ItemState.REJECTED, ItemState.COMING, ItemState.SECOND, ItemState.SPARED)
"""States of the items that claim their identifiers."""
_TABLE: Final = cast("Table", HarvestItem.__table__)
_Value = TypeVar("_Value")


@dataclass(slots=True, kw_only=True, eq=False)
class Item:
    """An item at hand: as `HarvestItem`, until it is written down.

    Attributes:
        id: None until it is written down.
    """

    source_id: int
    key: str
    id: int | None = None
    identifier: str | None = None
    mark: str | None = None
    digest: str | None = None
    coming: str | None = None
    state: ItemState = ItemState.REJECTED
    seen: int = 0

    @property
    def holds(self) -> bool:
        """Whether there is a record of it, unless somebody else removed it."""
        return self.state in HOLDING and self.digest is not None and self.identifier is not None

    def has(self, digest: str) -> bool:
        """Whether the record of its identifier is its own, as long as that has a document of this SHA-256."""
        known = self.coming if self.state is ItemState.COMING else self.digest
        return self.state is not ItemState.SECOND and digest in (known, self.coming)

    def values(self) -> dict[str, Any]:
        """Return the columns that may change."""
        return {
            "identifier": self.identifier,
            "identifier_digest": None if self.identifier is None else digest_of(self.identifier),
            "mark": None if self.mark is None else storable(self.mark),
            "digest": self.digest,
            "coming": self.coming,
            "state": self.state,
            "seen": self.seen,
        }


def storable(text: str) -> str:
    """Return text as every database takes it: for NUL and for halves of characters there is a replacement character."""
    return text.encode(errors="replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


def portions(values: Sequence[_Value]) -> Iterator[Sequence[_Value]]:
    """Yield values in portions that fit into one question."""
    for begin in range(0, len(values), AT_ONCE):
        yield values[begin : begin + AT_ONCE]


def of_keys(session: Session, source_id: int, keys: Sequence[str]) -> dict[str, Item]:
    """Return the items of these keys of a source, by key; keys that are not known are left out."""
    digests = {digest_of(key): key for key in keys}
    found = {}
    for some in portions(list(digests)):
        where = (_TABLE.c.source_id == source_id, _TABLE.c.key_digest.in_(some))
        for row in session.execute(select(_TABLE).where(*where)):
            key = digests[row.key_digest]
            found[key] = replace(to_item(row), key=key)  # which may be longer than what is written down
    return found


def holders(session: Session, identifiers: Sequence[str]) -> dict[str, list[Item]]:
    """Return the items, of whatever source, that hold records of these identifiers, or may do so."""
    digests = {digest_of(identifier): identifier for identifier in identifiers}
    found: dict[str, list[Item]] = defaultdict(list)
    for some in portions(list(digests)):
        where = (_TABLE.c.identifier_digest.in_(some), _TABLE.c.state.in_((*HOLDING, ItemState.COMING)))
        for row in session.execute(select(_TABLE).where(*where)):
            found[digests[row.identifier_digest]].append(to_item(row))
    return dict(found)


def names_of(session: Session, source_ids: set[int]) -> dict[int, str]:
    """Return the names of sources, by their numbers."""
    if not source_ids:
        return {}
    return dict(session.execute(select(HarvestSource.id, HarvestSource.name).where(HarvestSource.id.in_(source_ids))).tuples().all())


def claimants(session: Session, items: Sequence[Item]) -> dict[int, list[Item]]:
    """Return, by the numbers of items, those others, of whatever source, that are alive and have the same identifier."""
    wanted = {digest_of(item.identifier): item for item in items if item.identifier is not None}
    found: dict[int, list[Item]] = defaultdict(list)
    for some in portions(list(wanted)):
        for row in session.execute(select(_TABLE).where(_TABLE.c.identifier_digest.in_(some), _TABLE.c.state.in_(ALIVE))):
            number = wanted[row.identifier_digest].id
            if number is not None and number != row.id:
                found[number].append(to_item(row))
    return dict(found)


def write(session: Session, items: Iterable[Item]) -> None:
    """Write items down, new ones and known ones."""
    new = []
    known = []
    for item in items:
        if item.id is None:
            new.append(_named(item))
        else:
            known.append({"item_id": item.id} | item.values())
    if new:
        session.connection().execute(insert(_TABLE), new)
    if known:
        change(session, known)


def change(session: Session, changes: Sequence[Mapping[str, Any]], state: ItemState | None = None) -> None:
    """Change the same members of items, each by its `item_id`.

    What has gone meanwhile is passed over, and with a state what is in another by now: the runs of other sources go on beside this one.
    """
    where = [_TABLE.c.id == bindparam("item_id"), *([] if state is None else [_TABLE.c.state == state])]
    values: dict[str, Any] = {name: bindparam(name) for name in changes[0] if name != "item_id"}
    session.connection().execute(update(_TABLE).where(*where).values(values), [*changes])


def intend(session: Session, holding: Mapping[int, str], others: Sequence[Item]) -> None:
    """Write down which documents are about to be kept.

    Whoever is killed before he can say that they are kept leaves that they may be; they have no marks, so that they are asked for.

    Args:
        session: of a transaction.
        holding: by the numbers of the items that have their records already, the SHA-256 of what takes the place of these.
        others: items that are about to have records: as they are to be, which they are not yet. New ones get their numbers.
    """
    connection = session.connection()
    rows = [{"item_id": item_id, "comes": digest} for item_id, digest in holding.items()]
    if rows:
        statement = update(_TABLE).where(_TABLE.c.id == bindparam("item_id")).values(coming=bindparam("comes"), mark=None)
        connection.execute(statement, rows)
    coming = [replace(item, state=ItemState.COMING, coming=item.digest, digest=None, mark=None, seen=0) for item in others]
    write(session, [item for item in coming if item.id is not None])
    new = [_named(item) for item in coming if item.id is None]
    if new:
        added = connection.execute(insert(_TABLE).returning(_TABLE.c.key_digest, _TABLE.c.id), new)
        numbers = dict(added.tuples().all())
        for item in others:
            item.id = numbers.get(digest_of(item.key), item.id) if item.id is None else item.id


def lose(session: Session, items: Iterable[Item]) -> None:
    """Write down that others have the records of these items now, unless the items moved on meanwhile; nothing else of them changes."""
    rows = [{"item_id": item.id, "known": item.digest} for item in sorted(items, key=lambda item: item.id or 0) if item.id is not None]
    if rows:  # in the order of their numbers: who else changes them waits, and never for each other
        same = (_TABLE.c.id == bindparam("item_id"), _TABLE.c.digest.is_not_distinct_from(bindparam("known")))
        session.connection().execute(update(_TABLE).where(*same).values(state=ItemState.SECOND, coming=None), rows)


def _named(item: Item) -> dict[str, Any]:
    """Return the columns of a new item."""
    return {"source_id": item.source_id, "key": storable(item.key)[:_LONGEST_KEY], "key_digest": digest_of(item.key)} | item.values()


def note_seen(session: Session, source_id: int, keys: Sequence[str], run_id: int) -> int:
    """Write down that a run saw these documents as they were; return how many it had not seen yet."""
    noted = 0
    for some in portions([digest_of(key) for key in keys]):
        where = (_TABLE.c.source_id == source_id, _TABLE.c.key_digest.in_(some), _TABLE.c.seen < run_id)
        noted += cast("CursorResult[Any]", session.execute(update(_TABLE).where(*where).values(seen=run_id))).rowcount
    return noted


def forget(session: Session, item_ids: Sequence[int]) -> None:
    """Remove items."""
    for some in portions(item_ids):
        session.execute(delete(_TABLE).where(_TABLE.c.id.in_(some)))


def to_item(row: Row[Any] | HarvestItem) -> Item:
    """Return an item as it is written down."""
    return Item(
        id=row.id,
        source_id=row.source_id,
        key=row.key,
        identifier=row.identifier,
        mark=row.mark,
        digest=row.digest,
        coming=row.coming,
        state=row.state,
        seen=row.seen,
    )
