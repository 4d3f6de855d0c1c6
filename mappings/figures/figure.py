"""What a figure is, and the small grammar of SVG it is written in.

No style attributes, no style sheet, no script: presentation attributes that look right by themselves, on light and on dark (they are made
of `currentColor`), and class names by which a page's style sheet may colour them otherwise:

    fig            the whole figure; also fig-earth, fig-sky, fig-body, and fig-detail on a second view, fig-thumbnail on a small one
    fig-sea        the ground of a map: the sea, the sky, a body's surface
    fig-land       land                        fig-border     a border between countries
    fig-grid       meridians and parallels     fig-frame      the outline of the map
    fig-milky-way  the Milky Way               fig-ecliptic   the ecliptic
    fig-star       stars                       fig-label      words and numbers
    fig-extent     where the data are          fig-extent-edge  its edge, where that is drawn apart
    fig-mark       the ring around a place too small to be seen
    fig-coast      coast lines of a second view
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import Final

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
"""Positions, one a row: (x, y)."""

GRID: Final = 4
"""Steps of a path's integer coordinates in one unit of the drawing."""

ACCENT: Final = "#d9480f"
"""Colour of what the data cover: contrast above 3 on white and on near-black."""


class FigureKind(StrEnum):
    """What a figure shows."""

    EARTH = "earth"
    EARTH_DETAIL = "earth-detail"
    SKY = "sky"
    SKY_DETAIL = "sky-detail"
    BODY = "body"
    THUMBNAIL = "thumbnail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A drawing.

    Attributes:
        svg: a whole `<svg>` element with its own alternative text, fit to stand inside a page or alone in a file.
        title: what is drawn, a few words, in the language asked for.
        description: the alternative text: the place in words, whole sentences.
        width: in CSS pixels at its natural size; it may be scaled.
        height: as width.
    """

    svg: str
    title: str
    description: str
    width: int
    height: int
    kind: FigureKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """The frame of a figure: its view box, and the words that stand for it."""

    kind: FigureKind
    left: int
    top: int
    width: int
    height: int
    classes: str
    title: str
    description: str
    key: str
    """Begins the ids in the SVG; differs for each figure of a page."""

    def figure(self, parts: Iterable[str]) -> Figure:
        """Return the figure that these elements make."""
        title, description = escape(self.title, quote=False), escape(self.description, quote=False)
        if self.kind is FigureKind.THUMBNAIL:
            head = f' role="img" aria-label="{escape(self.description)}">'
        else:
            ids = f'aria-labelledby="{self.key}-t" aria-describedby="{self.key}-d"'
            head = f' role="img" {ids}><title id="{self.key}-t">{title}</title><desc id="{self.key}-d">{description}</desc>'
        box = f'viewBox="{self.left} {self.top} {self.width} {self.height}" width="{self.width}" height="{self.height}"'
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" class="fig {self.classes}" {box} fill="none"{head}{"".join(parts)}</svg>'
        return Figure(svg=svg, title=self.title, description=self.description, width=self.width, height=self.height, kind=self.kind)


def path_data(lines: Sequence[Points], *, closed: bool = False, keep: bool = False) -> str:
    """Return lines in units of the drawing as the data of one path, in whole GRID steps and relative moves.

    A ring that shrinks to one point is left out unless `keep`: then it stays a dot, as a line does, for round caps to show.
    """
    if not lines:
        return ""
    steps = np.rint(np.concatenate(lines) * GRID).astype(int)
    moves = np.diff(steps, axis=0, prepend=steps[:1])
    firsts = np.cumsum([0, *(len(line) for line in lines)])
    found = []
    for first, last in zip(firsts[:-1].tolist(), firsts[1:].tolist(), strict=True):
        line = moves[first + 1 : last - closed]
        pairs = [f"{x} {y}" for x, y in line.tolist() if x or y]
        if pairs or keep or not closed:
            x, y = steps[first].tolist()
            found.append(f"M{x} {y}" + (f"l{' '.join(pairs)}" if pairs else "h0") + ("z" if closed and pairs else ""))
    return "".join(found).replace(" -", "-")


def dots(points: Points) -> str:
    """Return points in units of the drawing as the data of a path of dots: drawn with round caps, as wide as the stroke."""
    return "".join(f"M{x} {y}h0" for x, y in np.rint(points * GRID).astype(int).tolist())


def path(data: str, classes: str, **attributes: object) -> str:
    """Return a path element whose data are in GRID steps; "" without data. Names of attributes are written with _ for -."""
    if not data:
        return ""
    return f'<path class="{classes}" transform="scale({1 / GRID:g})" d="{data}"{written(attributes)}/>'


def label(x: float, y: float, text: str, **attributes: object) -> str:
    """Return a text element, its words escaped."""
    return f'<text class="fig-label" x="{x:.4g}" y="{y:.4g}"{written(attributes)}>{escape(text, quote=False)}</text>'


def labels(elements: Iterable[str], size: float) -> str:
    """Return text elements in one group that sets their font."""
    inner = "".join(elements)
    return f'<g fill="currentColor" fill-opacity=".75" font-family="sans-serif" font-size="{size:g}">{inner}</g>' if inner else ""


def ink(opacity: str, width: float = 1.0) -> dict[str, object]:
    """Return the attributes of a line in the page's own colour; `width` in units of the drawing."""
    return {"stroke": "currentColor", "stroke_opacity": opacity, "stroke_width": f"{width * GRID:g}"}


def wash(opacity: str) -> dict[str, object]:
    """Return the attributes of a surface in the page's own colour."""
    return {"fill": "currentColor", "fill_opacity": opacity}


def written(attributes: dict[str, object]) -> str:
    """Return attributes as they stand in a tag, each with a blank before it."""
    return "".join(f' {name.replace("_", "-")}="{value}"' for name, value in attributes.items())


def extent_paths(surfaces: Sequence[Points], lines: Sequence[Points], width: float) -> list[str]:
    """Return the elements that show what the data cover: its surfaces (closed rings) and its edges, `width` units wide."""
    fill, edge = path_data(surfaces, closed=True, keep=True), path_data(lines)
    surface = {"fill": ACCENT, "fill_opacity": ".2"}
    stroke = {"stroke": ACCENT, "stroke_width": f"{width * GRID:g}", "stroke_linejoin": "round", "stroke_linecap": "round"}
    if len(lines) == len(surfaces) and all(np.array_equal(line[0], line[-1]) for line in lines):
        return [path(fill, "fig-extent", **surface, **stroke)]
    return [path(fill, "fig-extent", **surface), path(edge, "fig-extent-edge", **stroke)]


def mark(centre: Points, radius: float) -> str:
    """Return a ring around a place too small to be seen."""
    x, y = centre.tolist()
    return f'<circle class="fig-mark" cx="{x:.4g}" cy="{y:.4g}" r="{radius:g}" stroke="{ACCENT}" stroke-width="{radius / 4:g}"/>'
