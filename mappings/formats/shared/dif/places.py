"""Where and when the data of a DIF are: rectangles, points, lines, polygons, heights and depths; the words for dates."""

import math
import re
from collections.abc import Iterable, Iterator
from typing import Final

from lxml import etree

from mappings.coordinates import read_box
from mappings.formats.shared.dif.elements import Parts, leaf, line, parts
from mappings.rules import Problems, number
from records.model import Box, Polygon

_MEASURE: Final = re.compile(r"^([-+]?\d[\d,]*\.?\d*(?:e[-+]?\d+)?|[-+]?\.\d+)\s*(.*)$", re.IGNORECASE)
_METRES: Final = {
    "m": 1.0,
    "meter": 1.0,
    "meters": 1.0,
    "metre": 1.0,
    "metres": 1.0,
    "km": 1000.0,
    "kilometer": 1000.0,
    "kilometers": 1000.0,
    "kilometre": 1000.0,
    "kilometres": 1000.0,
    "ft": 0.3048,
    "feet": 0.3048,
}
Position = tuple[float, float]


def rectangle(element: etree._Element, problems: Problems) -> Box | None:
    """Return the box of an element with the four sides; None where it has none of them, or none that make a box."""
    inside = parts(element)
    south, north, west, east = (
        _side(inside, f"{name}", problems)
        for name in ("Southernmost_Latitude", "Northernmost_Latitude", "Westernmost_Longitude", "Easternmost_Longitude")
    )
    if south is None and north is None and west is None and east is None:
        return None
    return read_box(west, south, east, north, problems, element)


def _side(inside: Parts, name: str, problems: Problems) -> float | None:
    for element in inside.get(name, ()):
        if leaf(element) is not None:
            return number(element, problems)
    return None


def box_around(element: etree._Element, problems: Problems) -> Box | None:
    """Return the box of a point, or around the points of a line."""
    found = parts(element)
    points = [position for point in found.get("Point", [element]) if (position := _position(point, problems)) is not None]
    if not points:
        return None
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return read_box(min(xs), min(ys), max(xs), max(ys), problems, element)


def polygon(element: etree._Element, problems: Problems) -> Polygon | None:
    """Return the polygon of boundary and exclusive zones; None and a problem where a ring has fewer than three points."""
    found = parts(element)
    outer = [_ring(boundary, problems) for boundary in found.get("Boundary", ())]
    holes = [_ring(hole, problems) for zone in found.get("Exclusive_Zone", ()) for hole in parts(zone).get("Boundary", ())]
    rings = [ring for ring in (*outer, *holes) if ring is not None]
    if not outer or outer[0] is None:
        return None
    return Polygon(rings=tuple(rings))


def _ring(element: etree._Element, problems: Problems) -> tuple[Position, ...] | None:
    points = [position for point in parts(element).get("Point", ()) if (position := _position(point, problems)) is not None]
    if len(set(points)) < 3:
        problems.add("bad-polygon", "a ring of a polygon has fewer than three points", element)
        return None
    return tuple(points) if points[0] == points[-1] else (*points, points[0])


def _position(element: etree._Element, problems: Problems) -> Position | None:
    inside = parts(element)
    x, y = _side(inside, "Point_Longitude", problems), _side(inside, "Point_Latitude", problems)
    if x is None or y is None:
        problems.add("bad-point", "a point lacks longitude or latitude", element)
        return None
    if not (-180 <= x <= 180 and -90 <= y <= 90):
        problems.add("bad-point", f"the point is not on the Earth: longitude {x:g}, latitude {y:g}", element)
        return None
    return x, y


def heights(elements: Iterable[etree._Element], problems: Problems) -> Iterator[float]:
    """Yield the altitudes and depths of rectangles or coverages, in metres upwards."""
    for element in elements:
        inside = parts(element)
        for name, sign in (("Altitude", 1.0), ("Depth", -1.0)):
            unit = line(inside, f"{name}_Unit")
            for bound in (f"Minimum_{name}", f"Maximum_{name}"):
                for found in inside.get(bound, ()):
                    value = _metres(found, unit, problems)
                    if value is not None:
                        yield sign * value


def vertical_infos(found: Parts, problems: Problems) -> Iterator[float]:
    """Yield the altitudes and depths of Vertical_Spatial_Info, in metres upwards."""
    for element in found.get("Vertical_Spatial_Info", ()):
        inside = parts(element)
        kind = (line(inside, "Type") or "altitude").casefold()
        if not any(word in kind for word in ("altitude", "height", "elevation", "depth")):
            problems.add("unread-height", f"neither altitude nor depth: {kind[:80]!r}", element)
            continue
        sign = -1.0 if "depth" in kind else 1.0
        for value in inside.get("Value", ()):
            metres = _metres(value, None, problems)
            if metres is not None:
                yield sign * metres


def _metres(element: etree._Element, unit: str | None, problems: Problems) -> float | None:
    """The element's length in metres; a problem for a unit that is no length (pressure levels) or is not said."""
    written = leaf(element)
    if written is None:
        return None
    found = metres(written, unit)
    if found is not None:
        return found
    shown = f"{written} {unit}" if unit else written
    problems.add("unread-height", f"not a height in a unit of length: {shown[:80]!r}", element)
    return None


def metres(written: str, unit: str | None = None) -> float | None:
    """Return the length that is written ("100 km"), in metres; None for what is none, or has no unit and is not 0."""
    match = _MEASURE.match(written)
    if match is None:
        return None
    value = float(match[1].replace(",", ""))
    factor = _METRES.get((match[2] or unit or "").strip().casefold())
    if factor is not None and math.isfinite(value * factor):
        return value * factor
    return 0.0 if value == 0 and not match[2] and not unit else None


def span(values: Iterable[float]) -> tuple[float, float] | None:
    """Return lowest and highest; None of nothing."""
    known = sorted(value + 0.0 for value in values)
    return (known[0], known[-1]) if known else None
