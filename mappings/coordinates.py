"""Boxes as documents have them, made into the boxes of the model: degrees, longitudes in [-180, 180], south not above north."""

import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mappings.rules import Problems
from records.model import EARTH, ICRS, Box, Extent, Polygon

if TYPE_CHECKING:
    from lxml import etree

Position = tuple[float, float]
"""Longitude and latitude, degrees."""


def read_box(
    west: float | None,
    south: float | None,
    east: float | None,
    north: float | None,
    problems: Problems,
    where: "etree._Element | str",
) -> Box | None:
    """Return the box of these four numbers, or None and a problem where they make none.

    Longitudes up to 360 are brought to [-180, 180]; south and north are put in order, with a problem "swapped-box". West above east
    is kept: it means that the box crosses the antimeridian. `where` is the place a problem names.
    """
    if west is None or south is None or east is None or north is None:
        problems.add("incomplete-box", "the bounding box lacks one of its four sides", where)
        return None
    shown = f"west {west:g}, south {south:g}, east {east:g}, north {north:g}"
    if not (-90 <= south <= 90 and -90 <= north <= 90 and -360 <= west <= 360 and -360 <= east <= 360):
        problems.add("bad-box", f"the bounding box is not on the Earth: {shown}", where)
        return None
    if south > north:
        problems.add("swapped-box", f"south is above north in the bounding box, read as their contrary: {shown}", where)
        south, north = north, south
    if east - west >= 360:
        return Box(west=-180.0, south=south, east=180.0, north=north)
    return Box(west=longitude(west), south=south, east=longitude(east), north=north)


def longitude(value: float) -> float:
    """Return a longitude brought to [-180, 180]; one that is there already stays as it is."""
    return value if -180 <= value <= 180 else math.remainder(value, 360.0)


def crosses(one: float, other: float) -> bool:
    """Return whether an edge between these longitudes crosses the antimeridian. From -180 to 180 it goes around the whole body."""
    return 180 < abs(one - other) < 360


def unrolled(ring: Sequence[Position]) -> list[Position]:
    """Return a ring whose longitudes run on past ±180 where its edges cross the antimeridian."""
    found, turns = [ring[0]], 0
    for (last, _), (x, y) in itertools.pairwise(ring):
        if crosses(last, x):
            turns += 1 if x < last else -1
        found.append((x + 360.0 * turns, y))
    return found


def over_pole(ring: list[Position]) -> list[Position]:
    """Return an unrolled ring that goes around a pole closed over that pole, the one of its half; any other ring as it is."""
    if abs(ring[-1][0] - ring[0][0]) <= 180:
        return ring
    pole = 90.0 if max(y for _, y in ring) > -min(y for _, y in ring) else -90.0
    return [*ring, (ring[-1][0], pole), (ring[0][0], pole), ring[0]]


def box_around(polygon: Polygon) -> Box:
    """Return the smallest box around a polygon on a body.

    West is above east where it crosses the antimeridian; a polygon around a pole has all longitudes, up to the pole.
    """
    ring = over_pole(unrolled(polygon.rings[0]))
    south, north = min(y for _, y in ring), max(y for _, y in ring)
    west, east = round(min(x for x, _ in ring), 9), round(max(x for x, _ in ring), 9)
    if east - west >= 360:
        return Box(west=-180.0, south=south, east=180.0, north=north)
    return Box(west=round(longitude(west), 9), south=south, east=round(longitude(east), 9), north=north)


def is_sound(extent: Extent) -> bool:
    """Return whether an extent holds something, and keeps within its frame as `records.model` says."""
    low, high = (0.0, 360.0) if extent.frame == ICRS else (-180.0, 180.0)
    boxes = all(low <= b.west <= high and low <= b.east <= high and -90 <= b.south <= b.north <= 90 for b in extent.boxes)
    rings = [ring for polygon in extent.polygons for ring in polygon.rings]
    closed = all(polygon.rings for polygon in extent.polygons) and all(len(ring) >= 4 and ring[0] == ring[-1] for ring in rings)
    inside = all(low <= x <= high and -90 <= y <= 90 for ring in rings for x, y in ring)
    circles = all(low <= c.x <= high and -90 <= c.y <= 90 and 0 < c.radius <= 180 for c in extent.circles)
    framed = extent.frame in {EARTH, ICRS} or extent.frame.startswith("body:")
    holds = any((extent.description, extent.boxes, extent.polygons, extent.circles, extent.vertical))
    return boxes and closed and inside and circles and framed and holds
