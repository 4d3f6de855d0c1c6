"""CQL text: the query language of the OGC catalogues (OGC 07-006r1, 6.2.2; 12-168r6; "CQL_TEXT" at the CSW door), and what ECQL adds.

Positions have longitude first. A condition is e.g. `dc:title LIKE '%ocean%' AND BBOX(ows:BoundingBox, -10, 40, 10, 50)`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pygeofilter import ast

from catalogue.protocols.filters.comparisons import compared, listed, simple_term
from catalogue.protocols.filters.conditions import conditions
from catalogue.protocols.filters.geometries import box_of, number_of
from catalogue.protocols.filters.limits import Tally, affordable
from catalogue.protocols.filters.names import field_of
from catalogue.protocols.filters.predicates import Maker, Term, is_null, one_of, prop, spatial, temporal
from catalogue.protocols.filters.reference_systems import latitude_first
from catalogue.protocols.filters.tokens import Kind, Tokens, tokens_of
from catalogue.protocols.filters.wkt import geometry_follows, read_geometry
from records.errors import QueryError

_RELATIONS: Final[Mapping[str, Maker]] = {
    "INTERSECTS": spatial(ast.GeometryIntersects),
    "DISJOINT": spatial(ast.GeometryDisjoint),
    "CONTAINS": spatial(ast.GeometryContains),
    "WITHIN": spatial(ast.GeometryWithin),
    "TOUCHES": spatial(ast.GeometryTouches),
    "CROSSES": spatial(ast.GeometryCrosses),
    "OVERLAPS": spatial(ast.GeometryOverlaps),
    "EQUALS": spatial(ast.GeometryEquals),
}
_NOT_UNDERSTOOD: Final = {"DWITHIN", "BEYOND", "RELATE"}
_TIMES: Final[Mapping[str, Maker]] = {
    "BEFORE": temporal(ast.TimeBefore),
    "AFTER": temporal(ast.TimeAfter),
    "DURING": temporal(ast.TimeDuring),
    "TEQUALS": temporal(ast.TimeEquals),
    "TCONTAINS": temporal(ast.TimeContains),
    "TOVERLAPS": temporal(ast.TimeOverlaps),
    "OVERLAPPEDBY": temporal(ast.TimeOverlappedBy),
    "BEGINS": temporal(ast.TimeBegins),
    "BEGUNBY": temporal(ast.TimeBegunBy),
    "ENDS": temporal(ast.TimeEnds),
    "ENDEDBY": temporal(ast.TimeEndedBy),
    "MEETS": temporal(ast.TimeMeets),
    "METBY": temporal(ast.TimeMetBy),
    "BEFORE OR DURING": temporal(ast.TimeBeforeOrDuring),
    "DURING OR AFTER": temporal(ast.TimeDuringOrAfter),
}


def parse_cql_text(text: str) -> ast.Node:
    """Return the tree of a filter in CQL.

    Raises:
        QueryError: it is none, or says what is not understood.
    """
    return affordable(conditions(tokens_of(text, cql2=False), _Reader().predicate))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the predicates of one filter."""

    tally: Tally = field(default_factory=Tally)

    def predicate(self, tokens: Tokens) -> ast.Node:
        """Return the predicate that comes next."""
        self.tally.count()
        if tokens.called():
            return self._function(tokens)
        if tokens.is_next("INCLUDE", "EXCLUDE", "TRUE", "FALSE") and _ends(tokens.after.kind, tokens.after.text):
            return ast.Include(not_=tokens.take().text.upper() in {"EXCLUDE", "FALSE"})
        left = _term(tokens)
        if tokens.accept("EXISTS"):
            return ast.Not(is_null(left))
        if tokens.accept("DOES-NOT-EXIST"):
            return is_null(left)
        if operator := _temporal_operator(tokens):
            return _TIMES[operator](left, _time(tokens))
        return compared(tokens, left, _term, self.tally)

    def _function(self, tokens: Tokens) -> ast.Node:
        """Return a predicate that is written as a function."""
        token = tokens.next
        name = token.text.upper()
        if name == "IN":  # ECQL: identifiers, without a property
            tokens.take()
            return one_of(prop("identifier"), listed(tokens, _term, self.tally))
        if name not in {*_RELATIONS, "BBOX", "EXISTS"}:
            why = "; INTERSECTS and BBOX are" if name in _NOT_UNDERSTOOD else ""
            raise QueryError(f"the function {token.text[:80]!r} is not understood{why} (character {token.place})", parameter="filter")
        tokens.take()
        tokens.expect("(")
        if name == "BBOX":
            found = _bbox(tokens)
        elif name == "EXISTS":
            found = ast.Not(is_null(_term(tokens)))
        else:
            left = _place(tokens)
            tokens.expect(",")
            found = _RELATIONS[name](left, _place(tokens))
        tokens.expect(")")
        return found


def _ends(kind: Kind, text: str) -> bool:
    """Return whether a token ends a condition."""
    return kind is Kind.END or text.upper() in {"AND", "OR", ")"}


def _property(name: str) -> Term:
    return prop(field_of(name))


def _term(tokens: Tokens) -> Term:
    if tokens.next.kind is Kind.TIME:
        return Term(value=tokens.take().text)
    return simple_term(tokens, _property)


def _place(tokens: Tokens) -> Term:
    return Term(value=read_geometry(tokens)) if geometry_follows(tokens) else _term(tokens)


def _bbox(tokens: Tokens) -> ast.Node:
    """Return BBOX(property, four numbers), a reference system behind them where one is named: it tells the order of the axes."""
    left = _term(tokens)
    numbers = []
    while tokens.accept(",") and tokens.next.kind is Kind.NUMBER:
        numbers.append(number_of(tokens.take().text))
    swapped = tokens.next.kind is Kind.STRING and latitude_first(tokens.take().text)
    if len(numbers) != 4:
        raise tokens.fault("a box of four numbers")
    if swapped:
        south, west, north, east = numbers
        numbers = [west, south, east, north]
    return _RELATIONS["INTERSECTS"](left, Term(value=box_of(numbers)))


def _temporal_operator(tokens: Tokens) -> str | None:
    word = tokens.accept(*(name for name in _TIMES if " " not in name))
    if word == "BEFORE" and tokens.accept("OR"):
        tokens.expect("DURING")
        return "BEFORE OR DURING"
    if word == "DURING" and tokens.accept("OR"):
        tokens.expect("AFTER")
        return "DURING OR AFTER"
    return word


def _time(tokens: Tokens) -> Term:
    """Return a date, or two with a solidus between, in quotes or without."""
    if tokens.next.kind not in (Kind.TIME, Kind.STRING):
        raise tokens.fault("a date, or two dates with / between them,")
    text = tokens.take().text
    if tokens.accept("/"):
        if tokens.next.kind not in (Kind.TIME, Kind.STRING):
            raise tokens.fault("a date")
        text = f"{text}/{tokens.take().text}"
    return Term(value=text)
