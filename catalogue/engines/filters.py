"""From a pygeofilter AST to the queries of an engine, with two-valued logic: a comparison is true or not, and `Not` finds everything else.

A field with several values fulfils a comparison when one of its values does; "not equal" wants a value and none that is equal.
"""

from collections.abc import Callable
from typing import Final

from pygeofilter import ast

from catalogue.engines.clauses import Clauses, Q
from catalogue.engines.patterns import Piece, matcher, pieces_of, words_of
from catalogue.engines.places import placed
from catalogue.engines.relevance import MAX_WORDS, unranked
from catalogue.engines.spatial import MIRRORED_IN_SPACE, box_region, region
from catalogue.engines.stems import stem
from catalogue.engines.temporal import MIRRORED_IN_TIME, conditions, moment, period
from catalogue.engines.times import fulfilling
from mappings.index.document import MAX_WHOLE, OPEN_BEGIN, OPEN_END, ZONE_OF
from mappings.index.fields import IndexField, Kind, field_named
from mappings.index.text import fold, words
from records.errors import QueryError
from records.model import Record

MAX_DEPTH: Final = 100
"""Levels of a filter, chains of the same operator counted as one."""

_FLIPPED: Final = {
    ast.ComparisonOp.LT: ast.ComparisonOp.GT,
    ast.ComparisonOp.LE: ast.ComparisonOp.GE,
    ast.ComparisonOp.GT: ast.ComparisonOp.LT,
    ast.ComparisonOp.GE: ast.ComparisonOp.LE,
}


def compile_filter(node: ast.Node, clauses: Clauses[Q], depth: int = 0) -> Q:
    """Return the query of a filter.

    Raises:
        QueryError: it names an unknown field, compares what cannot be compared, uses an operator that is not there, or is too deep.
    """
    if depth > MAX_DEPTH:
        raise QueryError(f"the filter is nested more than {MAX_DEPTH} levels deep", parameter="filter")
    match node:
        case ast.Not():
            return clauses.other(compile_filter(node.sub_node, clauses, depth + 1))
        case ast.Combination():
            parts = [compile_filter(part, clauses, depth + 1) for part in _chain(node)]
            return clauses.both(*parts) if node.op is ast.CombinationOp.AND else clauses.either(parts)
        case ast.Comparison():
            return _comparison(node, clauses)
        case ast.TemporalPredicate():
            return _temporal(node, clauses)
        case ast.SpatialComparisonPredicate() | ast.BBox():
            return _spatial(node, clauses)
        case _:
            found = _negatable(node, clauses)
            return clauses.other(found) if getattr(node, "not_", False) else found


def _negatable(node: ast.Node, clauses: Clauses[Q]) -> Q:
    """Return the query of a predicate that may carry a flag for its contrary, the flag aside."""
    match node:
        case ast.ArrayPredicate():
            return _array(node, clauses)
        case ast.Include():
            return clauses.everything()
        case ast.Between():
            field = _field(node.lhs)
            low = _compare(field, ast.ComparisonOp.GE, node.low, clauses)
            high = _compare(field, ast.ComparisonOp.LE, node.high, clauses)
            return _between(field, node.low, node.high, clauses) or clauses.both(low, high)
        case ast.Like():
            return _like(node, clauses)
        case ast.In():
            return clauses.either(_compare(_field(node.lhs), ast.ComparisonOp.EQ, value, clauses) for value in node.sub_nodes)
        case ast.IsNull() | ast.Exists():
            here = clauses.any_term("has", [_field(node.lhs).name])
            return here if isinstance(node, ast.Exists) else clauses.other(here)
        case _:
            raise QueryError(f"{type(node).__name__} cannot be asked here", parameter="filter")


def _chain(node: ast.Combination) -> list[ast.Node]:
    """Return the parts of a chain of the same operator, however it is nested."""
    parts: list[ast.Node] = []
    waiting: list[ast.Node] = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.Combination) and part.op is node.op:
            waiting += [part.rhs, part.lhs]
        else:
            parts.append(part)
    return parts


def _field(node: object) -> IndexField:
    if not isinstance(node, ast.Attribute):
        raise QueryError("a comparison has the name of a field on one side", parameter="filter")
    return field_named(str(node.name))


def _comparison(node: ast.Comparison, clauses: Clauses[Q]) -> Q:
    if isinstance(node.lhs, ast.Attribute):
        return _compare(_field(node.lhs), node.op, node.rhs, clauses)
    return _compare(_field(node.rhs), _FLIPPED.get(node.op, node.op), node.lhs, clauses)


def _compare(field: IndexField, operator: ast.ComparisonOp, literal: object, clauses: Clauses[Q]) -> Q:
    if isinstance(literal, ast.Node):
        raise QueryError(f"{field.name} is compared with a value, not with another field or function", parameter=field.name)
    if operator is ast.ComparisonOp.NE:
        return clauses.both(clauses.any_term("has", [field.name]), clauses.other(_compare(field, ast.ComparisonOp.EQ, literal, clauses)))
    match field.kind:
        case Kind.TEXT | Kind.KEYWORD:
            return _compare_text(field, operator, _text(literal, field), clauses)
        case Kind.INTEGER:
            return _number_range(field, operator, literal, clauses)
        case Kind.MOMENT:
            return _moment_range(field, operator, literal, clauses)
        case Kind.INTERVAL | Kind.EXTENT:
            raise QueryError(f"{field.name} cannot be compared with {operator.value}", parameter=field.name)


def _text(literal: object, field: IndexField) -> str:
    if not isinstance(literal, str | int | float):
        raise QueryError(f"{field.name} is compared with text, not with {literal!r}", parameter=field.name)
    return str(literal)


def _compare_text(field: IndexField, operator: ast.ComparisonOp, value: str, clauses: Clauses[Q]) -> Q:
    whole = fold(value) if field.kind is Kind.TEXT else value
    if field.kind is Kind.TEXT and not field.whole:
        if field.name == "anytext":
            if operator is not ast.ComparisonOp.EQ:
                raise QueryError("anytext is only searched by words, with LIKE or =", parameter=field.name)
            return unranked(value, clauses)
        first = words(whole)[:MAX_WORDS]  # so many leave few candidates
        candidates = _stems(field, first, clauses) if operator is ast.ComparisonOp.EQ else clauses.any_term("has", [field.name])
        return _decided(field, candidates, holds(operator, whole), clauses)
    if operator is ast.ComparisonOp.EQ:
        return clauses.any_term(field.name, [whole[:MAX_WHOLE]])  # as the index has it
    return clauses.compared(field, operator, whole)


def holds(operator: ast.ComparisonOp, value: str) -> Callable[[str], bool]:
    """Return what tells whether a text stands in this relation to a value."""
    match operator:
        case ast.ComparisonOp.LT:
            return lambda found: found < value
        case ast.ComparisonOp.LE:
            return lambda found: found <= value
        case ast.ComparisonOp.GT:
            return lambda found: found > value
        case ast.ComparisonOp.GE:
            return lambda found: found >= value
        case _:
            return lambda found: found == value


def _decided(field: IndexField, candidates: Q, test: Callable[[str], bool], clauses: Clauses[Q]) -> Q:
    def decision(record: Record) -> bool:
        return any(test(fold(str(value))) for value in field.values(record))

    return clauses.those(clauses.both(clauses.any_term("has", [field.name]), candidates), decision)


def _stems(field: IndexField, found: list[str], clauses: Clauses[Q]) -> Q:
    """Match records that hold all these words in a field; all records for none, or for a field that is not searched by words."""
    if not field.boost:
        return _all_words([], clauses)
    return clauses.both(clauses.everything(), *(clauses.any_term(ZONE_OF[field.name], [stem(word)]) for word in dict.fromkeys(found)))


def _all_words(found: list[str], clauses: Clauses[Q]) -> Q:
    return clauses.both(clauses.everything(), *(clauses.any_term("words", [word]) for word in dict.fromkeys(found)))


def _between(field: IndexField, low: object, high: object, clauses: Clauses[Q]) -> Q | None:
    """Return one range for a field of numbers, so that one and the same value has to lie in it; None for other fields."""
    match field.kind:
        case Kind.INTEGER:
            return _range(field.name, _ceiling(_number(low, field)), _floor(_number(high, field)), clauses)
        case Kind.MOMENT:
            return _range(field.name, moment(low, field.name).first_second, moment(high, field.name).last_second, clauses)
        case _:
            return None


def _number_range(field: IndexField, operator: ast.ComparisonOp, literal: object, clauses: Clauses[Q]) -> Q:
    number = _number(literal, field)
    match operator:
        case ast.ComparisonOp.LT:
            return _range(field.name, None, _ceiling(number) - 1, clauses)
        case ast.ComparisonOp.LE:
            return _range(field.name, None, _floor(number), clauses)
        case ast.ComparisonOp.GT:
            return _range(field.name, _floor(number) + 1, None, clauses)
        case ast.ComparisonOp.GE:
            return _range(field.name, _ceiling(number), None, clauses)
        case _:
            return _range(field.name, _ceiling(number), _floor(number), clauses)


def _number(literal: object, field: IndexField) -> float:
    try:
        number = float(literal) if isinstance(literal, str | int | float) and not isinstance(literal, bool) else None
    except (ValueError, OverflowError):
        number = None
    if number is None or number != number:  # noqa: PLR0124 (not a number is unlike itself)
        raise QueryError(f"{field.name} is compared with numbers, not with {literal!r}", parameter=field.name)
    return int(literal) if isinstance(literal, int) else number


def _floor(number: float) -> int:
    return int(max(min(number, OPEN_END), OPEN_BEGIN) // 1)


def _ceiling(number: float) -> int:
    return -_floor(-number)


def _moment_range(field: IndexField, operator: ast.ComparisonOp, literal: object, clauses: Clauses[Q]) -> Q:
    date = moment(literal, field.name)
    match operator:
        case ast.ComparisonOp.LT:
            return _range(field.name, None, date.first_second - 1, clauses)
        case ast.ComparisonOp.LE:
            return _range(field.name, None, date.last_second, clauses)
        case ast.ComparisonOp.GT:
            return _range(field.name, date.last_second + 1, None, clauses)
        case ast.ComparisonOp.GE:
            return _range(field.name, date.first_second, None, clauses)
        case _:
            return _range(field.name, date.first_second, date.last_second, clauses)


def _range(name: str, low: int | None, high: int | None, clauses: Clauses[Q]) -> Q:
    if low is not None and high is not None and low > high:
        return clauses.nothing()
    return clauses.between(name, low, high)


def _like(node: ast.Like, clauses: Clauses[Q]) -> Q:
    field = _field(node.lhs)
    if field.kind not in (Kind.TEXT, Kind.KEYWORD):
        raise QueryError(f"{field.name} cannot be compared with LIKE", parameter=field.name)
    pieces = pieces_of(node, folded=field.kind is Kind.TEXT)
    if field.name == "anytext":
        return clauses.both(clauses.everything(), *(_word_like(part, clauses) for part in words_of(pieces)))
    if field.kind is Kind.KEYWORD or field.whole:
        return clauses.like(field.name, pieces, nocase=bool(node.nocase) and field.kind is Kind.KEYWORD)
    held = [_word_like(part, clauses) for part in words_of(pieces)] if field.boost else []
    return _decided(field, clauses.both(clauses.everything(), *held), matcher(pieces), clauses)


def _word_like(pieces: list[Piece], clauses: Clauses[Q]) -> Q:
    if len(pieces) == 1:
        return clauses.any_term("words", [str(pieces[0])])
    return clauses.like("words", pieces)


def _temporal(node: ast.TemporalPredicate, clauses: Clauses[Q]) -> Q:
    if isinstance(node.lhs, ast.Attribute):
        field, literal, operator = _field(node.lhs), node.rhs, node.op
    else:
        field, literal, operator = _field(node.rhs), node.lhs, MIRRORED_IN_TIME.get(node.op, node.op)
    asked = conditions(operator, *period(literal, field.name))
    match field.kind:
        case Kind.INTERVAL:
            return fulfilling(field.name, asked, clauses)
        case Kind.MOMENT:
            return clauses.either(
                _range(
                    field.name,
                    max((low for low, _ in (c.begin, c.end) if low is not None), default=None),
                    min((high for _, high in (c.begin, c.end) if high is not None), default=None),
                    clauses,
                )
                for c in asked
            )
        case _:
            raise QueryError(f"{field.name} is no time", parameter=field.name)


def _spatial(node: ast.SpatialComparisonPredicate | ast.BBox, clauses: Clauses[Q]) -> Q:
    if isinstance(node, ast.BBox):
        field = _field(node.lhs)
        operator, asked = ast.SpatialComparisonOp.INTERSECTS, box_region(node, field.name)
    else:
        turned = not isinstance(node.lhs, ast.Attribute)
        field = _field(node.rhs if turned else node.lhs)
        operator = MIRRORED_IN_SPACE.get(node.op, node.op) if turned else node.op
        asked = region(node.lhs if turned else node.rhs, field.name)
    if field.name != "extent":
        raise QueryError(f"{field.name} is no place on the Earth", parameter=field.name)
    return placed(field.name, operator, asked, clauses)


def _array(node: ast.ArrayPredicate, clauses: Clauses[Q]) -> Q:
    field = _field(node.lhs)
    if field.kind not in (Kind.TEXT, Kind.KEYWORD) or not isinstance(node.rhs, list | tuple):
        raise QueryError(f"{field.name} is no list of texts", parameter=field.name)
    each = [_compare(field, ast.ComparisonOp.EQ, value, clauses) for value in node.rhs]
    asked = {str(value) for value in node.rhs}
    match node.op:
        case ast.ArrayComparisonOp.ACONTAINS:
            return clauses.both(clauses.everything(), *each)
        case ast.ArrayComparisonOp.AOVERLAPS:
            return clauses.either(each)
        case ast.ArrayComparisonOp.AEQUALS:
            return clauses.those(clauses.both(clauses.everything(), *each), lambda record: {str(v) for v in field.values(record)} == asked)
        case _:
            return clauses.those(clauses.either(each), lambda record: {str(v) for v in field.values(record)} <= asked)
