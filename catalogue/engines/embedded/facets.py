"""Counts of facet values."""

from collections.abc import Sequence
from typing import Any, Final

from tantivy import Query, Searcher

from catalogue.query import FacetCount, FacetRequest

_SPARE: Final = 20
_ALL: Final = 65_000
"""tantivy refuses more buckets than this."""


def count_facets(searcher: Searcher, query: Query, requests: Sequence[FacetRequest]) -> dict[str, tuple[FacetCount, ...]]:
    """Return the most frequent values of each facet among what matches `query`, ties by value."""
    asked = [request for request in requests if request.size > 0]
    if not asked:
        return {}
    found = searcher.aggregate(query, {request.field: _terms(request.field, request.size + _SPARE) for request in asked})
    counts: dict[str, tuple[FacetCount, ...]] = {}
    for request in asked:
        buckets = found[request.field]["buckets"]
        if len(buckets) > request.size and len(buckets) == request.size + _SPARE:
            least = buckets[request.size - 1]["doc_count"]
            if buckets[-1]["doc_count"] == least:  # the tie reaches beyond what was fetched
                buckets = searcher.aggregate(query, {request.field: _terms(request.field, _ALL)})[request.field]["buckets"]
        values = sorted(((bucket["doc_count"], _text(bucket["key"])) for bucket in buckets), key=lambda pair: (-pair[0], pair[1]))
        counts[request.field] = tuple(FacetCount(value, count) for count, value in values[: request.size])
    return counts


def _terms(field: str, size: int) -> dict[str, Any]:
    return {"terms": {"field": field, "size": min(size, _ALL), "segment_size": _ALL}}


def _text(key: str | float) -> str:
    return key if isinstance(key, str) else str(int(key))
