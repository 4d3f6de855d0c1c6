"""From a SearchQuery to tantivy: everything that narrows, but for the text."""

from collections.abc import Callable

from tantivy import Query

from catalogue.engines.embedded.clauses import any_term, between, both, either, nothing, other, term
from catalogue.query import FacetRequest, SearchQuery
from mappings.index.document import OPEN_BEGIN, OPEN_END
from mappings.index.earth import cut
from mappings.index.fields import FIELDS, Kind
from records.dates import TimeInterval
from records.errors import QueryError
from records.model import Box, Record

Decide = Callable[[Query, Callable[[Record], bool]], Query]
"""Returns the query of those records among the candidates for which the decision on the record itself is true."""


def restrictions(query: SearchQuery, decide: Decide) -> list[Query]:
    """Return what the parts of a question, without text and facets, each demand."""
    parts: list[Query] = []
    if query.ids:
        parts.append(any_term("identifier", query.ids))
    if query.parents:
        parts.append(any_term("parent", query.parents))
    if query.bbox:
        parts.append(touching("extent", query.bbox, decide))
    if query.interval is not None:
        parts.append(during("interval", query.interval, decide))
    return parts


def selection(request: FacetRequest) -> Query:
    """Return what the values selected in a facet demand."""
    if FIELDS[request.field].kind is Kind.INTEGER:
        try:
            return any_term(request.field, [int(value) for value in request.selected])
        except ValueError as error:
            raise QueryError(f"{request.field} is a whole number", parameter=request.field) from error
    return any_term(request.field, request.selected)


def touching(name: str, boxes: tuple[Box, ...], decide: Decide) -> Query:
    """Match records whose places touch one of these boxes, truly: those that are not just one box are decided on their geometries."""
    pieces = [piece for box in boxes for piece in cut(box)]
    candidates = either(
        both(
            between(f"{name}_west", None, float(piece.east)),
            between(f"{name}_east", float(piece.west), None),
            between(f"{name}_south", None, float(piece.north)),
            between(f"{name}_north", float(piece.south), None),
        )
        for piece in pieces
    )
    return candidates


def during(name: str, interval: TimeInterval, decide: Decide) -> Query:
    """Match records one of whose intervals shares a second with this one."""
    begin, end = interval.seconds
    first, last = OPEN_BEGIN if begin is None else begin, OPEN_END if end is None else end
    if first > last:
        return nothing()
    candidates = both(between(f"{name}_begin", None, last), between(f"{name}_end", first, None))
    return candidates
