"""Geometries as well-known text (OGC 06-103r4, clause 7), longitude first, in the words of CQL and CQL2 text."""

from typing import Final

from pygeofilter import values

from catalogue.protocols.filters.geometries import LEVELS, box_of, collection, envelope, geometry, number_of
from catalogue.protocols.filters.tokens import Kind, Tokens

_KINDS: Final = {kind.upper(): kind for kind in LEVELS}
_COLLECTION: Final = "GEOMETRYCOLLECTION"
_BOXES: Final = {"ENVELOPE", "BBOX"}
_DIMENSIONS: Final = ("Z", "M", "ZM")


def geometry_follows(tokens: Tokens) -> bool:
    """Return whether a geometry comes next, and not a property of that name."""
    known = tokens.next.kind is Kind.NAME and tokens.next.text.upper() in {*_KINDS, _COLLECTION, *_BOXES}
    return known and (tokens.called() is not None or tokens.after.text.upper() in {*_DIMENSIONS, "EMPTY"})


def read_geometry(tokens: Tokens) -> values.Geometry | values.Envelope:
    """Return the geometry that comes next.

    BBOX(west, south, east, north) is CQL2's; ENVELOPE(west, east, north, south) CQL's (OGC 07-006r1, 6.2.2), whose two latitudes
    stand in either order in the wild.

    Raises:
        QueryError: it is none.
    """
    if tokens.is_next(*_BOXES):
        word = tokens.take().text.upper()
        numbers = _numbers(tokens)
        if word == "BBOX" or len(numbers) != 4:
            return box_of(numbers)
        return envelope(numbers[0], min(numbers[2:]), numbers[1], max(numbers[2:]))
    if tokens.accept(_COLLECTION):
        tokens.accept(*_DIMENSIONS)
        tokens.expect("(")
        parts = [_simple(tokens)]
        while tokens.accept(","):
            parts.append(_simple(tokens))
        tokens.expect(")")
        return collection(parts)
    return _simple(tokens)


def _simple(tokens: Tokens) -> values.Geometry:
    if not tokens.is_next(*_KINDS):
        raise tokens.fault("a geometry (POINT, LINESTRING, POLYGON, MULTIPOINT, MULTILINESTRING, MULTIPOLYGON)")
    kind = _KINDS[tokens.take().text.upper()]
    tokens.accept(*_DIMENSIONS)
    coordinates = _nested(tokens, LEVELS[kind], loose=kind == "MultiPoint")
    return geometry(kind, coordinates)


def _nested(tokens: Tokens, level: int, *, loose: bool) -> list[object]:
    """Return a list of positions or of lists; `loose`: positions of a MULTIPOINT may, or may not, stand in parentheses."""
    tokens.expect("(")
    if level == 0:
        found: list[object] = [*_position(tokens)]
    else:
        found = [_part(tokens, level, loose=loose)]
        while tokens.accept(","):
            found.append(_part(tokens, level, loose=loose))
    tokens.expect(")")
    return found


def _part(tokens: Tokens, level: int, *, loose: bool) -> list[object]:
    if level > 1 or (loose and tokens.is_next("(")):
        return _nested(tokens, level - 1, loose=loose)
    return [*_position(tokens)]


def _position(tokens: Tokens) -> list[float]:
    found = [_number(tokens)]
    while tokens.next.kind is Kind.NUMBER:
        found.append(_number(tokens))
    return found


def _numbers(tokens: Tokens) -> list[float]:
    """Return numbers between parentheses, commas between them."""
    tokens.expect("(")
    found = [_number(tokens)]
    while tokens.accept(","):
        found.append(_number(tokens))
    tokens.expect(")")
    return found


def _number(tokens: Tokens) -> float:
    if tokens.next.kind is not Kind.NUMBER:
        raise tokens.fault("a number")
    return number_of(tokens.take().text)
