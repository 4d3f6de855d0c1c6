"""A question as the body of one search request, and the answer as it is read. Pure: no server is asked here."""

from collections.abc import Sequence
from typing import Final

from catalogue.engines.clauses import Clauses
from catalogue.engines.compile import selection
from catalogue.engines.cursors import Cursor
from catalogue.engines.elasticsearch.mapping import Body
from catalogue.engines.elasticsearch.reader import LIVING, NOTHING_STORED, PROVENANCE
from catalogue.query import Direction, FacetCount, FacetRequest, SearchQuery, SortKey

Sort = tuple[SortKey, ...]
BY_IDENTIFIER: Final[Sort] = (SortKey("identifier"),)
Behind = list[str | int | None]
"""Sort values behind which hits are wanted."""

_NONE_UP: Final = 2**63 - 1
_NONE_DOWN: Final = -(2**63)
"""What the server gives as the sort value of a number that a record lacks, upwards and downwards."""


def matching(wanted: Sequence[Body], narrowing: Sequence[Body]) -> Body:
    """Return the query of the records that match all of these; but `wanted` gives scores."""
    return {"bool": {**({"must": list(wanted)} if wanted else {}), "filter": [LIVING, *narrowing]}}


def selections(requests: Sequence[FacetRequest], clauses: Clauses[Body], *, counted: bool) -> list[Body]:
    """Return what the selections demand of those facets that are counted, or of the others."""
    return [selection(request, clauses) for request in requests if request.selected and bool(request.size) is counted]


def search_body(
    query: SearchQuery, sort: Sort, matched: Body, clauses: Clauses[Body], behind: Behind | None, *, shards: int, offset: int
) -> Body:
    """Return the request for one page: hits (one more than asked, which tells whether there is a next page), exact total, facets.

    `matched` leaves out the selections of facets that are counted: what they select is taken of the hits afterwards, so that each facet
    counts what its own selection leaves out.
    """
    body: Body = {
        "query": matched,
        "size": query.page.limit + 1 if query.page.limit else 0,
        "track_total_hits": True,
        "_source": members(query),
    }
    if selected := selections(query.facets, clauses, counted=True):
        body["post_filter"] = clauses.both(*selected)
    if aggregations := {request.field: _counting(request, query.facets, clauses, shards) for request in query.facets if request.size}:
        body["aggs"] = aggregations
    if query.page.limit:
        body["sort"] = order(sort)
        if behind is not None:
            body["search_after"] = behind
        elif offset:
            body["from"] = offset
    return body


def members(query: SearchQuery) -> list[str]:
    """Return what of its records a question is told."""
    return ["kept.stored", *PROVENANCE, *(["kept.content"] if query.documents else [])]


def skipping_body(query: SearchQuery, sort: Sort, matched: Body, clauses: Clauses[Body], behind: Behind | None, size: int) -> Body:
    """Return the request for the sort values alone of `size` hits."""
    body: Body = {"query": matched, "size": size, "track_total_hits": False, **NOTHING_STORED, "sort": order(sort)}
    if selected := selections(query.facets, clauses, counted=True):
        body["post_filter"] = clauses.both(*selected)
    return body if behind is None else {**body, "search_after": behind}


def _counting(request: FacetRequest, requests: Sequence[FacetRequest], clauses: Clauses[Body], shards: int) -> Body:
    terms: Body = {"field": request.field, "size": request.size, "order": [{"_count": "desc"}, {"_key": "asc"}]}
    if shards > 1:
        terms["shard_size"] = 60_000  # so that what is rare in each shard is not left out
    others = [selection(other, clauses) for other in requests if other.selected and other.size and other is not request]
    if not others:
        return {"terms": terms}
    return {"filter": clauses.both(*others), "aggs": {"values": {"terms": terms}}}


def facets(query: SearchQuery, answer: Body) -> dict[str, tuple[FacetCount, ...]]:
    """Return the counts of an answer."""
    found = {name: one.get("values", one) for name, one in answer.get("aggregations", {}).items()}
    return {
        request.field: tuple(FacetCount(str(bucket["key"]), int(bucket["doc_count"])) for bucket in found[request.field]["buckets"])
        for request in query.facets
        if request.size
    }


def order(sort: Sort) -> list[Body]:
    """Return the order of the hits: the keys, then the identifier."""
    if sort[0].field == "relevance":
        return [{"_score": "desc"}, {"identifier": "asc"}]
    keys: list[Body] = [
        {_member(key): {"order": key.direction.value, **({} if key.field == "identifier" else {"missing": "_last"})}} for key in sort
    ]
    return keys if any(key.field == "identifier" for key in sort) else [*keys, {"identifier": "asc"}]


def _member(key: SortKey) -> str:
    return "identifier" if key.field == "identifier" else f"order.{key.field}"


def after(cursor: Cursor, sort: Sort) -> Behind:
    """Return the sort values behind which a page begins."""
    if sort[0].field == "relevance":
        return [int(cursor.after[0] or 0) if cursor.after else 0, cursor.identifier]
    values = [
        (_NONE_UP if key.direction is Direction.ASCENDING else _NONE_DOWN) if value is None and key.field != "title" else value
        for key, value in zip(sort, cursor.after, strict=True)
    ]
    return values if any(key.field == "identifier" for key in sort) else [*values, cursor.identifier]


def cursor_behind(hit: Body, sort: Sort, question: str) -> Cursor:
    """Return the cursor behind a hit, its plan aside."""
    values = hit["sort"]
    identifier = values[_place_of_identifier(sort)]
    if sort[0].field == "relevance":
        return Cursor(question, [int(values[0])], identifier)
    kept = [None if value in (_NONE_UP, _NONE_DOWN) else value for value in values[: len(sort)]]
    return Cursor(question, kept, identifier)


def _place_of_identifier(sort: Sort) -> int:
    return next((number for number, key in enumerate(sort) if key.field == "identifier"), len(sort))
