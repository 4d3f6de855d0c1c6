"""The parameter `externalIds`: identifiers that others gave, alone or with their scheme (OGC 20-004r1, …/externalIds-response)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from pygeofilter import ast

from catalogue.protocols.doors import HARVEST_ORDER
from catalogue.protocols.filters.limits import combined
from catalogue.query import MAX_LIMIT, Page, SearchQuery
from catalogue.service import Catalogue
from records.errors import QueryError
from records.model import Record

_FIELD: Final = ast.Attribute("resource_identifier")
MAX_VALUES: Final = 100


def external_ids(catalogue: Catalogue, values: Sequence[str]) -> ast.Node:
    """Return that a record has one of these external identifiers.

    A value is an identifier ("10.5067/X"), a scheme and an identifier ("doi:10.5067/X"), or a scheme with a colon behind it ("doi:").
    Which it is, the records tell: identifiers hold colons, and schemes do ("https://doi.org"), so each colon may be the one between.

    Raises:
        QueryError: they are too many.
    """
    if len(values) > MAX_VALUES:
        raise QueryError(f"externalIds has more than {MAX_VALUES} values", parameter="externalIds")
    alone: ast.Node = ast.In(_FIELD, list(values), not_=False)
    pairs = {pair for value in values for pair in _pairs(value)}
    if not pairs:
        return alone
    found = [record.identifier for record in _candidates(catalogue, pairs) if _has(record, pairs)]
    return combined(ast.Or, [alone, ast.In(ast.Attribute("identifier"), found, not_=False)]) if found else alone


def _pairs(value: str) -> Iterator[tuple[str, str]]:
    """Yield each reading of a value as scheme and identifier, the identifier "" for any."""
    for at, char in enumerate(value):
        if char == ":" and at:
            yield value[:at], value[at + 1 :]


def _candidates(catalogue: Catalogue, pairs: set[tuple[str, str]]) -> Iterator[Record]:
    codes = sorted({code for _, code in pairs})
    condition = ast.Exists(_FIELD, not_=False) if "" in codes else ast.In(_FIELD, codes, not_=False)
    query = SearchQuery(filter=condition, sort=HARVEST_ORDER, page=Page(limit=MAX_LIMIT))
    while True:
        page = catalogue.search(query)
        yield from (hit.record for hit in page.hits)
        if page.next_cursor is None:
            return
        query = replace(query, page=Page(limit=MAX_LIMIT, cursor=page.next_cursor))


def _has(record: Record, pairs: set[tuple[str, str]]) -> bool:
    return any((identifier.codespace or "", code) in pairs for identifier in record.identifiers for code in (identifier.code, ""))
