"""Which files meet criteria, as questions to the database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from ordering.criteria import Criteria, ValueChoice, ValueRange
from ordering.models import DataFile, FileValue


class Unindexed(ColumnElement[Any]):
    """A column that SQLite must not look for an index by: where rows come in an order that is wanted, they are better tried one by one.

    Other databases weigh that themselves.
    """

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any]) -> None:
        self.column = column
        self.type = column.type


@compiles(Unindexed)
def _plain(element: Unindexed, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 -- SQLAlchemy's
    return str(compiler.process(element.column, **options))


@compiles(Unindexed, "sqlite")
def _signed(element: Unindexed, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 -- as above
    return f"+{compiler.process(element.column, **options)}"


def matching(node_id: int, criteria: Criteria) -> Select[tuple[int]]:
    """Return the question for the numbers of the files of a data set that meet the criteria, in no order."""
    return select(DataFile.id).where(*conditions(node_id, criteria))


def counting(node_id: int, criteria: Criteria) -> Select[tuple[int, int]]:
    """Return the question for how many these are, and their bytes."""
    return select(func.count(), func.coalesce(func.sum(DataFile.bytes), 0)).where(*conditions(node_id, criteria))


def conditions(node_id: int, criteria: Criteria, *, indexed: bool = True) -> list[ColumnElement[bool]]:
    """Return what a file must meet; with `indexed` false, so that no index is chosen by the criteria."""
    begins: ColumnElement[Any] = DataFile.begins.expression
    target: ColumnElement[Any] = DataFile.target.expression
    if not indexed:
        begins, target = Unindexed(begins), Unindexed(target)
    met: list[ColumnElement[bool]] = [DataFile.node_id == node_id]
    if criteria.ends:
        met.append(begins <= criteria.ends)
    if criteria.begins:
        met.append(func.coalesce(DataFile.ends, DataFile.begins) >= criteria.begins)
    if criteria.targets:
        met.append(_one_of(target, criteria.targets))
    return [*met, *(DataFile.id.in_(_having(node_id, value)) for value in criteria.values)]


def _one_of(target: ColumnElement[Any], wanted: Sequence[tuple[int, int]]) -> ColumnElement[bool]:
    singles = [first for first, last in wanted if first == last]
    ranges = [and_(target >= first, target <= last) for first, last in wanted if first < last]
    return or_(*ranges, target.in_(singles)) if singles else or_(*ranges)


def _having(node_id: int, value: ValueRange | ValueChoice) -> Select[tuple[int]]:
    having = select(FileValue.file_id).where(FileValue.node_id == node_id, FileValue.name == value.name)
    match value:
        case ValueChoice():
            return having.where(FileValue.text.in_(value.texts))
        case ValueRange():
            having = having.where(FileValue.number >= value.least) if value.least is not None else having
            return having.where(FileValue.number <= value.most) if value.most is not None else having
