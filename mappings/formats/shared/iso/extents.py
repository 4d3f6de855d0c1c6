"""Places and times (EX_Extent) as ISO 19139 and ISO 19115-3 have them."""

import re
from dataclasses import replace
from typing import Final

from lxml import etree

from mappings.coordinates import read_box
from mappings.formats.shared.iso.elements import child, descend, said, spelt, words
from mappings.gml import frame_of, read_geometry
from mappings.rules import Problems, all_text, number
from mappings.xml import children, local_name, qname
from records.dates import Date, TimeInterval
from records.model import EARTH, Box, Extent

_OPEN: Final = {"now", "unknown", "present", "current", "ongoing", "continuing", "today"}
"""Words, in small letters, for an end of time that is open or not known."""

_UNKNOWN_PART: Final = re.compile(r"(?<=\d)(?:-00){1,2}Z?$")
"""Months and days that are not known, as some write them: "1990-00-00"."""
_FAR_YEAR: Final = re.compile(r"^(?=\d{5,10}-)")
"""The beginning of a date beyond the year 9999 as XML Schema writes it, without a sign."""

_GEOGRAPHIC: Final = ("{*}geographicElement", "{*}spatialExtent")
_UP_IN_METRES: Final = {"5714", "5773", "5703", "3855"}
_DOWN_IN_METRES: Final = {"5715", "5831"}
"""EPSG codes of vertical systems: heights and depths, in metres."""


def extents(element: etree._Element, problems: Problems) -> tuple[Extent, ...]:
    """An EX_Extent as extents of the model: none where it holds no place, several where it holds places in several frames."""
    if local_name(element) != "EX_Extent":
        problems.add("unexpected-element", f"{local_name(element)} stands where EX_Extent should", element)
        return ()
    by_frame: dict[str, Extent] = {}
    names = [said(element, "description")]
    places = [place for property_ in element.iter(*_GEOGRAPHIC) for place in children(property_)]
    boxes = [box for place in places if local_name(place) == "EX_GeographicBoundingBox" and (box := _box(place, problems))]
    if boxes:
        by_frame[EARTH] = Extent(boxes=tuple(dict.fromkeys(boxes)))
    for place in places:
        match local_name(place):
            case "EX_GeographicBoundingBox":
                pass
            case "EX_BoundingPolygon":
                _add_shapes(place, by_frame, boxes, problems)
            case "EX_GeographicDescription":
                names.append(_add_frame(place, by_frame, problems))
            case other:
                problems.add("unexpected-element", f"{other} is no geographic extent", place)
    return _described(by_frame, tuple(dict.fromkeys(name for name in names if name)), _vertical(element, problems))


def _described(by_frame: dict[str, Extent], names: tuple[str, ...], vertical: tuple[float, float] | None) -> tuple[Extent, ...]:
    """Return the extents, the first of them with the words and the heights that all of them share."""
    if not by_frame and not names and vertical is None:
        return ()
    first, *others = by_frame.values() or (Extent(),)
    return (replace(first, description="; ".join(names) or None, vertical=vertical), *others)


def _excluded(element: etree._Element, problems: Problems) -> bool:
    """Return whether an extent is where the data are *not* (extentTypeCode false), which the model has no place for."""
    kind = child(element, "extentTypeCode")
    if kind is None or words(kind).strip().casefold() not in {"false", "0"}:
        return False
    problems.add("excluded-area", "an area without data (extentTypeCode false) was left out", element)
    return True


def _box(element: etree._Element, problems: Problems) -> Box | None:
    if _excluded(element, problems):
        return None
    sides = [child(element, f"{side}Bound{axis}") for side, axis in _SIDES]
    values = [None if side is None else number(side, problems) for side in sides]
    if not any(side is not None and words(side).strip() for side in sides):
        problems.add("empty-box", "a bounding box without numbers", element)
        return None
    return read_box(values[0], values[1], values[2], values[3], problems, element)


_SIDES: Final = (("west", "Longitude"), ("south", "Latitude"), ("east", "Longitude"), ("north", "Latitude"))


def _add_shapes(element: etree._Element, by_frame: dict[str, Extent], near: list[Box], problems: Problems) -> None:
    if _excluded(element, problems):
        return
    for holder in element.iterchildren("{*}polygon"):
        for geometry in children(holder):
            shapes = read_geometry(geometry, problems, near)
            if shapes is None:
                continue
            before = by_frame.get(shapes.frame, Extent(frame=shapes.frame))
            by_frame[shapes.frame] = replace(
                before,
                boxes=tuple(dict.fromkeys(before.boxes + shapes.boxes)),
                polygons=tuple(dict.fromkeys(before.polygons + shapes.polygons)),
                circles=tuple(dict.fromkeys(before.circles + shapes.circles)),
            )


def _add_frame(element: etree._Element, by_frame: dict[str, Extent], problems: Problems) -> str | None:
    """Return the name of a place; one whose code space is the sky or another body says the frame as well."""
    if _excluded(element, problems):
        return None
    holder = child(element, "geographicIdentifier")
    found = None if holder is None else next(children(holder), None)
    space = said(found, "codeSpace") or ""
    frame = frame_of(space) if space else None
    if frame is not None and frame != EARTH:
        by_frame.setdefault(frame, Extent(frame=frame))
    return said(found, "code")


def _vertical(element: etree._Element, problems: Problems) -> tuple[float, float] | None:
    found = None
    for holder in element.iterchildren("{*}verticalElement"):
        span = child(holder, "EX_VerticalExtent")
        if span is None:
            continue
        read = _span(span, problems)
        if found is not None and read is not None and read != found:
            problems.add("several-vertical-extents", f"from {read[0]:g} to {read[1]:g} m was left out", span)
        found = found or read
    return found


def _span(element: etree._Element, problems: Problems) -> tuple[float, float] | None:
    ends = [child(element, name) for name in ("minimumValue", "maximumValue")]
    low, high = (None if end is None else number(end, problems) for end in ends)
    if low is None or high is None:
        if low is not None or high is not None:
            problems.add("incomplete-vertical-extent", "a vertical extent lacks one of its two ends", element)
        return None
    crs = child(element, "verticalCRS")
    sign = _upwards(child(element, "verticalCRSId") if crs is None else crs, problems)
    if sign is None:
        return None
    low, high = sorted((low * sign, high * sign))
    return low, high


def _upwards(system: etree._Element | None, problems: Problems) -> float | None:
    """Return what a height is multiplied by to be metres upwards; None and a problem where its system is not known here."""
    if system is None:
        return 1.0
    axis = next((part for part in system.iter(etree.Element) if local_name(part) == "CoordinateSystemAxis"), None)
    named = spelt(descend(system, "MD_ReferenceSystem", "referenceSystemIdentifier", "MD_Identifier"), "code")
    name = named or system.get(qname("xlink:href"), "") or all_text(system)
    code = name.strip().replace("#", ":").replace("/", ":").rpartition(":")[2]
    unit = "" if axis is None else (axis.get("uom") or axis.get(qname("gml:uom")) or "").rpartition(":")[2].rpartition("#")[2]
    down = axis is not None and any("down" in all_text(part).casefold() for part in axis if local_name(part) == "axisDirection")
    if unit.casefold() in {"", "m", "metre", "meter", "9001"} and (axis is not None or not name.strip() or code in _UP_IN_METRES):
        return -1.0 if down else 1.0
    if axis is None and code in _DOWN_IN_METRES:
        return -1.0
    problems.add("unknown-vertical-crs", f"heights in an unknown system were left out: {' '.join(name.split())[:120]!r}", system)
    return None


def interval(element: etree._Element, problems: Problems) -> TimeInterval | None:
    """A gml:TimePeriod or gml:TimeInstant as an interval; None where it says nothing."""
    match local_name(element):
        case "TimePeriod":
            begin, end = _edge(element, "begin", problems), _edge(element, "end", problems)
        case "TimeInstant":
            begin = end = _instant(element, "begin", problems)
        case other:
            problems.add("unread-time", f"{other} is not read here", element)
            return None
    if begin is None and end is None:
        return None
    found = in_order(TimeInterval(begin=begin, end=end))
    if (found.begin, found.end) != (begin, end):
        problems.add("swapped-interval", f"the time begins {begin} and ends {end}, read as their contrary", element)
    return found


def in_order(found: TimeInterval) -> TimeInterval:
    """Return an interval whose end is not before its begin: the one given, or its contrary."""
    begin, end = found.seconds
    if begin is None or end is None or begin <= end:
        return found
    return TimeInterval(begin=found.end, end=found.begin)


def _edge(element: etree._Element, side: str, problems: Problems) -> Date | None:
    for part in children(element):
        name = local_name(part)
        if name == f"{side}Position":
            return _position(part, side, problems)
        if name == side:
            instant = next(children(part), None)
            if instant is not None:
                return _instant(instant, side, problems)
            problems.add("unresolved-reference", f"the {side} of a time is elsewhere and was not read", part)
    return None


def _instant(element: etree._Element, side: str, problems: Problems) -> Date | None:
    for part in element.iter(etree.Element):
        if local_name(part) == "timePosition":
            return _position(part, side, problems)
    return None


def _position(element: etree._Element, side: str, problems: Problems) -> Date | None:
    """Return a gml:TimePosition; None where it is open or unknown."""
    written = " ".join(all_text(element).split())
    how = (element.get("indeterminatePosition") or "").strip().casefold()
    if not written or written.casefold() in _OPEN:
        if not written and not how:
            problems.add("empty-date", f"the {side} of a time is empty", element)
        elif how not in _OPEN | {""}:
            problems.add("bad-date", f"{how[:80]!r} stands where a date should", element)
        return None
    try:
        date = Date.parse(_FAR_YEAR.sub("+", _UNKNOWN_PART.sub("", written)))
    except ValueError:
        problems.add("bad-date", f"not a date: {written[:80]!r}", element)
        return None
    if how in {"", "unknown"} or (how, side) in {("after", "begin"), ("before", "end")}:
        return date
    problems.add("indeterminate-date", f"{how[:40]} {written}: the {side} of the time was left open", element)
    return None
