"""The exact step: what the index cannot tell is decided on the records themselves, and comes back as a set of keys."""

from collections.abc import Callable
from itertools import islice
from typing import Any, Final

import numpy as np
import shapely
from pygeofilter.ast import ComparisonOp
from tantivy import Query, Searcher

from catalogue.engines.embedded.answers import all_keys, best, keys_of
from catalogue.engines.embedded.clauses import any_term, both, nothing, other, term
from catalogue.engines.embedded.store import Store
from catalogue.engines.stored import decode
from records.model import Record

_BATCH: Final = 2000
Numbers = np.ndarray[Any, np.dtype[np.float64]]


class Decider:
    """Decides for one search: what it reads, it reads from the state of the catalogue that the searcher sees."""

    def __init__(self, searcher: Searcher, store: Store) -> None:
        self._searcher = searcher
        self._store = store

    def dictionary(self, name: str) -> list[str]:
        """Return all values of a field that is kept whole."""
        return [value for value, _ in self._searcher.terms_with_prefix(name, "")]

    def titles(self, operator: ComparisonOp, value: str) -> Query:
        """Return the query of the records whose title stands before or behind a folded text: SQLite has them in order."""
        sql = f"SELECT key FROM record WHERE deleted IS NULL AND title IS NOT NULL AND title {operator.value} ?"  # noqa: S608 (an operator)
        return any_term("key", [key for (key,) in self._store.connection.execute(sql, (value,))])

    def those(self, candidates: Query, decision: Callable[[Record], bool]) -> Query:
        """Return the query of those candidates for whose records the decision is true."""
        keys = iter(all_keys(self._searcher, candidates, self._searcher.num_docs))
        found: list[int] = []
        while batch := list(islice(keys, _BATCH)):
            found.extend(row.key for row in self._store.rows("key", batch).values() if decision(decode(row.stored)))
        return any_term("key", found)

    def boxes_touching(self, candidates: Query, name: str, geometry: shapely.Geometry) -> Query:
        """Return the query of those candidates, whose place is just one box, that share a point with a geometry."""
        hits = best(self._searcher, candidates, self._searcher.num_docs)
        if not hits:
            return nothing()
        addresses = [address for _, address in hits]
        sides = [np.array(self._searcher.fast_field_values(f"{name}_{side}", addresses)) for side in ("west", "south", "east", "north")]
        shapely.prepare(geometry)
        touching = shapely.intersects(geometry, _planes(*sides))
        keys = keys_of(self._searcher, hits)
        return any_term("key", [key for key, yes in zip(keys, touching, strict=True) if yes])


def simple(candidates: Query, name: str) -> Query:
    """Match the candidates whose interval or place is told exactly by its envelope."""
    return both(candidates, other(term("has", f"{name}+")))


def complex_ones(candidates: Query, name: str) -> Query:
    """Match the candidates whose interval or place has to be looked at."""
    return both(candidates, term("has", f"{name}+"))


def _planes(west: Numbers, south: Numbers, east: Numbers, north: Numbers) -> "np.ndarray[Any, Any]":
    """Return boxes as geometries, all at once; those without width or height as lines or points."""
    planes = shapely.box(west, south, east, north)
    line, point = (west == east) != (south == north), (west == east) & (south == north)
    if line.any():
        planes[line] = shapely.linestrings(np.stack([np.stack([west, south], axis=-1), np.stack([east, north], axis=-1)], axis=1)[line])
    if point.any():
        planes[point] = shapely.points(west[point], south[point])
    return planes
