"""Geometry on the sphere: distances and the meeting of a cone with circles, boxes and polygons. Positions and distances in degrees."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from records.model import Box, Circle, Extent, Polygon

_SLACK: Final = 1e-9
"""Degrees by which two shapes may miss each other and still touch: what double precision costs."""

Vector = tuple[float, float, float]


def separation(x: float, y: float, other_x: float, other_y: float) -> float:
    """Return the distance of two positions along the great circle; exact for small ones, too (Vincenty's form)."""
    delta = math.radians(other_x - x)
    one, other = math.radians(y), math.radians(other_y)
    across = math.cos(other) * math.sin(delta)
    along = math.cos(one) * math.sin(other) - math.sin(one) * math.cos(other) * math.cos(delta)
    return math.degrees(
        math.atan2(math.hypot(across, along), math.sin(one) * math.sin(other) + math.cos(one) * math.cos(other) * math.cos(delta))
    )


def bearing(x: float, y: float, other_x: float, other_y: float) -> float:
    """Return the direction from one position to another, from north by east, in (-180, 180]."""
    delta = math.radians(other_x - x)
    one, other = math.radians(y), math.radians(other_y)
    return math.degrees(
        math.atan2(math.sin(delta) * math.cos(other), math.cos(one) * math.sin(other) - math.sin(one) * math.cos(other) * math.cos(delta))
    )


def destination(x: float, y: float, direction: float, distance: float) -> tuple[float, float]:
    """Return where one comes from a position in a direction after a distance; x in [-180, 180]."""
    turned, far, start = math.radians(direction), math.radians(distance), math.radians(y)
    end = math.asin(max(-1.0, min(1.0, math.sin(start) * math.cos(far) + math.cos(start) * math.sin(far) * math.cos(turned))))
    over = math.atan2(math.sin(turned) * math.sin(far) * math.cos(start), math.cos(far) - math.sin(start) * math.sin(end))
    return math.remainder(x + math.degrees(over), 360.0), math.degrees(end)


def touches(extent: Extent, cone: Circle) -> bool:
    """Return whether a part of an extent shares a point with a cone."""
    reach = cone.radius + _SLACK
    return (
        any(separation(cone.x, cone.y, circle.x, circle.y) <= reach + circle.radius for circle in extent.circles)
        or any(_from_box(cone, box) <= reach for box in extent.boxes)
        or any(_from_polygon(cone, polygon) <= reach for polygon in extent.polygons)
    )


def _from_box(cone: Circle, box: Box) -> float:
    """Return how far the middle of a cone lies from a box; 0 inside."""
    width = box.east - box.west if box.east - box.west >= 360 else (box.east - box.west) % 360.0
    between_meridians = (cone.x - box.west) % 360.0 <= width
    if between_meridians and box.south <= cone.y <= box.north:
        return 0.0
    edges = [_from_edge(cone, (x, box.south), (x, box.north)) for x in (box.west, box.east)]
    if between_meridians:
        edges.append(min(abs(cone.y - box.south), abs(cone.y - box.north)))
    return min(edges)


def _from_polygon(cone: Circle, polygon: Polygon) -> float:
    """Return how far the middle of a cone lies from a polygon smaller than half the sky, whose edges are great circles; 0 inside."""
    if _inside(cone, polygon.rings[0]) and not any(_inside(cone, hole) for hole in polygon.rings[1:]):
        return 0.0
    return min(_from_edge(cone, start, end) for ring in polygon.rings for start, end in pairwise(ring))


def _inside(cone: Circle, ring: Sequence[tuple[float, float]]) -> bool:
    """Return whether the ring winds around the middle of a cone (and not around its antipode)."""
    directions = [bearing(cone.x, cone.y, x, y) for x, y in ring]
    turns = sum(math.remainder(after - before, 360.0) for before, after in pairwise(directions))
    middle = [sum(parts) for parts in zip(*(_vector(x, y) for x, y in ring[:-1]), strict=True)]
    return abs(turns) > 180 and sum(a * b for a, b in zip(middle, _vector(cone.x, cone.y), strict=True)) > 0


def _from_edge(cone: Circle, start: tuple[float, float], end: tuple[float, float]) -> float:
    """Return how far the middle of a cone lies from a piece of a great circle."""
    length = separation(*start, *end)
    to_start, to_end = separation(cone.x, cone.y, *start), separation(cone.x, cone.y, *end)
    if length == 0:
        return to_start
    turn = math.radians(bearing(*start, cone.x, cone.y) - bearing(*start, *end))
    along = math.degrees(math.atan2(math.sin(math.radians(to_start)) * math.cos(turn), math.cos(math.radians(to_start))))
    if 0 <= along <= length:
        across = math.sin(math.radians(to_start)) * math.sin(turn)
        return math.degrees(abs(math.asin(max(-1.0, min(1.0, across)))))
    return min(to_start, to_end)


def _vector(x: float, y: float) -> Vector:
    lon, lat = math.radians(x), math.radians(y)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def cones_around(extent: Extent) -> list[Circle]:
    """Return cones that hold all parts of an extent."""
    return [
        *extent.circles,
        *(_around_box(box) for box in extent.boxes),
        *(_around_positions(polygon.rings[0]) for polygon in extent.polygons),
    ]


def _around_box(box: Box) -> Circle:
    width = 360.0 if box.east - box.west >= 360 else (box.east - box.west) % 360.0
    x, y = (box.west + width / 2) % 360.0, (box.south + box.north) / 2
    if width >= 180:
        return Circle(x=x, y=y, radius=180.0)
    # The far rim of a box lies on its meridians: at a corner, or where they cross the middle's great circle of 90°, near the equator.
    heights = {box.south, box.north, min(max(0.0, box.south), box.north), y}
    radius = max(separation(x, y, edge, height) for edge in (box.west, box.east) for height in heights)
    return Circle(x=x, y=y, radius=min(radius + 1.0, 180.0))


def _around_positions(ring: Sequence[tuple[float, float]]) -> Circle:
    middle = [sum(parts) for parts in zip(*(_vector(x, y) for x, y in ring[:-1]), strict=True)]
    x = math.degrees(math.atan2(middle[1], middle[0]))
    y = math.degrees(math.atan2(middle[2], math.hypot(middle[0], middle[1])))
    return Circle(x=x % 360.0, y=y, radius=max(separation(x, y, *position) for position in ring) + _SLACK)
