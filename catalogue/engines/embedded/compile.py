"""From the parts of a SearchQuery to tantivy: boxes, time, sky, identifiers, facet selections."""

from collections.abc import Sequence
from typing import cast

from pygeofilter.ast import SpatialComparisonOp
from tantivy import Query

from catalogue.engines.embedded.clauses import any_term
from catalogue.engines.embedded.decide import Decider
from catalogue.engines.embedded.filters import compile_filter
from catalogue.engines.embedded.places import placed
from catalogue.engines.embedded.times import fulfilling
from catalogue.engines.spatial import region_of_boxes
from catalogue.engines.temporal import bounded_seconds, shares
from catalogue.query import FacetRequest, SearchQuery
from mappings.index.fields import FIELDS, Kind
from records.errors import QueryError
from records.model import Box, Circle, Extent, Record


def restrictions(query: SearchQuery, decider: Decider) -> list[Query]:
    """Return what the parts of a question, without text and facets, each demand."""
    parts: list[Query] = []
    if query.ids:
        parts.append(any_term("identifier", query.ids))
    if query.parents:
        parts.append(any_term("parent", query.parents))
    if query.interval is not None:
        parts.append(fulfilling("interval", shares(*bounded_seconds(query.interval)), decider))
    if query.bbox:
        parts.append(touching_boxes("extent", query.bbox, decider))
    if query.sky is not None:
        parts.append(touching_cone("sky", query.sky, decider))
    if query.filter is not None:
        parts.append(compile_filter(query.filter, decider))
    return parts


def selection(request: FacetRequest) -> Query:
    """Return what the values selected in a facet demand."""
    if FIELDS[request.field].kind is Kind.INTEGER:
        try:
            return any_term(request.field, [int(value) for value in request.selected])
        except ValueError as error:
            raise QueryError(f"{request.field} is a whole number", parameter=request.field) from error
    return any_term(request.field, request.selected)


def touching_boxes(name: str, boxes: Sequence[Box], decider: Decider) -> Query:
    """Match records whose places truly touch one of these boxes."""
    return placed(name, SpatialComparisonOp.INTERSECTS, region_of_boxes(boxes), decider)


def touching_cone(name: str, cone: Circle, decider: Decider) -> Query:
    """Match records one of whose sky regions truly touches this cone: the cells give the candidates, the geometries decide."""
    from mappings.index.sky import query_terms  # noqa: PLC0415 (astropy takes 2.4 s to import)
    from mappings.index.sphere import touches  # noqa: PLC0415 (goes with it)

    values = FIELDS[name].values

    def decision(record: Record) -> bool:
        return any(touches(extent, cone) for extent in cast("Sequence[Extent]", values(record)))

    return decider.those(any_term("sky_cells", query_terms(cone)), decision)
