"""CQL2 text (OGC 21-065r2): the query language of the OGC APIs, as text.

Understood are the conformance classes basic-cql2, advanced-comparison-operators, case-insensitive-comparison, basic-spatial-functions (and
-plus), spatial-functions, temporal-functions and array-functions; accent-insensitive-comparison for texts, which are always compared so,
and not for keywords. Not understood, and told: property-property, functions of the server's own, arithmetic.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from pygeofilter import ast

from catalogue.protocols.filters.comparisons import compared, listed, simple_term
from catalogue.protocols.filters.conditions import conditions
from catalogue.protocols.filters.cql2 import ARRAY, SPATIAL, TEMPORAL
from catalogue.protocols.filters.limits import Tally, affordable
from catalogue.protocols.filters.names import queryable_of
from catalogue.protocols.filters.predicates import Maker, Term, date_of, period, prop
from catalogue.protocols.filters.tokens import Kind, Tokens, tokens_of
from catalogue.protocols.filters.wkt import geometry_follows, read_geometry

_FUNCTIONS: Final[Mapping[str, Maker]] = {name.upper(): maker for name, maker in {**SPATIAL, **TEMPORAL, **ARRAY}.items()}


def parse_cql2_text(text: str) -> ast.Node:
    """Return the tree of a filter in CQL2 text.

    Raises:
        QueryError: it is none, or says what is not understood.
    """
    return affordable(conditions(tokens_of(text, cql2=True), _Reader().predicate))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the predicates of one filter."""

    tally: Tally = field(default_factory=Tally)

    def predicate(self, tokens: Tokens) -> ast.Node:
        """Return the predicate that comes next."""
        self.tally.count()
        function = tokens.called()
        if function is not None and function in _FUNCTIONS:
            tokens.take()
            tokens.expect("(")
            left = self._argument(tokens)
            tokens.expect(",")
            right = self._argument(tokens)
            tokens.expect(")")
            return _FUNCTIONS[function](left, right)
        left = _term(tokens)
        if isinstance(left.value, bool) and (tokens.next.kind is Kind.END or tokens.is_next("AND", "OR", ")")):
            return ast.Include(not_=not left.value)
        return compared(tokens, left, _term, self.tally)

    def _argument(self, tokens: Tokens) -> Term:
        """Return what stands in a function: a list or a geometry as well."""
        if tokens.is_next("("):
            return Term(value=listed(tokens, _term, self.tally))
        if geometry_follows(tokens):
            return Term(value=read_geometry(tokens))
        return _term(tokens)


def _property(name: str) -> Term:
    return prop(queryable_of(name))


def _term(tokens: Tokens) -> Term:
    """Return a property or a value, CASEI and ACCENTI around it taken note of."""
    functions: list[str] = []
    while (name := tokens.called()) in {"CASEI", "ACCENTI"}:
        functions.append(str(name))
        tokens.take()
        tokens.expect("(")
    found = _plain(tokens)
    for _ in functions:
        tokens.expect(")")
    return replace(found, caseless="CASEI" in functions, accentless="ACCENTI" in functions)


def _plain(tokens: Tokens) -> Term:
    match tokens.called():
        case "DATE" | "TIMESTAMP":
            tokens.take()
            tokens.expect("(")
            found = Term(value=date_of(_string(tokens), "filter"))
            tokens.expect(")")
            return found
        case "INTERVAL":
            tokens.take()
            tokens.expect("(")
            begin = _string(tokens)
            tokens.expect(",")
            found = Term(value=period(begin, _string(tokens), "filter"))
            tokens.expect(")")
            return found
        case _:
            return simple_term(tokens, _property)


def _string(tokens: Tokens) -> str:
    if tokens.next.kind is not Kind.STRING:
        raise tokens.fault("a date in quotes")
    return tokens.take().text
