"""From a pygeofilter AST to tantivy, with two-valued logic: a comparison is true or not, and `Not` finds everything else.

A field with several values fulfils a comparison when one of its values does; "not equal" wants a value and none that is equal.
"""

import re
from collections.abc import Callable
from typing import Final

from pygeofilter import ast
from tantivy import Query

from catalogue.engines.embedded.clauses import any_term, between, both, either, everything, nothing, other, term
from catalogue.engines.embedded.decide import Decider
from catalogue.engines.embedded.patterns import Piece, matcher
from catalogue.engines.embedded.places import placed
from catalogue.engines.embedded.schema import schema, stem
from catalogue.engines.embedded.times import fulfilling
from catalogue.engines.spatial import MIRRORED_IN_SPACE, box_region, region
from catalogue.engines.temporal import MIRRORED_IN_TIME, conditions, moment, period
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
_SPECIAL: Final = frozenset("\\.+*?()|[]{}^$")


def compile_filter(node: ast.Node, decider: Decider, depth: int = 0) -> Query:
    """Return the query of a filter.

    Raises:
        QueryError: it names an unknown field, compares what cannot be compared, uses an operator that is not there, or is too deep.
    """
    if depth > MAX_DEPTH:
        raise QueryError(f"the filter is nested more than {MAX_DEPTH} levels deep", parameter="filter")
    match node:
        case ast.Not():
            return other(compile_filter(node.sub_node, decider, depth + 1))
        case ast.Combination():
            parts = [compile_filter(part, decider, depth + 1) for part in _chain(node)]
            return both(*parts) if node.op is ast.CombinationOp.AND else either(parts)
        case ast.Comparison():
            return _comparison(node, decider)
        case ast.TemporalPredicate():
            return _temporal(node, decider)
        case ast.SpatialComparisonPredicate() | ast.BBox():
            return _spatial(node, decider)
        case _:
            found = _negatable(node, decider)
            return other(found) if getattr(node, "not_", False) else found


def _negatable(node: ast.Node, decider: Decider) -> Query:
    """Return the query of a predicate that may carry a flag for its contrary, the flag aside."""
    match node:
        case ast.ArrayPredicate():
            return _array(node, decider)
        case ast.Include():
            return everything()
        case ast.Between():
            field = _field(node.lhs)
            low = _compare(field, ast.ComparisonOp.GE, node.low, decider)
            high = _compare(field, ast.ComparisonOp.LE, node.high, decider)
            return _between(field, node.low, node.high) or both(low, high)
        case ast.Like():
            return _like(node, decider)
        case ast.In():
            return either(_compare(_field(node.lhs), ast.ComparisonOp.EQ, value, decider) for value in node.sub_nodes)
        case ast.IsNull() | ast.Exists():
            here = term("has", _field(node.lhs).name)
            return here if isinstance(node, ast.Exists) else other(here)
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


def _comparison(node: ast.Comparison, decider: Decider) -> Query:
    if isinstance(node.lhs, ast.Attribute):
        return _compare(_field(node.lhs), node.op, node.rhs, decider)
    return _compare(_field(node.rhs), _FLIPPED.get(node.op, node.op), node.lhs, decider)


def _compare(field: IndexField, operator: ast.ComparisonOp, literal: object, decider: Decider) -> Query:
    if isinstance(literal, ast.Node):
        raise QueryError(f"{field.name} is compared with a value, not with another field or function", parameter=field.name)
    if operator is ast.ComparisonOp.NE:
        return both(term("has", field.name), other(_compare(field, ast.ComparisonOp.EQ, literal, decider)))
    match field.kind:
        case Kind.TEXT | Kind.KEYWORD:
            return _compare_text(field, operator, _text(literal, field), decider)
        case Kind.INTEGER:
            return _number_range(field, operator, literal)
        case Kind.MOMENT:
            return _moment_range(field, operator, literal)
        case Kind.INTERVAL | Kind.EXTENT:
            raise QueryError(f"{field.name} cannot be compared with {operator.value}", parameter=field.name)


def _text(literal: object, field: IndexField) -> str:
    if not isinstance(literal, str | int | float):
        raise QueryError(f"{field.name} is compared with text, not with {literal!r}", parameter=field.name)
    return str(literal)


def _compare_text(field: IndexField, operator: ast.ComparisonOp, value: str, decider: Decider) -> Query:
    whole = (fold(value) if field.kind is Kind.TEXT else value)[:MAX_WHOLE]
    test = _test(operator, whole)
    if field.kind is Kind.TEXT and not field.whole:
        if field.name == "anytext":
            if operator is not ast.ComparisonOp.EQ:
                raise QueryError("anytext is only searched by words, with LIKE or =", parameter=field.name)
            return _all_words(words(whole))
        candidates = _stems(field, words(whole)) if operator is ast.ComparisonOp.EQ else term("has", field.name)
        return _decided(field, candidates, test, decider)
    if operator is ast.ComparisonOp.EQ:
        return any_term(field.name, [whole])
    if field.name == "title":
        return decider.titles(operator, whole)
    return any_term(field.name, [found for found in decider.dictionary(field.name) if test(found)])


def _test(operator: ast.ComparisonOp, value: str) -> Callable[[str], bool]:
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


def _decided(field: IndexField, candidates: Query, test: Callable[[str], bool], decider: Decider) -> Query:
    def decision(record: Record) -> bool:
        return any(test(fold(str(value))) for value in field.values(record))

    return decider.those(both(term("has", field.name), candidates), decision)


def _stems(field: IndexField, found: list[str]) -> Query:
    """Match records that hold all these words in a field; all records for none, or for a field that is not searched by words."""
    if not field.boost:
        return _all_words([])
    return both(everything(), *(term(ZONE_OF[field.name], stem(word)) for word in dict.fromkeys(found)))


def _all_words(found: list[str]) -> Query:
    return both(everything(), *(term("words", word) for word in dict.fromkeys(found)))


def _between(field: IndexField, low: object, high: object) -> Query | None:
    """Return one range for a field of numbers, so that one and the same value has to lie in it; None for other fields."""
    match field.kind:
        case Kind.INTEGER:
            return _range(field.name, _ceiling(_number(low, field)), _floor(_number(high, field)))
        case Kind.MOMENT:
            return _range(field.name, moment(low, field.name).first_second, moment(high, field.name).last_second)
        case _:
            return None


def _number_range(field: IndexField, operator: ast.ComparisonOp, literal: object) -> Query:
    number = _number(literal, field)
    match operator:
        case ast.ComparisonOp.LT:
            return _range(field.name, None, _ceiling(number) - 1)
        case ast.ComparisonOp.LE:
            return _range(field.name, None, _floor(number))
        case ast.ComparisonOp.GT:
            return _range(field.name, _floor(number) + 1, None)
        case ast.ComparisonOp.GE:
            return _range(field.name, _ceiling(number), None)
        case _:
            return _range(field.name, _ceiling(number), _floor(number))


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


def _moment_range(field: IndexField, operator: ast.ComparisonOp, literal: object) -> Query:
    date = moment(literal, field.name)
    match operator:
        case ast.ComparisonOp.LT:
            return _range(field.name, None, date.first_second - 1)
        case ast.ComparisonOp.LE:
            return _range(field.name, None, date.last_second)
        case ast.ComparisonOp.GT:
            return _range(field.name, date.last_second + 1, None)
        case ast.ComparisonOp.GE:
            return _range(field.name, date.first_second, None)
        case _:
            return _range(field.name, date.first_second, date.last_second)


def _range(name: str, low: int | None, high: int | None) -> Query:
    if low is not None and high is not None and low > high:
        return nothing()
    return between(name, low, high)


def _like(node: ast.Like, decider: Decider) -> Query:
    field = _field(node.lhs)
    if field.kind not in (Kind.TEXT, Kind.KEYWORD):
        raise QueryError(f"{field.name} cannot be compared with LIKE", parameter=field.name)
    pieces = _pieces(node, str(node.pattern), folded=field.kind is Kind.TEXT)
    if field.name == "anytext":
        return both(everything(), *(_word_like(part) for part in _words_of(pieces)))
    if field.kind is Kind.KEYWORD or field.whole:
        case = "(?is)" if node.nocase and field.kind is Kind.KEYWORD else "(?s)"
        return _by_regex(field.name, case + _regex(pieces))
    held = [_word_like(part) for part in _words_of(pieces)] if field.boost else []
    return _decided(field, both(everything(), *held), matcher(pieces), decider)


def _pieces(node: ast.Like, pattern: str, *, folded: bool) -> list[Piece]:
    pieces: list[Piece] = []
    literal: list[str] = []

    def close() -> None:
        if literal:
            pieces.append(fold("".join(literal)) if folded else "".join(literal))
            literal.clear()

    position = 0
    while position < len(pattern):
        rest = pattern[position:]
        if node.escapechar and rest.startswith(node.escapechar) and len(rest) > len(node.escapechar):
            literal.append(rest[len(node.escapechar)])
            position += len(node.escapechar) + 1
        elif node.wildcard and rest.startswith(node.wildcard):
            close()
            pieces.append(None)
            position += len(node.wildcard)
        elif node.singlechar and rest.startswith(node.singlechar):
            close()
            pieces.append(False)
            position += len(node.singlechar)
        else:
            literal.append(rest[0])
            position += 1
    close()
    return pieces


def _regex(pieces: list[Piece]) -> str:
    return "".join(".*" if piece is None else "." if piece is False else escape(str(piece)) for piece in pieces)


def escape(text: str) -> str:
    """Return a regular expression that matches just this text, in tantivy's dialect and in Python's."""
    return "".join(f"\\{char}" if char in _SPECIAL else char for char in text)


def _words_of(pieces: list[Piece]) -> list[list[Piece]]:
    """Return a pattern cut at what stands between words."""
    found: list[list[Piece]] = [[]]
    for piece in pieces:
        if not isinstance(piece, str):
            found[-1].append(piece)
            if piece is None:  # it may reach from one word into another
                found.append([None])
            continue
        for number, part in enumerate(re.split(r"[\W_]+", piece)):
            if number:
                found.append([])
            if part:
                found[-1].append(part)
    return [part for part in found if any(isinstance(piece, str) for piece in part)]


def _word_like(pieces: list[Piece]) -> Query:
    if len(pieces) == 1:
        return term("words", str(pieces[0]))
    return _by_regex("words", "(?s)" + _regex(pieces))


def _by_regex(name: str, pattern: str) -> Query:
    try:
        return Query.regex_query(schema(), name, pattern)
    except ValueError as error:
        raise QueryError("the pattern is too long or too involved", parameter=name) from error


def _temporal(node: ast.TemporalPredicate, decider: Decider) -> Query:
    if isinstance(node.lhs, ast.Attribute):
        field, literal, operator = _field(node.lhs), node.rhs, node.op
    else:
        field, literal, operator = _field(node.rhs), node.lhs, MIRRORED_IN_TIME.get(node.op, node.op)
    asked = conditions(operator, *period(literal, field.name))
    match field.kind:
        case Kind.INTERVAL:
            return fulfilling(field.name, asked, decider)
        case Kind.MOMENT:
            return either(
                _range(
                    field.name,
                    max((low for low, _ in (c.begin, c.end) if low is not None), default=None),
                    min((high for _, high in (c.begin, c.end) if high is not None), default=None),
                )
                for c in asked
            )
        case _:
            raise QueryError(f"{field.name} is no time", parameter=field.name)


def _spatial(node: ast.SpatialComparisonPredicate | ast.BBox, decider: Decider) -> Query:
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
    return placed(field.name, operator, asked, decider)


def _array(node: ast.ArrayPredicate, decider: Decider) -> Query:
    field = _field(node.lhs)
    if field.kind not in (Kind.TEXT, Kind.KEYWORD) or not isinstance(node.rhs, list | tuple):
        raise QueryError(f"{field.name} is no list of texts", parameter=field.name)
    each = [_compare(field, ast.ComparisonOp.EQ, value, decider) for value in node.rhs]
    asked = {str(value) for value in node.rhs}
    match node.op:
        case ast.ArrayComparisonOp.ACONTAINS:
            return both(everything(), *each)
        case ast.ArrayComparisonOp.AOVERLAPS:
            return either(each)
        case ast.ArrayComparisonOp.AEQUALS:
            return decider.those(both(everything(), *each), lambda record: {str(v) for v in field.values(record)} == asked)
        case _:
            return decider.those(either(each), lambda record: {str(v) for v in field.values(record)} <= asked)
