"""Spatial relations as tantivy queries: numbers where they decide, the records' geometries where they do not."""

from collections.abc import Sequence
from typing import cast

from pygeofilter.ast import SpatialComparisonOp
from tantivy import Query

from catalogue.engines.embedded.clauses import between, both, either, other, term
from catalogue.engines.embedded.decide import Decider, complex_ones, simple
from catalogue.engines.spatial import Region, related
from mappings.index.fields import FIELDS
from records.model import Box, Extent, Record


def placed(name: str, operator: SpatialComparisonOp, asked: Region, decider: Decider) -> Query:
    """Match records whose places stand in this relation to a region; records without a place stand in none."""
    around = either(_envelope_touches(name, box) for box in asked.boxes)
    match operator:
        case SpatialComparisonOp.INTERSECTS:
            return _intersecting(name, around, asked, decider)
        case SpatialComparisonOp.DISJOINT:
            return both(term("has", name), other(_intersecting(name, around, asked, decider)))
        case SpatialComparisonOp.WITHIN:
            bounds = asked.geometry.bounds
            around = both(
                between(f"{name}_west", float(bounds[0]), None),
                between(f"{name}_east", None, float(bounds[2])),
                between(f"{name}_south", float(bounds[1]), None),
                between(f"{name}_north", None, float(bounds[3])),
            )
        case SpatialComparisonOp.CONTAINS:
            around = _envelope_holds(name, asked.geometry.bounds)
    return decider.those(around, lambda record: related(_extents(name, record), operator, asked))


def _intersecting(name: str, around: Query, asked: Region, decider: Decider) -> Query:
    looked_at = decider.those(
        complex_ones(around, name), lambda record: related(_extents(name, record), SpatialComparisonOp.INTERSECTS, asked)
    )
    if asked.is_boxes:
        return either([simple(around, name), looked_at])
    sure = simple(_envelope_holds(name, asked.geometry.bounds), name)
    unsure = both(simple(around, name), other(sure))
    return either([sure, decider.boxes_touching(unsure, name, asked.geometry), looked_at])


def _extents(name: str, record: Record) -> Sequence[Extent]:
    return cast("Sequence[Extent]", FIELDS[name].values(record))


def _envelope_touches(name: str, box: Box) -> Query:
    return both(
        between(f"{name}_west", None, float(box.east)),
        between(f"{name}_east", float(box.west), None),
        between(f"{name}_south", None, float(box.north)),
        between(f"{name}_north", float(box.south), None),
    )


def _envelope_holds(name: str, bounds: tuple[float, float, float, float]) -> Query:
    west, south, east, north = (float(side) for side in bounds)
    return both(
        between(f"{name}_west", None, west),
        between(f"{name}_east", east, None),
        between(f"{name}_south", None, south),
        between(f"{name}_north", north, None),
    )
