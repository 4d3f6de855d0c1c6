"""Where and when the data of a UMM-C are."""

from collections.abc import Iterator

from mappings.coordinates import Position, read_box
from mappings.formats.shared.dif.places import metres, span
from mappings.formats.shared.json.parts import Members, parse_date
from mappings.formats.ummc.values import date, line, lines
from records.dates import TimeInterval
from records.model import EARTH, Box, Extent, Polygon


def extents(spatial: Members) -> tuple[Extent, ...]:
    """Return what a SpatialExtent holds, as one extent; () for nothing."""
    geometry = spatial.object("HorizontalSpatialDomain").object("Geometry")
    boxes = [*map(_rectangle, geometry.objects("BoundingRectangles")), *(_around(point, [point]) for point in geometry.objects("Points"))]
    boxes += [_around(shape, list(shape.objects("Points"))) for shape in geometry.objects("Lines")]
    polygons = [_polygon(shape) for shape in geometry.objects("GPolygons")]
    extent = Extent(
        frame="body:moon" if "LUNAR" in (line(spatial, "SpatialCoverageType") or "").upper() else EARTH,
        boxes=tuple(dict.fromkeys(box for box in boxes if box)),
        polygons=tuple(dict.fromkeys(polygon for polygon in polygons if polygon)),
        vertical=span(_heights(spatial)),
    )
    return (extent,) if extent.boxes or extent.polygons or extent.vertical else ()


def _rectangle(shape: Members) -> Box | None:
    west, south, east, north = (shape.number(f"{side}BoundingCoordinate") for side in ("West", "South", "East", "North"))
    return read_box(west, south, east, north, shape.problems, shape.path)


def _around(shape: Members, points: list[Members]) -> Box | None:
    """Return the box of a point, or around the points of a line."""
    positions = [position for point in points if (position := _position(point)) is not None]
    if not positions:
        return None
    xs, ys = [x for x, _ in positions], [y for _, y in positions]
    return read_box(min(xs), min(ys), max(xs), max(ys), shape.problems, shape.path)


def _position(point: Members) -> Position | None:
    x, y = point.number("Longitude"), point.number("Latitude")
    if x is None or y is None or not (-180 <= x <= 180 and -90 <= y <= 90):
        point.problems.add("bad-point", f"no point on the Earth: longitude {x}, latitude {y}", point.path)
        return None
    return x, y


def _polygon(shape: Members) -> Polygon | None:
    """Return the polygon of a boundary and what is cut out of it; None and a problem where the boundary encloses nothing."""
    outer = _ring(shape.object("Boundary"))
    holes = (_ring(hole) for hole in shape.object("ExclusiveZone").objects("Boundaries"))
    return None if outer is None else Polygon(rings=(outer, *(hole for hole in holes if hole)))


def _ring(boundary: Members) -> tuple[Position, ...] | None:
    points = [position for point in boundary.objects("Points") if (position := _position(point)) is not None]
    if len(set(points)) < 3:
        boundary.problems.add("bad-polygon", "a ring of a polygon has fewer than three points", boundary.path)
        return None
    return tuple(points) if points[0] == points[-1] else (*points, points[0])


def _heights(spatial: Members) -> Iterator[float]:
    """Yield altitudes and depths, in metres upwards."""
    for domain in spatial.objects("VerticalSpatialDomains"):
        kind, written = (line(domain, "Type") or "").casefold(), line(domain, "Value")
        if written is None:
            continue
        value = metres(written) if any(word in kind for word in ("altitude", "height", "elevation", "depth")) else None
        if value is None:
            domain.problems.add("unread-height", f"no altitude or depth in a unit of length: {kind} {written[:80]!r}", domain.path)
        else:
            yield -value if "depth" in kind else value


def intervals(document: Members) -> tuple[TimeInterval, ...]:
    """Return the times of all TemporalExtents; of what comes again and again, the first and the last day."""
    found: list[TimeInterval] = []
    for extent in document.objects("TemporalExtents"):
        present = extent.values.get("EndsAtPresentFlag") is True
        for names, kind in (
            (("BeginningDateTime", "EndingDateTime"), "RangeDateTimes"),
            (("StartDate", "EndDate"), "PeriodicDateTimes"),
        ):
            for stretch in extent.objects(kind):
                begin, end = date(stretch, names[0]), date(stretch, names[1])
                if begin is not None or end is not None:
                    found.append(TimeInterval(begin=begin, end=None if present else end))
        for written in lines(extent, "SingleDateTimes"):
            moment = parse_date(written, extent.problems, f"{extent.path}/SingleDateTimes")
            found += [TimeInterval(begin=moment, end=moment)] if moment else []
    return tuple(dict.fromkeys(found))
