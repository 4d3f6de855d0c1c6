"""A question is valid by construction."""

import pytest

from catalogue.query import MAX_COUNTS, FacetRequest, SearchQuery, SortKey
from records.errors import QueryError


@pytest.mark.parametrize("size", [-1, MAX_COUNTS + 1])
def test_a_facet_has_a_size_that_can_be_counted(size: int) -> None:
    with pytest.raises(QueryError, match="counts") as told:
        FacetRequest(field="domain", size=size)
    assert told.value.parameter == "domain"


@pytest.mark.parametrize("fields", [("relevance", "title"), ("title", "relevance"), ("relevance", "relevance"), ("title", "title")])
def test_an_order_that_would_be_dropped_in_part_is_told(fields: tuple[str, ...]) -> None:
    with pytest.raises(QueryError) as told:
        SearchQuery(sort=tuple(SortKey(field) for field in fields))
    assert told.value.parameter == "sort"
