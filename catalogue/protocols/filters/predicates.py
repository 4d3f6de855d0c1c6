"""Predicates as the tree of a filter holds them, made of two sides in any order: where the languages of the doors meet.

The property comes to stand on the left, and an operator read from right to left is turned around. Texts (`Kind.TEXT`) are always
compared without case and accents; keywords exactly, or without case where the asker says so (`matchCase="false"`, `CASEI`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

from pygeofilter import ast, values

from catalogue.protocols.filters.limits import MAX_PATTERN, combined
from mappings.index.fields import FIELDS, IndexField, Kind
from records.dates import Date
from records.errors import QueryError

_INTEGER_DIGITS: Final = 18
_OPEN: Final = frozenset({"", ".."})

_TURNED: Final[dict[type[ast.Predicate], type[ast.Predicate]]] = {
    ast.LessThan: ast.GreaterThan,
    ast.LessEqual: ast.GreaterEqual,
    ast.GeometryContains: ast.GeometryWithin,
    ast.ArrayContains: ast.ArrayContainedBy,
    ast.TimeBefore: ast.TimeAfter,
    ast.TimeDuring: ast.TimeContains,
    ast.TimeBegins: ast.TimeBegunBy,
    ast.TimeEnds: ast.TimeEndedBy,
    ast.TimeMeets: ast.TimeMetBy,
    ast.TimeOverlaps: ast.TimeOverlappedBy,
}
_TURNED.update({turned: kind for kind, turned in _TURNED.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One side of a predicate.

    Attributes:
        value: an `ast.Attribute` for a property; else a str, int, float, bool, `values.Interval`, `values.Geometry`, `values.Envelope`,
            or for an array a tuple of terms.
        caseless: whether its case is taken away.
        accentless: whether its accents are taken away.
    """

    value: object
    caseless: bool = False
    accentless: bool = False


Maker = Callable[[Term, Term], ast.Node]
"""Makes the predicate of two sides, or raises `QueryError`."""


def _name(term: Term) -> str:
    """Return the field of a property's term.

    Raises:
        QueryError: it is no property.
    """
    if not isinstance(term.value, ast.Attribute):
        raise QueryError(f"a property is needed here, not {_shown(term.value)}", parameter="filter")
    return str(term.value.name)


def _shown(value: object) -> str:
    match value:
        case values.Geometry() | values.Envelope():
            return "a geometry"
        case values.Interval():
            return "a period"
        case tuple():
            return "a list"
        case _:
            return repr(value)[:80]


def _sides(kind: type[ast.Predicate], left: Term, right: Term) -> tuple[type[ast.Predicate], Term, Term]:
    """Return the operator with the property at its left and the value at its right."""
    if isinstance(left.value, ast.Attribute) and isinstance(right.value, ast.Attribute):
        raise QueryError(f"two properties cannot be compared with each other: {_name(left)}, {_name(right)}", parameter=_name(right))
    if isinstance(right.value, ast.Attribute):
        return _TURNED.get(kind, kind), right, left
    _name(left)
    return kind, left, right


def comparison(kind: type[ast.Comparison]) -> Maker:
    """Return what makes comparisons of this kind."""

    def make(left: Term, right: Term) -> ast.Node:
        turned, subject, value = _sides(kind, left, right)
        field = FIELDS[_name(subject)]
        literal = _scalar(value, field)
        if field.name == "anytext" and turned is ast.NotEqual:  # it has no values of its own that could differ
            return ast.Not(ast.Equal(subject.value, literal))
        if not _without_case(subject, value, field):
            return turned(subject.value, literal)
        if turned is ast.Equal:
            return _same(subject, literal)
        if turned is ast.NotEqual:
            return combined(ast.And, [ast.Not(is_null(subject)), ast.Not(_same(subject, literal))])
        raise QueryError(f"{field.name} has no order without case; it can be equal, not equal or like", parameter=field.name)

    return make


def _same(subject: Term, text: object) -> ast.Like:
    """Return equality without case: a pattern without wildcards."""
    return ast.Like(subject.value, str(text), nocase=True, wildcard="", singlechar="", escapechar="", not_=False)


def _without_case(subject: Term, value: Term, field: IndexField) -> bool:
    """Return whether a comparison has to take case away: keywords alone have any, and texts lose it anyway."""
    if field.kind is not Kind.KEYWORD:
        return False
    if subject.accentless or value.accentless:
        raise QueryError(f"{field.name} cannot be compared without accents (titles and other texts always are)", parameter=field.name)
    text = str(value.value)
    if subject.caseless != value.caseless and text != text.casefold():
        raise QueryError(f"case is taken away from both sides of a comparison of {field.name}, or from none", parameter=field.name)
    return subject.caseless


def _scalar(term: Term, field: IndexField) -> str | int | float:
    """Return a literal as a field's values are written: numbers for numbers, text for the rest."""
    value = term.value
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise QueryError(f"{field.name} is compared with one text, number or date, not with {_shown(value)}", parameter=field.name)
    _check_characters(value, field.name)
    match field.kind:
        case Kind.INTEGER:
            return _number(value)
        case Kind.MOMENT if isinstance(value, int):
            return f"{value:04d}"
        case Kind.TEXT | Kind.KEYWORD:
            return str(value)
        case _:
            return value


def _check_characters(value: object, name: str) -> None:
    """Refuse a text with halves of characters, as escapes in JSON can write them: no record has them, and no index takes them."""
    if isinstance(value, str) and any("\ud800" <= char <= "\udfff" for char in value):
        raise QueryError(f"a text that {name} is compared with has half a character in it (a surrogate)", parameter=name)


def _number(value: str | float) -> str | int | float:
    """Return the number that a text writes; a text that writes none as it is, for the engine to refuse."""
    if not isinstance(value, str):
        return value
    digits = value.strip().removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) <= _INTEGER_DIGITS:
        return int(value)
    return value


def like(subject: Term, pattern: Term, *, wildcard: str = "%", singlechar: str = "_", escapechar: str = "\\") -> ast.Node:
    """Return a comparison with a pattern.

    Args:
        subject: the property.
        pattern: the text with wildcards in it.
        wildcard: stands for any text, the empty one too; "" where there is none.
        singlechar: stands for one character; "" where there is none.
        escapechar: takes the meaning from a wildcard behind it; "" where there is none.

    Raises:
        QueryError: the pattern is no text, or too long.
    """
    name = _name(subject)
    if not isinstance(pattern.value, str):
        raise QueryError(f"{name} is like a text, not like {_shown(pattern.value)}", parameter=name)
    _check_characters(pattern.value, name)
    if len(pattern.value) > MAX_PATTERN:
        raise QueryError(f"the pattern has more than {MAX_PATTERN:,} characters", parameter=name)
    _without_case(subject, pattern, FIELDS[name])  # refuses what cannot be told
    return ast.Like(
        subject.value, pattern.value, nocase=subject.caseless, wildcard=wildcard, singlechar=singlechar, escapechar=escapechar, not_=False
    )


def between(subject: Term, low: Term, high: Term) -> ast.Node:
    """Return that a property lies between two values, both included."""
    field = FIELDS[_name(subject)]
    if _without_case(subject, low, field) or _without_case(subject, high, field):
        raise QueryError(f"{field.name} has no order without case; it can be equal, not equal or like", parameter=field.name)
    return ast.Between(subject.value, _scalar(low, field), _scalar(high, field), not_=False)


def one_of(subject: Term, choices: Sequence[Term]) -> ast.Node:
    """Return that a property has one of these values, at least one."""
    field = FIELDS[_name(subject)]
    texts = [_scalar(choice, field) for choice in choices]
    caseless = [_without_case(subject, choice, field) for choice in choices]
    if any(caseless):
        return combined(ast.Or, [_same(subject, text) for text in texts])
    return ast.In(subject.value, texts, not_=False)


def is_null(subject: Term) -> ast.Node:
    """Return that a record has no value of a property; there is none without any text."""
    if _name(subject) == "anytext":
        return ast.Include(not_=True)
    return ast.IsNull(subject.value, not_=False)


def spatial(kind: type[ast.SpatialComparisonPredicate]) -> Maker:
    """Return what makes spatial predicates of this kind; an intersection with a box is an `ast.BBox`."""

    def make(left: Term, right: Term) -> ast.Node:
        turned, subject, value = _sides(kind, left, right)
        asked = value.value
        if not isinstance(asked, values.Geometry | values.Envelope):
            raise QueryError(f"{_name(subject)} is related to a geometry here, not to {_shown(asked)}", parameter=_name(subject))
        if turned is ast.GeometryIntersects and isinstance(asked, values.Envelope):
            return ast.BBox(subject.value, asked.x1, asked.y1, asked.x2, asked.y2)
        return turned(subject.value, asked)

    return make


def temporal(kind: type[ast.TemporalPredicate]) -> Maker:
    """Return what makes temporal predicates of this kind."""

    def make(left: Term, right: Term) -> ast.Node:
        turned, subject, value = _sides(kind, left, right)
        return turned(subject.value, _time(value.value, _name(subject)))

    return make


def sharing(left: Term, right: Term) -> ast.Node:
    """Return that an interval shares a second with a time: it lies in it, around it, or over one end of it (T_INTERSECTS, AnyInteracts).

    These are all ways in which one and the same interval can; the tree has no node for them together.
    """
    _, subject, value = _sides(ast.TimeDuring, left, right)
    asked = _time(value.value, _name(subject))
    if FIELDS[_name(subject)].kind is Kind.MOMENT:
        return ast.TimeDuring(subject.value, asked)
    kinds = (ast.TimeDuring, ast.TimeContains, ast.TimeOverlaps, ast.TimeOverlappedBy)
    return combined(ast.Or, [kind(subject.value, asked) for kind in kinds])


def _time(value: object, name: str) -> str | values.Interval:
    match value:
        case values.Interval():
            return value
        case str():
            return time_of(value, name)
        case int() if not isinstance(value, bool):
            return time_of(f"{value:04d}", name)
        case _:
            raise QueryError(f"{name} is related to a date or a period here, not to {_shown(value)}", parameter=name)


def time_of(text: str, name: str) -> str | values.Interval:
    """Return a date as it is written, or the period of two with a solidus between.

    Raises:
        QueryError: it is neither; `name` is its parameter.
    """
    text = text.strip()
    begin, solidus, end = text.partition("/")
    if solidus and "/" not in end and not _is_date(text):
        return period(begin, end, name)
    return date_of(text, name)


def period(begin: str, end: str, name: str) -> values.Interval:
    """Return a period of two dates, ".." or nothing for an open end.

    Raises:
        QueryError: one of them is no date; `name` is its parameter.
    """
    return values.Interval(*(None if (part := side.strip()) in _OPEN else date_of(part, name) for side in (begin, end)))


def date_of(text: str, name: str) -> str:
    """Return a text that is a date (see `records.dates.Date.parse`) as it is written.

    Raises:
        QueryError: it is none; `name` is its parameter.
    """
    if not _is_date(text):
        raise QueryError(f"{text[:80]!r} is no date", parameter=name)
    return text


def _is_date(text: str) -> bool:
    try:
        Date.parse(text)
    except ValueError:
        return False
    return True


def array(kind: type[ast.ArrayPredicate]) -> Maker:
    """Return what makes predicates of this kind on all values of a property together."""

    def make(left: Term, right: Term) -> ast.Node:
        turned, subject, value = _sides(kind, left, right)
        field = FIELDS[_name(subject)]
        if not isinstance(value.value, tuple):
            raise QueryError(f"{field.name} is related to a list here, not to {_shown(value.value)}", parameter=field.name)
        choices = cast("tuple[Term, ...]", value.value)
        if any(_without_case(subject, choice, field) for choice in choices):
            raise QueryError(f"lists of {field.name} are compared with case", parameter=field.name)
        return turned(subject.value, [_scalar(choice, field) for choice in choices])

    return make


def without_case(term: Term) -> Term:
    """Return a term, its case taken away."""
    return replace(term, caseless=True)


def prop(field: str) -> Term:
    """Return the term of a property, by the name of its field."""
    return Term(value=ast.Attribute(field))
