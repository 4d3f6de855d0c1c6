"""The clauses of tantivy, and the exact step: what the index cannot tell is decided on the records, and comes back as a set of keys."""

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Final

import numpy as np
import shapely
from pygeofilter.ast import ComparisonOp
from tantivy import Query, Searcher

from catalogue.engines.embedded import clauses
from catalogue.engines.embedded.answers import all_keys, best, keys_of
from catalogue.engines.embedded.clauses import any_term, between, both, nothing, other
from catalogue.engines.embedded.schema import schema
from catalogue.engines.embedded.store import Store
from catalogue.engines.filters import holds
from catalogue.engines.patterns import Piece, regex
from catalogue.engines.spatial import planes
from catalogue.engines.stored import decode
from catalogue.engines.temporal import Condition
from mappings.index.document import MAX_WHOLE
from mappings.index.fields import IndexField
from records.errors import QueryError
from records.model import Box, Record

_BATCH: Final = 2000


class TantivyClauses:
    """The queries of one search (`catalogue.engines.clauses.Clauses`): what they read, they read from the state that the searcher sees."""

    everything = staticmethod(clauses.everything)
    nothing = staticmethod(clauses.nothing)
    any_term = staticmethod(clauses.any_term)
    both = staticmethod(clauses.both)
    either = staticmethod(clauses.either)
    other = staticmethod(clauses.other)
    between = staticmethod(clauses.between)
    scored = staticmethod(clauses.scored)
    ranked = staticmethod(clauses.ranked)

    def __init__(self, searcher: Searcher, store: Store) -> None:
        self._searcher = searcher
        self._store = store

    def compared(self, field: IndexField, operator: ComparisonOp, value: str) -> Query:
        """Match records one of whose whole values stands before or behind a text. SQLite has the titles in order, and whole."""
        if field.name != "title":
            test = holds(operator, value[:MAX_WHOLE])  # as the index has it
            return any_term(field.name, [found for found, _ in self._searcher.terms_with_prefix(field.name, "") if test(found)])
        sql = f"SELECT key FROM record WHERE deleted IS NULL AND title IS NOT NULL AND title {operator.value} ?"  # noqa: S608 (an operator)
        return any_term("key", [key for (key,) in self._store.connection.execute(sql, (value,))])

    def like(self, field: str, pieces: Sequence[Piece], *, nocase: bool = False) -> Query:
        """Match records one of whose values or words fits a pattern."""
        try:
            return Query.regex_query(schema(), field, ("(?is)" if nocase else "(?s)") + regex(pieces))
        except ValueError as error:
            raise QueryError("the pattern is too long or too involved", parameter=field) from error

    def those(self, candidates: Query, decision: Callable[[Record], bool], *, seldom: bool = False) -> Query:
        """Return the query of those candidates for whose records the decision is true."""
        del seldom  # they are read from the state that is searched, without a request
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
        touching = shapely.intersects(geometry, planes(*sides))
        keys = keys_of(self._searcher, hits)
        return any_term("key", [key for key, yes in zip(keys, touching, strict=True) if yes])

    def interval(self, name: str, condition: Condition) -> None:
        """The index has but the envelope of several intervals."""

    def touching(self, name: str, box: Box) -> Query:
        """Match records the envelope of whose places touches a box."""
        return both(
            between(f"{name}_west", None, float(box.east)),
            between(f"{name}_east", float(box.west), None),
            between(f"{name}_south", None, float(box.north)),
            between(f"{name}_north", float(box.south), None),
        )

    def single(self, name: str) -> Query:
        """Match records whose interval or place is told exactly by its envelope."""
        return other(any_term("has", [f"{name}+"]))

    def several(self, name: str) -> Query:
        """Match records whose interval or place has to be looked at."""
        return any_term("has", [f"{name}+"])

    told = single
    untold = several

    def best_of(self, queries: Sequence[Query]) -> Query:
        """Match what matches one of these, with the highest of their scores."""
        return Query.disjunction_max_query(list(queries))

    def phrase(self, zone: str, stems: Sequence[str], *, slop: int = 0) -> Query:
        """Match records that have these stems side by side in a zone."""
        return Query.phrase_query(schema(), zone, list(stems), slop=slop)

    def beginning(self, field: str, token: str) -> Query:
        """Match records that have a word that begins so."""
        return Query.fuzzy_term_query(schema(), field, token, distance=0, prefix=True)
