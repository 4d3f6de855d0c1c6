"""GML in filters: geometries and times of GML 2, 3.1.1 and 3.2, told by their local names. What is not understood is refused.

Without srsName latitude comes first, as in EPSG:4326 by its authority; see `reference_systems`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree
from pygeofilter import values

from catalogue.protocols.filters.geometries import box_of, collection, geometry, number_of
from catalogue.protocols.filters.limits import MAX_POSITIONS, check_depth
from catalogue.protocols.filters.predicates import period, time_of
from catalogue.protocols.filters.reference_systems import latitude_first
from mappings.rules import all_text
from mappings.xml import children, local_name
from records.errors import QueryError

_ENVELOPES: Final = {"Envelope", "Box"}
_POLYGONS: Final = {"Polygon", "PolygonPatch", "Rectangle", "Triangle"}
_LINES: Final = {"LineString", "LineStringSegment", "LinearRing"}
_ONE: Final = {"Curve", "Surface", "Ring", "PolyhedralSurface", "CompositeCurve", "CompositeSurface"}
"""Made of parts, and one geometry where they have one part."""
_MANY: Final = {"MultiPoint", "MultiLineString", "MultiCurve", "MultiPolygon", "MultiSurface", "MultiGeometry"}
GEOMETRIES: Final = _ENVELOPES | _POLYGONS | _LINES | _ONE | _MANY | {"Point"}
TIMES: Final = {"TimeInstant", "TimePeriod"}
_ABOUT: Final = {"description", "descriptionReference", "identifier", "name", "metaDataProperty", "boundedBy"}
_MULTIPLE: Final = {"Point": "MultiPoint", "LineString": "MultiLineString", "Polygon": "MultiPolygon"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axes:
    """What is known of the order of the axes in a geometry.

    Attributes:
        top: the outermost element of the geometry.
        turned: whether latitude comes first where no srsName stands around a position: as the first one beside it in the geometry says.
    """

    top: etree._Element
    turned: bool


def geometry_of(element: etree._Element) -> values.Geometry | values.Envelope:
    """Return the geometry of a GML element: a box for an Envelope or a Box.

    Raises:
        QueryError: it is none that is understood, or in an unknown reference system (its parameter is then "srsName").
    """
    name = next((found for part in element.iter(etree.Element) if (found := part.get("srsName")) is not None), None)
    axes = _Axes(top=element, turned=name is None or latitude_first(name))
    if local_name(element) in _ENVELOPES:
        corners = _positions(element, axes)
        if len(corners) != 2:
            raise QueryError(f"the box ({local_name(element)}) has two corners, not {len(corners)}", parameter="filter")
        return box_of([*corners[0], *corners[1]])
    return _shape(element, axes, 1)


def _shape(element: etree._Element, axes: _Axes, level: int) -> values.Geometry:
    """Return a geometry within the outermost one."""
    check_depth(level)
    name = local_name(element)
    if name == "Point":
        positions = _positions(element, axes)
        if len(positions) != 1:
            raise QueryError(f"a Point has one position, not {len(positions)}", parameter="filter")
        return geometry("Point", positions[0])
    if name in _LINES:
        return geometry("LineString", _positions(element, axes))
    if name in _POLYGONS:
        return geometry("Polygon", [_ring(edge, axes) for edge in _parts(element)])
    if name not in _ONE and name not in _MANY:
        raise QueryError(f"the geometry {name} is not understood here", parameter="filter")
    parts = [_shape(inner, axes, level + 1) for edge in _parts(element) for inner in _parts(edge)]
    return parts[0] if name in _ONE and len(parts) == 1 else _together(parts, name)


def _together(parts: list[values.Geometry], name: str) -> values.Geometry:
    kinds = {part.geometry["type"] for part in parts}
    kind = kinds.pop() if len(kinds) == 1 else ""
    if name in _ONE and kind != "Polygon":  # segments of a curve are not just several lines
        raise QueryError(f"a {name} of {len(parts)} parts is not understood here", parameter="filter")
    if kind not in _MULTIPLE:
        return collection(parts)
    return geometry(_MULTIPLE[kind], [part.geometry["coordinates"] for part in parts])


def _parts(element: etree._Element) -> Iterator[etree._Element]:
    return (child for child in children(element) if local_name(child) not in _ABOUT)


def _ring(edge: etree._Element, axes: _Axes) -> list[list[float]]:
    """Return the positions of an exterior or interior: a LinearRing, or a Ring of one curve of straight segments."""
    for part in edge.iter(etree.Element):
        if local_name(part).startswith(("Arc", "Circle", "Bezier", "BSpline", "Geodesic", "CubicSpline")):
            raise QueryError(f"a ring of {local_name(part)} is not understood here", parameter="filter")
    positions = _positions(edge, axes)
    # Segments and curves that follow each other repeat the position at which they meet.
    return [position for at, position in enumerate(positions) if at == 0 or position != positions[at - 1]]


def _positions(element: etree._Element, axes: _Axes) -> list[list[float]]:
    """Return all positions below an element, in document order, longitude first."""
    found: list[list[float]] = []
    for part in element.iter(etree.Element):
        match local_name(part):
            case "pos" | "lowerCorner" | "upperCorner":
                made = [all_text(part).split()]
            case "posList":
                made = _cut(all_text(part).split(), _dimension(part))
            case "coordinates":
                made = _tuples(part)
            case "coord":
                made = [[all_text(axis).strip() for axis in children(part)]]
            case _:
                continue
        turned = _turned(part, axes)
        for written in made:
            if not 2 <= len(written) <= 3:
                raise QueryError(f"{' '.join(written)[:80]!r} is no position: two numbers, or three with a height", parameter="filter")
            numbers = [number_of(number) for number in written]
            found.append([numbers[1], numbers[0], *numbers[2:]] if turned else numbers)
        if len(found) > MAX_POSITIONS:
            raise QueryError(f"the geometry has more than {MAX_POSITIONS:,} positions", parameter="filter")
    return found


def _cut(written: list[str], size: int) -> list[list[str]]:
    return [written[at : at + size] for at in range(0, len(written), size)]


def _dimension(element: etree._Element) -> int:
    written = next((found for part in (element, *element.iterancestors()) if (found := part.get("srsDimension"))), "2").strip()
    if written not in {"2", "3"}:
        raise QueryError(f"positions have 2 or 3 dimensions, not {written[:20]!r}", parameter="filter")
    return int(written)


def _tuples(element: etree._Element) -> list[list[str]]:
    """Return the numbers of each position of a gml:coordinates; a comma and blanks separate them unless it says otherwise."""
    comma, blank, point = element.get("cs") or ",", element.get("ts") or " ", element.get("decimal") or "."
    text = all_text(element).strip()
    tuples = text.split() if blank.isspace() else [part for part in text.split(blank) if part.strip()]
    return [[number.strip().replace(point, ".") for number in part.split(comma)] for part in tuples]


def _turned(element: etree._Element, axes: _Axes) -> bool:
    """Return whether latitude comes first: as the nearest srsName around a position says, if there is one."""
    for part in (element, *element.iterancestors()):
        if (name := part.get("srsName")) is not None:
            return latitude_first(name)
        if part is axes.top:
            break
    return axes.turned


def time_literal(element: etree._Element) -> str | values.Interval:
    """Return the date of a gml:TimeInstant as it is written, or the period of a gml:TimePeriod.

    An end of a period that is unknown, or now, is open: so are the intervals of records that go on.

    Raises:
        QueryError: it is neither, or lacks a position.
    """
    if local_name(element) == "TimePeriod":
        return period(_end(element, "begin"), _end(element, "end"), "filter")
    if local_name(element) != "TimeInstant":
        raise QueryError(f"{local_name(element)} is no TimeInstant and no TimePeriod", parameter="filter")
    position = next((child for child in _parts(element) if local_name(child) == "timePosition"), None)
    text = "" if position is None else _position_of(position)
    if text in {"", ".."}:
        raise QueryError("a TimeInstant has a timePosition that is a date", parameter="filter")
    return time_of(text, "filter")


def _end(element: etree._Element, which: str) -> str:
    """Return one end of a TimePeriod as text, ".." for an open one: a position of its own, or a TimeInstant in it."""
    for child in _parts(element):
        if local_name(child) == f"{which}Position":
            return _position_of(child)
        if local_name(child) == which:
            inner = [part for part in child.iter(etree.Element) if local_name(part) == "timePosition"]
            if len(inner) == 1:
                return _position_of(inner[0])
    raise QueryError(f"the TimePeriod lacks its {which}: {which}Position, or {which} with one TimeInstant", parameter="filter")


def _position_of(element: etree._Element) -> str:
    frame = element.get("frame", "").strip()
    if frame and not frame.casefold().endswith("iso-8601"):
        raise QueryError(f"the time frame {frame[:80]!r} is not understood here; ISO 8601 is", parameter="filter")
    text, open_as = all_text(element).strip(), element.get("indeterminatePosition", "").strip()
    if not open_as and text:
        return text
    if open_as in {"unknown", "now"} and not text:
        return ".."
    raise QueryError(f"a {local_name(element)} is a date, or indeterminate as unknown or now", parameter="filter")
