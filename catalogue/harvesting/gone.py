"""What becomes of documents that are not at their source any more: who else has them, and whether to wait for a curator."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, exists, func, not_, or_, select, update
from sqlalchemy.orm import Session, aliased

from catalogue.harvesting.items import ALIVE, HOLDING, Item, to_item
from catalogue.harvesting.models import HarvestItem, HarvestSource, ItemState

SHRUNK: Final = 0.1
"""A source that lost more than this part of its documents is not believed, unless all of its records may be withdrawn."""
_WAITS: Final = "Nothing is withdrawn until a curator confirms it."
_Other: Final = aliased(HarvestItem)
_RECORDLESS: Final = or_(HarvestItem.state == ItemState.SECOND, HarvestItem.digest.is_(None))


def documents_of(session: Session, source_id: int) -> int:
    """Return how many documents a source is known to have that could be read."""
    where = (HarvestItem.source_id == source_id, HarvestItem.digest.is_not(None), HarvestItem.state != ItemState.SPARED)
    return session.scalar(select(func.count()).where(*where)) or 0


def records_of(session: Session, source_id: int) -> int:
    """Return how many records there are of a source, those among them that are to be withdrawn."""
    holding = HarvestItem.state.in_([ItemState.KEPT, ItemState.REJECTED, ItemState.GONE])
    return session.scalar(select(func.count()).where(HarvestItem.source_id == source_id, holding, HarvestItem.digest.is_not(None))) or 0


def count_gone(session: Session, source_id: int) -> int:
    """Return how many of a source's records are to be withdrawn."""
    return session.scalar(select(func.count()).where(*_gone(source_id))) or 0


def gone_items(session: Session, source_id: int, *, after: int = 0, limit: int) -> list[Item]:
    """Return the first items behind a number of which the records are to be withdrawn."""
    query = select(HarvestItem).where(*_gone(source_id), HarvestItem.id > after).order_by(HarvestItem.id).limit(limit)
    return [to_item(row) for row in session.scalars(query)]


def any_absent(session: Session, source_id: int, walk: int) -> bool:
    """Return whether there is a document with a record that the walk which this run began did not see."""
    return session.scalar(select(HarvestItem.id).where(*_absent(source_id, walk), not_(_RECORDLESS)).limit(1)) is not None


def mark_absent(session: Session, source_id: int, walk: int) -> None:
    """Write down as gone what a walk did not see; what has no record is forgotten."""
    where = _absent(source_id, walk)
    session.execute(delete(HarvestItem).where(*where, _RECORDLESS))
    session.execute(update(HarvestItem).where(*where).values(state=ItemState.GONE, mark=None))


def hand_over(session: Session, source_id: int) -> None:
    """Forget what is gone at a source and is there elsewhere: its record stays.

    Another key of the same source with the same document has it from now on. Other documents that claim the identifier are asked for
    anew, and the first that comes takes the record over.
    """
    if not count_gone(session, source_id):
        return
    same = and_(_Other.source_id == HarvestItem.source_id, _Other.digest == HarvestItem.digest)
    moved = (HarvestItem.source_id == source_id, HarvestItem.state == ItemState.SECOND, _claimed(_gone(source_id, _Other), same))
    session.execute(update(HarvestItem).where(*moved).values(state=ItemState.KEPT))
    _ask_losers(session, _gone(source_id))
    session.execute(delete(HarvestItem).where(*_gone(source_id), _claimed((_Other.state.in_(ALIVE),), _Other.id != HarvestItem.id)))


def free_losers(session: Session, source_id: int) -> None:
    """Ask anew for the documents of other sources that have identifiers of records of this one, which is removed."""
    _ask_losers(session, (HarvestItem.source_id == source_id, HarvestItem.state.in_(HOLDING)))


def give_up_all(session: Session, source_id: int) -> int:
    """Write down as gone all that a source has; return how many records there are to be withdrawn."""
    mine = HarvestItem.source_id == source_id
    session.execute(delete(HarvestItem).where(mine, _RECORDLESS))
    session.execute(update(HarvestItem).where(mine).values(state=ItemState.GONE, mark=None))
    hand_over(session, source_id)
    return count_gone(session, source_id)


def brake(*, gone: int, records: int, had: int, seen: int | None, share: float) -> str | None:
    """Return why a curator has to say that records are withdrawn; None where nobody has to be asked.

    Args:
        gone: records to be withdrawn.
        records: of the source, these among them.
        had: documents that the source had before.
        seen: documents that it has now; None where not all of them were looked at.
        share: the part of the records that may be withdrawn without a word; 1 for all.
    """
    if not gone or share >= 1:
        return None
    if gone > share * records:
        return f"{gone:,} of {records:,} records would be withdrawn, more than {share:.0%}. {_WAITS}"
    if seen is not None and had - seen > SHRUNK * had:
        return f"The source shrank from {had:,} documents to {seen:,}, by more than {SHRUNK:.0%}. {_WAITS}"
    return None


def _gone(source_id: int, table: type[HarvestItem] = HarvestItem) -> tuple[ColumnElement[bool], ...]:
    return table.source_id == source_id, table.state == ItemState.GONE


def _absent(source_id: int, walk: int) -> tuple[ColumnElement[bool], ...]:
    states = HarvestItem.state.in_([ItemState.KEPT, ItemState.REJECTED, ItemState.SECOND])
    return HarvestItem.source_id == source_id, states, HarvestItem.seen < walk


def _claimed(by: Sequence[ColumnElement[bool]], *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether another item, of such a kind, has the same identifier."""
    return exists(select(_Other.id).where(_Other.identifier_digest == HarvestItem.identifier_digest, *by, *conditions))


def _ask_losers(session: Session, winners: Sequence[ColumnElement[bool]]) -> None:
    """Forget the marks of those that claim the identifiers of some items, and have their sources tell of all they have."""
    claimed = select(HarvestItem.identifier_digest).where(*winners)
    losers = (_Other.state == ItemState.SECOND, _Other.identifier_digest.in_(claimed))
    session.execute(update(HarvestSource).where(HarvestSource.id.in_(select(_Other.source_id).where(*losers))).values(complete_since=None))
    session.execute(update(HarvestItem).where(HarvestItem.id.in_(select(_Other.id).where(*losers))).values(mark=None))
