"""Geometries asked for, and the decision on the true geometries of records: the same for all engines. Coordinates are CRS84."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import shapely
from pygeofilter import ast, values
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry, BaseMultipartGeometry

from mappings.coordinates import over_pole, unrolled
from mappings.geometry import plane_polygon
from mappings.index.earth import cut, geometry_of, plane, rolled, touch
from records.errors import QueryError
from records.model import Box, Extent, Polygon

Numbers = np.ndarray[Any, np.dtype[np.float64]]

_RELATIONS: Final[dict[ast.SpatialComparisonOp, Callable[[BaseGeometry, BaseGeometry], Any]]] = {
    ast.SpatialComparisonOp.INTERSECTS: shapely.intersects,
    ast.SpatialComparisonOp.DISJOINT: shapely.disjoint,
    ast.SpatialComparisonOp.CONTAINS: shapely.contains,
    ast.SpatialComparisonOp.WITHIN: shapely.within,
    ast.SpatialComparisonOp.TOUCHES: shapely.touches,
    ast.SpatialComparisonOp.CROSSES: shapely.crosses,
    ast.SpatialComparisonOp.OVERLAPS: shapely.overlaps,
    ast.SpatialComparisonOp.EQUALS: shapely.equals,
}
MIRRORED_IN_SPACE: Final = {
    ast.SpatialComparisonOp.CONTAINS: ast.SpatialComparisonOp.WITHIN,
    ast.SpatialComparisonOp.WITHIN: ast.SpatialComparisonOp.CONTAINS,
}
"""An operator read from right to left; those that are not here read the same."""


@dataclass(frozen=True)
class Region:
    """A geometry asked for.

    Attributes:
        boxes: boxes around it, that do not cross the antimeridian.
        is_boxes: whether it is exactly these.
        given: the geometry, cut at the antimeridian; None where the boxes are all that was given.
    """

    boxes: tuple[Box, ...]
    is_boxes: bool
    given: BaseGeometry | None = None

    @cached_property
    def geometry(self) -> BaseGeometry:
        """The geometry; of boxes it is made when it is asked for, which few records have need of."""
        return shapely.union_all([plane(box) for box in self.boxes]) if self.given is None else self.given


def region_of_boxes(boxes: Sequence[Box]) -> Region:
    """Return the region that these boxes make together."""
    return Region(tuple(piece for box in boxes for piece in cut(box)), is_boxes=True)


def region(literal: object, name: str) -> Region:
    """Return the region that a literal of a filter stands for: an envelope, or a GeoJSON geometry.

    A geometry is plane, as GeoJSON has it (RFC 7946, 3.1.9: what crosses the antimeridian is cut there, or its longitudes run on past
    ±180), but a polygon around a pole, whose outer ring cannot be plane, holds that pole.

    Raises:
        QueryError: it is none, or lies outside the Earth.
    """
    if isinstance(literal, values.Envelope):
        return region_of_boxes([_box(literal.x1, literal.y1, literal.x2, literal.y2, name)])
    mapping = literal if isinstance(literal, dict) else getattr(literal, "__geo_interface__", None)
    if mapping is None:
        raise QueryError(f"{name} is compared with geometries, not with {literal!r}", parameter=name)
    try:
        geometry = shape(mapping)
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise QueryError("this is no geometry", parameter=name) from error
    if geometry.is_empty:
        raise QueryError("the geometry is empty", parameter=name)
    west, south, east, north = geometry.bounds
    if not (west >= -540 and east <= 540 and south >= -90 and north <= 90):
        raise QueryError("the geometry is not on the Earth: x is longitude, y latitude, in degrees", parameter=name)
    geometry = _placed(geometry)
    west, south, east, north = geometry.bounds
    around = Box(west=west, south=south, east=east, north=north)
    return Region((around,), is_boxes=bool(shapely.equals(geometry, shapely.box(*geometry.bounds))), given=geometry)


def _placed(geometry: BaseGeometry) -> BaseGeometry:
    """Return a geometry closed over the poles it goes around, cut at the antimeridian."""
    if isinstance(geometry, BaseMultipartGeometry):
        return shapely.union_all([_placed(part) for part in geometry.geoms if not part.is_empty])
    if isinstance(geometry, shapely.Polygon):
        rings = tuple(tuple((x, y) for x, y, *_ in ring.coords) for ring in (geometry.exterior, *geometry.interiors))
        outer = unrolled(rings[0])
        if over_pole(outer) != outer:
            return plane_polygon(Polygon(rings=rings))
    return rolled(geometry if geometry.is_valid else shapely.make_valid(geometry))


def box_region(node: ast.BBox, name: str) -> Region:
    """Return the region of a BBOX predicate; west above east crosses the antimeridian.

    Raises:
        QueryError: it is no box on the Earth.
    """
    return region_of_boxes([_box(node.minx, node.miny, node.maxx, node.maxy, name)])


def _box(west: float, south: float, east: float, north: float, name: str) -> Box:
    try:
        west, south, east, north = float(west), float(south), float(east), float(north)
    except (TypeError, ValueError) as error:
        raise QueryError("a box is four numbers", parameter=name) from error
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise QueryError("a box is west, south, east, north in degrees, south not above north", parameter=name)
    return Box(west=west, south=south, east=east, north=north)


def related(extents: Sequence[Extent], operator: ast.SpatialComparisonOp, asked: Region) -> bool:
    """Return whether the places of a record, as one geometry, stand in this relation to a region."""
    if operator is ast.SpatialComparisonOp.INTERSECTS and asked.is_boxes and not any(e.polygons or e.circles for e in extents):
        pieces = [piece for extent in extents for box in extent.boxes for piece in cut(box)]
        return any(touch(piece, box) for piece in pieces for box in asked.boxes)
    return bool(_RELATIONS[operator](geometry_of(extents), asked.geometry))


def planes(west: Numbers, south: Numbers, east: Numbers, north: Numbers) -> "np.ndarray[Any, Any]":
    """Return boxes as geometries, all at once; those without width or height as lines or points."""
    planes = shapely.box(west, south, east, north)
    line, point = (west == east) != (south == north), (west == east) & (south == north)
    if line.any():
        planes[line] = shapely.linestrings(np.stack([np.stack([west, south], axis=-1), np.stack([east, north], axis=-1)], axis=1)[line])
    if point.any():
        planes[point] = shapely.points(west[point], south[point])
    return planes
