"""The second view, close to a small place: the Earth with its coasts and borders, the sky with its stars."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import numpy as np
import shapely
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

from mappings.figures import base
from mappings.figures.figure import Canvas, Figure, FigureKind, Points, extent_paths, ink, labels, mark, path, path_data, wash
from mappings.figures.figure import label as text
from mappings.figures.geometry import Cover, edges, turn_seams, vectors, wrap
from mappings.figures.projection import Azimuthal
from mappings.vocabularies.words import latitude_words, longitude_words
from records.model import Circle

WIDTH: Final = 360
HEIGHT: Final = 240
_FILLED: Final = 0.5
"""How much of the drawing's height the place takes."""
_EARTH_HEIGHTS: Final = (8.0, 20.0, 50.0)
"""Degrees from top to bottom: the closest views tried, until one shows a coast."""
_SKY_HEIGHT: Final = 3.0
"""Degrees from top to bottom of the closest view of the sky."""
_COARSER: Final = ((14.0, 0.0), (36.0, 0.05), (60.0, 0.2), (math.inf, 0.4))
"""Up to so many degrees from top to bottom, lines simplified by so many degrees do."""
_FINE: Final = 0.4
"""Units by which lines are simplified."""
_GRID_STEPS: Final = (30.0, 15.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.25)
_RA_STEPS: Final = (45.0, 30.0, 15.0, 7.5, 5.0, 2.5, 1.25, 0.5, 0.25)
_MILKY: Final = 10.0
"""Degrees from top to bottom: in a closer view the Milky Way's outline would be ours, not the sky's."""
_STAR_SIZES: Final = ((1.0, 6.0), (2.0, 5.0), (3.0, 4.0), (4.0, 3.2), (5.0, 2.4), (6.0, 1.7), (7.0, 1.1))
_NAMES: Final = 8


def earth_detail(found: Cover, around: Circle, *, key: str, title: str, description: str, language: str) -> Figure:
    """Return the map of a small place on the Earth, stereographic, north up; wide enough to show a coast where there is one."""
    for least in _EARTH_HEIGHTS:
        view = _view(around, least, sky=False)
        windows = base.window(view.x, view.y, _reach(view))
        coarse = next(degrees for height, degrees in _COARSER if HEIGHT / view.scale <= height)
        land = _visible(base.land_detail(coarse).drawn(windows, view, _FINE, 1.0))
        if land:
            break
    seams = any(west <= -180 or east >= 180 or south < -60 for west, south, east, _ in (window.bounds for window in windows))
    coast = _visible(base.coast_detail(coarse).drawn(windows, view, _FINE, 1.0)) if seams else []
    shore = ink(".5", 0.6)
    borders = _visible(base.borders_detail(coarse).drawn(windows, view, _FINE, 1.0))
    lines, numbers = _grid(view, lambda x: longitude_words(x, language), lambda y: latitude_words(y, language), _GRID_STEPS)
    canvas = _canvas(FigureKind.EARTH_DETAIL, "fig-earth fig-detail", key, title, description)
    return canvas.figure(
        [
            _ground(),
            path(path_data(land, closed=True), "fig-land", **wash(".16"), fill_rule="evenodd", **({} if seams else shore)),
            path(path_data(coast), "fig-coast", **shore),
            path(path_data(borders), "fig-border", **ink(".3", 0.5), stroke_dasharray="10 8"),
            path(path_data(lines), "fig-grid", **ink(".18", 0.4)),
            *_extent(found, view),
            base.frame_rectangle(WIDTH, HEIGHT),
            labels(numbers, 11),
        ]
    )


def sky_detail(found: Cover, around: Circle, *, key: str, title: str, description: str, language: str) -> Figure:
    """Return the map of a small field of the sky, gnomonic, north up and east to the left, with its stars."""
    del language  # numbers and names of stars are the same in all
    view = _view(around, _SKY_HEIGHT, sky=True)
    where, magnitude, names = base.stars()
    seen = np.flatnonzero(base.star_vectors() @ vectors(np.array([(view.x, view.y)]))[0] > math.cos(math.radians(_reach(view))))
    drawn = view(where[seen])
    inside = ((drawn > 0) & (drawn < (WIDTH, HEIGHT))).all(axis=1)
    seen, drawn = seen[inside], drawn[inside]
    named = [(names[index], *place) for index, place in zip(seen.tolist(), drawn.tolist(), strict=True) if names[index]]
    windows = base.window(view.x, view.y, _reach(view)) if HEIGHT / view.scale > _MILKY else []
    milky_way = []
    for step, opacity in zip(base.milky_way() if windows else (), (".07", ".09"), strict=bool(windows)):
        rings = _visible(step.drawn(windows, view, _FINE, 1.0))
        milky_way.append(path(path_data(rings, closed=True), "fig-milky-way", **wash(opacity), fill_rule="evenodd"))
    lines, numbers = _grid(view, _hours, _degrees, _RA_STEPS)
    canvas = _canvas(FigureKind.SKY_DETAIL, "fig-sky fig-detail", key, title, description)
    return canvas.figure(
        [
            _ground(),
            *milky_way,
            path(path_data(lines), "fig-grid", **ink(".2", 0.4)),
            *_extent(found, view),
            *base.star_paths(drawn, magnitude[seen], _STAR_SIZES),
            base.frame_rectangle(WIDTH, HEIGHT),
            labels([*numbers, *_names(named)], 11),
        ]
    )


def _names(named: Sequence[tuple[str, float, float]]) -> list[str]:
    """Return the names of the brightest stars, each beside its star, but for those that would run into the name of a brighter one."""
    kept: list[tuple[str, float, float]] = []
    for name, x, y in named:
        if all(abs(y - other_y) > 12 or abs(x - other_x) > 70 for _, other_x, other_y in kept):
            kept.append((name, x, y))
    return [text(x + 5, y + 3, name) if x < WIDTH - 70 else text(x - 5, y + 3, name, text_anchor="end") for name, x, y in kept[:_NAMES]]


def _view(around: Circle, least: float, *, sky: bool) -> Azimuthal:
    height = max(least, 2 * around.radius / _FILLED)
    return Azimuthal(x=around.x, y=around.y, scale=HEIGHT / height, width=WIDTH, height=HEIGHT, sky=sky)


def _reach(view: Azimuthal) -> float:
    """Degrees from the middle to a corner of the drawing, with some to spare."""
    return min(89.0, 1.1 * math.hypot(WIDTH, HEIGHT) / 2 / view.scale)


def _canvas(kind: FigureKind, classes: str, key: str, title: str, description: str) -> Canvas:
    return Canvas(kind=kind, left=0, top=0, width=WIDTH, height=HEIGHT, classes=classes, title=title, description=description, key=key)


def _ground() -> str:
    return f'<rect class="fig-sea" width="{WIDTH}" height="{HEIGHT}" fill="currentColor" fill-opacity=".04"/>'


_BOTTOM: Final = LineString([(0, HEIGHT - 1), (WIDTH, HEIGHT - 1)])
_LEFT: Final = LineString([(1, 0), (1, HEIGHT)])
_SHEET: Final = (-20.0, -20.0, WIDTH + 20.0, HEIGHT + 20.0)


def _visible(lines: Iterable[Points]) -> list[Points]:
    """Return the lines that come near the drawing."""
    west, north, east, south = _SHEET
    return [
        line
        for line in lines
        if line[:, 0].max() > west and line[:, 0].min() < east and line[:, 1].max() > north and line[:, 1].min() < south
    ]


def _extent(found: Cover, view: Azimuthal) -> list[str]:
    surfaces = [line for whole in found.wholes for line in base.outlines(whole, view, 0.15)]
    lines = [base.drawn(line, view, 0.15) for whole in found.wholes for line in edges(whole, *turn_seams(whole))]
    shown = extent_paths(surfaces, lines, 1.2)
    points = np.vstack(surfaces)
    low, high = points.min(axis=0), points.max(axis=0)
    return [*shown, mark((low + high) / 2, 6)] if float((high - low).max()) < 5 else shown


def _grid(
    view: Azimuthal, across: Callable[[float], str], upwards: Callable[[float], str], steps: Sequence[float]
) -> tuple[list[Points], list[str]]:
    """Return the lines of a grid of about four by three, and the numbers where they leave the drawing."""
    reach = _reach(view)
    south, north = max(-90.0, view.y - reach), min(90.0, view.y + reach)
    polar = abs(view.y) + reach > 89
    half = 180.0 if polar else min(180.0, reach / math.cos(math.radians(min(89.0, abs(view.y) + reach / 2))))
    step_y = _step(HEIGHT / view.scale / 3, _GRID_STEPS)
    step_x = 45.0 if polar else _step(WIDTH / view.scale / math.cos(math.radians(view.y)) / 4, steps)
    xs = _multiples(step_x, view.x - half, view.x + half)
    ys = _multiples(step_y, south, north)
    upright = np.stack(np.broadcast_arrays(xs[:, None], np.linspace(south, north, 31)), axis=-1)
    level = np.stack(np.broadcast_arrays(np.linspace(view.x - half, view.x + half, 61), ys[:, None]), axis=-1)
    meridians, parallels = (shapely.transform(shapely.linestrings(lines), view) for lines in (upright, level))
    numbers = [
        _below(where, across(wrap(x))) for where, x in zip(np.asarray(shapely.intersection(meridians, _BOTTOM)), xs.tolist(), strict=True)
    ]
    numbers += [
        _beside(where, upwards(y)) for where, y in zip(np.asarray(shapely.intersection(parallels, _LEFT)), ys.tolist(), strict=True)
    ]
    shown = shapely.get_parts(shapely.clip_by_rect(np.concatenate([meridians, parallels]), *_SHEET))
    lines = [shapely.get_coordinates(line) for line in shapely.simplify(shown, 0.1, preserve_topology=False).tolist()]
    return [line for line in lines if len(line)], numbers


def _multiples(step: float, first: float, last: float) -> Points:
    return np.arange(math.ceil(first / step), math.floor(last / step) + 1, dtype=np.float64) * step


def _step(wanted: float, steps: Sequence[float]) -> float:
    return next((step for step in steps if step <= wanted), steps[-1])


def _below(crossing: BaseGeometry, words: str) -> str:
    """Return the number of a meridian beside the place where it crosses the bottom of the drawing; "" where it does not or has no room."""
    if isinstance(crossing, Point) and not crossing.is_empty and 24 < crossing.x < WIDTH - 34:
        return text(crossing.x + 2, HEIGHT - 4, words)
    return ""


def _beside(crossing: BaseGeometry, words: str) -> str:
    """Return the number of a parallel above the place where it crosses the left of the drawing; "" where it does not or has no room."""
    if isinstance(crossing, Point) and not crossing.is_empty and 14 < crossing.y < HEIGHT - 18:
        return text(4, crossing.y - 2, words)
    return ""


def _hours(longitude: float) -> str:
    seconds = round(longitude % 360 * 240) % 86_400
    hours, minutes, rest = seconds // 3600, seconds % 3600 // 60, seconds % 60
    return f"{hours}h" + (f"{minutes:02d}m" if minutes or rest else "") + (f"{rest:02d}s" if rest else "")


def _degrees(latitude: float) -> str:
    return f"{latitude:+g}°".replace("-", "−") if latitude else "0°"
