"""The values that records have in a field, from the index: for GetDomain and its like."""

from collections.abc import Sequence
from typing import Final

from tantivy import Query, Searcher

from catalogue.engines.embedded.answers import count
from catalogue.engines.embedded.clauses import both, everything, term
from mappings.index.fields import IndexField, Kind
from records.errors import QueryError

_MANY: Final = 65_000
"""tantivy refuses more buckets than this."""


def values_of(searcher: Searcher, field: IndexField, limit: int, told: Sequence[Query] = ()) -> list[str]:
    """Return the first `limit` values of a field of kind KEYWORD or INTEGER, in order, of the records that match all of `told`.

    Raises:
        QueryError: the field is of another kind.
    """
    if field.kind is Kind.INTEGER:
        found = searcher.aggregate(_all_of(told), {"values": {"terms": {"field": field.name, "size": _MANY, "segment_size": _MANY}}})
        return [str(value) for value in sorted(int(bucket["key"]) for bucket in found["values"]["buckets"])[:limit]]
    if field.kind is not Kind.KEYWORD:
        raise QueryError(f"the values of {field.name} cannot be listed", parameter=field.name)
    values: list[str] = []
    for value in sorted(value for value, _ in searcher.terms_with_prefix(field.name, "", both(*told) if told else None)):
        if len(values) == limit:
            break
        if count(searcher, both(term(field.name, value), *told)):  # the dictionary still holds what was deleted
            values.append(value)
    return values


def bounds_of(searcher: Searcher, field: IndexField, told: Sequence[Query] = ()) -> tuple[int, int] | None:
    """Return the least and the greatest value of a field of kind INTEGER or MOMENT; None where no record has one.

    Only records that match all of `told` count.

    Raises:
        QueryError: the field is of another kind.
    """
    if field.kind not in (Kind.INTEGER, Kind.MOMENT):
        raise QueryError(f"{field.name} has no least and greatest value", parameter=field.name)
    found = searcher.aggregate(_all_of(told), {"least": {"min": {"field": field.name}}, "greatest": {"max": {"field": field.name}}})
    least, greatest = found["least"]["value"], found["greatest"]["value"]
    return None if least is None or greatest is None else (int(least), int(greatest))


def _all_of(told: Sequence[Query]) -> Query:
    return both(*told) if told else everything()
