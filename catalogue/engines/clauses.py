"""What the compilers of questions ask of an engine: its queries by small words. Each engine says them in its own way.

The compilers (`compile`, `filters`, `places`, `times`, `relevance`) are the same for all engines, so that all engines mean the same. What
an index cannot tell they have decided on the records themselves (`those`).
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

import shapely
from pygeofilter.ast import ComparisonOp

from catalogue.engines.patterns import Piece
from catalogue.engines.temporal import Condition
from mappings.index.fields import IndexField
from records.model import Box, Record

Q = TypeVar("Q")
Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees, west not above east."""


class Clauses(Protocol[Q]):
    """The queries of an engine for one search: what they read beforehand is read from the state that the search sees.

    Names are those of fields and of the members of the index document (`mappings.index.document`).
    """

    def everything(self) -> Q:
        """Match all records."""
        ...

    def nothing(self) -> Q:
        """Match no record."""
        ...

    def any_term(self, field: str, values: Sequence[str] | Sequence[int]) -> Q:
        """Match records that have one of these values or words."""
        ...

    def both(self, *queries: Q) -> Q:
        """Match what matches all of these."""
        ...

    def either(self, queries: Iterable[Q]) -> Q:
        """Match what matches one of these."""
        ...

    def other(self, query: Q) -> Q:
        """Match what does not match this."""
        ...

    def between(self, field: str, low: float | None, high: float | None) -> Q:
        """Match records one of whose numbers is from `low` to `high`, both included; None for no end."""
        ...

    def compared(self, field: IndexField, operator: ComparisonOp, value: str) -> Q:
        """Match records one of whose whole values stands before or behind a text, in code point order."""
        ...

    def like(self, field: str, pieces: Sequence[Piece], *, nocase: bool = False) -> Q:
        """Match records one of whose values or words fits a pattern.

        Raises:
            QueryError: the pattern is too long or too involved.
        """
        ...

    def those(self, candidates: Q, decision: Callable[[Record], bool], *, seldom: bool = False) -> Q:
        """Match those candidates for whose records the decision is true.

        Where there may well be no candidate, `seldom`, an engine may suppose that there is none, as long as it makes sure of it.
        """
        ...

    # Intervals and places

    def interval(self, name: str, condition: Condition) -> Q | None:
        """Match records one of whose intervals fulfils a condition; None where the index tells it of single intervals only."""
        ...

    def touching(self, name: str, box: Box) -> Q:
        """Match at least the records whose places touch a box that does not cross the antimeridian; exactly those that are `told`."""
        ...

    def told(self, name: str) -> Q:
        """Match the records of which `touching` is exact: at least those whose place is one box."""
        ...

    def untold(self, name: str) -> Q:
        """Match the others that have a place."""
        ...

    def single(self, name: str) -> Q:
        """Match the records whose interval or place is told exactly by its envelope, or that have none."""
        ...

    def several(self, name: str) -> Q:
        """Match the others."""
        ...

    def boxes_touching(self, candidates: Q, name: str, geometry: shapely.Geometry) -> Q:
        """Match those candidates, whose place is just one box, that share a point with a geometry."""
        ...

    # Text

    def scored(self, query: Q, points: float) -> Q:
        """Match the same, with this score."""
        ...

    def best_of(self, queries: Sequence[Q]) -> Q:
        """Match what matches one of these, with the highest of their scores."""
        ...

    def ranked(self, needed: Sequence[Q], more: Sequence[Q], *, least: int | None = None) -> Q:
        """Match what matches all of `needed`, or `least` of them, with the sum of all scores, those of `more` included."""
        ...

    def phrase(self, zone: str, stems: Sequence[str], *, slop: int = 0) -> Q:
        """Match records that have these stems side by side in a zone, up to `slop` words between them."""
        ...

    def beginning(self, field: str, token: str) -> Q:
        """Match records that have a word that begins so."""
        ...
