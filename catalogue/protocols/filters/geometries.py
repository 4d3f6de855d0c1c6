"""Geometries of filters, whatever language wrote them: CRS84 degrees, longitude first, refused where they are none.

Longitudes of a geometry may run on past ±180 where it crosses the antimeridian, once around; a box that crosses it has west above east.
A third or fourth number of a position (height, measure) is not looked at: records have no place but on the surface.
"""

import math
from collections.abc import Sequence
from typing import Final, cast

from pygeofilter import values

from catalogue.protocols.filters.limits import MAX_POSITIONS
from records.errors import QueryError

LEVELS: Final = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
"""The types of GeoJSON (RFC 7946, 3.1), with how deeply their positions are nested in lists."""

_Position = tuple[float, float]


def number_of(value: object) -> float:
    """Return a number, or a text that writes one.

    Raises:
        QueryError: it is none.
    """
    known = isinstance(value, str | int | float) and not isinstance(value, bool) and not (isinstance(value, str) and "_" in value)
    try:
        number = float(cast("str | float", value)) if known else math.nan
    except ValueError:
        number = math.nan
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        shown = repr(value[:80]) if isinstance(value, str) else "this"
        raise QueryError(f"{shown} is no number, or none that is finite", parameter="filter")
    return number


def envelope(west: float, south: float, east: float, north: float) -> values.Envelope:
    """Return a box; west above east crosses the antimeridian.

    Raises:
        QueryError: it is not on the Earth, or south is above north.
    """
    shown = f"west {west:.15g}, south {south:.15g}, east {east:.15g}, north {north:.15g}"
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= 90 and -90 <= north <= 90):
        raise QueryError(f"the box is not on the Earth: {shown}", parameter="filter")
    if south > north:
        raise QueryError(f"south is above north: {shown}", parameter="filter")
    return values.Envelope(west, east, south, north)


def box_of(numbers: Sequence[float]) -> values.Envelope:
    """Return the box of four numbers (west, south, east, north) or six (a height behind each corner's latitude).

    Raises:
        QueryError: they are fewer or more, or no box.
    """
    if len(numbers) not in (4, 6):
        raise QueryError(f"a box has four numbers, or six with heights, not {len(numbers)}", parameter="filter")
    half = len(numbers) // 2
    return envelope(numbers[0], numbers[1], numbers[half], numbers[half + 1])


def geometry(kind: str, coordinates: object) -> values.Geometry:
    """Return a geometry of one of `LEVELS`, its coordinates nested as GeoJSON nests them.

    Raises:
        QueryError: they are not nested so, a line has one position, a ring is open or has fewer than four, or a position is not on
            the Earth.
    """
    made = _nested(coordinates, LEVELS[kind], kind)
    if positions_in(made, LEVELS[kind]) > MAX_POSITIONS:
        raise QueryError(f"the geometry has more than {MAX_POSITIONS:,} positions", parameter="filter")
    return values.Geometry({"type": kind, "coordinates": made})


def collection(parts: Sequence[values.Geometry]) -> values.Geometry:
    """Return several geometries as one.

    Raises:
        QueryError: there is none.
    """
    if not parts:
        raise QueryError("a collection of no geometries", parameter="filter")
    return values.Geometry({"type": "GeometryCollection", "geometries": [part.geometry for part in parts]})


def positions_in(coordinates: Sequence[object], level: int) -> int:
    """Return how many positions there are in coordinates that are nested as `geometry` makes them."""
    parts: list[object] = [coordinates]
    for _ in range(level):
        parts = [inner for part in parts if isinstance(part, tuple) for inner in part]
    return len(parts)


def _nested(found: object, level: int, kind: str) -> tuple[object, ...]:
    if not isinstance(found, list | tuple):
        raise QueryError(f"the coordinates of a {kind} are not nested as they should be", parameter="filter")
    if level == 0:
        return _position(found)
    if not found:
        raise QueryError(f"the {kind} is empty", parameter="filter")
    parts = tuple(_nested(part, level - 1, kind) for part in found)
    if level == 1 and kind.endswith("LineString") and len(parts) < 2:
        raise QueryError("a line has at least two positions", parameter="filter")
    if level == 1 and kind.endswith("Polygon") and (len(parts) < 4 or parts[0] != parts[-1]):
        raise QueryError("a ring of a polygon has at least four positions and ends where it begins", parameter="filter")
    return parts


def _position(found: Sequence[object]) -> _Position:
    if not 2 <= len(found) <= 4:
        raise QueryError(f"a position has two numbers, not {len(found)}", parameter="filter")
    x, y, *_ = [number_of(number) for number in found]
    if not (-360 <= x <= 360 and -90 <= y <= 90):
        raise QueryError(f"a position is not on the Earth: longitude {x:.15g}, latitude {y:.15g}", parameter="filter")
    return x, y
