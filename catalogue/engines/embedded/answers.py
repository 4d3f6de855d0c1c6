"""What tantivy answers, in the types that the rest of the engine works with."""

from typing import cast

from tantivy import DocAddress, Order, Query, Searcher

Scored = tuple[float, DocAddress]
"""A match: its score and its place in the index."""


def best(searcher: Searcher, query: Query, limit: int) -> list[Scored]:
    """Return the `limit` matches of the highest scores."""
    return cast("list[Scored]", searcher.search(query, max(limit, 1), count=False).hits)


def count_and_best(searcher: Searcher, query: Query, limit: int) -> tuple[int, list[Scored]]:
    """Return how many match, and the `limit` matches of the highest scores."""
    found = searcher.search(query, max(limit, 1))
    return cast("int", found.count), cast("list[Scored]", found.hits)  # type: ignore[attr-defined]  # missing in tantivy's own stub


def count(searcher: Searcher, query: Query) -> int:
    """Return how many match."""
    return count_and_best(searcher, query, 1)[0]


def keys_of(searcher: Searcher, hits: list[Scored]) -> list[int]:
    """Return the keys of matches, in their order."""
    return cast("list[int]", searcher.fast_field_values("key", [address for _, address in hits]))


def all_keys(searcher: Searcher, query: Query, limit: int) -> list[int]:
    """Return the keys of what matches, `limit` at most."""
    return keys_of(searcher, best(searcher, query, limit))


def first_identifiers(searcher: Searcher, query: Query, offset: int, limit: int) -> list[tuple[str, int]]:
    """Return identifier and key of the matches whose identifiers come first, behind `offset` of them."""
    hits = cast("list[tuple[str, DocAddress]]", searcher.search(query, limit, False, "identifier", offset, Order.Asc).hits)  # noqa: FBT003
    keys = cast("list[int]", searcher.fast_field_values("key", [address for _, address in hits]))
    return [(identifier, key) for (identifier, _), key in zip(hits, keys, strict=True)]
