"""What is known of the documents of a source: looked up and written in bulk, within a session of whoever asks."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar, cast

from sqlalchemy import CursorResult, Row, Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from catalogue.harvesting.models import HarvestItem, ItemState

AT_ONCE: Final = 500
"""Values of one question to the database."""
LARGEST: Final = 2**31 - 1
"""Number that every database takes."""
_LONGEST_KEY: Final = 4000
HOLDING: Final = (ItemState.KEPT, ItemState.REJECTED, ItemState.GONE, ItemState.SPARED)
"""States of the items of which there may be a record."""
ALIVE: Final = (ItemState.KEPT, ItemState.REJECTED, ItemState.SECOND, ItemState.SPARED)
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


def digest_of(text: str) -> str:
    """Return what a key or an identifier is looked up by: BLAKE2b, 16 bytes, hexadecimal."""
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).hexdigest()


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
    """Return the items, of whatever source, that hold records of these identifiers."""
    digests = {digest_of(identifier): identifier for identifier in identifiers}
    found: dict[str, list[Item]] = defaultdict(list)
    for some in portions(list(digests)):
        where = (_TABLE.c.identifier_digest.in_(some), _TABLE.c.state.in_(HOLDING), _TABLE.c.digest.is_not(None))
        for row in session.execute(select(_TABLE).where(*where)):
            found[digests[row.identifier_digest]].append(to_item(row))
    return dict(found)


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
            named = {"source_id": item.source_id, "key": storable(item.key)[:_LONGEST_KEY], "key_digest": digest_of(item.key)}
            new.append(named | item.values())
        else:
            known.append({"item_id": item.id} | item.values())
    connection = session.connection()
    if new:
        connection.execute(insert(_TABLE), new)
    if known:
        names = [name for name in known[0] if name != "item_id"]
        connection.execute(
            update(_TABLE).where(_TABLE.c.id == bindparam("item_id")).values({name: bindparam(name) for name in names}), known
        )


def intend(session: Session, coming: Mapping[int, str]) -> None:
    """Write down which documents are about to be kept in place of those that items hold, by their numbers.

    Whoever is killed before he can say that they are kept leaves that they may be; their marks are forgotten, so that they are asked for.
    """
    rows = [{"item_id": item_id, "comes": digest} for item_id, digest in coming.items()]
    if rows:
        statement = update(_TABLE).where(_TABLE.c.id == bindparam("item_id")).values(coming=bindparam("comes"), mark=None)
        session.connection().execute(statement, rows)


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
