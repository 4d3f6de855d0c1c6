"""Spatial relations as queries of an engine: numbers where they decide, the records' geometries where they do not."""

from collections.abc import Sequence
from typing import cast

from pygeofilter.ast import SpatialComparisonOp

from catalogue.engines.clauses import Bounds, Clauses, Q
from catalogue.engines.spatial import Region, related
from mappings.index.fields import FIELDS
from records.model import Extent, Record


def placed(name: str, operator: SpatialComparisonOp, asked: Region, clauses: Clauses[Q]) -> Q:
    """Match records whose places stand in this relation to a region; records without a place stand in none."""
    match operator:
        case SpatialComparisonOp.INTERSECTS:
            return _intersecting(name, asked, clauses)
        case SpatialComparisonOp.DISJOINT:
            return clauses.both(clauses.any_term("has", [name]), clauses.other(_intersecting(name, asked, clauses)))
        case SpatialComparisonOp.WITHIN:
            around = _envelope_within(name, asked.geometry.bounds, clauses)
        case SpatialComparisonOp.CONTAINS:
            around = _envelope_holds(name, asked.geometry.bounds, clauses)
        case _:
            around = _around(name, asked, clauses)
    return clauses.those(around, lambda record: related(_extents(name, record), operator, asked))


def _around(name: str, asked: Region, clauses: Clauses[Q]) -> Q:
    return clauses.either(clauses.touching(name, box) for box in asked.boxes)


def _intersecting(name: str, asked: Region, clauses: Clauses[Q]) -> Q:
    around = _around(name, asked, clauses)

    def decision(record: Record) -> bool:
        return related(_extents(name, record), SpatialComparisonOp.INTERSECTS, asked)

    if asked.is_boxes:
        looked_at = clauses.those(clauses.both(around, clauses.untold(name)), decision, seldom=True)
        return clauses.either([clauses.both(around, clauses.told(name)), looked_at])
    single = clauses.single(name)
    sure = clauses.both(_envelope_holds(name, asked.geometry.bounds, clauses), single)
    unsure = clauses.both(around, single, clauses.other(sure))
    looked_at = clauses.those(clauses.both(around, clauses.several(name)), decision)
    return clauses.either([sure, clauses.boxes_touching(unsure, name, asked.geometry), looked_at])


def _extents(name: str, record: Record) -> Sequence[Extent]:
    return cast("Sequence[Extent]", FIELDS[name].values(record))


def _envelope_holds(name: str, bounds: Bounds, clauses: Clauses[Q]) -> Q:
    west, south, east, north = (float(side) for side in bounds)
    return clauses.both(
        clauses.between(f"{name}_west", None, west),
        clauses.between(f"{name}_east", east, None),
        clauses.between(f"{name}_south", None, south),
        clauses.between(f"{name}_north", north, None),
    )


def _envelope_within(name: str, bounds: Bounds, clauses: Clauses[Q]) -> Q:
    west, south, east, north = (float(side) for side in bounds)
    return clauses.both(
        clauses.between(f"{name}_west", west, None),
        clauses.between(f"{name}_east", None, east),
        clauses.between(f"{name}_south", south, None),
        clauses.between(f"{name}_north", None, north),
    )
