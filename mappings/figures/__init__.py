"""Drawings of where a record's data are: on the Earth, on the sky, on another body. SVG, made here from our own base data."""

from mappings.figures.drawing import figures, thumbnail
from mappings.figures.figure import Figure, FigureKind

__all__ = ["Figure", "FigureKind", "figures", "thumbnail"]
