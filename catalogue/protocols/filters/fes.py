"""OGC Filter Encoding: `ogc:Filter` 1.0 and 1.1 (OGC 02-059, 04-095; CSW 2.0.2) and `fes:Filter` 2.0 (OGC 09-026r2; CSW 3.0).

The three differ in names alone, and all names are understood in all of them. Comments and processing instructions mean nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree
from pygeofilter import ast, values

from catalogue.protocols.filters.gml_literals import GEOMETRIES, TIMES, geometry_of, time_literal
from catalogue.protocols.filters.limits import Tally, affordable, check_depth, combined
from catalogue.protocols.filters.names import field_of
from catalogue.protocols.filters.predicates import (
    Maker,
    Term,
    between,
    comparison,
    is_null,
    like,
    one_of,
    prop,
    sharing,
    spatial,
    temporal,
    without_case,
)
from mappings.xml import children, local_name, namespace
from records.errors import QueryError

_NAMESPACES: Final = {"", "http://www.opengis.net/ogc", "http://www.opengis.net/fes/2.0"}

_COMBINATIONS: Final = {"And": ast.And, "Or": ast.Or}
_COMPARISONS: Final[Mapping[str, Maker]] = {
    "PropertyIsEqualTo": comparison(ast.Equal),
    "PropertyIsNotEqualTo": comparison(ast.NotEqual),
    "PropertyIsLessThan": comparison(ast.LessThan),
    "PropertyIsGreaterThan": comparison(ast.GreaterThan),
    "PropertyIsLessThanOrEqualTo": comparison(ast.LessEqual),
    "PropertyIsGreaterThanOrEqualTo": comparison(ast.GreaterEqual),
    "PropertyIsLessThanEqualTo": comparison(ast.LessEqual),  # as the capabilities of Filter 1.1 spell these two
    "PropertyIsGreaterThanEqualTo": comparison(ast.GreaterEqual),
}
_RELATIONS: Final[Mapping[str, Maker]] = {
    "Intersects": spatial(ast.GeometryIntersects),
    "Disjoint": spatial(ast.GeometryDisjoint),
    "Within": spatial(ast.GeometryWithin),
    "Contains": spatial(ast.GeometryContains),
    "Touches": spatial(ast.GeometryTouches),
    "Crosses": spatial(ast.GeometryCrosses),
    "Overlaps": spatial(ast.GeometryOverlaps),
    "Equals": spatial(ast.GeometryEquals),
    "After": temporal(ast.TimeAfter),
    "Before": temporal(ast.TimeBefore),
    "Begins": temporal(ast.TimeBegins),
    "BegunBy": temporal(ast.TimeBegunBy),
    "TContains": temporal(ast.TimeContains),
    "During": temporal(ast.TimeDuring),
    "EndedBy": temporal(ast.TimeEndedBy),
    "Ends": temporal(ast.TimeEnds),
    "TEquals": temporal(ast.TimeEquals),
    "Meets": temporal(ast.TimeMeets),
    "MetBy": temporal(ast.TimeMetBy),
    "TOverlaps": temporal(ast.TimeOverlaps),
    "OverlappedBy": temporal(ast.TimeOverlappedBy),
    "AnyInteracts": sharing,
}
_IDENTIFIERS: Final = {"ResourceId": "rid", "FeatureId": "fid", "GmlObjectId": "id"}
_PROPERTIES: Final = {"PropertyName", "ValueReference"}
_ARITHMETIC: Final = {"Add", "Sub", "Mul", "Div"}
_DISTANCES: Final = {"DWithin", "Beyond"}


def parse_fes(element: etree._Element) -> ast.Node:
    """Return the tree of a filter.

    Raises:
        QueryError: the element is no Filter, or holds what is not understood.
    """
    if _operator(element) != "Filter":
        raise QueryError(f"a filter begins with Filter, not with {_operator(element)}", parameter="filter")
    inner = list(children(element))
    if not inner:
        raise QueryError("the filter is empty", parameter="filter")
    reader = _Reader()
    if all(_operator(child) in _IDENTIFIERS for child in inner):
        return reader.identifiers(inner)
    if len(inner) > 1:
        raise QueryError("a Filter holds one condition; And or Or joins several", parameter="filter")
    return affordable(reader.condition(inner[0], 1))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the conditions of one filter."""

    tally: Tally = field(default_factory=Tally)

    def condition(self, element: etree._Element, level: int) -> ast.Node:
        """Return the tree of one condition, `level` deep in the filter."""
        name = _operator(element)
        if name not in _COMBINATIONS and name != "Not":
            return self._predicate(element, name)
        check_depth(level)
        parts = [self.condition(child, level + 1) for child in children(element)]
        if name == "Not":
            if len(parts) != 1:
                raise QueryError(f"Not holds one condition, not {len(parts)}", parameter="filter")
            return ast.Not(parts[0])
        if not parts:
            raise QueryError(f"{name} holds no condition", parameter="filter")
        return combined(_COMBINATIONS[name], parts)

    def identifiers(self, elements: list[etree._Element]) -> ast.Node:
        """Return that a record is one of those that these elements name."""
        self.tally.count(len(elements))
        return one_of(prop("identifier"), [Term(value=_identifier(element)) for element in elements])

    def _predicate(self, element: etree._Element, name: str) -> ast.Node:
        if name in _IDENTIFIERS:
            return self.identifiers([element])
        self.tally.count()
        if name in _COMPARISONS:
            return _compared(element, name)
        if name in _RELATIONS:
            return _RELATIONS[name](*_two(element, name))
        if name in _SPECIAL:
            return _SPECIAL[name](element)
        if name in _DISTANCES:
            raise QueryError(f"{name} is not understood: distances are not measured here; Intersects and BBOX are", parameter="filter")
        raise QueryError(f"the operator {name[:80]!r} is not understood", parameter="filter")


def _operator(element: etree._Element) -> str:
    """Return the local name of an element of a filter."""
    if namespace(element) not in _NAMESPACES:
        raise QueryError(f"{{{namespace(element)[:120]}}}{local_name(element)[:80]} is no part of a filter", parameter="filter")
    return local_name(element)


def _identifier(element: etree._Element) -> str:
    wanted = _IDENTIFIERS[local_name(element)]
    other = [name for name in ("version", "previousRid", "startDate", "endDate") if element.get(name) is not None]
    if other:
        raise QueryError(f"{local_name(element)} is understood with {wanted} alone, not with {other[0]}", parameter="filter")
    found = next((value for name, value in element.attrib.items() if str(name).rpartition("}")[2] == wanted), None)
    if not found:
        raise QueryError(f"{local_name(element)} has no {wanted}", parameter="filter")
    return str(found)


def _two(element: etree._Element, name: str) -> tuple[Term, Term]:
    inner = list(children(element))
    if len(inner) != 2:
        raise QueryError(f"{name} compares two things, a property and a value, not {len(inner)}", parameter="filter")
    return _term(inner[0]), _term(inner[1])


def _term(element: etree._Element) -> Term:
    """Return a property, a literal, a geometry or a time."""
    name = local_name(element)
    if name in GEOMETRIES:
        return Term(value=geometry_of(element))
    if name in TIMES:
        return Term(value=time_literal(element))
    if name == "Literal":
        return _literal(element)
    if name in _PROPERTIES:
        return prop(field_of(_words(element)))
    if name == "Function":
        raise QueryError(f"the function {element.get('name', '')[:80]!r} is not understood", parameter="filter")
    if name in _ARITHMETIC:
        raise QueryError(f"arithmetic ({name}) is not understood", parameter="filter")
    raise QueryError(f"{name[:80]!r} is no property and no value that is understood", parameter="filter")


def _literal(element: etree._Element) -> Term:
    inner = list(children(element))
    if len(inner) == 1 and local_name(inner[0]) in GEOMETRIES | TIMES:
        return _term(inner[0])
    return Term(value=_words(element))


def _words(element: etree._Element) -> str:
    """Return the text of an element, CDATA too, without the blanks around it and without the comments in it."""
    inner = next(children(element), None)
    if inner is not None:
        raise QueryError(f"{local_name(element)} holds text, not {local_name(inner)[:80]}", parameter="filter")
    return "".join([element.text or "", *(comment.tail or "" for comment in element)]).strip()


def _matches_case(element: etree._Element) -> bool:
    written = element.get("matchCase", "true").strip()
    if written not in {"true", "false", "1", "0"}:
        raise QueryError(f"matchCase is true or false, not {written[:80]!r}", parameter="filter")
    return written in {"true", "1"}


def _compared(element: etree._Element, name: str) -> ast.Node:
    action = element.get("matchAction", "Any")
    if action != "Any":
        raise QueryError(f"matchAction is understood as Any (one value is enough), not as {action[:80]!r}", parameter="filter")
    left, right = _two(element, name)
    if not _matches_case(element):
        left, right = without_case(left), without_case(right)
    return _COMPARISONS[name](left, right)


def _like(element: etree._Element) -> ast.Node:
    """Return PropertyIsLike. The standards ask for its three attributes; where one is missing, it is as OWSLib writes it."""
    subject, pattern = _two(element, "PropertyIsLike")
    if isinstance(pattern.value, ast.Attribute):
        subject, pattern = pattern, subject
    wildcard, singlechar = element.get("wildCard", "%"), element.get("singleChar", "_")
    escapechar = element.get("escapeChar", element.get("escape", "\\"))
    given = [mark for mark in (wildcard, singlechar, escapechar) if mark]
    if len(set(given)) < len(given):
        raise QueryError("wildCard, singleChar and escapeChar of PropertyIsLike are the same text", parameter="filter")
    if not _matches_case(element):
        subject, pattern = without_case(subject), without_case(pattern)
    return like(subject, pattern, wildcard=wildcard, singlechar=singlechar, escapechar=escapechar)


def _between(element: etree._Element) -> ast.Node:
    inner = list(children(element))
    if [local_name(child) for child in inner[1:]] != ["LowerBoundary", "UpperBoundary"]:
        raise QueryError("PropertyIsBetween has a property, a LowerBoundary and an UpperBoundary", parameter="filter")
    bounds = [list(children(bound)) for bound in inner[1:]]
    if any(len(bound) != 1 for bound in bounds):
        raise QueryError("a boundary of PropertyIsBetween holds one Literal", parameter="filter")
    return between(_term(inner[0]), _term(bounds[0][0]), _term(bounds[1][0]))


def _null(element: etree._Element) -> ast.Node:
    inner = list(children(element))
    if len(inner) != 1:
        raise QueryError(f"{local_name(element)} has one property, not {len(inner)}", parameter="filter")
    if element.get("nilReason") is not None:
        raise QueryError("why a value is missing (nilReason) is not known here", parameter="filter")
    return is_null(_term(inner[0]))


def _bbox(element: etree._Element) -> ast.Node:
    """Return BBOX; without a property it asks for the extent (OGC 09-026r2, 7.8.3.2)."""
    terms = [_term(child) for child in children(element)]
    if len(terms) == 1:
        terms.insert(0, prop("extent"))
    if len(terms) != 2 or not any(isinstance(term.value, values.Envelope) for term in terms):
        raise QueryError("BBOX has a property, or none, and one gml:Envelope or gml:Box", parameter="filter")
    return _RELATIONS["Intersects"](terms[0], terms[1])


_SPECIAL: Final[Mapping[str, Callable[[etree._Element], ast.Node]]] = {
    "PropertyIsLike": _like,
    "PropertyIsBetween": _between,
    "PropertyIsNull": _null,
    "PropertyIsNil": _null,
    "BBOX": _bbox,
}
