"""Comparisons as CQL and CQL2 text write them alike: `=`, `<`, `BETWEEN`, `LIKE`, `IN`, `IS NULL`, and their contraries."""

from collections.abc import Callable, Mapping
from typing import Final

from pygeofilter import ast

from catalogue.protocols.filters.limits import Tally
from catalogue.protocols.filters.predicates import Maker, Term, between, comparison, is_null, like, one_of, without_case
from catalogue.protocols.filters.tokens import Kind, Tokens
from records.errors import QueryError

_OPERATORS: Final[Mapping[str, Maker]] = {
    "=": comparison(ast.Equal),
    "<>": comparison(ast.NotEqual),
    "<": comparison(ast.LessThan),
    "<=": comparison(ast.LessEqual),
    ">": comparison(ast.GreaterThan),
    ">=": comparison(ast.GreaterEqual),
}
_ARITHMETIC: Final = ("+", "-", "*", "/", "DIV")

Reading = Callable[[Tokens], Term]
"""Reads one side of a comparison."""


def compared(tokens: Tokens, left: Term, term: Reading, tally: Tally) -> ast.Node:
    """Return the comparison that begins with `left`.

    Raises:
        QueryError: what follows makes no comparison.
    """
    if operator := tokens.accept(*_OPERATORS):
        return _OPERATORS[operator](left, term(tokens))
    if tokens.accept("IS"):
        negated = tokens.accept("NOT")
        tokens.expect("NULL")
        return _negated(is_null(left), negated)
    negated = tokens.accept("NOT")
    return _negated(_worded(tokens, left, term, tally), negated)


def _negated(node: ast.Node, negated: str | None) -> ast.Node:
    return ast.Not(node) if negated else node


def _worded(tokens: Tokens, left: Term, term: Reading, tally: Tally) -> ast.Node:
    match tokens.accept("LIKE", "ILIKE", "BETWEEN", "IN"):
        case "LIKE":
            return like(left, term(tokens))
        case "ILIKE":
            return like(without_case(left), without_case(term(tokens)))
        case "BETWEEN":
            low = term(tokens)
            tokens.expect("AND")
            return between(left, low, term(tokens))
        case "IN":
            return one_of(left, listed(tokens, term, tally))
        case _:
            raise tokens.fault("a comparison (=, <>, <, <=, >, >=, LIKE, BETWEEN, IN, IS NULL)")


def listed(tokens: Tokens, term: Reading, tally: Tally) -> tuple[Term, ...]:
    """Return the terms between parentheses, at least one.

    Raises:
        QueryError: they are not in parentheses, or too many.
    """
    tokens.expect("(")
    found = [term(tokens)]
    while tokens.accept(","):
        tally.count()
        found.append(term(tokens))
    tokens.expect(")")
    return tuple(found)


def scalar(token_number: str) -> Term:
    """Return the term of a number: a whole one as int, where it is written without point and exponent."""
    digits = token_number.lstrip("+-")
    return Term(value=int(token_number) if digits.isdigit() and len(digits) <= 18 else float(token_number))


def refuse_arithmetic(tokens: Tokens) -> None:
    """Refuse an operator of arithmetic behind a term.

    Raises:
        QueryError: there is one.
    """
    if tokens.is_next(*_ARITHMETIC):
        raise QueryError(f"arithmetic ({tokens.next.text}) is not understood (character {tokens.next.place})", parameter="filter")


def refuse_function(tokens: Tokens) -> None:
    """Refuse a function that is not understood where a term is wanted.

    Raises:
        QueryError: there is one.
    """
    if tokens.called():
        raise QueryError(f"the function {tokens.next.text[:80]!r} is not understood (character {tokens.next.place})", parameter="filter")


def simple_term(tokens: Tokens, property_of: Callable[[str], Term]) -> Term:
    """Return a property, a text, a number, TRUE or FALSE.

    Raises:
        QueryError: something else comes next.
    """
    refuse_function(tokens)
    match tokens.next.kind:
        case Kind.STRING:
            found = Term(value=tokens.take().text)
        case Kind.NUMBER:
            found = scalar(tokens.take().text)
        case Kind.NAME if tokens.is_next("TRUE", "FALSE"):
            found = Term(value=tokens.take().text.upper() == "TRUE")
        case Kind.NAME | Kind.QUOTED:
            found = property_of(tokens.take().text)
        case _:
            raise tokens.fault("a property or a value")
    refuse_arithmetic(tokens)
    return found
