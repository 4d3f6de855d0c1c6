"""Polygons on a body as plane geometries in CRS84: cut at the antimeridian, led over the pole where they hold it."""

from typing import TYPE_CHECKING

from mappings.coordinates import Position, over_pole, unrolled
from records.model import Polygon

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


def plane_polygon(polygon: Polygon) -> "BaseGeometry":
    """Return a polygon as a geometry within [-180, 180]; what its rings enclose, where they cross themselves."""
    import shapely  # noqa: PLC0415 (0.2 s, which a process without such questions need not spend)
    from shapely.affinity import translate  # noqa: PLC0415 (as above)

    outer, *holes = (_enclosed(over_pole(unrolled(ring))) for ring in polygon.rings)
    for hole in holes:
        turns = round((outer.centroid.x - hole.centroid.x) / 360)
        outer = outer.difference(translate(hole, xoff=360.0 * turns))
    if outer.is_empty:
        return outer
    west, _, east, _ = outer.bounds
    world = shapely.box(-180, -90, 180, 90)
    turned = (translate(outer, xoff=-360.0 * turn) for turn in range(int((west - 180) // 360), int((east + 180) // 360) + 1))
    return outer if west >= -180 and east <= 180 else shapely.union_all([part.intersection(world) for part in turned])


def _enclosed(ring: list[Position]) -> "BaseGeometry":
    import shapely  # noqa: PLC0415 (as above)

    found = shapely.Polygon(ring) if len(ring) > 3 else shapely.MultiPoint(ring).convex_hull
    return found if found.is_valid else shapely.make_valid(found)
