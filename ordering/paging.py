"""Which files are on a page: read in the order of an index, or sorted where they are few."""

from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from ordering.criteria import Criteria
from ordering.matching import conditions, matching
from ordering.models import DataFile, Node

Sort = Literal["name", "size", "target"]
_SORTED_BY: Final[dict[Sort, tuple[InstrumentedAttribute[Any], ...]]] = {
    "name": (DataFile.name, DataFile.id),
    "size": (DataFile.bytes, DataFile.id),
    "target": (DataFile.target, DataFile.begins, DataFile.ends, DataFile.bytes, DataFile.id),
}
"""Each as an index of the files has it."""
_FEW: Final = 2000
"""Files that are sorted faster than they are found in the order of an index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What is wanted of an ordered list: `size` files, `first` of them (from 0) left out before."""

    sort: Sort
    descending: bool
    first: int
    size: int


def numbers_on(session: Session, node_id: int, criteria: Criteria, piece: Piece) -> list[int]:
    """Return the numbers of the files on a page, in its order."""
    if criteria.empty:
        return _of_all(session, node_id, piece)
    few = list(session.scalars(matching(node_id, criteria).limit(_FEW + 1)))
    if len(few) <= _FEW:
        return _walked(session, [DataFile.id.in_(few)], piece)
    return _walked(session, conditions(node_id, criteria, indexed=False), piece)


def _of_all(session: Session, node_id: int, piece: Piece) -> list[int]:
    """Return them from whichever end of the data set is nearer."""
    total = session.scalar(select(Node.files).where(Node.id == node_id)) or 0
    size = min(piece.size, total - piece.first)
    behind = total - piece.first - size
    if size <= 0:
        return []
    if behind >= piece.first:
        return _walked(session, [DataFile.node_id == node_id], piece)
    turned = Piece(sort=piece.sort, descending=not piece.descending, first=behind, size=size)
    return _walked(session, [DataFile.node_id == node_id], turned)[::-1]


def _walked(session: Session, where: list[ColumnElement[bool]], piece: Piece) -> list[int]:
    order = [column.desc() if piece.descending else column for column in _SORTED_BY[piece.sort]]
    return list(session.scalars(select(DataFile.id).where(*where).order_by(*order).limit(piece.size).offset(piece.first)))
