"""The layers below the data: land, borders, grids, the Milky Way, stars. Read and drawn once, kept as strings."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, Generic, TypeVar

import numpy as np
import shapely
from shapely.geometry import LineString
from shapely.geometry import Polygon as Shape
from shapely.geometry import box as rectangle
from shapely.geometry.base import BaseGeometry

from mappings.figures.figure import Points, dots, ink, labels, path, path_data, wash
from mappings.figures.figure import label as text
from mappings.figures.geometry import STEP, around_pole, cut, edges, polygons_in, positions, unwrapped, vectors
from mappings.figures.projection import HEIGHT, WIDTH, Mollweide, PlateCarree, Projection

NORTH_ECLIPTIC_POLE: Final = (270.0, 66.5607)
"""ICRS, degrees: 90° less the obliquity at J2000."""

_SKY: Final = Mollweide()
_EARTH: Final = PlateCarree()
_SIZES: Final = ((1.5, 2.6), (2.5, 1.9), (3.2, 1.3), (3.8, 0.9))
"""Stars of the whole sky: faintest magnitude of a class, width of its dot in units."""


def _read(name: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(resources.files("mappings.figures").joinpath("data", name).read_text(encoding="utf-8"))


def _steps(name: str) -> list[BaseGeometry]:
    return [shapely.geometry.shape(feature["geometry"]) for feature in _read(name)["features"]]


def _polygons(name: str) -> list[Shape]:
    return [polygon for step in _steps(name) for polygon in polygons_in(step)]


def _lines(name: str) -> list[LineString]:
    return [line for step in _steps(name) for line in shapely.get_parts(step).tolist()]


S = TypeVar("S", Shape, LineString)


@dataclass(frozen=True, slots=True)
class Layer(Generic[S]):
    """Shapes that can be asked for what lies in a window of longitudes and latitudes."""

    shapes: Sequence[S]
    tree: shapely.STRtree

    @classmethod
    def of(cls, shapes: Sequence[S]) -> "Layer[S]":
        """Return the layer of these shapes."""
        return cls(shapes, shapely.STRtree(shapes))

    def drawn(self, windows: Iterable[BaseGeometry], projection: Projection, tolerance: float, least: float) -> list[Points]:
        """Return the rings or lines within windows (rectangles), cut at their edges, in units of the drawing.

        They are simplified there by `tolerance` units; what is smaller than `least` units is left out.
        """
        clipped = [
            shapely.clip_by_rect([self.shapes[index] for index in self.tree.query(window).tolist()], *window.bounds) for window in windows
        ]
        parts = shapely.get_parts(np.concatenate(clipped)) if clipped else np.array([])
        lines = shapely.get_parts(shapely.boundary(parts)) if len(parts) and parts[0].geom_type == "Polygon" else parts
        lines = shapely.simplify(shapely.transform(lines, projection), tolerance, preserve_topology=False)
        west, south, east, north = shapely.bounds(lines).T.reshape(4, -1)
        large = np.maximum(east - west, north - south) >= least
        return [shapely.get_coordinates(line) for line in lines[large]]


@cache
def land_detail(degrees: float) -> Layer[Shape]:
    """Land at 1:50,000,000, as polygons, simplified by `degrees` and freed of what is as small."""
    return _coarser(_polygons("land-detail.geojson"), degrees)


@cache
def borders_detail(degrees: float) -> Layer[LineString]:
    """Borders at 1:50,000,000, as lines, simplified by `degrees`."""
    return _coarser(_lines("borders-detail.geojson"), degrees)


def _coarser(shapes: Sequence[S], degrees: float) -> Layer[S]:
    if not degrees:
        return Layer.of(shapes)
    coarse = [shape for shape in shapely.simplify(shapes, degrees).tolist() if shape.length > 8 * degrees]
    return Layer.of(coarse)


@cache
def coast_detail(degrees: float) -> Layer[LineString]:
    """Coast lines of `land_detail`, without the seams where land meets the antimeridian or a pole."""
    return Layer.of([LineString(line) for land in land_detail(degrees).shapes for line in edges(land, -180, 180)])


@cache
def stars() -> tuple[Points, Points, tuple[str, ...]]:
    """Positions (ICRS), magnitudes and proper names ("" for most) of the stars to magnitude 7, brightest first."""
    rows = _read("stars.json")
    names = tuple(row[3] if len(row) > 3 else "" for row in rows)
    return np.array([row[:2] for row in rows], dtype=float), np.array([row[2] for row in rows], dtype=float), names


@cache
def star_vectors() -> Points:
    """The unit vectors of `stars`."""
    return vectors(stars()[0])


@cache
def milky_way() -> list[Layer[Shape]]:
    """The Milky Way in two steps of brightness, the fainter and wider first."""
    return [Layer.of(polygons_in(step)) for step in _steps("milky-way.geojson")]


@cache
def constellations() -> list[tuple[str, Shape]]:
    """The constellations' Latin names and flat outlines, cut at right ascension 12 h."""
    found: list[tuple[str, Shape]] = []
    for feature in _read("constellations.geojson")["features"]:
        ring = around_pole(unwrapped(np.array(feature["geometry"]["coordinates"][0], dtype=float)))
        found.extend((feature["properties"]["name"], piece) for piece in cut(Shape(ring).buffer(0)))
    return found


def outlines(shape: Shape | LineString, projection: Projection, tolerance: float) -> list[Points]:
    """Return the rings or lines of a shape in units of the drawing, simplified there by `tolerance` units."""
    rings = [shape.exterior, *shape.interiors] if isinstance(shape, Shape) else [shape]
    return [drawn(shapely.get_coordinates(ring), projection, tolerance) for ring in rings]


def drawn(line: Points, projection: Projection, tolerance: float) -> Points:
    """Return a line in units of the drawing, simplified there by `tolerance` units; what becomes a curve is given the points it needs."""
    way = shapely.linestrings(line)
    if projection.curved:
        way = shapely.segmentize(way, STEP)
    return shapely.get_coordinates(shapely.simplify(shapely.transform(way, projection), tolerance, preserve_topology=False))


def great_circle(pole: tuple[float, float]) -> list[Points]:
    """Return the great circle around `pole` in pieces that do not cross the antimeridian."""
    ((x, y, z),) = vectors(np.array([pole])).tolist()
    first = np.array([-y, x, 0.0]) / np.hypot(x, y)
    second = np.cross([x, y, z], first)
    angle = np.radians(np.arange(0, 360 + STEP, STEP))[:, None]
    ring = positions(np.cos(angle) * first + np.sin(angle) * second)
    breaks = np.flatnonzero(np.abs(np.diff(ring[:, 0])) > 180) + 1
    return np.split(ring, breaks)


def meridian(longitude: float, south: float = -90, north: float = 90) -> Points:
    """Return points along a meridian."""
    latitudes = np.linspace(south, north, 61)
    return np.column_stack([np.full_like(latitudes, longitude), latitudes])


def parallel(latitude: float, west: float = -180, east: float = 180) -> Points:
    """Return points along a parallel."""
    longitudes = np.linspace(west, east, 121)
    return np.column_stack([longitudes, np.full_like(longitudes, latitude)])


@cache
def globe(*, land: bool) -> str:
    """The whole globe's layer: sea, land (on the Earth), borders and grid, on a map of 360 × 180 units."""
    grid = [
        *(_EARTH(np.array([(x, -90.0), (x, 90.0)])) for x in range(-150, 180, 30)),
        *(_EARTH(np.array([(-180.0, y), (180.0, y)])) for y in range(-60, 90, 30)),
    ]
    parts = [f'<rect class="fig-sea" width="{WIDTH}" height="{HEIGHT}" fill="currentColor" fill-opacity=".04"/>']
    if land:
        rings = [line for shape in _polygons("land.geojson") if shape.area > 1.2 for line in outlines(shape, _EARTH, 0.35)]
        borders = [line for shape in _lines("borders.geojson") for line in outlines(shape, _EARTH, 0.6)]
        parts.append(path(path_data(rings, closed=True), "fig-land", **wash(".16"), **ink(".45", 0.4), fill_rule="evenodd"))
        parts.append(path(path_data(borders), "fig-border", **ink(".25", 0.3)))
    parts.append(path(path_data(grid), "fig-grid", **ink(".18", 0.3)))
    parts.append(frame_rectangle(WIDTH, HEIGHT))
    return "".join(parts)


@cache
def globe_small(*, land: bool) -> str:
    """The whole globe for a thumbnail: a ground, and on the Earth its largest lands in a few hundred points."""
    parts = [f'<rect class="fig-sea" width="{WIDTH}" height="{HEIGHT}" fill="currentColor" fill-opacity=".06"/>']
    if land:
        rings = [
            line / 6 for shape in _polygons("land.geojson") if shape.area > 24 for line in outlines(Shape(shape.exterior), _EARTH, 1.7)
        ]
        data = path_data(rings, closed=True)
        parts.append(f'<path class="fig-land" transform="scale(1.5)" d="{data}" fill="currentColor" fill-opacity=".25"/>')
    return "".join(parts)


def frame_rectangle(width: float, height: float) -> str:
    """Return the outline of a map."""
    return (
        f'<rect class="fig-frame" x=".25" y=".25" width="{width - 0.5:g}" height="{height - 0.5:g}" '
        'stroke="currentColor" stroke-opacity=".4" stroke-width=".5"/>'
    )


def _edge() -> Points:
    return np.vstack([_SKY(meridian(180)), _SKY(meridian(-180))[::-1]])


@cache
def sky() -> str:
    """The whole sky's layer: Milky Way, grid with its numbers, ecliptic, stars, on an ellipse of 360 × 180 units."""
    grid = [_SKY(meridian(x, -75, 75)) for x in range(-135, 180, 45)] + [_SKY(parallel(y)) for y in range(-60, 90, 30)]
    parts = [path(path_data([_edge()], closed=True), "fig-sea", **wash(".04"))]
    for step, opacity in zip(milky_way(), (".07", ".09"), strict=True):
        rings = [line for shape in step.shapes for line in outlines(shape, _SKY, 0.4)]
        parts.append(path(path_data(rings, closed=True), "fig-milky-way", **wash(opacity), fill_rule="evenodd"))
    parts.append(path(path_data(grid), "fig-grid", **ink(".2", 0.3)))
    ecliptic = [_SKY(line) for line in great_circle(NORTH_ECLIPTIC_POLE)]
    parts.append(path(path_data(ecliptic), "fig-ecliptic", **ink(".45", 0.5), stroke_dasharray="8 6"))
    where, magnitude, _ = stars()
    parts.extend(star_paths(_SKY(_signed(where[magnitude <= _SIZES[-1][0]])), magnitude, _SIZES))
    parts.append(path(path_data([_edge()], closed=True), "fig-frame", **ink(".4", 0.5)))
    parts.append(labels(_sky_numbers(), 11))
    return "".join(parts)


def _sky_numbers() -> list[str]:
    hours = [text(float(_SKY(np.array([(x, 0.0)]))[0, 0]), 87.5, f"{x // 15 % 24} h", text_anchor="middle") for x in range(-135, 180, 45)]
    declinations = []
    for y in (-60, -30, 30, 60):
        x, height = _SKY(np.array([(180.0, float(y))]))[0].tolist()
        declinations.append(text(x - 3, height + 3, f"{y:+d}°".replace("-", "−"), text_anchor="end"))
    return hours + declinations


@cache
def sky_small() -> str:
    """The whole sky for a thumbnail: ellipse and Milky Way."""
    parts = ['<ellipse class="fig-sea" cx="180" cy="90" rx="180" ry="90" fill="currentColor" fill-opacity=".06"/>']
    rings = [line / 6 for shape in milky_way()[0].shapes if shape.area > 400 for line in outlines(shape, _SKY, 2.5)]
    parts.append(
        f'<path class="fig-milky-way" transform="scale(1.5)" d="{path_data(rings, closed=True)}" fill="currentColor" fill-opacity=".15"/>'
    )
    parts.append('<path class="fig-grid" d="M0 90h360M180 0v180" stroke="currentColor" stroke-opacity=".3" stroke-width="1.5"/>')
    return "".join(parts)


def star_paths(drawn: Points, magnitudes: Points, sizes: tuple[tuple[float, float], ...]) -> list[str]:
    """Return one path for each class of brightness; `sizes`: its faintest magnitude, the width of its dots. Stars come brightest first."""
    found, first = [], 0
    for faintest, width in sizes:
        last = min(len(drawn), int(np.searchsorted(magnitudes, faintest, side="right")))
        found.append(path(dots(drawn[first:last]), "fig-star", **ink(".8", width), stroke_linecap="round") if last > first else "")
        first = last
    return found


def _signed(points: Points) -> Points:
    return np.column_stack([(points[:, 0] + 180) % 360 - 180, points[:, 1]])


def window(x: float, y: float, reach: float) -> list[BaseGeometry]:
    """Return the rectangles of longitude and latitude around all that is within `reach` degrees of (x, y), cut at the antimeridian."""
    south, north = max(-90.0, y - reach), min(90.0, y + reach)
    if abs(y) + reach >= 89.9:
        return [rectangle(-180, south, 180, north)]
    half = np.degrees(np.arcsin(min(1.0, np.sin(np.radians(reach)) / np.cos(np.radians(y)))))
    return list(cut(rectangle(x - half, south, x + half, north)))
