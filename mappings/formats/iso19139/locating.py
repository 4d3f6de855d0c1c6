"""How places and times are written as gmd:EX_Extent."""

from decimal import Decimal
from itertools import count

from lxml import etree

from mappings.formats.iso19139.building import add, add_text, nothing
from mappings.gml import system_of, write_box, write_circle, write_polygon
from mappings.xml import qname
from records.dates import Date
from records.model import EARTH, Box, Extent, Record


def write_extents(element: etree._Element, record: Record) -> None:
    """Append each place as a gmd:extent, and one more that holds all times."""
    numbers = count(1)
    for extent in record.extents:
        _write_place(add(element, "gmd:extent", "gmd:EX_Extent"), extent, numbers)
    if record.intervals:
        holder = add(element, "gmd:extent", "gmd:EX_Extent")
        for number, interval in enumerate(record.intervals, 1):
            period = add(holder, "gmd:temporalElement", "gmd:EX_TemporalExtent", "gmd:extent", "gml:TimePeriod")
            period.set(qname("gml:id"), f"time-{number}")
            _write_position(period, "gml:beginPosition", interval.begin)
            _write_position(period, "gml:endPosition", interval.end)


def _write_position(period: etree._Element, name: str, date: Date | None) -> None:
    """Append an end of a time; one that is open is unknown, since the model does not tell an open end from one that is not known."""
    if date is None:
        add(period, name, indeterminatePosition="unknown")
    else:
        # XML Schema writes years beyond 9999 without a sign; a year alone may keep it, as a decimal number.
        add(period, name).text = date.text.removeprefix("+") if "-" in date.text else date.text


def _write_place(element: etree._Element, extent: Extent, numbers: "count[int]") -> None:
    shapes = bool(extent.boxes or extent.polygons or extent.circles)
    named = extent.frame == EARTH or shapes
    add_text(element, "gmd:description", extent.description if named else None)
    if not named and extent.description:
        place = add(element, "gmd:geographicElement", "gmd:EX_GeographicDescription", "gmd:geographicIdentifier", "gmd:RS_Identifier")
        add_text(place, "gmd:code", extent.description)
        add_text(place, "gmd:codeSpace", system_of(extent.frame))
    for box in extent.boxes:
        if extent.frame == EARTH:
            _write_box(add(element, "gmd:geographicElement", "gmd:EX_GeographicBoundingBox"), box)
        else:
            write_box(_polygon(element), box, extent.frame, f"geometry-{next(numbers)}")
    for polygon in extent.polygons:
        write_polygon(_polygon(element), polygon, extent.frame, f"geometry-{next(numbers)}")
    for circle in extent.circles:
        write_circle(_polygon(element), circle, extent.frame, f"geometry-{next(numbers)}")
    if extent.vertical:
        span = add(element, "gmd:verticalElement", "gmd:EX_VerticalExtent")
        for name, value in zip(("gmd:minimumValue", "gmd:maximumValue"), extent.vertical, strict=True):
            add(span, name, "gco:Real").text = repr(value)
        nothing(span, "gmd:verticalCRS")


def _polygon(element: etree._Element) -> etree._Element:
    return add(element, "gmd:geographicElement", "gmd:EX_BoundingPolygon", "gmd:polygon")


def _write_box(element: etree._Element, box: Box) -> None:
    sides = (
        ("west", "Longitude", box.west),
        ("east", "Longitude", box.east),
        ("south", "Latitude", box.south),
        ("north", "Latitude", box.north),
    )
    for side, axis, value in sides:
        add(element, f"gmd:{side}Bound{axis}", "gco:Decimal").text = f"{Decimal(repr(value)):f}"
