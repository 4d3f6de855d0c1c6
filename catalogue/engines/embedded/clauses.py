"""tantivy queries by small words: and, or, not, one of, between."""

from collections.abc import Iterable, Sequence

from tantivy import FieldType, Occur, Query

from catalogue.engines.embedded.schema import schema


def everything() -> Query:
    """Match all records."""
    return Query.all_query()


def nothing() -> Query:
    """Match no record."""
    return Query.empty_query()


def term(field: str, value: str | int) -> Query:
    """Match records that have exactly this value or word."""
    return Query.term_query(schema(), field, value, "basic" if isinstance(value, str) else "position")


def any_term(field: str, values: Sequence[str] | Sequence[int]) -> Query:
    """Match records that have one of these values or words."""
    if len(values) == 1 and isinstance(values[0], str):
        return term(field, values[0])  # tantivy is faster at one term than at a set of one
    return Query.term_set_query(schema(), field, list(values)) if values else nothing()


def both(*queries: Query) -> Query:
    """Match what matches all of these."""
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Must, query) for query in queries])


def either(queries: Iterable[Query]) -> Query:
    """Match what matches one of these."""
    parts = [(Occur.Should, query) for query in queries]
    return Query.boolean_query(parts) if parts else nothing()


def other(query: Query) -> Query:
    """Match what does not match this."""
    return Query.boolean_query([(Occur.Must, everything()), (Occur.MustNot, query)])


def ranked(needed: Sequence[Query], more: Sequence[Query], *, least: int | None = None) -> Query:
    """Match what matches all of `needed`, or `least` of them, with the sum of all scores."""
    if least is not None:
        some = Query.boolean_query([(Occur.Should, query) for query in needed], least)
        return ranked([some], more) if more else some
    return Query.boolean_query([*((Occur.Must, query) for query in needed), *((Occur.Should, query) for query in more)])


def scored(query: Query, points: float) -> Query:
    """Match the same, with this score."""
    return Query.const_score_query(query, float(points))


def between(field: str, low: float | None, high: float | None) -> Query:
    """Match records whose number is from `low` to `high`, both included; None for no end."""
    kind = FieldType.Float if isinstance(low if low is not None else high, float) else FieldType.Integer
    return Query.range_query(schema(), field, kind, low, high)
