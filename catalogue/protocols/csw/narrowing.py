"""What narrows a search beside its constraint: the parameters of CSW 3.0 (OGC 12-176r7, table 6) and of OpenSearch Geo, Time and EO."""

import math
from collections.abc import Iterator, Mapping
from typing import Final

from pygeofilter import ast, values

from catalogue.protocols.csw.exceptions import ExceptionCode, ServiceError
from catalogue.protocols.csw.requests import Request, shown
from catalogue.protocols.filters.predicates import Maker, Term, prop, spatial, temporal
from catalogue.protocols.filters.reference_systems import latitude_first
from catalogue.protocols.filters.tokens import Kind, tokens_of
from catalogue.protocols.filters.wkt import read_geometry
from records.dates import Date, TimeInterval
from records.errors import QueryError
from records.model import Box

EARTH_OBSERVATION: Final = {"eo:platform": "platform", "eo:instrument": "instrument", "eo:processingLevel": "level"}
"""Parameters of OpenSearch for Earth Observation (OGC 13-026r9), and the fields they ask for."""

_SPATIAL: Final[Mapping[str, Maker]] = {
    "intersects": spatial(ast.GeometryIntersects),
    "disjoint": spatial(ast.GeometryDisjoint),
    "contains": spatial(ast.GeometryContains),
    "within": spatial(ast.GeometryWithin),
    "touches": spatial(ast.GeometryTouches),
    "crosses": spatial(ast.GeometryCrosses),
    "overlaps": spatial(ast.GeometryOverlaps),
    "equals": spatial(ast.GeometryEquals),
}
_TEMPORAL: Final[Mapping[str, Maker]] = {
    "Before": temporal(ast.TimeBefore),
    "After": temporal(ast.TimeAfter),
    "During": temporal(ast.TimeDuring),
    "TContains": temporal(ast.TimeContains),
    "TEquals": temporal(ast.TimeEquals),
    "TOverlaps": temporal(ast.TimeOverlaps),
    "OverlappedBy": temporal(ast.TimeOverlappedBy),
    "Begins": temporal(ast.TimeBegins),
    "BegunBy": temporal(ast.TimeBegunBy),
    "Ends": temporal(ast.TimeEnds),
    "EndedBy": temporal(ast.TimeEndedBy),
    "Meets": temporal(ast.TimeMeets),
    "MetBy": temporal(ast.TimeMetBy),
}
_ANY: Final = "AnyInteracts"
_NOT_UNDERSTOOD: Final = ("lat", "lon", "distance", "radius")
"""Parameters that narrow and are not understood: to pass over them would answer another question."""


def boxes_of(request: Request) -> tuple[Box, ...]:
    """Return the box of the parameter bbox; () where there is none.

    Without a reference system longitude comes first (OGC 06-121r9, 10.2.3), with one its own order holds.

    Raises:
        ServiceError: it is no box on the Earth, or in a reference system that is not read.
    """
    text = request.text("bbox")
    if text is None:
        return ()
    parts = [part.strip() for part in text.split(",")]
    try:
        swapped = len(parts) == 5 and latitude_first(parts[4])
        numbers = [float(part) for part in parts[:4]]
    except QueryError as error:
        raise ServiceError(str(error), locator="bbox") from error
    except ValueError:
        numbers = []
    if len(parts) not in (4, 5) or len(numbers) != 4 or not all(map(math.isfinite, numbers)):
        raise ServiceError(f"bbox is four numbers, with or without a reference system behind them, not {shown(text)}", locator="bbox")
    west, south, east, north = (numbers[1], numbers[0], numbers[3], numbers[2]) if swapped else numbers
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        order = "latitude first" if swapped else "longitude first"
        raise ServiceError(f"bbox is no box on the Earth ({order}, in degrees): {shown(text)}", locator="bbox")
    return (Box(west=west, south=south, east=east, north=north),)


def interval_of(request: Request) -> TimeInterval | None:
    """Return the interval with which records shall share a time; None where there is none, or they shall stand otherwise to it.

    Raises:
        ServiceError: it is no interval.
    """
    return _asked_interval(request) if _relation(request) == _ANY else None


def conditions_of(request: Request) -> Iterator[ast.Node]:
    """Yield what else narrows: a geometry, a relation to a time, platform, instrument and level.

    Raises:
        ServiceError: it is not understood.
    """
    for name in _NOT_UNDERSTOOD:
        if request.text(name) is not None:
            message = f"{name} is not understood: distances are not measured here; bbox and geometry are"
            raise ServiceError(message, code=ExceptionCode.OPTION_NOT_SUPPORTED, locator=name)
    geometry = request.text("geometry")
    if geometry is not None:
        relation = request.one_of("relation", _SPATIAL, _SPATIAL["intersects"])
        _check_axes(request.text("geometry_crs"))
        yield relation(prop("extent"), Term(value=_geometry(geometry)))
    if _relation(request) != _ANY:
        yield _related_to_time(request)
    for name, field in EARTH_OBSERVATION.items():
        value = request.text(name)
        if value is not None:
            yield ast.Equal(ast.Attribute(field), value)


def _geometry(text: str) -> values.Geometry | values.Envelope:
    """Return the geometry that a text is, with nothing behind it."""
    try:
        tokens = tokens_of(text, cql2=False)
        found = read_geometry(tokens)
        if tokens.next.kind is not Kind.END:
            raise tokens.fault("the end of the geometry")
    except QueryError as error:
        raise ServiceError(str(error), locator="geometry") from error
    return found


def _check_axes(name: str | None) -> None:
    try:
        if name is None or not latitude_first(name):
            return
    except QueryError as error:
        raise ServiceError(str(error), locator="geometry_crs") from error
    raise ServiceError("a geometry has longitude first here: geometry_crs is urn:ogc:def:crs:OGC:1.3:CRS84", locator="geometry_crs")


def _relation(request: Request) -> str:
    known = {name.lower(): name for name in (_ANY, *_TEMPORAL)}
    asked = request.text("trel")
    if asked is None or asked.lower() in known:
        return known[(asked or _ANY).lower()]
    raise ServiceError(f"trel is {' or '.join(known.values())}, not {shown(asked)}", locator="trel")


def _related_to_time(request: Request) -> ast.Node:
    interval = _asked_interval(request)
    if interval is None or interval.begin is None or interval.end is None:
        raise ServiceError("trel tells how records stand to a time: to one moment, or to an interval that begins and ends", locator="time")
    begin, end = interval.begin.text, interval.end.text
    return _TEMPORAL[_relation(request)](prop("interval"), Term(value=begin if begin == end else f"{begin}/{end}"))


def _asked_interval(request: Request) -> TimeInterval | None:
    text = request.text("time")
    if text is not None and text != "/":
        begin, slash, end = text.partition("/")
        return TimeInterval(begin=_date(begin, "time"), end=_date(end if slash else begin, "time"))
    begin, end = request.text("start") or "", request.text("stop") or request.text("end") or ""
    return TimeInterval(begin=_date(begin, "start"), end=_date(end, "stop")) if begin or end else None


def _date(text: str, locator: str) -> Date | None:
    """Return the date that a text writes; None where an interval is open."""
    try:
        return None if text.strip() in {"", ".."} else Date.parse(text)
    except ValueError as error:
        raise ServiceError(
            f"{locator} is a date, or two of them parted by a slash (ISO 8601), not {shown(text)}", locator=locator
        ) from error
