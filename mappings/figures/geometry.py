"""Boxes, polygons and circles of a record as flat shapes: longitudes in [-180, 180], cut where they cross the antimeridian.

The same for the Earth, a body and the sky, where longitudes are right ascensions brought to [-180, 180].
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import shapely
from shapely.geometry import Polygon as Shape
from shapely.geometry import box as rectangle
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from mappings.figures.figure import Points
from records.model import ICRS, Box, Circle, Extent, Polygon

STEP: Final = 2.0
"""Degrees of arc between two points of a line that is not straight on the map."""

_WINDOW: Final = rectangle(-180, -90, 180, 90)
_LEAST: Final = 0.02
"""Degrees: a box without width is drawn this wide."""


@dataclass(frozen=True, slots=True)
class Cover:
    """What extents of one frame cover. All outer rings turn one way and all holes the other, so that what overlaps is filled once.

    Attributes:
        wholes: each part in one piece: its longitudes run on beyond 180 where it crosses the antimeridian.
        pieces: the same parts, cut there and brought back to [-180, 180].
        seams: the longitudes where the cutting, and not the extent, made an edge of a piece.
    """

    wholes: list[Shape]
    pieces: list[Shape]
    seams: tuple[float, ...]


def cover(extents: Iterable[Extent]) -> Cover:
    """Return what the extents cover; empty for extents in words alone."""
    wholes = [orient(shape) for extent in extents for whole in _wholes(extent) for shape in polygons_in(whole)]
    turns = {wrap(longitude) for whole in wholes for longitude in turn_seams(whole)}
    return Cover(wholes, [orient(piece) for whole in wholes for piece in cut(whole)], (-180.0, 180.0, *turns))


def edges(shape: Shape, *seams: float) -> list[Points]:
    """Return the rings of a shape, opened where they run along a pole or along one of the longitudes `seams`, which bound nothing."""
    lines: list[Points] = []
    for ring in (shape.exterior, *shape.interiors):
        points = shapely.get_coordinates(ring)
        pole = np.abs(points[:, 1]) > 89.99
        seam = pole[:-1] & pole[1:]
        for longitude in seams:
            along = np.abs(points[:, 0] - longitude) < 1e-6
            seam |= along[:-1] & along[1:]
        if not seam.any():
            lines.append(points)
            continue
        runs = np.split(np.arange(len(seam)), np.flatnonzero(np.diff(seam)) + 1)
        lines.extend(points[run[0] : run[-1] + 2] for run in runs if not seam[run[0]])
    return lines


def turn_seams(whole: Shape) -> tuple[float, ...]:
    """Return the two longitudes where a shape that goes all around meets itself; () for one that does not."""
    west, _, east, _ = whole.bounds
    return (west, east) if east - west > 359.99 else ()


def _wholes(extent: Extent) -> Iterator[BaseGeometry]:
    for box in extent.boxes:
        yield flat_box(box)
    for polygon in extent.polygons:
        yield flat_polygon(polygon, curved=extent.frame == ICRS)
    for circle in extent.circles:
        yield flat_circle(circle)


def flat_box(box: Box) -> BaseGeometry:
    """Return a box whose west side is in [-180, 180) and whose east side may lie beyond."""
    width = box.east - box.west if box.east >= box.west else box.east - box.west + 360
    west = box.west if -180 <= box.west <= 180 else wrap(box.west)
    spare_x, spare_y = max(0.0, _LEAST - width) / 2, max(0.0, _LEAST - (box.north - box.south)) / 2
    south, north = max(-90.0, box.south - spare_y), min(90.0, box.north + spare_y)
    return rectangle(west - spare_x, south, west + min(width, 360.0) + spare_x, north)


def flat_polygon(polygon: Polygon, *, curved: bool) -> BaseGeometry:
    """Return a polygon with its longitudes running on; `curved`: its edges are great circles. What crosses itself is mended."""
    outer, *holes = (unwrapped(great_circles(ring) if curved else np.array(ring, dtype=float)) for ring in polygon.rings)
    middle = _middle(outer)
    inner = [hole + np.array([360 * round((middle - _middle(hole)) / 360), 0]) for hole in holes if len(hole) > 3]
    if len(outer) < 4:
        return shapely.buffer(shapely.MultiPoint(outer), _LEAST)
    shape: BaseGeometry = Shape(around_pole(outer), inner)
    if not shape.is_valid:
        shape = shapely.make_valid(shape)
    return shape if shape.area else shape.buffer(_LEAST)


def _middle(ring: Points) -> float:
    return float(ring[:, 0].min() + ring[:, 0].max()) / 2


def flat_circle(circle: Circle) -> BaseGeometry:
    """Return a cap on the sphere. One wider than a half-sphere is all but the cap opposite."""
    if circle.radius >= 180:
        return _WINDOW
    if circle.radius > 90:
        opposite = Circle(x=circle.x + 180, y=-circle.y, radius=180 - circle.radius)
        return _WINDOW.difference(shapely.union_all(cut(flat_circle(opposite))))
    ring = unwrapped(circle_ring(circle.x, circle.y, max(circle.radius, _LEAST / 2)))
    return Shape(around_pole(ring, north=circle.y > 0)).buffer(0)


def circle_ring(x: float, y: float, radius: float) -> Points:
    """Return the closed ring of points `radius` degrees from (x, y), every 5° of bearing."""
    bearing = np.radians(np.arange(0, 361, 5))
    latitude, arc = math.radians(y), math.radians(radius)
    sine = math.sin(latitude) * math.cos(arc) + math.cos(latitude) * math.sin(arc) * np.cos(bearing)
    around = np.arctan2(np.sin(bearing) * math.sin(arc) * math.cos(latitude), math.cos(arc) - math.sin(latitude) * sine)
    ring = np.column_stack([x + np.degrees(around), np.degrees(np.arcsin(np.clip(sine, -1, 1)))])
    ring[-1] = ring[0]
    return ring


def cut(shape: BaseGeometry) -> list[Shape]:
    """Return the pieces of a shape whose longitudes run on, each brought back to [-180, 180]."""
    if shape.is_empty:
        return []
    west, _, east, _ = shape.bounds
    if west >= -180 and east <= 180:
        return polygons_in(shape)
    pieces: list[Shape] = []
    for turn in range(math.floor((west + 180) / 360), math.ceil((east - 180) / 360) + 1):
        moved = shapely.transform(shape, lambda points, shift=360 * turn: points - (shift, 0))  # type: ignore[misc]  # a default binds the loop's value
        pieces.extend(polygons_in(shapely.intersection(moved, _WINDOW)))
    return pieces


def polygons_in(shape: BaseGeometry) -> list[Shape]:
    """Return the polygons in a geometry of any kind."""
    if isinstance(shape, Shape):
        return [shape] if shape.area else []
    return [leaf for part in getattr(shape, "geoms", ()) for leaf in polygons_in(part)]


def unwrapped(ring: Points) -> Points:
    """Return the ring with longitudes that run on instead of jumping; its first one is in [-180, 180)."""
    jumps = np.round(np.diff(ring[:, 0]) / 360)
    turns = np.concatenate([[math.floor((ring[0, 0] + 180) / 360)], jumps]).cumsum()
    return np.column_stack([ring[:, 0] - 360 * turns, np.clip(ring[:, 1], -90, 90)])


def around_pole(ring: Points, *, north: bool | None = None) -> Points:
    """Return the ring led over the pole where it runs around one: that of its own half unless told."""
    if abs(ring[-1, 0] - ring[0, 0]) < 180:
        return ring
    pole = 90.0 if (ring[:, 1].mean() > 0 if north is None else north) else -90.0
    return np.vstack([ring, [(ring[-1, 0], pole), (ring[0, 0], pole), ring[0]]])


def great_circles(ring: Sequence[tuple[float, float]]) -> Points:
    """Return the ring with points every STEP degrees along the great circles that join its positions."""
    corners = vectors(np.array(ring, dtype=float))
    pieces = []
    for start, end in pairwise(corners):
        angle = math.acos(float(np.clip(start @ end, -1, 1)))
        count = max(1, math.ceil(math.degrees(angle) / STEP))
        along = np.linspace(0, 1, count, endpoint=False)[:, None]
        sine = math.sin(angle)
        straight = start + along * (end - start)
        pieces.append((np.sin((1 - along) * angle) * start + np.sin(along * angle) * end) / sine if sine > 1e-9 else straight)
    return positions(np.vstack([*pieces, corners[-1:]]))


def vectors(points: Points) -> Points:
    """Return unit vectors, one a row, of positions in degrees."""
    longitude, latitude = np.radians(points).T
    return np.column_stack([np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)])


def positions(directions: Points) -> Points:
    """Return positions in degrees, longitudes in [-180, 180], of vectors of any length."""
    x, y, z = directions.T
    return np.column_stack([np.degrees(np.arctan2(y, x)), np.degrees(np.arctan2(z, np.hypot(x, y)))])


def wrap(longitude: float) -> float:
    """Return the longitude in [-180, 180)."""
    return (longitude + 180) % 360 - 180


def circumcircle(pieces: Sequence[Shape]) -> Circle:
    """Return a circle on the sphere around all the pieces; not the smallest, but centred and never too small."""
    outlines = [shapely.get_coordinates(shapely.segmentize(piece.exterior, STEP)) for piece in pieces]
    corners = vectors(np.vstack(outlines))
    middle = corners.mean(axis=0)
    for _ in range(3):
        middle = middle / (np.linalg.norm(middle) or 1.0)
        distance = np.arccos(np.clip(corners @ middle, -1, 1))
        furthest = corners[distance.argmax()]
        opposite = corners[(corners @ furthest).argmin()]
        middle = middle * 0.2 + (furthest + opposite) * 0.4
    middle = middle / (np.linalg.norm(middle) or 1.0)
    radius = math.degrees(float(np.arccos(np.clip(corners @ middle, -1, 1)).max()))
    ((x, y),) = positions(middle[None, :]).tolist()
    return Circle(x=x, y=y, radius=radius)
