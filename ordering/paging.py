"""Which files are on a page: read in the order of an index, or sorted where they are few."""

from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from ordering.criteria import Criteria
from ordering.matching import Wanted, unindexed
from ordering.models import DataFile, Node

Sort = Literal["name", "size", "target"]
_SORTED_BY: Final[dict[Sort, tuple[ColumnElement[Any], ...]]] = {
    "name": (DataFile.name.expression, DataFile.id.expression),
    "size": (DataFile.bytes.expression, DataFile.id.expression),
    "target": tuple(column.expression for column in (DataFile.target, DataFile.begins, DataFile.ends, DataFile.bytes, DataFile.id)),
}
"""Each as an index of the files has it."""
_FEW: Final = 20_000
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
    wanted = Wanted.of(session, node_id, criteria)
    counted = session.scalar(select(func.count()).select_from(wanted.some(_FEW + 1).subquery())) or 0
    if counted <= _FEW:
        return _ordered(session, wanted.conditions(), piece, sorted_after=True)
    return _ordered(session, wanted.conditions(indexed=False), piece)


def _of_all(session: Session, node_id: int, piece: Piece) -> list[int]:
    """Return them from whichever end of the data set is nearer."""
    total = session.scalar(select(Node.files).where(Node.id == node_id)) or 0
    size = min(piece.size, total - piece.first)
    behind = total - piece.first - size
    if size <= 0:
        return []
    if behind >= piece.first:
        return _ordered(session, [DataFile.node_id == node_id], piece)
    turned = Piece(sort=piece.sort, descending=not piece.descending, first=behind, size=size)
    return _ordered(session, [DataFile.node_id == node_id], turned)[::-1]


def _ordered(session: Session, where: list[ColumnElement[bool]], piece: Piece, *, sorted_after: bool = False) -> list[int]:
    columns = [unindexed(column) if sorted_after else column for column in _SORTED_BY[piece.sort]]
    order = [column.desc() if piece.descending else column for column in columns]
    return list(session.scalars(select(DataFile.id).where(*where).order_by(*order).limit(piece.size).offset(piece.first)))
