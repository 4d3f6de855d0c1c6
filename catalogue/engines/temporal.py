"""Temporal operators, as ranges of begin and end in seconds: the same for all engines.

An interval covers all seconds from its begin to its end, both included; an open end lies beyond all numbers that are asked for. An operator
is a choice of conditions on begin and end, each a range; a record answers it when one of its intervals fulfils one of the conditions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from pygeofilter import ast, values

from mappings.index.document import OPEN_BEGIN, OPEN_END
from records.dates import Date, TimeInterval
from records.errors import QueryError

_OPEN: Final = frozenset({"", "..", "*"})


@dataclass(frozen=True, slots=True)
class Condition:
    """Ranges, ends included, in which begin and end of an interval must lie; None for no limit."""

    begin: tuple[int | None, int | None] = (None, None)
    end: tuple[int | None, int | None] = (None, None)

    def holds(self, begin: int, end: int) -> bool:
        """Return whether an interval, open ends as OPEN_BEGIN and OPEN_END, fulfils it."""
        return _within(begin, self.begin) and _within(end, self.end)


def _within(value: int, limits: tuple[int | None, int | None]) -> bool:
    low, high = limits
    return (low is None or value >= low) and (high is None or value <= high)


def bounded_seconds(interval: TimeInterval) -> tuple[int, int]:
    """Return begin and end of an interval, open ends as OPEN_BEGIN and OPEN_END."""
    begin, end = interval.seconds
    return (OPEN_BEGIN if begin is None else begin, OPEN_END if end is None else end)


def moment(literal: object, name: str) -> Date:
    """Return the date that a literal of a filter stands for.

    Raises:
        QueryError: it stands for none.
    """
    try:
        match literal:
            case Date():
                return literal
            case datetime():
                return Date.of(literal if literal.tzinfo is not None else literal.replace(tzinfo=UTC))
            case date():
                return Date.of(literal)
            case int() if not isinstance(literal, bool):
                return Date.parse(f"{literal:04d}")
            case str():
                return Date.parse(literal)
            case _:
                raise QueryError(f"{name} is compared with dates, not with {literal!r}", parameter=name)
    except ValueError as error:
        raise QueryError(f"{literal!r} is no date", parameter=name) from error


def period(literal: object, name: str) -> tuple[int, int]:
    """Return first and last second of what a temporal operator is given: a date, or two of them.

    Raises:
        QueryError: it is neither, or ends before it begins.
    """
    match literal:
        case values.Interval():
            begin, end = _end_of(literal.start, name), _end_of(literal.end, name)
        case TimeInterval():
            begin, end = literal.begin, literal.end
        case [first, last]:
            begin, end = _end_of(first, name), _end_of(last, name)
        case str() if "/" in literal and len(literal.split("/")) == 2 and not _is_date(literal):
            begin, end = (_end_of(part.strip(), name) for part in literal.split("/"))
        case _:
            begin = end = moment(literal, name)
    first_second, last_second = bounded_seconds(TimeInterval(begin=begin, end=end))
    if first_second > last_second:
        raise QueryError("the period ends before it begins", parameter=name)
    return first_second, last_second


def _is_date(text: str) -> bool:
    try:
        Date.parse(text)
    except ValueError:
        return False
    return True


def _end_of(literal: object, name: str) -> Date | None:
    return None if literal is None or (isinstance(literal, str) and literal.strip() in _OPEN) else moment(literal, name)


_Op: Final = ast.TemporalComparisonOp
_CONDITIONS: Final[dict[ast.TemporalComparisonOp, Callable[[int, int], tuple[Condition, ...]]]] = {
    _Op.BEFORE: lambda first, _: (Condition(end=(None, first - 1)),),
    _Op.AFTER: lambda _, last: (Condition(begin=(last + 1, None)),),
    _Op.DISJOINT: lambda first, last: (Condition(end=(None, first - 1)), Condition(begin=(last + 1, None))),
    _Op.DURING: lambda first, last: (Condition(begin=(first, None), end=(None, last)),),
    _Op.TCONTAINS: lambda first, last: (Condition(begin=(None, first), end=(last, None)),),
    _Op.TEQUALS: lambda first, last: (Condition(begin=(first, first), end=(last, last)),),
    _Op.BEGINS: lambda first, last: (Condition(begin=(first, first), end=(None, last - 1)),),
    _Op.BEGUNBY: lambda first, last: (Condition(begin=(first, first), end=(last + 1, None)),),
    _Op.ENDS: lambda first, last: (Condition(begin=(first + 1, None), end=(last, last)),),
    _Op.ENDEDBY: lambda first, last: (Condition(begin=(None, first - 1), end=(last, last)),),
    _Op.MEETS: lambda first, _: (Condition(end=(first - 1, first)),),
    _Op.METBY: lambda _, last: (Condition(begin=(last, last + 1)),),
    _Op.TOVERLAPS: lambda first, last: (Condition(begin=(None, first - 1), end=(first, last - 1)),),
    _Op.OVERLAPPEDBY: lambda first, last: (Condition(begin=(first + 1, last), end=(last + 1, None)),),
    _Op.BEFORE_OR_DURING: lambda _, last: (Condition(end=(None, last)),),
    _Op.DURING_OR_AFTER: lambda first, _: (Condition(begin=(first, None)),),
}


def conditions(operator: ast.TemporalComparisonOp, first: int, last: int) -> Sequence[Condition]:
    """Return what an interval has to fulfil, one of these, to stand in this relation to the seconds `first` to `last`."""
    return _CONDITIONS[operator](first, last)


MIRRORED_IN_TIME: Final = {
    ast.TemporalComparisonOp.BEFORE: ast.TemporalComparisonOp.AFTER,
    ast.TemporalComparisonOp.AFTER: ast.TemporalComparisonOp.BEFORE,
    ast.TemporalComparisonOp.DURING: ast.TemporalComparisonOp.TCONTAINS,
    ast.TemporalComparisonOp.TCONTAINS: ast.TemporalComparisonOp.DURING,
    ast.TemporalComparisonOp.BEGINS: ast.TemporalComparisonOp.BEGUNBY,
    ast.TemporalComparisonOp.BEGUNBY: ast.TemporalComparisonOp.BEGINS,
    ast.TemporalComparisonOp.ENDS: ast.TemporalComparisonOp.ENDEDBY,
    ast.TemporalComparisonOp.ENDEDBY: ast.TemporalComparisonOp.ENDS,
    ast.TemporalComparisonOp.MEETS: ast.TemporalComparisonOp.METBY,
    ast.TemporalComparisonOp.METBY: ast.TemporalComparisonOp.MEETS,
    ast.TemporalComparisonOp.TOVERLAPS: ast.TemporalComparisonOp.OVERLAPPEDBY,
    ast.TemporalComparisonOp.OVERLAPPEDBY: ast.TemporalComparisonOp.TOVERLAPS,
}
"""An operator read from right to left; those that are not here read the same."""


def shares(first: int, last: int) -> Sequence[Condition]:
    """Return what an interval fulfils that shares a second with `first` to `last`."""
    return (Condition(begin=(None, last), end=(first, None)),)
