"""The inventory: which files a data set has, how many meet criteria, and what they can be selected by."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from database import Database
from ordering.criteria import Criteria, Offered, OfferedKind
from ordering.matching import Wanted
from ordering.models import DataFile, FileValue, Node, NodeKind
from ordering.paging import Piece, Sort, numbers_on

__all__ = ["Count", "FileView", "Inventory", "Sort", "count_in"]

_AT_ONCE: Final = 5000
_MOST_TEXTS: Final = 50
_WORDS: Final = {"target": "Target", "time": "Time"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    """A data object, to be shown. Attributes as of `ordering.models.DataFile`."""

    id: int
    name: str
    bytes: int
    sha256: str
    begins: datetime | None
    ends: datetime | None
    target: int | None
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many files there are, and their bytes together."""

    files: int = 0
    bytes: int = 0


class Inventory:
    """The files of a database's data tree.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, node_id: int, criteria: Criteria, *, unticked: Collection[int] = ()) -> Count:
        """Return how many files of a data set meet the criteria, without those `unticked` (numbers of files)."""
        with self._database.reading() as session:
            return count_in(session, node_id, criteria, unticked=unticked)

    def page(
        self, node_id: int, criteria: Criteria, *, sort: Sort = "name", descending: bool = False, page: int = 1, size: int = 20
    ) -> list[FileView]:
        """Return one page, counted from 1, of the files of a data set that meet the criteria; [] behind the last."""
        piece = Piece(sort=sort, descending=descending, first=(max(page, 1) - 1) * size, size=size)
        with self._database.reading() as session:
            wanted = numbers_on(session, node_id, criteria, piece)
            found = {view.id: view for view in _views(session, wanted)}
        return [found[number] for number in wanted]

    def matching(self, session: Session, node_id: int, criteria: Criteria) -> Select[tuple[int]]:
        """Return the question for the numbers of the files that meet the criteria, in no order; to be asked within the session."""
        return Wanted.of(session, node_id, criteria).matching()

    def offered(self, node_id: int) -> list[Offered]:
        """Return what the files of a data set can be selected by, in the order that the data set names it; [] for other nodes."""
        with self._database.reading() as session:
            node = session.get(Node, node_id)
            if node is None:
                return []
            labels = _labels(session, node)
            return [_offered(session, node, name, labels.get(name) or _WORDS.get(name, name)) for name in node.criteria]


def count_in(session: Session, node_id: int, criteria: Criteria, *, unticked: Collection[int] = ()) -> Count:
    """Return what `Inventory.count` does, within a session."""
    wanted = Wanted.of(session, node_id, criteria)
    if criteria.empty:  # which is counted at each delivery
        row = session.execute(select(Node.files, Node.bytes).where(Node.id == node_id, Node.kind == NodeKind.DATA_SET)).one_or_none()
    else:
        row = session.execute(wanted.counting()).one()
    files, size = row or (0, 0)
    numbers = list(unticked)
    for first in range(0, len(numbers), _AT_ONCE):
        some = DataFile.id.in_(numbers[first : first + _AT_ONCE])
        less, less_size = session.execute(wanted.counting().where(some)).one()
        files, size = files - less, size - less_size
    return Count(files=files, bytes=int(size))


def _views(session: Session, numbers: Sequence[int]) -> list[FileView]:
    file = DataFile
    columns = (file.id, file.name, file.bytes, file.sha256, file.begins, file.ends, file.target, file.path)
    return [FileView(**row._asdict()) for row in session.execute(select(*columns).where(DataFile.id.in_(numbers)))]


def _labels(session: Session, node: Node) -> dict[str, str]:
    """Return how the criteria are called: "labels" in the details of the node, or of those above it."""
    labels: dict[str, str] = {}
    step: Node | None = node
    while step is not None:
        told = step.details.get("labels", {})
        labels = {**told, **labels}
        step = session.get(Node, step.parent_id) if step.parent_id is not None else None
    return labels


def _offered(session: Session, node: Node, name: str, label: str) -> Offered:
    if name == "time":
        return Offered(name=name, label=label, kind=OfferedKind.TIME, least=node.begins, most=node.ends)
    if name == "target":
        least, most = (_bound(session, bound(DataFile.target), DataFile.node_id == node.id) for bound in (func.min, func.max))
        return Offered(name=name, label=label, kind=OfferedKind.NUMBER, least=least, most=most)
    of_it = and_(FileValue.node_id == node.id, FileValue.name == name)
    if texts := _texts(session, node.id, name):
        return Offered(name=name, label=label, kind=OfferedKind.TEXT, values=texts)
    least, most = (_bound(session, bound(FileValue.number), of_it) for bound in (func.min, func.max))
    return Offered(name=name, label=label, kind=OfferedKind.NUMBER, least=least, most=most)


def _bound(session: Session, value: Any, where: ColumnElement[bool]) -> Any:  # noqa: ANN401 -- a number of either kind
    return session.scalar(select(value).where(where))  # alone in its question, it is read from one end of the index


def _texts(session: Session, node_id: int, name: str) -> tuple[str, ...]:
    """Return the different texts, in order; each step leaps to the next in the index, however many files have the same."""
    value = aliased(FileValue)
    of_it = and_(value.node_id == node_id, value.name == name)
    first: Select[Any] = select(func.min(value.text).label("text")).where(of_it)
    steps = first.cte("steps", recursive=True)
    behind = select(func.min(value.text)).where(of_it, value.text > steps.c.text).scalar_subquery()
    steps = steps.union_all(select(behind).where(steps.c.text.is_not(None)))
    found = session.scalars(select(steps.c.text).where(steps.c.text.is_not(None)).limit(_MOST_TEXTS))
    return tuple(found)
