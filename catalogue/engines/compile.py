"""From the parts of a SearchQuery to the queries of an engine: boxes, time, sky, identifiers, facet selections."""

from collections.abc import Sequence
from typing import Final, cast

from pygeofilter.ast import SpatialComparisonOp

from catalogue.engines.clauses import Clauses, Q
from catalogue.engines.filters import compile_filter
from catalogue.engines.places import placed
from catalogue.engines.spatial import region_of_boxes
from catalogue.engines.temporal import bounded_seconds, shares
from catalogue.engines.times import fulfilling
from catalogue.query import FacetRequest, SearchQuery, SortKey
from mappings.index.fields import FIELDS, Kind
from records.errors import QueryError
from records.model import Box, Circle, Extent, Record

_BY_TITLE: Final = (SortKey("title"),)
BY_RELEVANCE: Final = (SortKey("relevance"),)


def order_of(query: SearchQuery, *, text: bool) -> tuple[SortKey, ...]:
    """Return the order that a question is answered in; `text` tells whether its text holds a word. By relevance the best come first."""
    if query.sort:
        # the identifier is the last key of every order; said once more it would only cost
        sort = query.sort[:-1] if len(query.sort) > 1 and query.sort[-1] == SortKey("identifier") else query.sort
        return BY_RELEVANCE if sort[0].field == "relevance" else sort
    return BY_RELEVANCE if text else _BY_TITLE


def order_among(sort: tuple[SortKey, ...], *, ranked: bool) -> tuple[SortKey, ...]:
    """Return the order of the hits: where nothing tells them apart, all are as relevant, and stand by title."""
    return sort if ranked or sort != BY_RELEVANCE else _BY_TITLE


def restrictions(query: SearchQuery, clauses: Clauses[Q]) -> list[Q]:
    """Return what the parts of a question, without text and facets, each demand."""
    parts: list[Q] = []
    if query.ids:
        parts.append(clauses.any_term("identifier", query.ids))
    if query.parents:
        parts.append(clauses.any_term("parent", query.parents))
    if query.interval is not None:
        parts.append(fulfilling("interval", shares(*bounded_seconds(query.interval)), clauses))
    if query.bbox:
        parts.append(touching_boxes("extent", query.bbox, clauses))
    if query.sky is not None:
        parts.append(touching_cone("sky", query.sky, clauses))
    if query.filter is not None:
        parts.append(compile_filter(query.filter, clauses))
    return parts


def visible(hidden: frozenset[str], clauses: Clauses[Q]) -> list[Q]:
    """Return what demands that a record is none of the hidden ones; nothing where there are none."""
    return [clauses.other(clauses.any_term("identifier", sorted(hidden)))] if hidden else []


def selection(request: FacetRequest, clauses: Clauses[Q]) -> Q:
    """Return what the values selected in a facet demand."""
    if FIELDS[request.field].kind is Kind.INTEGER:
        try:
            return clauses.any_term(request.field, [int(value) for value in request.selected])
        except ValueError as error:
            raise QueryError(f"{request.field} is a whole number", parameter=request.field) from error
    return clauses.any_term(request.field, request.selected)


def touching_boxes(name: str, boxes: Sequence[Box], clauses: Clauses[Q]) -> Q:
    """Match records whose places truly touch one of these boxes."""
    return placed(name, SpatialComparisonOp.INTERSECTS, region_of_boxes(boxes), clauses)


def touching_cone(name: str, cone: Circle, clauses: Clauses[Q]) -> Q:
    """Match records one of whose sky regions truly touches this cone: the cells give the candidates, the geometries decide."""
    from mappings.index.sky import query_terms  # noqa: PLC0415 (astropy takes 2.4 s to import)
    from mappings.index.sphere import touches  # noqa: PLC0415 (goes with it)

    values = FIELDS[name].values

    def decision(record: Record) -> bool:
        return any(touches(extent, cone) for extent in cast("Sequence[Extent]", values(record)))

    return clauses.those(clauses.any_term("sky_cells", query_terms(cone)), decision)
