"""Places on the Earth as plane boxes and geometries in CRS84, cut at the antimeridian."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mappings.coordinates import over_pole, unrolled
from mappings.geometry import plane_polygon
from records.model import Box, Circle, Extent, Polygon

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


def cut(box: Box) -> tuple[Box, ...]:
    """Return a box as one or two boxes that do not cross the antimeridian."""
    if box.west <= box.east:
        return (box,)
    return (
        Box(west=box.west, south=box.south, east=180.0, north=box.north),
        Box(west=-180.0, south=box.south, east=box.east, north=box.north),
    )


def touch(one: Box, other: Box) -> bool:
    """Return whether two boxes that do not cross the antimeridian share a point."""
    return one.west <= other.east and other.west <= one.east and one.south <= other.north and other.south <= one.north


def pieces_of(extents: Sequence[Extent]) -> tuple[list[Box], bool]:
    """Return boxes that hold all of these extents, and whether they are but one box and exactly it."""
    boxes = [piece for extent in extents for box in extent.boxes for piece in cut(box)]
    around = [piece for extent in extents for polygon in extent.polygons for piece in _around(polygon)]
    caps = [piece for extent in extents for circle in extent.circles for piece in _around_cap(circle)]
    return boxes + around + caps, len(set(boxes)) == 1 and not around and not caps


def _around(polygon: Polygon) -> tuple[Box, ...]:
    ring = over_pole(unrolled(polygon.rings[0]))
    longitudes = [x for x, _ in ring]
    latitudes = [y for _, y in ring]
    west, east = min(longitudes), max(longitudes)
    if west < -180 or east > 180:
        west, east = -180.0, 180.0
    return (Box(west=west, south=min(latitudes), east=east, north=max(latitudes)),)


def _around_cap(circle: Circle) -> tuple[Box, ...]:
    south, north = max(circle.y - circle.radius, -90.0), min(circle.y + circle.radius, 90.0)
    return (Box(west=-180.0, south=south, east=180.0, north=north),)


def geometry_of(extents: Sequence[Extent]) -> "BaseGeometry":
    """Return extents as one geometry in CRS84, cut at the antimeridian."""
    import shapely  # noqa: PLC0415 (0.2 s, which a process without such questions need not spend)

    parts: list[BaseGeometry] = []
    for extent in extents:
        parts.extend(plane(piece) for box in extent.boxes for piece in cut(box))
        parts.extend(plane_polygon(polygon) for polygon in extent.polygons)
        parts.extend(_cap(circle) for circle in extent.circles)
    return parts[0] if len(parts) == 1 else shapely.union_all(parts)


def plane(box: Box) -> "BaseGeometry":
    """Return a box that does not cross the antimeridian as a geometry: one without width or height is a line or a point."""
    import shapely  # noqa: PLC0415 (as above)

    if box.west < box.east and box.south < box.north:
        return shapely.box(box.west, box.south, box.east, box.north)
    if box.west == box.east and box.south == box.north:
        return shapely.Point(box.west, box.south)
    return shapely.LineString([(box.west, box.south), (box.east, box.north)])


def rolled(geometry: "BaseGeometry") -> "BaseGeometry":
    """Return a geometry whose longitudes may run past ±180 cut at the antimeridian and brought back to [-180, 180]."""
    import shapely  # noqa: PLC0415 (as above)
    from shapely.affinity import translate  # noqa: PLC0415 (as above)

    west, _, east, _ = geometry.bounds
    if west >= -180 and east <= 180:
        return geometry
    world = shapely.box(-180, -90, 180, 90)
    turns = range(int((west - 180) // 360), int((east + 180) // 360) + 1)
    return shapely.union_all([translate(geometry, xoff=-360.0 * turn).intersection(world) for turn in turns])


def _cap(circle: Circle) -> "BaseGeometry":
    """Return a cap as a polygon of 72 corners, each on its rim."""
    import shapely  # noqa: PLC0415 (as above)

    from mappings.index.sphere import destination  # noqa: PLC0415 (as above)

    if abs(circle.y) + circle.radius >= 90:
        south = -90.0 if circle.y - circle.radius <= -90 else circle.y - circle.radius
        north = 90.0 if circle.y + circle.radius >= 90 else circle.y + circle.radius
        return shapely.box(-180, south, 180, north)
    ring = [destination(circle.x, circle.y, bearing, circle.radius) for bearing in range(0, 360, 5)]
    return rolled(shapely.Polygon(unrolled([*ring, ring[0]])))
