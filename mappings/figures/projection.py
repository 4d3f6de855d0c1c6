"""From positions in degrees to units of a drawing, x to the right and y downwards."""

import math
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from mappings.figures.figure import Points

WIDTH: Final = 360
HEIGHT: Final = 180

_LATITUDES: Final = np.linspace(-90, 90, 1801)


def _mollweide_angles() -> Points:
    """The auxiliary angle θ of each latitude φ in _LATITUDES: 2θ + sin 2θ = π sin φ, solved by reading the function backwards."""
    angles = np.linspace(-math.pi / 2, math.pi / 2, 20_001)
    return np.interp(np.sin(np.radians(_LATITUDES)) * math.pi, 2 * angles + np.sin(2 * angles), angles)


_ANGLES: Final = _mollweide_angles()


@dataclass(frozen=True, slots=True)
class PlateCarree:
    """The whole globe, a unit a degree: meridians and parallels are straight, a box is a rectangle."""

    curved: ClassVar[bool] = False

    def __call__(self, points: Points) -> Points:
        """Return the place of each position on a map of 360 × 180 units."""
        return np.column_stack([points[:, 0] + 180, 90 - points[:, 1]])


@dataclass(frozen=True, slots=True)
class Mollweide:
    """The whole sky, equal areas, right ascension 0 h in the middle and growing to the left."""

    curved: ClassVar[bool] = True

    def __call__(self, points: Points) -> Points:
        """Return the place of each position on an ellipse of 360 × 180 units."""
        angle = np.interp(points[:, 1], _LATITUDES, _ANGLES)
        return np.column_stack([180 - points[:, 0] * np.cos(angle), 90 - 90 * np.sin(angle)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Azimuthal:
    """A part of the sphere seen around its middle, north up.

    Attributes:
        x, y: the middle, degrees.
        scale: units of the drawing in a degree, at the middle.
        width, height: of the drawing, units.
        sky: seen from inside, east to the left, and gnomonic: great circles are straight. Else seen from outside, and stereographic:
            shapes are true.
    """

    x: float
    y: float
    scale: float
    width: float
    height: float
    sky: bool
    curved: ClassVar[bool] = True

    def __call__(self, points: Points) -> Points:
        """Return the place of each position; what lies too far from the middle to be drawn goes far outside the drawing."""
        longitude, latitude = np.radians(points[:, 0] - self.x), np.radians(points[:, 1])
        centre = math.radians(self.y)
        depth = math.sin(centre) * np.sin(latitude) + math.cos(centre) * np.cos(latitude) * np.cos(longitude)
        right = np.cos(latitude) * np.sin(longitude)
        up = math.cos(centre) * np.sin(latitude) - math.sin(centre) * np.cos(latitude) * np.cos(longitude)
        factor = 1 / np.maximum(depth, 0.02) if self.sky else 2 / np.maximum(1 + depth, 0.02)
        unit = math.degrees(self.scale)
        across = right * factor * unit * (-1 if self.sky else 1)
        return np.column_stack([self.width / 2 + across, self.height / 2 - up * factor * unit])


Projection = PlateCarree | Mollweide | Azimuthal
"""A way from the sphere to the paper; `curved` says whether straight lines in degrees become curves."""
