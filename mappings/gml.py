"""GML geometry, read and written: what ISO 19139's bounding polygons are made of.

Read in every spelling of the GML namespace (3.1 and 3.2 alike: elements are told by their local names), written in GML 3.2. A circle
is a Polygon whose exterior is a Ring of one Curve of one CircleByCenterPoint; a box where ISO has none (on the sky, on other bodies)
is a Surface of one Rectangle, whose edges run along parallels and meridians.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

from mappings.coordinates import longitude, read_box
from mappings.rules import Problems, all_text
from mappings.xml import children, local_name, qname
from records.model import EARTH, ICRS, Box, Circle, Polygon

ICRS_SYSTEM: Final = "http://www.ivoa.net/rdf/refframe#ICRS"
EARTH_SYSTEM: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
"""Longitude, latitude in degrees on WGS 84: what geometry of the Earth is written in."""

LONGEST_SYSTEM: Final = 300
"""No reference system has a longer name; the search in one costs the square of its length."""

_GEOGRAPHIC: Final = {"4326", "4258", "4269", "4267", "4979", "4937", "4171", "4674"}
"""EPSG codes of geographic systems whose degrees differ from those of WGS 84 by less than metadata can tell."""
_PLAIN: Final = {"", "wgs84", "wgs 84"}
_EPSG: Final = re.compile(r"EPSG[:/].*?(\d{4,6})$|epsg\.xml#(\d{4,6})$", re.IGNORECASE)
_LATITUDE_FIRST: Final = re.compile(r"urn:(x-)?ogc:def:crs:|https?://www\.opengis\.net/def/crs/", re.IGNORECASE)

_ABOUT: Final = {"description", "descriptionReference", "identifier", "name", "metaDataProperty", "boundedBy"}
"""Children of a geometry that are no part of it."""
_SURFACES: Final = {"Polygon", "PolygonPatch", "Triangle", "Rectangle"}
_BOXES: Final = {"Rectangle", "Envelope", "EnvelopeWithTimePeriod", "Box"}
_LINES: Final = {"Point", "LineString", "LineStringSegment", "LinearRing"}
_COORDINATES: Final = {"pos", "posList", "coordinates", "coord", "lowerCorner", "upperCorner"}
_DEGREES_BY_UNIT: Final = {
    "deg": 1.0,
    "degree": 1.0,
    "degrees": 1.0,
    "arcmin": 1 / 60,
    "arcsec": 1 / 3600,
    "rad": math.degrees(1),
    "m": math.degrees(1 / 6_371_008.8),
    "km": math.degrees(1 / 6_371.0088),
}
"""Units of a radius, in degrees of arc; metres are on a sphere of the Earth's mean radius."""

_Position = tuple[float, float]
_Positions = tuple[_Position, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """What a geometry holds, in one frame (see `records.model.Extent.frame`)."""

    frame: str = EARTH
    boxes: tuple[Box, ...] = ()
    polygons: tuple[Polygon, ...] = ()
    circles: tuple[Circle, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _System:
    """What a reference system's name says.

    Attributes:
        latitude_first: the order of the axes.
        doubtful: the name leaves that order to custom ("EPSG:4326", or no name at all).
    """

    frame: str = EARTH
    latitude_first: bool = False
    doubtful: bool = False


def frame_of(name: str) -> str | None:
    """Return the frame that a reference system's name stands for; None for a system that is not read here."""
    system = _system(name)
    return system.frame if system else None


def system_of(frame: str) -> str:
    """Return the reference system's name, as it is written, for a frame."""
    return {EARTH: EARTH_SYSTEM, ICRS: ICRS_SYSTEM}.get(frame, frame)


def _system(name: str) -> _System | None:
    name = name.strip()
    if len(name) > LONGEST_SYSTEM:
        return None
    folded = name.casefold()
    code = _EPSG.search(name)
    if name.startswith("body:"):
        found = _System(frame=name)
    elif folded.endswith("icrs"):
        found = _System(frame=ICRS)
    elif folded in _PLAIN:
        found = _System(doubtful=True)
    elif folded.endswith("crs84"):
        found = _System()
    elif code is not None and (code[1] or code[2]) in _GEOGRAPHIC:
        formal = _LATITUDE_FIRST.match(name) is not None
        found = _System(latitude_first=formal, doubtful=not formal)
    else:
        return None
    return found


def read_geometry(element: etree._Element, problems: Problems, near: Sequence[Box] = ()) -> Shapes | None:
    """Return the shapes of a GML geometry, or None and a problem where it cannot be read.

    A point or a line becomes the box around it. Where the name of the reference system leaves the order of the axes open, longitude
    comes first, unless only the contrary puts the geometry into `near`, the boxes that stand beside it in the document.
    """
    name = next((found for part in element.iter(etree.Element) if (found := part.get("srsName"))), "")
    system = _system(name)
    if system is None:
        problems.add("unknown-crs", f"the reference system {name[:120]!r} is not read here", element)
        return None
    leaves = list(_leaves(element, problems))
    latitude_first = system.latitude_first or (system.doubtful and _latitude_seems_first(leaves, near))
    reader = _Reader(frame=system.frame, latitude_first=latitude_first, problems=problems)
    boxes = tuple(box for leaf in leaves if local_name(leaf) in _BOXES | _LINES and (box := reader.box(leaf)))
    polygons = tuple(ring for leaf in leaves if local_name(leaf) in _SURFACES - _BOXES and (ring := reader.polygon(leaf)))
    circles = tuple(circle for leaf in leaves if local_name(leaf) == "CircleByCenterPoint" and (circle := reader.circle(leaf)))
    if not leaves:
        problems.add("no-geometry", f"no geometry could be read from {local_name(element)}", element)
    if not (boxes or polygons or circles):
        return None
    return Shapes(frame=system.frame, boxes=boxes, polygons=polygons, circles=circles)


def _leaves(element: etree._Element, problems: Problems) -> Iterator[etree._Element]:
    """Yield the simple geometries that a geometry is made of."""
    name = local_name(element)
    if name in _ABOUT:
        return
    if name in _COORDINATES:
        problems.add("unread-geometry", "coordinates of a geometry that is not read here", element)
    elif name in _SURFACES:
        yield next((part for part in element.iter(etree.Element) if local_name(part) == "CircleByCenterPoint"), element)
    elif name in _BOXES or name in _LINES or name == "CircleByCenterPoint":
        yield element
    else:
        for child in children(element):
            yield from _leaves(child, problems)


def _latitude_seems_first(leaves: Sequence[etree._Element], near: Sequence[Box]) -> bool:
    silent = Problems()
    positions = [position for leaf in leaves for position in _positions(leaf, silent)]
    if not near or not positions:
        return any(abs(y) > 90 for _, y in positions) and all(abs(x) <= 90 for x, _ in positions)

    def inside(x: float, y: float) -> bool:
        return any(
            box.south - 0.01 <= y <= box.north + 0.01
            and (box.west - 0.01 <= x <= box.east + 0.01 or (box.west > box.east and (x >= box.west or x <= box.east)))
            for box in near
        )

    return not any(inside(x, y) for x, y in positions) and all(inside(y, x) for x, y in positions)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Makes shapes of simple geometries whose reference system is known."""

    frame: str
    latitude_first: bool
    problems: Problems

    def positions(self, element: etree._Element) -> _Positions:
        """Return the positions below an element as (x, y), within [-180, 180], on the sky [0, 360]; () and a problem otherwise."""
        found = _positions(element, self.problems)
        if self.latitude_first:
            found = tuple((y, x) for x, y in found)
        reach = 360 if self.frame == EARTH else 720
        bad = next(((x, y) for x, y in found if not (abs(x) <= reach and abs(y) <= 90)), None)
        if bad:
            self.problems.add("bad-position", f"a position out of range: longitude {bad[0]:g}, latitude {bad[1]:g}", element)
            return ()
        if self.frame == ICRS:
            return tuple((x if 0 <= x <= 360 else x % 360, y) for x, y in found)
        return tuple((longitude(x), y) for x, y in found)

    def box(self, element: etree._Element) -> Box | None:
        """Return an envelope, a point or a line as the box around it; None and a problem where it makes none."""
        positions = self.positions(element)
        if not positions:
            return None
        if local_name(element) == "Rectangle":
            (west, south), (east, north) = positions[0], positions[2] if len(positions) > 2 else positions[-1]
        else:
            west, east = min(x for x, _ in positions), max(x for x, _ in positions)
            south, north = min(y for _, y in positions), max(y for _, y in positions)
            if local_name(element) in _BOXES:
                west, east = positions[0][0], positions[-1][0]
            elif len(positions) > 1:
                self.problems.add("line-as-box", "a line was read as the box around it", element)
        if self.frame == EARTH:
            return read_box(west, south, east, north, self.problems, element)
        return Box(west=west, south=south, east=east, north=north)

    def polygon(self, element: etree._Element) -> Polygon | None:
        """Return a polygon or a patch of a surface; None and a problem where it has no boundary."""
        edges = [child for child in children(element) if local_name(child) not in _ABOUT]
        rings = tuple(self._ring(edge) for edge in edges)
        if not rings or not all(rings):
            if not rings:
                self.problems.add("bad-polygon", "a polygon without a boundary", element)
            return None
        return Polygon(rings=rings)

    def _ring(self, element: etree._Element) -> _Positions:
        positions = self.positions(element)
        if positions and positions[0] != positions[-1]:
            self.problems.add("open-ring", "a ring of a polygon does not end where it begins; it was closed", element)
            positions = (*positions, positions[0])
        if len(positions) < 4:
            self.problems.add("bad-polygon", f"a ring of {len(positions)} positions encloses nothing", element)
            return ()
        return positions

    def circle(self, element: etree._Element) -> Circle | None:
        """Return a circle by its centre, its radius in degrees; None and a problem where one of them is missing or makes none."""
        positions = self.positions(element)
        radius = next((child for child in children(element) if local_name(child) == "radius"), None)
        if len(positions) != 1 or radius is None:
            self.problems.add("bad-circle", "a circle lacks its centre or its radius", element)
            return None
        unit = _DEGREES_BY_UNIT.get(radius.get("uom", "").strip().rpartition(":")[2].rpartition("#")[2].casefold())
        size = _number(all_text(radius))
        if unit is None or size is None or not 0 < size * unit <= 180:
            self.problems.add("bad-circle", f"a radius of {all_text(radius).strip()!r} {radius.get('uom', '')!r}", radius)
            return None
        return Circle(x=positions[0][0], y=positions[0][1], radius=size * unit)


def _positions(element: etree._Element, problems: Problems) -> _Positions:
    """Return all positions below an element, in document order, as they are written: (first axis, second axis)."""
    found: list[_Position] = []
    for part in element.iter(etree.Element):
        match local_name(part):
            case "pos" | "lowerCorner" | "upperCorner" | "posList":
                written = all_text(part).split()
                size = _dimension(part) if local_name(part) == "posList" else len(written)
            case "coordinates":
                written, size = _tuples(part)
            case "coord":
                written = [all_text(axis) for axis in children(part)]
                size = len(written)
            case _:
                continue
        numbers = [_number(number) for number in written]
        if None in numbers or size < 2 or len(numbers) % size:
            problems.add("bad-position", f"no list of positions: {' '.join(written)[:80]!r}", part)
            return ()
        found += [(x, y) for x, y in zip(numbers[::size], numbers[1::size], strict=True) if x is not None and y is not None]
    return tuple(found)


def _dimension(element: etree._Element) -> int:
    written = next((found for part in (element, *element.iterancestors()) if (found := part.get("srsDimension"))), "2")
    return int(written) if written in {"2", "3"} else 0


def _tuples(element: etree._Element) -> tuple[list[str], int]:
    """Return the numbers of a gml:coordinates and how many make a position; its separators are a comma and a blank unless it says so."""
    comma, blank, point = element.get("cs") or ",", element.get("ts") or " ", element.get("decimal") or "."
    text = all_text(element).strip()
    tuples = text.split() if blank.isspace() else [part for part in text.split(blank) if part.strip()]
    sizes = {len(part.split(comma)) for part in tuples}
    numbers = [number.strip().replace(point, ".") for part in tuples for number in part.split(comma)]
    return numbers, sizes.pop() if len(sizes) == 1 else 0


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def write_box(parent: etree._Element, box: Box, frame: str, gml_id: str) -> None:
    """Append a box, as a Surface of one Rectangle whose corners follow each other from the south-west counter-clockwise."""
    surface = _geometry(parent, "gml:Surface", frame, gml_id)
    rectangle = etree.SubElement(etree.SubElement(surface, qname("gml:patches")), qname("gml:Rectangle"))
    corners = ((box.west, box.south), (box.east, box.south), (box.east, box.north), (box.west, box.north), (box.west, box.south))
    _linear_ring(rectangle, "gml:exterior", corners)


def write_polygon(parent: etree._Element, polygon: Polygon, frame: str, gml_id: str) -> None:
    """Append a Polygon of linear rings."""
    element = _geometry(parent, "gml:Polygon", frame, gml_id)
    for number, ring in enumerate(polygon.rings):
        _linear_ring(element, "gml:interior" if number else "gml:exterior", ring)


def write_circle(parent: etree._Element, circle: Circle, frame: str, gml_id: str) -> None:
    """Append a circle, as a Polygon whose exterior is a Ring of one Curve of one CircleByCenterPoint."""
    element = _geometry(parent, "gml:Polygon", frame, gml_id)
    ring = etree.SubElement(etree.SubElement(element, qname("gml:exterior")), qname("gml:Ring"))
    curve = etree.SubElement(etree.SubElement(ring, qname("gml:curveMember")), qname("gml:Curve"))
    curve.set(qname("gml:id"), f"{gml_id}-edge")
    segment = etree.SubElement(etree.SubElement(curve, qname("gml:segments")), qname("gml:CircleByCenterPoint"), numArc="1")
    etree.SubElement(segment, qname("gml:pos")).text = f"{circle.x!r} {circle.y!r}"
    etree.SubElement(segment, qname("gml:radius"), uom="deg").text = repr(circle.radius)


def _geometry(parent: etree._Element, name: str, frame: str, gml_id: str) -> etree._Element:
    element = etree.SubElement(parent, qname(name), srsName=system_of(frame))
    element.set(qname("gml:id"), gml_id)
    return element


def _linear_ring(parent: etree._Element, name: str, ring: Sequence[_Position]) -> None:
    element = etree.SubElement(etree.SubElement(parent, qname(name)), qname("gml:LinearRing"))
    etree.SubElement(element, qname("gml:posList")).text = " ".join(f"{x!r} {y!r}" for x, y in ring)
