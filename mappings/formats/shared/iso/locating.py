"""How places and times are written as EX_Extent."""

from decimal import Decimal
from itertools import count

from lxml import etree

from mappings.formats.shared.iso.building import Builder, add
from mappings.gml import system_of, write_box, write_circle, write_polygon
from mappings.xml import qname
from records.dates import Date
from records.model import EARTH, Box, Extent, Record


def write_extents(element: etree._Element, name: str, record: Record, build: Builder) -> None:
    """Append each place as a property called `name`, and one more that holds all times."""
    gex = build.extent
    numbers = count(1)
    for extent in record.extents:
        _write_place(add(element, name, f"{gex}:EX_Extent"), extent, numbers, build)
    if record.intervals:
        holder = add(element, name, f"{gex}:EX_Extent")
        for number, interval in enumerate(record.intervals, 1):
            period = add(holder, f"{gex}:temporalElement", f"{gex}:EX_TemporalExtent", f"{gex}:extent", "gml:TimePeriod")
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


def _write_place(element: etree._Element, extent: Extent, numbers: "count[int]", build: Builder) -> None:
    gex = build.extent
    shapes = bool(extent.boxes or extent.polygons or extent.circles)
    named = extent.frame == EARTH or shapes
    build.add_text(element, f"{gex}:description", extent.description if named else None)
    if not named and extent.description:
        place = add(element, f"{gex}:geographicElement", f"{gex}:EX_GeographicDescription", f"{gex}:geographicIdentifier", build.place)
        build.add_text(place, f"{build.identifier}:code", extent.description)
        build.add_text(place, f"{build.identifier}:codeSpace", system_of(extent.frame))
    for box in extent.boxes:
        if extent.frame == EARTH:
            _write_box(add(element, f"{gex}:geographicElement", f"{gex}:EX_GeographicBoundingBox"), box, build)
        else:
            write_box(_polygon(element, gex), box, extent.frame, f"geometry-{next(numbers)}")
    for polygon in extent.polygons:
        write_polygon(_polygon(element, gex), polygon, extent.frame, f"geometry-{next(numbers)}")
    for circle in extent.circles:
        write_circle(_polygon(element, gex), circle, extent.frame, f"geometry-{next(numbers)}")
    if extent.vertical:
        span = add(element, f"{gex}:verticalElement", f"{gex}:EX_VerticalExtent")
        for name, value in zip(("minimumValue", "maximumValue"), extent.vertical, strict=True):
            build.add_value(span, f"{gex}:{name}", "Real", repr(value))
        build.nothing(span, f"{gex}:verticalCRS")


def _polygon(element: etree._Element, gex: str) -> etree._Element:
    return add(element, f"{gex}:geographicElement", f"{gex}:EX_BoundingPolygon", f"{gex}:polygon")


def _write_box(element: etree._Element, box: Box, build: Builder) -> None:
    sides = (
        ("west", "Longitude", box.west),
        ("east", "Longitude", box.east),
        ("south", "Latitude", box.south),
        ("north", "Latitude", box.north),
    )
    for side, axis, value in sides:
        build.add_value(element, f"{build.extent}:{side}Bound{axis}", "Decimal", f"{Decimal(repr(value)):f}")
