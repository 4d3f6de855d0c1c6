"""The figures of a record: for each frame the whole, and for a small place a second view close to it."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2s
from typing import Final

from shapely.geometry import Point

from mappings.figures import base
from mappings.figures.describe import body_name, describe, frame_title, frames
from mappings.figures.detail import earth_detail, sky_detail
from mappings.figures.figure import Canvas, Figure, FigureKind, extent_paths, mark
from mappings.figures.geometry import Cover, circumcircle, cover, edges
from mappings.figures.projection import HEIGHT, WIDTH, Mollweide, PlateCarree, Projection
from records.model import EARTH, ICRS, Circle, Extent, Record

_CLOSE: Final = 22.0
"""Degrees: a place within a circle of this radius gets a second view."""
_SEEN: Final = 5.0
"""Units: a place smaller than this gets a ring around it on the whole map."""
_RINGS: Final = 40
"""More rings than this would hide the map."""


def figures(record: Record, language: str = "en") -> tuple[Figure, ...]:
    """Return the drawings of where a record's data are: the Earth first, then the sky, then other bodies; () when it says no place."""
    return tuple(
        figure
        for frame, extents in frames(record.extents).items()
        for figure in _figures(record.identifier, frame, tuple(extents), language)
    )


@lru_cache(maxsize=64)
def _figures(identifier: str, frame: str, extents: tuple[Extent, ...], language: str) -> tuple[Figure, ...]:
    return tuple(_drawn(identifier, frame, extents, language))


def _drawn(identifier: str, frame: str, extents: Sequence[Extent], language: str) -> Iterator[Figure]:
    found = cover(extents)
    if not found.pieces:
        return
    around = circumcircle(found.pieces)
    name = constellation(around) if frame == ICRS and around.radius <= _CLOSE else None
    words = describe(extents, language, name)
    key = "fig-" + blake2s(f"{identifier}|{frame}".encode(), digest_size=4).hexdigest()
    title = frame_title(frame, language)
    match frame:
        case str() as sky if sky == ICRS:
            canvas = Canvas(
                kind=FigureKind.SKY, left=-14, top=-5, width=388, height=190, classes="fig-sky", title=title, description=words, key=key
            )
            yield canvas.figure([base.sky(), *covered(found, Mollweide())])
        case _:
            earth = frame == EARTH
            kind, classes = (FigureKind.EARTH, "fig-earth") if earth else (FigureKind.BODY, f"fig-body fig-{_class(frame)}")
            canvas = Canvas(kind=kind, left=0, top=0, width=WIDTH, height=HEIGHT, classes=classes, title=title, description=words, key=key)
            yield canvas.figure([base.globe(land=earth), *covered(found, PlateCarree())])
    if around.radius <= _CLOSE and frame in (EARTH, ICRS):
        closer = earth_detail if frame == EARTH else sky_detail
        yield closer(found, around, key=f"{key}-2", title=frame_title(frame, language, detail=True), description=words, language=language)


def thumbnail(record: Record, language: str = "en") -> Figure | None:
    """Return a small drawing of where a record's data are, at most 3 KB for a place of usual shape; None when it says no place."""
    for frame, extents in frames(record.extents).items():
        return _thumbnail(frame, tuple(extents), language)
    return None


@lru_cache(maxsize=2048)
def _thumbnail(frame: str, extents: tuple[Extent, ...], language: str) -> Figure | None:
    found = cover(extents)
    if not found.pieces:
        return None
    words, sky = describe(extents, language), frame == ICRS
    ground = base.sky_small() if sky else base.globe_small(land=frame == EARTH)
    classes = f"fig-thumbnail {'fig-sky' if sky else 'fig-earth' if frame == EARTH else 'fig-body'}"
    kind = FigureKind.THUMBNAIL
    canvas = Canvas(
        kind=kind, left=0, top=0, width=WIDTH, height=HEIGHT, classes=classes, title=frame_title(frame, language), description=words, key=""
    )
    drawn = canvas.figure([ground, *covered(found, Mollweide() if sky else PlateCarree(), small=True)])
    svg = drawn.svg.replace(f'width="{WIDTH}" height="{HEIGHT}" fill="none"', 'width="96" height="48" fill="none"', 1)
    return Figure(svg=svg, title=drawn.title, description=words, width=96, height=48, kind=kind)


def covered(found: Cover, projection: Projection, *, small: bool = False) -> list[str]:
    """Return the elements that show what the data cover, with rings around what would be too small to be seen."""
    tolerance, seen = (1.5, 14.0) if small else (0.15, _SEEN)
    surfaces = [base.outlines(piece, projection, tolerance) for piece in found.pieces]
    lines = [base.drawn(line, projection, tolerance) for piece in found.pieces for line in edges(piece, *found.seams)]
    shown = extent_paths([line for surface in surfaces for line in surface], lines, 3.0 if small else 1.0)
    rings = []
    for outer, *_ in surfaces:
        low, high = outer.min(axis=0), outer.max(axis=0)
        if float((high - low).max()) < seen:
            rings.append(mark((low + high) / 2, seen))
    return [*shown, *(rings if len(rings) <= _RINGS else [])]


def constellation(around: Circle) -> str | None:
    """Return the Latin name of the constellation in which the middle of a circle lies; None on a border between two."""
    middle = Point(around.x, around.y)
    return next((name for name, shape in base.constellations() if shape.contains(middle)), None)


def _class(frame: str) -> str:
    return "".join(ch for ch in body_name(frame).lower() if ch.isascii() and ch.isalnum()) or "unknown"
