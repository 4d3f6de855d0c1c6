"""Which files meet criteria, as questions to the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler

from ordering.criteria import Criteria, ValueChoice, ValueRange
from ordering.models import DataFile, FileValue, Node


class _Unindexed(ColumnElement[Any]):
    inherit_cache = True

    def __init__(self, column: ColumnElement[Any]) -> None:
        self.column = column
        self.type = column.type


@compiles(_Unindexed)
def _plain(element: _Unindexed, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 -- SQLAlchemy's
    return str(compiler.process(element.column, **options))


@compiles(_Unindexed, "sqlite")
def _signed(element: _Unindexed, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 -- as above
    return f"+{compiler.process(element.column, **options)}"


def unindexed(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a column that SQLite does not choose an index for; other databases weigh by themselves what is better."""
    return _Unindexed(column)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Files of a data set that meet criteria.

    Attributes:
        node_id: of the data set.
        criteria: what they meet.
        longest: seconds that the longest file of the data set lasts; None where that is not known.
    """

    node_id: int
    criteria: Criteria
    longest: int | None = None

    @classmethod
    def of(cls, session: Session, node_id: int, criteria: Criteria) -> Self:
        """Return them with what the data set tells."""
        longest = session.scalar(select(Node.longest).where(Node.id == node_id)) if criteria.begins else None
        return cls(node_id=node_id, criteria=criteria, longest=longest)

    def matching(self) -> Select[tuple[int]]:
        """Return the question for their numbers, in no order."""
        return select(DataFile.id).where(*self.conditions())

    def some(self, most: int) -> Select[tuple[int]]:
        """Return the question for their numbers, or for `most` of them where they are more."""
        criteria = self.criteria
        if len(criteria.values) == 1 and not (criteria.begins or criteria.ends or criteria.targets):
            return self._having(criteria.values[0]).limit(most)  # which need not look at all that have the value to find the first
        return self.matching().limit(most)

    def counting(self) -> Select[tuple[int, int]]:
        """Return the question for how many they are, and their bytes."""
        return select(func.count(), func.coalesce(func.sum(DataFile.bytes), 0)).where(*self.conditions())

    def conditions(self, *, indexed: bool = True) -> list[ColumnElement[bool]]:
        """Return what a file must meet; with `indexed` false, so that no index is chosen by the criteria."""
        target: ColumnElement[Any] = DataFile.target.expression
        met = [DataFile.node_id == self.node_id, *self._times(indexed=indexed)]
        if self.criteria.targets:
            met.append(_one_of(target if indexed else unindexed(target), self.criteria.targets))
        for value in self.criteria.values:
            if indexed:
                met.append(DataFile.id.in_(self._having(value)))
            else:
                met.append(select(FileValue).where(FileValue.file_id == DataFile.id, *_meets(value)).exists())
        return met

    def _having(self, value: ValueRange | ValueChoice) -> Select[tuple[int]]:
        return select(FileValue.file_id).where(FileValue.node_id == self.node_id, *_meets(value))

    def _times(self, *, indexed: bool) -> list[ColumnElement[bool]]:
        begins: ColumnElement[Any] = DataFile.begins.expression
        begins = begins if indexed else unindexed(begins)
        met: list[ColumnElement[bool]] = []
        if self.criteria.ends:
            met.append(begins <= self.criteria.ends)
        if self.criteria.begins:
            met.append(func.coalesce(DataFile.ends, DataFile.begins) >= self.criteria.begins)
            if self.longest is not None:  # what began longer ago has ended: an index needs not be read from its beginning
                met.append(begins >= _before(self.criteria.begins, self.longest))
        return met


def _before(moment: datetime, seconds: int) -> datetime:
    """Return the moment so many seconds before one, or the first there is."""
    first = datetime.min.replace(tzinfo=UTC)
    return moment - timedelta(seconds=seconds) if (moment - first).total_seconds() > seconds else first


def _one_of(target: ColumnElement[Any], wanted: Sequence[tuple[int, int]]) -> ColumnElement[bool]:
    singles = [first for first, last in wanted if first == last]
    ranges = [and_(target >= first, target <= last) for first, last in wanted if first < last]
    return or_(*ranges, target.in_(singles)) if singles else or_(*ranges)


def _meets(value: ValueRange | ValueChoice) -> list[ColumnElement[bool]]:
    met: list[ColumnElement[bool]] = [FileValue.name == value.name]
    match value:
        case ValueChoice():
            met.append(FileValue.text.in_(value.texts))
        case ValueRange():
            met += [] if value.least is None else [FileValue.number >= value.least]
            met += [] if value.most is None else [FileValue.number <= value.most]
    return met
