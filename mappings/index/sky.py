"""Sky regions as HEALPix cells (nested scheme, ICRS), so that a cone search is a search for terms. They give candidates; geometry decides.

A region's own cells are the terms "c<order>/<number>"; the ancestors of these cells are "a<order>/<number>". Two regions share a cell
where a cell of one is a cell of the other, or an ancestor of one of its cells.
"""

import math
from collections.abc import Iterable
from typing import Final

import astropy.units as u
from astropy.coordinates import Latitude, Longitude
from mocpy import MOC

from mappings.index.sphere import cones_around
from records.model import Circle, Extent

_LOWEST: Final = 3
_HIGHEST: Final = 10
_CELL: Final = 58.6
"""Degrees across a cell of order 0; each order halves it."""

Cell = tuple[int, int]


def index_terms(extents: Iterable[Extent]) -> list[str]:
    """Return the terms of all sky regions of a record."""
    cells = {cell for extent in extents for cone in cones_around(extent) for cell in _cells(cone)}
    ancestors = {ancestor for cell in cells for ancestor in _ancestors(cell)}
    return [*(f"c{order}/{number}" for order, number in sorted(cells)), *(f"a{order}/{number}" for order, number in sorted(ancestors))]


def query_terms(cone: Circle) -> list[str]:
    """Return the terms of which a record has one at least whose region shares a cell with a cone."""
    cells = _cells(cone)
    larger = {ancestor for cell in cells for ancestor in _ancestors(cell)}
    return [*(f"c{order}/{number}" for order, number in sorted(cells | larger)), *(f"a{order}/{number}" for order, number in sorted(cells))]


def _cells(cone: Circle) -> set[Cell]:
    """Return cells that cover a cone, a few dozen of them, small where the cone is small."""
    if cone.radius >= 90:
        return {(0, number) for number in range(12)}
    order = max(_LOWEST, min(_HIGHEST, 2 + int(math.log2(_CELL / max(cone.radius, 1e-6)))))
    moc = MOC.from_cone(Longitude(cone.x * u.deg), Latitude(cone.y * u.deg), radius=max(cone.radius, 1e-6) * u.deg, max_depth=order)
    found: dict[str, list[int]] = moc.serialize(format="json")
    return {(int(depth), number) for depth, numbers in found.items() for number in numbers}


def _ancestors(cell: Cell) -> list[Cell]:
    order, number = cell
    return [(order - up, number >> 2 * up) for up in range(1, order + 1)]
