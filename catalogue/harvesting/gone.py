"""What becomes of documents that are not at their source any more: who else has them, and whether to wait for a curator."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, case, delete, exists, func, not_, null, or_, select, update
from sqlalchemy.orm import Session, aliased

from catalogue.harvesting.codelists import ItemState
from catalogue.harvesting.items import ALIVE, HOLDING, Item, change, to_item
from catalogue.harvesting.models import HarvestItem, HarvestSource

SHRUNK: Final = 0.1
"""A source that lost more than this part of its documents is not believed, unless all of its records may be withdrawn."""
_WAITS: Final = "Nothing is withdrawn until a curator confirms it."
_Other: Final = aliased(HarvestItem)
_RECORDLESS: Final = or_(HarvestItem.state == ItemState.SECOND, and_(HarvestItem.state == ItemState.REJECTED, HarvestItem.digest.is_(None)))

_AS_GONE: Final = {
    HarvestItem.state: ItemState.GONE,
    HarvestItem.mark: None,
    HarvestItem.digest: case((HarvestItem.state == ItemState.COMING, null()), else_=HarvestItem.digest),
}
"""Of an item that is gone. Without a digest, its record is withdrawn only if that has the very document that was coming."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """How much is known of a source.

    Attributes:
        documents: it is known to have, or to have had, and they could be read.
        records: there are of it, those among them that are to be withdrawn.
        gone: of these are to be withdrawn.
    """

    documents: int
    records: int
    gone: int


def numbers_of(session: Session, source_id: int) -> Numbers:
    """Return how much is known of a source."""
    where = (HarvestItem.source_id == source_id, HarvestItem.digest.is_not(None))
    counted = dict(session.execute(select(HarvestItem.state, func.count()).where(*where).group_by(HarvestItem.state)).tuples().all())
    return Numbers(
        documents=sum(number for state, number in counted.items() if state is not ItemState.SPARED),
        records=sum(counted.get(state, 0) for state in (ItemState.KEPT, ItemState.REJECTED, ItemState.GONE)),
        gone=session.scalar(select(func.count()).where(*gone(source_id))) or 0,
    )


def gone_items(session: Session, source_id: int, *, limit: int) -> list[Item]:
    """Return the first items of which the records are to be withdrawn."""
    query = select(HarvestItem).where(*gone(source_id)).order_by(HarvestItem.seen, HarvestItem.id).limit(limit)
    return [to_item(row) for row in session.scalars(query)]


def any_absent(session: Session, source_id: int, walk: int) -> bool:
    """Return whether there is a document with a record that the walk which this run began did not see."""
    return session.scalar(select(HarvestItem.id).where(*absent(source_id, walk), not_(_RECORDLESS)).limit(1)) is not None


def give_up(session: Session, ids: Sequence[int]) -> None:
    """Write items down as gone; what has no record is forgotten."""
    some = HarvestItem.id.in_(ids)
    session.execute(delete(HarvestItem).where(some, _RECORDLESS))
    session.execute(update(HarvestItem).where(some).values(_AS_GONE))


def spare(session: Session, ids: Sequence[int]) -> None:
    """Keep the records of items that are gone."""
    some = (HarvestItem.id.in_(ids), HarvestItem.state == ItemState.GONE)
    session.execute(update(HarvestItem).where(*some).values(state=ItemState.SPARED))


def hand_over(session: Session, source_id: int, ids: Sequence[int]) -> None:
    """Forget those items of a source that are gone there and are elsewhere: their records stay.

    Another key of the same source with the same document has it from now on. Other documents that claim the identifier are asked for
    anew, and the first that comes takes the record over, as long as nobody changed it here; one that cannot be read now has it meanwhile.
    """
    leaving = _claims(session, ids, [ItemState.GONE])
    seconds = [row for row in claiming(session, leaving, ItemState.SECOND) if row.source_id == source_id]
    moved = [row.id for row in seconds if row.digest in leaving[row.identifier_digest]]
    session.execute(update(HarvestItem).where(HarvestItem.id.in_(moved)).values(state=ItemState.KEPT))
    _ask_losers(session, leaving)
    elsewhere = _claimed(_Other.state.in_(ALIVE), _Other.id != HarvestItem.id)
    session.execute(delete(HarvestItem).where(HarvestItem.id.in_(ids), HarvestItem.state == ItemState.GONE, elsewhere))


def forget(session: Session, ids: Sequence[int]) -> None:
    """Forget items of a source that is removed; other sources' documents that have their identifiers are asked for anew."""
    _ask_losers(session, _claims(session, ids, HOLDING))
    session.execute(delete(HarvestItem).where(HarvestItem.id.in_(ids)))


def brake(*, gone: int, records: int, had: int, seen: int | None, share: float) -> str | None:
    """Return why a curator has to say that records are withdrawn; None where nobody has to be asked.

    Args:
        gone: records to be withdrawn.
        records: that the source had before.
        had: documents that the source had before.
        seen: documents that it has now; None where not all of them were looked at.
        share: the part of the records that may be withdrawn without a word; 1 for all.
    """
    if not gone or share >= 1:
        return None
    if gone > share * records:
        return f"{gone:,} of {max(gone, records):,} records would be withdrawn, more than {share:.0%}. {_WAITS}"
    if seen is not None and had - seen > SHRUNK * had:
        return f"The source shrank from {had:,} documents to {seen:,}, by more than {SHRUNK:.0%}. {_WAITS}"
    return None


def gone(source_id: int) -> tuple[ColumnElement[bool], ...]:
    """Return what is true of the items of a source of which the records are to be withdrawn."""
    return HarvestItem.source_id == source_id, HarvestItem.state == ItemState.GONE


def absent(source_id: int, walk: int) -> tuple[ColumnElement[bool], ...]:
    """Return what is true of the items of a source that a walk did not see."""
    states = HarvestItem.state.in_([ItemState.KEPT, ItemState.REJECTED, ItemState.COMING, ItemState.SECOND])
    return HarvestItem.source_id == source_id, states, HarvestItem.seen < walk


def _claimed(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether another item, of such a kind, has the same identifier."""
    return exists(select(_Other.id).where(_Other.identifier_digest == HarvestItem.identifier_digest, *conditions))


def _claims(session: Session, ids: Sequence[int], states: Sequence[ItemState]) -> dict[str, set[str]]:
    """Return what the identifiers of items in some states are looked up by, with the SHA-256 of the documents that their records have."""
    columns = (HarvestItem.identifier_digest, func.coalesce(HarvestItem.digest, HarvestItem.coming))
    found: dict[str, set[str]] = {}
    for claim, digest in session.execute(select(*columns).where(HarvestItem.id.in_(ids), HarvestItem.state.in_(states))):
        if claim is not None:
            found.setdefault(claim, set()).update(() if digest is None else (digest,))
    return found


def claiming(session: Session, claims: Collection[str], state: ItemState) -> Sequence[Row[Any]]:
    """Return the items, of whatever source, in a state that claim some identifiers."""
    columns = (HarvestItem.id, HarvestItem.source_id, HarvestItem.identifier_digest, HarvestItem.digest)
    return session.execute(select(*columns).where(HarvestItem.identifier_digest.in_(claims), HarvestItem.state == state)).all()


def _ask_losers(session: Session, claims: Mapping[str, Collection[str]]) -> None:
    """Let those that claim some identifiers in vain have the records, which have these documents; their sources tell of all they have."""
    losers = claiming(session, claims, ItemState.SECOND)
    kept = {(row.source_id, row.identifier_digest) for row in claiming(session, claims, ItemState.KEPT)}
    record = {claim: min(digests, default=None) for claim, digests in claims.items()}
    coming = [
        {"item_id": row.id, "state": ItemState.COMING, "coming": record[row.identifier_digest]}
        for row in losers
        if (row.source_id, row.identifier_digest) not in kept
    ]
    rejected = [row for row in claiming(session, claims, ItemState.REJECTED) if row.digest is None]
    sources = {row.source_id for row in losers}
    session.execute(update(HarvestSource).where(HarvestSource.id.in_(sources)).values(complete_since=None))
    session.execute(update(HarvestItem).where(HarvestItem.id.in_([row.id for row in losers])).values(mark=None))
    if coming:
        change(session, coming, ItemState.SECOND)
    if rejected:
        change(session, [{"item_id": row.id, "digest": record[row.identifier_digest]} for row in rejected], ItemState.REJECTED)
