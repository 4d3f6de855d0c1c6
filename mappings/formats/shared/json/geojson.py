"""GeoJSON geometries (RFC 7946) and extents on the Earth.

A rectangle along the meridians is a box, a point or a line is a box without width; what crosses the antimeridian is written in two
parts (section 3.1.9) and read back as one where the parts are boxes. Outer rings are written counter-clockwise (3.1.6).
"""

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from mappings.coordinates import Position, crosses, longitude, read_box
from mappings.formats.shared.plain import Json
from mappings.geometry import plane_polygon
from mappings.rules import Problems
from records.model import EARTH, Box, Extent, Polygon

Ring = tuple[Position, ...]
_DEPTHS: Final = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
"""How many lists are around the positions of a geometry."""


def to_geometry(extents: tuple[Extent, ...]) -> Json:
    """Return the geometry of what these extents hold on the Earth; None when that is nothing."""
    parts = [part for extent in extents if extent.frame == EARTH for part in _parts(extent)]
    if not parts:
        return None
    if len(parts) == 1:
        return parts[0]
    if all(part["type"] == "Polygon" for part in parts):
        return {"type": "MultiPolygon", "coordinates": [part["coordinates"] for part in parts]}
    return {"type": "GeometryCollection", "geometries": parts}


def _parts(extent: Extent) -> Iterator[dict[str, Json]]:
    for box in extent.boxes:
        if box.west > box.east:
            yield _box(replace(box, east=180.0))
            yield _box(replace(box, west=-180.0))
        else:
            yield _box(box)
    for polygon in extent.polygons:
        yield from _polygon(polygon)


def _box(box: Box) -> dict[str, Json]:
    west, south, east, north = box.west, box.south, box.east, box.north
    if west == east and south == north:
        return {"type": "Point", "coordinates": [west, south]}
    if west == east or south == north:
        return {"type": "LineString", "coordinates": [[west, south], [east, north]]}
    return {"type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]]}


def _polygon(polygon: Polygon) -> Iterator[dict[str, Json]]:
    if not any(crosses(a[0], b[0]) for ring in polygon.rings for a, b in itertools.pairwise(ring)):
        yield {"type": "Polygon", "coordinates": [_turned(ring, outer=index == 0) for index, ring in enumerate(polygon.rings)]}
        return
    import shapely  # noqa: PLC0415 # 0.2 s, which a process without such polygons need not spend

    for part in shapely.get_parts(plane_polygon(polygon)):
        if isinstance(part, shapely.Polygon) and not part.is_empty:
            rings = (part.exterior, *part.interiors)
            yield {"type": "Polygon", "coordinates": [_turned(tuple(ring.coords), outer=index == 0) for index, ring in enumerate(rings)]}


def _turned(ring: Ring, *, outer: bool) -> list[list[float]]:
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring))
    return [list(position) for position in (ring if (area >= 0) == outer else reversed(ring))]


def from_geometry(geometry: Json, problems: Problems, path: str) -> tuple[Extent, ...]:
    """Return the extent that a geometry describes, () for none; what is no geometry is a problem "bad-geometry"."""
    if geometry is None:
        return ()
    boxes: list[Box] = []
    polygons: list[Polygon] = []
    try:
        for part in _simple(geometry):
            _add(part, boxes, polygons, problems, path)
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError):
        problems.add("bad-geometry", "no geometry of GeoJSON", path)
        return ()
    joined = _joined(boxes)
    return (Extent(boxes=joined, polygons=tuple(dict.fromkeys(polygons))),) if joined or polygons else ()


def _simple(geometry: Json) -> Iterator[tuple[str, Json]]:
    """Yield type and coordinates of the geometries without parts of their own."""
    if geometry["type"] == "GeometryCollection":
        for inner in geometry["geometries"]:
            yield from _simple(inner)
        return
    kind = geometry["type"].removeprefix("Multi")
    if geometry["type"] not in _DEPTHS:
        raise ValueError(geometry["type"])
    yield from ((kind, part) for part in (geometry["coordinates"] if kind != geometry["type"] else [geometry["coordinates"]]))


def _add(part: tuple[str, Json], boxes: list[Box], polygons: list[Polygon], problems: Problems, path: str) -> None:
    kind, coordinates = part
    if kind == "Polygon":
        rings = tuple(tuple(_position(position) for position in ring) for ring in coordinates)
        if not rings or any(len(ring) < 4 or ring[0] != ring[-1] for ring in rings):
            raise ValueError("a ring that is not closed")
        outer = rings[0]
        if not _is_rectangle(rings):
            polygons.append(Polygon(rings=tuple(tuple((longitude(x), y) for x, y in ring) for ring in rings)))
            return
    else:
        outer = tuple(_position(position) for position in ([coordinates] if kind == "Point" else coordinates))
    xs, ys = [x for x, _ in outer], [y for _, y in outer]
    box = read_box(min(xs), min(ys), max(xs), max(ys), problems, path)
    if box is not None:
        boxes.append(box)


def _position(position: Json) -> Position:
    x, y = float(position[0]), float(position[1])
    if not (math.isfinite(x) and -360 <= x <= 360 and -90 <= y <= 90):
        raise ValueError(f"not on the Earth: {x}, {y}")
    return (x, y)


def _is_rectangle(rings: tuple[Ring, ...]) -> bool:
    ring = rings[0]
    if len(rings) != 1 or len(ring) != 5:
        return False
    corners = {(x, y) for x in (ring[0][0], ring[2][0]) for y in (ring[0][1], ring[2][1])}
    sides = itertools.pairwise(ring)
    return len(corners) == 4 and set(ring) == corners and all(a[0] == b[0] or a[1] == b[1] for a, b in sides)


def _joined(boxes: list[Box]) -> tuple[Box, ...]:
    """Return the boxes, two that meet at the antimeridian joined into one that crosses it."""
    found: list[Box] = []
    for box in dict.fromkeys(boxes):
        last = found[-1] if found else None
        if last and last.east == 180 and box.west == -180 and last.west > box.east and (last.south, last.north) == (box.south, box.north):
            found[-1] = replace(last, east=box.east)
        else:
            found.append(box)
    return tuple(found)
