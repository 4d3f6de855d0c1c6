"""Places in the form that a record is edited by: boxes, cones on the sky, heights and words; polygons stay as they are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from mappings.vocabularies.domains import domain_of
from records.codes import Domain
from records.model import EARTH, ICRS, Box, Circle, Extent, Record
from ui.curate.edit_rows import Column, Row, Sent, number_column, row_of, text_column, values_of
from ui.language import language
from ui.speech import _, ngettext
from ui.words import box_words, circle_words

_KEY: Final = "place"
_BOX: Final = "box"
_CONE: Final = "cone"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """A place without its boxes and cones."""

    description: str | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sides:
    """A box that is not filled in yet."""

    west: float | None = None
    south: float | None = None
    east: float | None = None
    north: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cone:
    """A cone that is not filled in yet."""

    x: float | None = None
    y: float | None = None
    radius: float | None = None


def place_rows(record: Record, sent: Sent | None, blanks: int) -> list[Row]:
    """Return the rows of all places, and of so many that may be filled in."""
    new = [_new(record)] * blanks
    return [
        _row(extent, f"{_KEY}-{number}", sent, is_new=number >= len(record.extents))
        for number, extent in enumerate((*record.extents, *new))
    ]


def read_places(record: Record, rows: Sequence[Row]) -> tuple[Extent, ...]:
    """Return what the rows say; what is wrong is written into them."""
    found = []
    for number, row in enumerate(rows):
        if row.removed or (row.is_new and not row.filled):
            continue
        present = _new(record) if row.is_new else record.extents[number]
        extent = _read(present, row)
        if extent.boxes or extent.circles or extent.polygons or extent.description or extent.vertical or extent == present:
            found.append(extent)
        elif not row.faulty:
            row.fault = _("Please say where that is, or remove this place.")
    return tuple(found)


def _new(record: Record) -> Extent:
    """A place that is not filled in yet: on the sky where the record's are, or are likely to be."""
    frames = {extent.frame for extent in record.extents}
    sky = frames == {ICRS} if frames else domain_of(record) is Domain.UNIVERSE
    return Extent(frame=ICRS if sky else EARTH)


def _row(extent: Extent, key: str, sent: Sent | None, *, is_new: bool) -> Row:
    sky = extent.frame == ICRS
    row = row_of(_columns(sky=sky), _words(extent), key, sent, legend=_("Add a place") if is_new else _frame_words(extent), is_new=is_new)
    sides, cone = _sides(sky=sky), _cone(sky=sky)
    for number, box in enumerate(extent.boxes):
        row.rows.append(row_of(sides, box, f"{key}-{_BOX}-{number}", sent, legend=box_words(box, language(), sky=sky)))
    row.rows.append(row_of(sides, _Sides(), f"{key}-{_BOX}-{len(extent.boxes)}", sent, legend=_("Add a box"), is_new=True))
    for number, circle in enumerate(extent.circles):
        row.rows.append(row_of(cone, circle, f"{key}-{_CONE}-{number}", sent, legend=circle_words(circle, language())))
    if sky:
        row.rows.append(row_of(cone, _Cone(), f"{key}-{_CONE}-{len(extent.circles)}", sent, legend=_("Add a cone"), is_new=True))
    if extent.polygons:
        row.note = ngettext("%(num)s polygon stays as it is.", "%(num)s polygons stay as they are.", len(extent.polygons))
    return row


def _read(extent: Extent, row: Row) -> Extent:
    sky = extent.frame == ICRS
    words = replace(_words(extent), **values_of(_columns(sky=sky), _words(extent), row))
    boxes = [each for each in row.rows if f"-{_BOX}-" in each.key]
    cones = [each for each in row.rows if f"-{_CONE}-" in each.key]
    vertical = (words.low, words.high) if words.low is not None and words.high is not None else None
    if (words.low is None) != (words.high is None) or (vertical and vertical[0] > vertical[1]):
        row.fault = _("Please give the lowest height and the highest, or neither.")
    return replace(
        extent,
        description=words.description,
        vertical=vertical,
        boxes=tuple(box for number, each in enumerate(boxes) if (box := _read_box(extent, number, each))),
        circles=tuple(cone for number, each in enumerate(cones) if (cone := _read_cone(extent, number, each))),
    )


def _read_box(extent: Extent, number: int, row: Row) -> Box | None:
    if row.removed or (row.is_new and not row.filled):
        return None
    sides = extent.boxes[number] if not row.is_new else _Sides()
    values = values_of(_sides(sky=extent.frame == ICRS), sides, row)
    if None in values.values():
        row.fault = row.fault or _("Please give all four sides, or remove this box.")
        return None
    box = Box(**values)
    if box.south > box.north:
        row.fault = _("The southern side lies north of the northern one.")
    return box


def _read_cone(extent: Extent, number: int, row: Row) -> Circle | None:
    if row.removed or (row.is_new and not row.filled):
        return None
    cone = extent.circles[number] if not row.is_new else _Cone()
    values = values_of(_cone(sky=extent.frame == ICRS), cone, row)
    if None in values.values():
        row.fault = row.fault or _("Please give the centre and the radius, or remove this cone.")
        return None
    return Circle(**values)


def _words(extent: Extent) -> _Words:
    low, high = extent.vertical or (None, None)
    return _Words(description=extent.description, low=low, high=high)


def _frame_words(extent: Extent) -> str:
    if extent.frame == ICRS:
        return _("On the sky")
    return _("On the Earth") if extent.frame == EARTH else _("On %(body)s", body=extent.frame.removeprefix("body:").capitalize())


def _columns(*, sky: bool) -> list[Column]:
    words = [text_column("description", _("The place in words"), kind="textarea", length=4000)]
    heights = [number_column("low", _("Lowest, in metres"), -1e9, 1e9), number_column("high", _("Highest, in metres"), -1e9, 1e9)]
    return words if sky else words + heights


def _sides(*, sky: bool) -> list[Column]:
    if sky:
        west, south, east, north = _("Right ascension, from"), _("Declination, from"), _("Right ascension, to"), _("Declination, to")
        low, high = 0, 360
    else:
        west, south, east, north = _("West"), _("South"), _("East"), _("North")
        low, high = -180, 180
    return [
        number_column("west", west, low, high),
        number_column("south", south, -90, 90),
        number_column("east", east, low, high),
        number_column("north", north, -90, 90),
    ]


def _cone(*, sky: bool) -> list[Column]:
    x, y = (_("Right ascension"), _("Declination")) if sky else (_("Longitude"), _("Latitude"))
    return [
        number_column("x", x, 0 if sky else -180, 360 if sky else 180),
        number_column("y", y, -90, 90),
        number_column("radius", _("Radius, in degrees"), 0, 180),
    ]
