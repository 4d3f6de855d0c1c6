"""Elasticsearch queries by small words; see `catalogue.engines.clauses.Clauses`.

What is put together is kept flat: the server refuses queries nested more than 30 deep.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import numpy as np
import shapely
from pygeofilter.ast import ComparisonOp

from catalogue.engines.elasticsearch.mapping import SIDES, Body
from catalogue.engines.elasticsearch.reader import Reader
from catalogue.engines.patterns import Piece
from catalogue.engines.spatial import planes
from catalogue.engines.stored import decode
from catalogue.engines.temporal import Condition
from mappings.index.document import MAX_WHOLE, OPEN_BEGIN, OPEN_END
from mappings.index.fields import IndexField
from records.model import Box, Record

_TERMS: Final = 60_000
"""Terms of one query; the server takes 65,536."""
_LEAST, _GREATEST = -(2**63), 2**63 - 1
_RANGES: Final = {ComparisonOp.LT: "lt", ComparisonOp.LE: "lte", ComparisonOp.GT: "gt", ComparisonOp.GE: "gte"}
_EVERYTHING: Final[Body] = {"match_all": {}}
_NOTHING: Final[Body] = {"match_none": {}}


class NotAtOnceError(Exception):
    """A question cannot be answered in one request: something has to be read beforehand."""


class ElasticsearchClauses:
    """The queries of one search; what they read beforehand they read by `reader`.

    Args:
        reader: asks the server.
        at_once: whether the question is to be answered in one request, or not at all (NotAtOnceError).

    Attributes:
        supposed_absent: what no record is supposed to match, of which whoever asks has to make sure; only where `at_once`.
    """

    def __init__(self, reader: Reader, *, at_once: bool = False) -> None:
        self.supposed_absent: list[Body] = []
        self._at_once = at_once
        self._reader = reader

    def everything(self) -> Body:
        """Match all records."""
        return _EVERYTHING

    def nothing(self) -> Body:
        """Match no record."""
        return _NOTHING

    def any_term(self, field: str, values: Sequence[str] | Sequence[int]) -> Body:
        """Match records that have one of these values or words."""
        asked = list(dict.fromkeys(value for value in values if _can_be(value)))
        if len(asked) == 1:
            return {"term": {field: {"value": asked[0]}}}
        return self.either({"terms": {field: asked[start : start + _TERMS]}} for start in range(0, len(asked), _TERMS))

    def both(self, *queries: Body) -> Body:
        """Match what matches all of these."""
        wanted: list[Body] = []
        unwanted: list[Body] = []
        for query in queries:
            bool_ = query.get("bool", {})
            if query == _NOTHING:
                return _NOTHING
            if bool_ and bool_.keys() <= {"filter", "must_not"}:
                wanted += bool_.get("filter", ())
                unwanted += bool_.get("must_not", ())
            elif query != _EVERYTHING:
                wanted.append(query)
        if not unwanted and len(wanted) < 2:
            return wanted[0] if wanted else _EVERYTHING
        return {"bool": {name: parts for name, parts in (("filter", wanted), ("must_not", unwanted)) if parts}}

    def either(self, queries: Iterable[Body]) -> Body:
        """Match what matches one of these."""
        found: list[Body] = []
        for query in queries:
            bool_ = query.get("bool", {})
            if query == _EVERYTHING:
                return _EVERYTHING
            if bool_.keys() == {"should"}:
                found += bool_["should"]
            elif query != _NOTHING:
                found.append(query)
        if len(found) < 2:
            return found[0] if found else _NOTHING
        return {"bool": {"should": found}}

    def other(self, query: Body) -> Body:
        """Match what does not match this."""
        if query in (_EVERYTHING, _NOTHING):
            return _NOTHING if query == _EVERYTHING else _EVERYTHING
        bool_ = query.get("bool", {})
        if bool_.keys() == {"must_not"}:
            return self.either(bool_["must_not"])
        return {"bool": {"must_not": [query]}}

    def between(self, field: str, low: float | None, high: float | None) -> Body:
        """Match records one of whose numbers is from `low` to `high`, both included."""
        return {"range": {field: {name: value for name, value in (("gte", low), ("lte", high)) if value is not None}}}

    def compared(self, field: IndexField, operator: ComparisonOp, value: str) -> Body:
        """Match records one of whose whole values stands before or behind a text: the server orders by UTF-8, which is by code point."""
        return {"range": {field.name: {_RANGES[operator]: _sayable(value[:MAX_WHOLE])}}}  # as the index has it

    def like(self, field: str, pieces: Sequence[Piece], *, nocase: bool = False) -> Body:
        """Match records one of whose values or words fits a pattern."""
        if any(isinstance(piece, str) and not _can_be(piece) for piece in pieces):
            return _NOTHING
        expression = "".join(
            ".*" if piece is None else "." if piece is False else _expression(str(piece), nocase=nocase) for piece in pieces
        )
        return {"regexp": {field: {"value": expression, "flags": "NONE"}}}

    def those(self, candidates: Body, decision: Callable[[Record], bool], *, seldom: bool = False) -> Body:
        """Match those candidates for whose records the decision is true."""
        if candidates == _NOTHING:
            return _NOTHING
        if seldom and self._at_once:
            self.supposed_absent.append(candidates)
            return _NOTHING
        self._demand_reading()
        found = [identifier for identifier, kept in self._reader.scan(candidates, ["kept.stored"]) if decision(decode(kept.stored))]
        return self.any_term("identifier", found)

    def _demand_reading(self) -> None:
        """Say that something has to be read beforehand: a question that is to be answered at once ends here."""
        if self._at_once:
            raise NotAtOnceError

    def interval(self, name: str, condition: Condition) -> Body | None:
        """Match records one of whose intervals fulfils a condition, where a range of its own tells that.

        An interval that ends before it begins stands turned round in a field of its own: to begin by 9 and not to end before 2 is for it to
        lie within 2 to 9, and the other way round.
        """
        (begins, begun), (ends, ended) = condition.begin, condition.end
        if begins is None and ended is None:  # it has begun by `begun`, and does not end before `ends`
            begun, ends = OPEN_END if begun is None else begun, OPEN_BEGIN if ends is None else ends
            if begun < ends:
                return _ranging(name, begun, ends, "contains")
            return self.either([_ranging(name, ends, begun, "intersects"), _ranging(f"{name}_turned", ends, begun, "within")])
        if begun is None and ends is None:  # it does not begin before `begins`, and has ended by `ended`
            begins, ended = OPEN_BEGIN if begins is None else begins, OPEN_END if ended is None else ended
            if ended < begins:
                return _ranging(f"{name}_turned", ended, begins, "contains")
            return self.either([_ranging(name, begins, ended, "within"), _ranging(f"{name}_turned", begins, ended, "intersects")])
        return None

    def touching(self, name: str, box: Box) -> Body:
        """Match records one of whose boxes touches a box."""
        sides = (("west", None, box.east), ("east", box.west, None), ("south", None, box.north), ("north", box.south, None))
        ranges = [self.between(f"{name}.{side}", low, high) for side, low, high in sides]
        return {"nested": {"path": name, "query": {"bool": {"filter": ranges}}, "score_mode": "none"}}

    def told(self, name: str) -> Body:
        """Match records whose places are boxes."""
        return self.other(self.untold(name))

    def untold(self, name: str) -> Body:
        """Match records with other places."""
        return self.any_term("has", [f"{name}~"])

    def single(self, name: str) -> Body:
        """Match records whose interval or place is told exactly by its envelope."""
        return self.other(self.several(name))

    def several(self, name: str) -> Body:
        """Match records whose interval or place has to be looked at."""
        return self.any_term("has", [f"{name}+"])

    def boxes_touching(self, candidates: Body, name: str, geometry: shapely.Geometry) -> Body:
        """Match those candidates, whose place is just one box, that share a point with a geometry."""
        self._demand_reading()
        found = list(self._reader.columns(candidates, [f"{name}_{side}" for side in SIDES]))
        if not found:
            return _NOTHING
        shapely.prepare(geometry)
        touching = shapely.intersects(geometry, planes(*(np.array(side) for side in zip(*(values for _, values in found), strict=True))))
        return self.any_term("identifier", [identifier for (identifier, _), yes in zip(found, touching, strict=True) if yes])

    def scored(self, query: Body, points: float) -> Body:
        """Match the same, with this score."""
        return {"constant_score": {"filter": query, "boost": float(points)}}

    def best_of(self, queries: Sequence[Body]) -> Body:
        """Match what matches one of these, with the highest of their scores."""
        return {"dis_max": {"queries": list(queries)}}

    def ranked(self, needed: Sequence[Body], more: Sequence[Body], *, least: int | None = None) -> Body:
        """Match what matches all of `needed`, or `least` of them, with the sum of all scores."""
        if least is not None:
            needed = [{"bool": {"should": list(needed), "minimum_should_match": least}}]
        return {"bool": {"must": list(needed), **({"should": list(more)} if more else {})}}

    def phrase(self, zone: str, stems: Sequence[str], *, slop: int = 0) -> Body:
        """Match records that have these stems side by side in a zone."""
        return {"match_phrase": {zone: {"query": " ".join(stems), "slop": slop}}}

    def beginning(self, field: str, token: str) -> Body:
        """Match records that have a word that begins so."""
        return {"prefix": {field: {"value": token}}}


def _can_be(value: str | int) -> bool:
    """Return whether a record can have this value: no half characters, and a number of 64 bits."""
    if isinstance(value, int):
        return _LEAST <= value <= _GREATEST
    return value.isascii() or not any("\ud800" <= char <= "\udfff" for char in value)


def _sayable(value: str) -> str:
    """Return a text that stands where `value` does among all texts that can be kept."""
    return value if _can_be(value) else "".join("\ue000" if "\ud800" <= char <= "\udfff" else char for char in value)


def _ranging(name: str, low: int, high: int, relation: str) -> Body:
    return {"range": {name: {"gte": low, "lte": high, "relation": relation}}}


def _expression(text: str, *, nocase: bool) -> str:
    """Return a regular expression of the server's that matches just this text."""
    return "".join(_any_case(char) if nocase else _escaped(char) for char in text)


def _any_case(char: str) -> str:
    forms = sorted({form for form in (char, char.lower(), char.upper()) if len(form) == 1})
    return _escaped(char) if len(forms) == 1 else f"[{''.join(forms)}]"


def _escaped(char: str) -> str:
    return char if char.isalnum() or not char.isascii() else f"\\{char}"
