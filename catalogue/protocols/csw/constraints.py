"""The constraint of a query: a filter in XML, or a filter or CQL as the text of a parameter."""

from typing import Final

from lxml import etree
from pygeofilter import ast

from catalogue.protocols.csw.exceptions import ServiceError, missing
from catalogue.protocols.csw.requests import Request, words_of
from catalogue.protocols.filters import parse_cql_text, parse_fes
from mappings.xml import children, local_name, parse_xml
from records.errors import FormatError, QueryError

LANGUAGES: Final = ("FILTER", "CQL_TEXT")
"""What a constraint may be written in (OGC 07-006r1, table 29)."""


def constraint_of(request: Request) -> ast.Node | None:
    """Return the tree of a request's constraint; None where it has none.

    Raises:
        ServiceError: it is not understood.
    """
    if request.element is not None:
        query = request.element.find("{*}Query")
        return None if query is None else constraint_in(query)
    text = request.text("Constraint")
    if text is None:
        return None
    if request.text("ConstraintLanguage") is None:
        raise missing("ConstraintLanguage")
    language = request.one_of("ConstraintLanguage", {name: name for name in LANGUAGES}, LANGUAGES[0])
    return cql(text, "Constraint") if language == "CQL_TEXT" else _filter_text(text)


def constraint_in(element: etree._Element) -> ast.Node | None:
    """Return the tree of the Constraint in a Query or Delete; None where there is none.

    Raises:
        ServiceError: it is not understood.
    """
    constraints = element.findall("{*}Constraint")
    if not constraints:
        return None
    if len(constraints) > 1:
        raise ServiceError(f"{local_name(element)} holds one Constraint, not {len(constraints)}", locator="Constraint")
    inner = list(children(constraints[0]))
    if len(inner) != 1:
        raise ServiceError(f"a Constraint holds one Filter or CqlText, not {len(inner)} elements", locator="Constraint")
    if local_name(inner[0]) == "CqlText":
        return cql(words_of(inner[0]), "Constraint")
    return _filter(inner[0])


def cql(text: str, locator: str) -> ast.Node:
    """Return the tree of a filter in CQL.

    Raises:
        ServiceError: it is not understood.
    """
    try:
        return parse_cql_text(text)
    except QueryError as error:
        raise ServiceError(str(error), locator=locator) from error


def _filter_text(text: str) -> ast.Node:
    try:
        return _filter(parse_xml(text.encode("utf-8", "replace")))
    except FormatError as error:
        raise ServiceError(f"the filter cannot be read: {error}", locator="Constraint") from error


def _filter(element: etree._Element) -> ast.Node:
    try:
        return parse_fes(element)
    except QueryError as error:
        raise ServiceError(str(error), locator="Constraint") from error
